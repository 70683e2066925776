"""SMS leave by a real HTTP conversation: once, even when the answer gets lost; refused for good, never again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from allomediateur.configuration import texting
from allomediateur.notify import text_delivery, texts
from allomediateur.notify.channels.sms.chosen import engine
from allomediateur.notify.channels.sms.engines import ProviderAway
from allomediateur.notify.models import Text
from allomediateur.notify.text_delivery import AWAY, CLAIM, DOUBT, LOST
from tests.factories import NOW
from tests.notify.provider import KEY, Provider, serving

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    made = Provider()
    texting.decide(100, texting.KINDS, NOW)
    with serving(made) as port:
        settings.SMS_ENGINE, settings.SMS_URL = "brevo", f"http://127.0.0.1:{port}"
        settings.SMS_KEY, settings.SMS_SENDER = KEY, "RendezVous"
        yield made


def text(**changes: str) -> Text:
    values: dict[str, Any] = {
        "kind": "reminder",
        "topic": "",
        "to": "+33639980123",
        "language": "fr",
        "body": "Demain à 14 h 30.",
    }
    made = texts.post(**(values | changes), now=NOW)
    assert made
    return made


def test_a_text_is_handed_over_as_the_provider_documents(provider: Provider) -> None:
    made = text()
    assert text_delivery.deliver(made.pk, NOW)
    assert not text_delivery.deliver(made.pk, NOW)
    assert provider.taken == [
        {
            "sender": "RendezVous", "recipient": "33639980123", "content": "Demain à 14 h 30.",
            "type": "transactional", "tag": str(made.mark), "unicodeEnabled": False,
        }
    ]  # fmt: skip
    made.refresh_from_db()
    assert (made.sent_at, made.asked_at, made.provider_id) == (NOW, None, "1001")


def test_the_order_of_writing_is_kept_and_two_workers_send_once(provider: Provider) -> None:
    first, second = text(body="Un"), text(body="Deux")
    assert text_delivery.due(NOW) == [first.pk, second.pk]
    assert text_delivery._claim(first.pk, NOW)  # another worker has it
    assert not text_delivery.deliver(first.pk, NOW)
    assert provider.taken == []


@pytest.mark.parametrize("code", ["invalid_parameter", "missing_parameter"])
def test_refused_for_good_is_put_aside_and_never_tried_again(provider: Provider, code: str) -> None:
    made = text()
    provider.answer = (400, f'{{"code": "{code}", "message": "Invalid phone number"}}')
    assert not text_delivery.deliver(made.pk, NOW)
    made.refresh_from_db()
    assert made.parked_at == NOW
    assert made.last_error == f"refused: HTTP 400 {code} Invalid phone number"
    provider.answer = None
    assert text_delivery.due(NOW + timedelta(days=1)) == []
    assert (provider.taken, [one.pk for one in texts.put_aside(NOW)]) == ([], [made.pk])


@pytest.mark.parametrize(
    "answer",
    [(401, '{"code": "unauthorized"}'), (402, '{"code": "not_enough_credits"}'), (429, "slow down"), (302, ""),
     (400, '{"code": "not_enough_credits"}'), (404, "<html>"), (403, "[]")],
)  # fmt: skip
def test_what_is_our_fault_makes_texts_wait_and_loses_none(provider: Provider, answer: tuple[int, str]) -> None:
    made = text()
    provider.answer = answer
    with pytest.raises(ProviderAway):
        text_delivery.deliver(made.pk, NOW)
    made.refresh_from_db()
    assert (made.parked_at, made.asked_at, made.next_attempt_at) == (None, None, NOW + AWAY)
    provider.answer = None
    assert text_delivery.deliver(made.pk, NOW + AWAY)
    assert len(provider.taken) == 1
    assert not any("elsewhere" in one for one in provider.asked)


def test_a_provider_that_is_not_there_is_no_doubt(provider: Provider, settings: Settings) -> None:
    made = text()
    settings.SMS_URL = "http://127.0.0.1:9"  # nobody listens there
    with pytest.raises(ProviderAway):
        text_delivery.deliver(made.pk, NOW)
    made.refresh_from_db()
    assert (made.asked_at, made.attempts) == (None, 0)
    assert (texts.late(NOW + 15 * MINUTE), texts.late(NOW + 16 * MINUTE)) == (0, 1)


def test_an_answer_lost_is_asked_for_and_the_text_is_not_sent_twice(provider: Provider) -> None:
    made = text()
    provider.hangs_up = True
    assert not text_delivery.deliver(made.pk, NOW)
    provider.hangs_up = False
    assert text_delivery.due(NOW + DOUBT - MINUTE) == []  # the list of what was taken lags behind
    assert text_delivery.deliver(made.pk, NOW + DOUBT)
    made.refresh_from_db()
    assert (len(provider.taken), made.sent_at, made.provider_id) == (1, NOW + DOUBT, "1001")


def test_an_answer_lost_of_a_text_that_was_never_taken_is_sent_again(provider: Provider) -> None:
    made = text()
    provider.answer = (503, "")
    assert not text_delivery.deliver(made.pk, NOW)
    provider.answer = None
    assert text_delivery.deliver(made.pk, NOW + DOUBT)
    assert len(provider.taken) == 1


def test_while_nobody_can_tell_it_is_not_sent_again(provider: Provider, settings: Settings) -> None:
    made, url = text(), settings.SMS_URL
    provider.hangs_up = True
    text_delivery.deliver(made.pk, NOW)
    settings.SMS_URL = "http://127.0.0.1:9"
    with pytest.raises(ProviderAway):
        text_delivery.deliver(made.pk, NOW + DOUBT)
    settings.SMS_URL, provider.hangs_up = url, False
    assert text_delivery.deliver(made.pk, NOW + 2 * DOUBT)
    assert len(provider.taken) == 1


def test_a_worker_killed_while_it_asked_leaves_the_doubt_behind(provider: Provider) -> None:
    made = text()
    claimed = text_delivery._claim(made.pk, NOW)
    assert claimed
    chosen = engine()
    assert chosen
    text_delivery._hand_over(chosen, claimed, NOW)  # and then the worker is gone
    assert text_delivery.due(NOW + CLAIM) == []
    assert text_delivery.deliver(made.pk, NOW + DOUBT)
    assert len(provider.taken) == 1


def test_answers_lost_again_and_again_are_shown_to_staff(provider: Provider) -> None:
    made = text()
    provider.answer = (500, "")
    for number in range(LOST):
        assert not text_delivery.deliver(made.pk, NOW + number * DOUBT)
    made.refresh_from_db()
    assert made.parked_at == NOW + (LOST - 1) * DOUBT
    assert made.last_error.startswith("unknown")


def test_a_text_that_came_too_late_is_not_sent(provider: Provider) -> None:
    made = texts.post(
        kind="waiting", topic="", to="+33639980123", language="fr", body="Un créneau", now=NOW, until=NOW + 15 * MINUTE
    )
    assert made
    assert not text_delivery.deliver(made.pk, NOW + 15 * MINUTE)
    made.refresh_from_db()
    assert (provider.taken, made.last_error) == ([], "too late")


def test_without_an_engine_what_was_written_waits(provider: Provider, settings: Settings) -> None:
    made = text()
    settings.SMS_KEY = ""
    with pytest.raises(ProviderAway):
        text_delivery.deliver(made.pk, NOW)
    assert not texts.offered("reminder")


def test_the_demo_keeps_texts(settings: Settings) -> None:
    settings.SMS_ENGINE = "console"
    texting.decide(1, ["reminder"], NOW)
    assert text_delivery.deliver(text().pk, NOW)


def test_what_is_old_and_what_erased_people_left_is_forgotten(provider: Provider) -> None:
    old, erased, kept = text(), text(), text()
    Text.objects.filter(pk=old.pk).update(created_at=NOW - timedelta(days=366))
    Text.objects.filter(pk=erased.pk).update(forgotten_once_sent=True)
    assert text_delivery.deliver(erased.pk, NOW)
    assert text_delivery.forget(NOW - timedelta(days=365)) == 1
    assert list(Text.objects.all()) == [kept]


def at(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def test_the_figures_of_a_month_are_in_parts(provider: Provider) -> None:
    text_delivery.deliver(text(body="a" * 200).pk, NOW)
    provider.answer = (400, '{"code": "invalid_parameter"}')
    text_delivery.deliver(text().pk, NOW)
    text()
    assert texts.figures(10, at(1)) == texts.Figures(sent=2, waiting=1, aside=1, left=6)
    assert texts.figures(10, at(24 * 9)) == texts.Figures(sent=0, waiting=0, aside=0, left=10)
