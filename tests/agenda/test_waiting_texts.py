"""Beside the letter that offers a slot, a word by SMS: a quarter of an hour is short."""

import pytest

from allomediateur.agenda import preferences
from allomediateur.agenda.models import Channel
from allomediateur.configuration import texting
from allomediateur.notify.models import Text
from tests.agenda import waits
from tests.agenda.waits import freed, join, make_full_mediator, told
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def bodies() -> list[tuple[str, str]]:
    return [(str(one.to), one.body.replace("\u00a0", " ")) for one in Text.objects.order_by("pk")]


@pytest.fixture
def on() -> None:
    texting.decide(100, texting.KINDS, NOW)


@pytest.mark.usefixtures("on")
def test_the_one_told_has_an_sms_too_short_and_neutral() -> None:
    bob = make_full_mediator()
    join(bob)
    [offer] = freed(bob)
    assert bodies() == [
        (
            "+33612345678",
            "Un créneau vous est gardé jusqu'à 9 h 15. Voyez la lettre envoyée par e-mail.",
        )
    ]
    (text,) = Text.objects.all()
    assert (text.kind, text.parts, text.useless_at) == ("waiting", 1, offer.expires_at)
    assert told() == ["zoe@example.org"]


@pytest.mark.usefixtures("on")
@pytest.mark.parametrize(("channel", "count"), [(Channel.EMAIL, 0), (Channel.SMS, 1), (Channel.BOTH, 1)])
def test_an_account_that_wants_letters_has_letters(channel: Channel, count: int) -> None:
    bob, alice = make_full_mediator(), make_user()
    preferences.choose(alice, week=True, day=True, channel=channel)
    waits.write(bob, NOW, user=alice, email=alice.email, phone="+33612345678")
    freed(bob)
    assert (told(), len(bodies())) == ([alice.email], count)


def test_where_sms_is_off_the_letter_leaves_alone() -> None:
    bob = make_full_mediator()
    join(bob)
    freed(bob)
    assert (told(), bodies()) == (["zoe@example.org"], [])
