"""`python -m benchmarks.routing [--requests 1000] [--mediators 60]`: a year of requests directed, in simulated time.

An invented country; requests drawn from a seed, spread over the year; mediators who accept, decline or stay silent,
each after a while; the worker that passes every hour. Nothing is measured in seconds of ours: the figures are those of
docs/routing.md, the same every time.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from benchmarks import database

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
YEAR = 364 * 24
ACCEPTED, DECLINED = 0.6, 0.25
"""Of a hundred proposals; the rest is silence."""
PLACES = ("75111", "69383", "13055", "35238", "44109", "31555", "59350", "67482")
SEED = 7


def simulate(requests: int, mediators: int) -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    """The lines of the table, and what else is told."""
    database.ready()
    from allomediateur.agenda import availability
    from allomediateur.cases import overdue
    from allomediateur.directory import communes
    from allomediateur.worker.country import making

    chance = Random(SEED)
    communes.load()
    making.generate(mediators, SEED, START)
    due = sorted(chance.randrange(YEAR) for _ in range(requests))
    answers: list[tuple[int, int]] = []
    for hour in range(YEAR + 24 * 14):
        now = START + hour * HOUR
        if hour % 6 == 0:
            while availability.refresh_stale(now):
                pass
        while due and due[0] <= hour:
            due.pop(0)
            _tell(chance, now)
        _answer(chance, now, answers, hour)
        overdue.pass_on(now)
    return _figures()


def _tell(chance: Random, now: datetime) -> None:
    from allomediateur.cases import drafting, sending
    from allomediateur.cases.compartments.actors import Holder
    from allomediateur.cases.models import Intake
    from allomediateur.directory.models import Specialty
    from allomediateur.worker.country.tellings import told

    holder = Holder.new()[1]
    domain = chance.choice(list(Specialty.objects.values_list("slug", flat=True)))
    way = chance.choice((["phone"], ["video"], ["in_person"], ["phone", "video", "in_person"]))
    more: dict[str, Any] = {
        "domain": domain, "other_side": "relative", "modality": way,
        "place": {"code": chance.choice(PLACES), "name": "X"}, "urgency": chance.choice(("days", "weeks", "no_hurry")),
        "times": chance.choice((["any"], ["evening"], ["morning"])),
    }  # fmt: skip
    made = drafting.begin(holder, language="fr", zone="Europe/Paris", now=now)
    drafting.save(drafting.read(made, holder, now=now), told(f"Personne {made.pk}", more), seen={}, now=now)
    sending.send(drafting.read(made, holder, now=now), way=Intake.Way.DIRECTED, user=None, now=now)


def _answer(chance: Random, now: datetime, answers: list[tuple[int, int]], hour: int) -> None:
    """Each proposal is answered once, 1 to 46 hours after it was made, or not at all."""
    from allomediateur.cases import deciding
    from allomediateur.cases.models import Proposal

    drawn = {pk for pk, _ in answers}
    fresh = Proposal.objects.opened().exclude(pk__in=drawn).order_by("pk").values_list("pk", flat=True)
    answers.extend((pk, hour + chance.randint(1, 46)) for pk in fresh)
    for pk, _at in [one for one in answers if one[1] == hour]:
        found = Proposal.objects.select_related("intake__compartment", "mediator__user").get(pk=pk)
        draw = chance.random()
        if found.state == Proposal.State.OPEN and draw < ACCEPTED:
            deciding.accept(found, None, now)
        elif found.state == Proposal.State.OPEN and draw < ACCEPTED + DECLINED:
            deciding.decline(found, Proposal.Decline.TIME, now)
    answers[:] = [one for one in answers if one[1] >= hour - 60]


def _figures() -> tuple[list[tuple[Any, ...]], dict[str, Any]]:
    from allomediateur.cases.models import Intake, Proposal
    from allomediateur.directory.models import Mediator, Specialty

    sent = list(Intake.objects.exclude(state="draft"))
    waits = sorted((one.ended_at - one.sent_at) / HOUR for one in sent if one.ended_at and one.sent_at)
    states = Counter(one.state for one in sent)
    loads = Counter(Proposal.objects.values_list("mediator", flat=True))
    lines = []
    for one in Specialty.objects.order_by("slug"):
        own = [loads[pk] for pk in Mediator.objects.filter(specialties=one).values_list("pk", flat=True)]
        lines.append((one.label_fr, len(own), min(own), statistics.median(own), max(own)))
    every = [loads[pk] for pk in Mediator.objects.values_list("pk", flat=True)]
    told = {
        "requests": len(sent), "accepted": states["accepted"], "staff": states["staff"],
        "wait, median": statistics.median(waits), "wait, 9 of 10": waits[int(0.9 * len(waits))],
        "asked for one accepted": sum(loads.values()) / max(1, states["accepted"]),
        "load, median": statistics.median(every), "load, least": min(every), "load, most": max(every),
        "gini": _gini(every),
    }  # fmt: skip
    return lines, told


def _gini(loads: Sequence[int]) -> float:
    """0: all alike; 1: one has everything."""
    ordered = sorted(loads)
    total = sum(ordered) or 1
    return sum((2 * place - len(ordered) - 1) * load for place, load in enumerate(ordered, 1)) / (len(ordered) * total)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--requests", type=int, default=1000)
    asked.add_argument("--mediators", type=int, default=60)
    told = asked.parse_args()
    lines, rest = simulate(told.requests, told.mediators)
    for name, value in rest.items():
        print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")
    print("\n| specialty | mediators | least | median | most |\n|---|---|---|---|---|")
    for line in lines:
        print("| " + " | ".join(str(cell) for cell in line) + " |")


if __name__ == "__main__":
    main()
