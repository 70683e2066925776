"""Jobs: each reads the clock, then asks one room for its due work. They carry ids only and are idempotent."""

import contextlib
import logging
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

from allomediateur.accounts import limits, people
from allomediateur.agenda import (
    availability,
    closing,
    digest,
    expiring,
    figures,
    freeing,
    importing,
    lapsing,
    listing,
    offering,
    planning,
    reminding,
    tallying,
)
from allomediateur.cases import overdue
from allomediateur.notify import delivery, outbox, text_delivery, texts
from allomediateur.notify.channels.sms.engines import ProviderAway
from allomediateur.privacy import retention
from allomediateur.trail import keeping
from allomediateur.worker import running

logger = logging.getLogger(__name__)
SILENT_SECONDS = 45
"""A worker that gave no sign of life for so long is dead: its jobs are taken again."""
REFRESH_TIME = timedelta(seconds=100)
FAILED_JOBS_KEPT_HOURS = 30 * 24
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_MINUTE, EVERY_HOUR, EVERY_NIGHT = "* * * * *", "25 * * * *", "10 3 * * *"
EVERY_TEN_MINUTES = "4-59/10 * * * *"
EVERY_MORNING = "35 5 * * *"


class TrailBroken(Exception):
    """The first fault of the trail."""


def clock() -> datetime:
    return datetime.now(UTC)


@app.task(name=outbox.JOB)
def deliver_letter(letter_id: int) -> None:
    with contextlib.suppress(delivery.ServerAway):
        delivery.deliver(letter_id, clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="late_letters", queueing_lock="late_letters", lock="late_letters")
def late_letters(timestamp: int) -> None:
    """The net below `deliver_letter`: left behind, failed before, or put off while the server was away."""
    with contextlib.suppress(delivery.ServerAway):
        for letter_id in delivery.due(clock()):
            delivery.deliver(letter_id, clock())


@app.task(name=texts.JOB)
def deliver_text(text_id: int) -> None:
    with contextlib.suppress(ProviderAway):
        text_delivery.deliver(text_id, clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="late_texts", queueing_lock="late_texts", lock="late_texts")
def late_texts(timestamp: int) -> None:
    """The net below `deliver_text`."""
    with contextlib.suppress(ProviderAway):
        for text_id in text_delivery.due(clock()):
            text_delivery.deliver(text_id, clock())


@app.task(name=importing.JOB, lock="import", retry=3)
def import_mediators(roster_id: int) -> None:
    """A file that staff have confirmed; taken up again, it writes what is left."""
    importing.run(roster_id, clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="release_holds", queueing_lock="release_holds", lock="agenda")
def release_holds(timestamp: int) -> None:
    expiring.release_due(clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="send_reminders", queueing_lock="send_reminders", lock="reminders")
def send_reminders(timestamp: int) -> None:
    reminding.send_due(clock())


@app.periodic(cron=EVERY_HOUR)
@app.task(name="plan_reminders", queueing_lock="plan_reminders")
def plan_reminders(timestamp: int) -> None:
    """The net below a confirmation: what was confirmed before there were reminders."""
    planning.sweep(clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="refresh_availability", queueing_lock="refresh_availability", pass_context=True)
def refresh_availability(context: JobContext, timestamp: int) -> None:
    """Rows that time has made wrong. After a midnight they are all: the jobs of two minutes then share them, on one
    worker or two, and no more than two keep letters waiting."""
    end = clock() + REFRESH_TIME
    while clock() < end and not context.should_abort() and availability.refresh_stale(clock()):
        pass


@app.task(name=freeing.JOB, retry=3)
def offer_freed(mediator_id: int) -> None:
    """Something is free there: those who wait hear of it, in order."""
    offering.offer_freed(mediator_id, clock())


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="offer_everywhere", queueing_lock="offer_everywhere", lock="offer_everywhere")
def offer_everywhere(timestamp: int) -> None:
    """The net below `offer_freed`, and the first minute of the day for those who are not told at night."""
    offering.offer_everywhere(clock())


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="pass_intakes_on", queueing_lock="pass_intakes_on", lock="pass_intakes_on")
def pass_intakes_on(timestamp: int) -> None:
    """Requests that a mediator has not answered in time go to the next one."""
    overdue.pass_on(clock())


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="rescue", queueing_lock="rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that died stay « doing » for ever unless somebody takes them back."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        await running.give_back(manager, job)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="mend_listing", queueing_lock="mend_listing", lock="mend_listing")
def mend_listing(timestamp: int) -> None:
    """What code of the version before, which did not know of it, wrote beside it during a release."""
    listing.rebuild_all()


@app.periodic(cron=EVERY_TEN_MINUTES)
@app.task(name="count_map", queueing_lock="count_map", lock="count_map")
def count_map(timestamp: int) -> None:
    """How many are in the squares of the map that hold many."""
    tallying.refresh(clock())


@app.periodic(cron=EVERY_HOUR)
@app.task(name="tidy_cache", queueing_lock="tidy_cache")
def tidy_cache(timestamp: int) -> None:
    limits.forget_cached(clock())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="tidy", queueing_lock="tidy")
def tidy(timestamp: int) -> None:
    """What nobody can use any more: sessions that ran out."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    people.forget_sessions()


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="forget", queueing_lock="forget")
def forget(timestamp: int) -> None:
    """What the privacy notice says is kept no longer."""
    for name, count in retention.forget(clock()):
        logger.info("forgotten: %s %s", name, count)


@app.periodic(cron=EVERY_HOUR)
@app.task(name="close_suspended", queueing_lock="close_suspended", lock="agenda")
def close_suspended(timestamp: int) -> None:
    """The net below a suspension: appointments that a crash left standing, or booked at the last instant."""
    closing.close_due(clock())


@app.periodic(cron=EVERY_MORNING)
@app.task(name="tell_ends", queueing_lock="tell_ends", lock="tell_ends")
def tell_ends(timestamp: int) -> None:
    """Reminders and lapses of memberships, insurances and trainings."""
    reminded, lapsed = lapsing.tell(clock())
    logger.info("ends told: %s reminders, %s lapsed", reminded, lapsed)


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(name="tell_mediators", queueing_lock="tell_mediators", lock="tell_mediators")
def tell_mediators(timestamp: int) -> None:
    """The day in one letter, for the mediators who chose it, at their hour."""
    digest.tell_due(clock())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="note_figures", queueing_lock="note_figures", lock="note_figures")
def note_figures(timestamp: int) -> None:
    """How full the agendas of yesterday were: hours and free time have no past."""
    now = clock()
    logger.info("figures noted: %s mediators", figures.write(figures.yesterday(now), now))


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="verify_trail", queueing_lock="verify_trail")
def verify_trail(timestamp: int) -> None:
    """A trail that was changed makes a failed job, which staff see."""
    if faults := list(keeping.faults()):
        raise TrailBroken(faults[0])
    logger.info("the trail is whole; its last row: %s", keeping.head())


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="tidy_jobs", queueing_lock="tidy_jobs", pass_context=True)
async def tidy_jobs(context: JobContext, timestamp: int) -> None:
    manager: Any = context.app.job_manager
    await manager.delete_old_jobs(nb_hours=FAILED_JOBS_KEPT_HOURS, include_failed=True)
