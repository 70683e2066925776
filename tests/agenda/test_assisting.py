"""What staff do for somebody: on that side's terms, never more; letters follow, and doors of former ones are shut."""

from datetime import datetime, timedelta

import pytest

from allomediateur.agenda import assisting, changing, confirming, direct, links
from allomediateur.agenda.assisting import Contact
from allomediateur.agenda.changing import Side
from allomediateur.agenda.models import Appointment, Modality, Participant, Service, State, Transition
from allomediateur.agenda.refusals import SlotRefused, SlotTaken, Wish
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter, PaperLetter
from tests.agenda import steps
from tests.agenda.steps import MINUTE, TEN, last_letter, passages, token_of
from tests.factories import NOW, make_mediator, make_service, make_user, service_of

pytestmark = pytest.mark.django_db
STAFF = Transition.By.STAFF
ZOE = direct.Somebody("Zoé Petit", email="zoe@example.org", phone="+33639981234")
ADDRESS = "3 rue du Bac\n75007 Paris"


@pytest.fixture
def bob() -> Mediator:
    return make_mediator()


def book(
    bob: Mediator, start: datetime = TEN, who: direct.Somebody = ZOE, service: Service | None = None
) -> Appointment:
    wish = Wish(bob, service or service_of(bob), Modality.PHONE, None, start)
    return direct.book_for(wish, [start], who, None, str(wish), NOW, STAFF)[0]


def client_of(made: Appointment) -> Participant:
    return made.participants.get(role="client")


def test_staff_book_and_it_is_written_that_they_did(bob: Mediator) -> None:
    made = book(bob)
    assert passages(made) == [("", "held", "staff"), ("held", "confirmed", "staff")]
    assert (made.state, client_of(made).user) == (State.CONFIRMED, None)


def test_staff_are_offered_what_any_visitor_is(bob: Mediator) -> None:
    """Notice, and services that mediators keep for themselves; the mediator books both."""
    soon = NOW + timedelta(minutes=60)
    with pytest.raises(SlotRefused):
        book(bob, soon)
    own = make_service(bob, booked_by=Service.BookedBy.MEDIATOR)
    with pytest.raises(SlotRefused):
        book(bob, service=own)
    for service in (service_of(bob), own):
        start = soon if service == service_of(bob) else TEN
        assert direct.book_for(
            Wish(bob, service, Modality.PHONE, None, start), [start], ZOE, None, service.name_fr + str(start), NOW
        )


def test_what_is_taken_is_taken(bob: Mediator) -> None:
    steps.hold(bob)
    with pytest.raises(SlotTaken):
        book(bob)


def test_for_the_client_staff_move_on_the_clients_terms(bob: Mediator) -> None:
    """Until the service's limit, with its notice; for the mediator, until the start."""
    Service.objects.filter(mediator=bob).update(change_until_hours=24)
    made = book(bob, TEN + timedelta(days=2))
    late = TEN + timedelta(days=1, hours=3)
    with pytest.raises(changing.TooLate):
        changing.move(made, start=TEN + timedelta(days=3), by=STAFF, side=Side.CLIENT, now=late)
    with pytest.raises(changing.TooLate):
        changing.cancel(made, by=STAFF, side=Side.CLIENT, now=late)
    with pytest.raises(SlotRefused):
        changing.move(made, start=NOW + 60 * MINUTE, by=STAFF, side=Side.CLIENT, now=NOW)
    assert changing.move(made, start=NOW + 60 * MINUTE, by=STAFF, side=Side.MEDIATOR, now=NOW).starts_at > NOW
    assert changing.cancel(made, by=STAFF, side=Side.MEDIATOR, now=NOW).state == State.CANCELLED


@pytest.mark.parametrize(("side", "said"), [(Side.CLIENT, "comme demandé"), (Side.MEDIATOR, "a dû annuler")])
def test_the_letter_says_whose_wish_it_was(bob: Mediator, side: Side, said: str) -> None:
    made = book(bob)
    changing.cancel(made, by=STAFF, side=side, now=NOW)
    assert said in last_letter("appointment_cancelled").text
    assert passages(made)[-1] == ("confirmed", "cancelled", "staff")


def test_a_corrected_address_gets_the_letter_and_the_former_one_opens_nothing(bob: Mediator) -> None:
    made = book(bob)
    former = token_of(last_letter("appointment_confirmed"))
    assert assisting.correct(made, Contact("Zoé Petit", "+33639981234", "zo@example.org"), NOW) == ["email"]
    letter = last_letter("appointment_confirmed")
    assert letter.to == "zo@example.org"
    with pytest.raises(links.LinkInvalid):
        confirming.peek_link(former, links.Purpose.MANAGE, NOW)
    assert confirming.peek_link(token_of(letter), links.Purpose.MANAGE, NOW).participant == client_of(made)


def test_a_corrected_name_sends_nothing(bob: Mediator) -> None:
    made, before = book(bob), Letter.objects.count()
    contact = Contact("Zoé Grand", "+33639981234", "zoe@example.org", ADDRESS)
    assert assisting.correct(made, contact, NOW) == ["name", "postal_address"]
    assert (Letter.objects.count(), PaperLetter.objects.count()) == (before, 0)
    assert client_of(made).name == "Zoé Grand"


def test_an_address_on_paper_has_its_letter_to_print(bob: Mediator) -> None:
    made = book(bob)
    assisting.correct(made, Contact("Zoé Petit", "+33639981234", "", ADDRESS), NOW)
    assert PaperLetter.objects.get().address == ADDRESS


def test_what_is_to_be_confirmed_keeps_an_email(bob: Mediator) -> None:
    made = steps.book(bob)
    with pytest.raises(assisting.AddressMissing):
        assisting.correct(made, Contact("Alice", "+33612345678", "", ADDRESS), NOW)
    assisting.correct(made, Contact("Alice", "+33612345678", "a@example.org"), NOW)
    assert last_letter("appointment_to_confirm").to == "a@example.org"


def test_by_phone_there_is_a_number(bob: Mediator) -> None:
    with pytest.raises(assisting.PhoneMissing):
        assisting.correct(book(bob), Contact("Zoé", "", "zoe@example.org"), NOW)


def test_who_has_an_account_corrects_it_alone(bob: Mediator) -> None:
    alice = make_user()
    made = steps.book(bob, user=alice)
    with pytest.raises(assisting.HasAccount):
        assisting.correct(made, Contact("Mallory", "+33612345678", "mallory@example.org"), NOW)
    assert client_of(made).email == "alice@example.org"


def test_what_is_over_is_not_corrected(bob: Mediator) -> None:
    made = book(bob)
    changing.cancel(made, by=STAFF, now=NOW)
    with pytest.raises(assisting.NotChangeable):
        assisting.correct(made, Contact("Zoé", "+33639981234", "x@example.org"), NOW)


def test_the_letter_goes_again_as_things_are(bob: Mediator) -> None:
    made = book(bob)
    assisting.send_again(made, NOW)
    assert Letter.objects.filter(kind="appointment_confirmed", to="zoe@example.org").count() == 2
    assert Letter.objects.filter(kind="mediator_confirmed").count() == 1
    changing.cancel(made, by=STAFF, side=Side.MEDIATOR, reason="Grève", now=NOW)
    assisting.send_again(made, NOW)
    first, second = Letter.objects.filter(kind="appointment_cancelled")
    assert (first.text, first.pk) != (second.text, second.pk)
    assert first.text == second.text


def test_unconfirmed_it_asks_again_as_often_as_it_may(bob: Mediator) -> None:
    made = steps.book(bob)
    for _time in range(links.LETTERS - 1):
        assisting.send_again(made, NOW)
    with pytest.raises(links.TooManyLetters):
        assisting.send_again(made, NOW)


def test_on_paper_it_is_to_be_printed_again(bob: Mediator) -> None:
    made = book(bob, who=direct.Somebody("Zoé", phone="+33639981234", postal_address=ADDRESS))
    changing.cancel(made, by=STAFF, side=Side.CLIENT, now=NOW)
    PaperLetter.objects.update(printed_at=NOW)
    assisting.send_again(made, NOW)
    assert PaperLetter.objects.get(printed_at=None).kind == "appointment_cancelled"


def test_without_any_address_nothing_goes(bob: Mediator) -> None:
    with pytest.raises(assisting.AddressMissing):
        assisting.send_again(book(bob, who=direct.Somebody("Zoé", phone="+33639981234")), NOW)
