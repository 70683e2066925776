"""A saisine through its pages, as a browser without JavaScript goes: told, sent, proven, directed, accepted, booked."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.accounts.models import User
from allomediateur.agenda.models import Appointment, State
from allomediateur.cases import deciding
from allomediateur.cases.models import Intake, Proposal
from allomediateur.cases.questionnaire import reading, shelf, walking
from allomediateur.cases.questionnaire.shapes import Answer
from allomediateur.directory.models import Mediator
from allomediateur.notify.models import Letter
from tests.cases import telling
from tests.cases.telling import STORY
from tests.factories import make_commune, make_user
from tests.web.signing_in import enter

pytestmark = pytest.mark.django_db
FIRST = shelf.version(1)
BEYOND_LATER = "plus-tard"


@pytest.fixture(autouse=True)
def _rennes() -> None:
    telling.rennes()


@pytest.fixture
def bob() -> Mediator:
    return telling.make_one(now=datetime.now(UTC))


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode().replace("\u00a0", " ").replace("\u202f", " "))


def begin(client: Client, **told: str) -> Intake:
    answer = client.post(reverse("intake_start"), told)
    assert answer.status_code == 302
    return Intake.objects.order_by("-pk")[0]


def answer_all(client: Client, intake: Intake, answers: dict[str, Answer] = STORY) -> str:
    """Every screen, in the order of the way, as a browser posts it. Returns where it leads."""
    url = client.get(reverse("intake", args=[intake.reference]))["Location"]
    while "/question/" in url:
        page = client.get(url)
        assert page.status_code == 200, url
        name = url.split("/question/")[1].strip("/")
        found = next(one for one in FIRST.screens if one.id == name)
        if not found.questions:
            onward = re.search(r'class="button" href="([^"]+)">Continuer', page.content.decode())
            if onward is None:
                return str(url)
            url = onward[1]
            continue
        typed = {name: list(values) for name, values in reading.fill(found, answers).items()}
        seen = re.search(r'name="vu" value="([^"]*)"', page.content.decode())
        assert seen
        done = client.post(url, typed | {"vu": seen[1]})
        assert done.status_code == 302, text(done)
        url = done["Location"]
    return str(url)


def send(client: Client, intake: Intake) -> None:
    done = client.post(reverse("intake_whom", args=[intake.reference]), {"voie": "orienter"})
    assert done.status_code == 302


def test_the_whole_path(client: Client, bob: Mediator) -> None:
    assert "Raconter ma situation" in text(client.get(reverse("intake_start")))
    intake = begin(client)
    assert answer_all(client, intake) == reverse("intake_check", args=[intake.reference])
    check = text(client.get(reverse("intake_check", args=[intake.reference])))
    assert "La haie." in check
    whom = text(client.get(reverse("intake_whom", args=[intake.reference])))
    assert bob.name in whom
    assert "son certificat est vérifié" in whom
    send(client, intake)
    assert "Confirmez votre adresse" in text(client.get(reverse("intake", args=[intake.reference])))
    token = telling.token_of(telling.last_letter("intake_to_prove"))
    door = reverse("intake_resume", args=[token])
    assert "Cette adresse est la vôtre" in text(client.get(door))
    assert telling.again(intake).state == "unproven"
    assert client.post(door)["Location"] == reverse("intake", args=[intake.reference])
    page = text(client.get(reverse("intake", args=[intake.reference])))
    assert "Un médiateur a votre demande" in page
    assert bob.name in page
    assert client.session["_auth_user_id"] == str(User.objects.get(email="alice@example.org").pk)

    desk = Client()
    enter(desk, bob.user)
    mine = reverse("mediator_intake", args=[intake.reference])
    assert mine in text(desk.get(reverse("mediator_intakes")))
    before = text(desk.get(mine))
    assert "Paul Martin" in before
    assert "La haie." not in before
    value = re.search(r'name="creneau" value="([^"]+)" id="t-0"', before)
    assert value
    assert desk.post(mine, {"acte": "accepter", "creneau": value[1]}).status_code == 302
    assert "La haie." in text(desk.get(mine))

    page = text(client.get(reverse("intake", args=[intake.reference])))
    assert f"{bob.name} accepte votre demande" in page
    client.post(reverse("intake_book", args=[intake.reference]), {"acte": "prendre"})
    assert Appointment.objects.get().state == State.CONFIRMED
    assert "Votre rendez-vous est pris" in text(client.get(reverse("intake", args=[intake.reference])))


def test_what_is_wrong_is_said_and_what_is_right_is_kept(client: Client) -> None:
    intake = begin(client)
    answer_all(client, intake, {**STORY, "email": {"said": "unknown"}})
    url = reverse("intake_screen", args=[intake.reference, "contact"])
    wrong = client.post(url, {"email": "alice@", "phone": "06 39 98 00 09"})
    assert wrong.status_code == 422
    assert "Erreur :" in text(wrong)
    assert "Cette adresse n’est pas complète." in text(wrong)
    assert 'value="alice@"' in text(wrong)
    assert client.get(url).context["fields"][1].value == "+33639980009"


def test_a_commune_of_two_departments_is_asked(client: Client) -> None:
    make_commune("93066", "Saint-Denis", "93", ["93200"], 110_000, 48.93, 2.35)
    make_commune("97411", "Saint-Denis", "974", ["97400"], 150_000, -20.88, 55.45)
    intake = begin(client)
    answer_all(
        client, intake, {name: one for name, one in STORY.items() if name != "email"} | {"email": "a@example.org"}
    )
    url = reverse("intake_screen", args=[intake.reference, "place"])
    asked = client.post(url, {"place": "saint-denis"})
    assert asked.status_code == 422
    assert "Laquelle" in text(asked)
    assert client.post(url, {"place": ["saint-denis", "97411"]}).status_code == 302


def test_another_window_is_not_overwritten_unseen(client: Client) -> None:
    intake = begin(client)
    url = reverse("intake_screen", args=[intake.reference, "role"])
    assert client.post(url, {"role": "party", "vu": "role:0"}).status_code == 302
    late = client.post(url, {"role": "relative", "vu": "role:0"})
    assert late.status_code == 409
    assert "« La personne concernée »" in text(late)
    seen = re.search(r'name="vu" value="([^"]*)"', late.content.decode())
    assert seen
    assert client.post(url, {"role": "relative", "vu": seen[1]}).status_code == 302


def test_a_purchase_leaves_for_its_own_site_with_nothing(client: Client, bob: Mediator) -> None:
    intake = begin(client)
    url = answer_all(client, intake, {**STORY, "other_side": "trader"})
    assert url == reverse("intake_screen", args=[intake.reference, "consumer"])
    page = text(client.get(url))
    assert "économie.gouv" in page or "economie.gouv" in page
    assert client.get(reverse("intake_whom", args=[intake.reference])).status_code == 302
    assert client.post(reverse("intake_whom", args=[intake.reference]), {"voie": "orienter"}).status_code == 302
    assert telling.again(intake).state == "draft"


def test_a_million_characters_get_a_sentence_and_lose_nothing(client: Client) -> None:
    intake = begin(client)
    url = reverse("intake_screen", args=[intake.reference, "role"])
    client.post(url, {"role": "party", "vu": "role:0"})
    huge = client.post(url, {"role": "party", "story": "a" * 1_000_000})
    assert huge.status_code == 413
    assert "Tout ce qui l’était avant est gardé." in text(huge)
    assert client.get(url).context["fields"][0].options[0].checked


def test_a_story_too_long_is_given_back(client: Client) -> None:
    intake = begin(client)
    answer_all(client, intake)
    url = reverse("intake_screen", args=[intake.reference, "story"])
    long = client.post(url, {"story": "é" * 20_001, "vu": "story:1"})
    assert long.status_code == 422
    assert "20 001" in text(long)
    assert "é" * 20_001 in long.content.decode()


def test_a_stranger_and_a_wrong_link_find_nothing(client: Client) -> None:
    intake = begin(client)
    stranger = Client()
    pages = ("intake", "intake_check", "intake_whom", "intake_print", "intake_erase", "intake_withdraw", "intake_book")
    for name in pages:
        assert stranger.get(reverse(name, args=[intake.reference])).status_code == 404
    enter(stranger, make_user("charlie@example.org"))
    assert stranger.get(reverse("intake", args=[intake.reference])).status_code == 404
    assert stranger.get(reverse("intake_resume", args=["x" * 43])).status_code == 404
    assert stranger.post(reverse("intake_resume", args=["x" * 43])).status_code == 404


def test_a_week_later_a_link_takes_it_up_again_elsewhere(client: Client) -> None:
    intake = begin(client)
    client.post(reverse("intake_screen", args=[intake.reference, "role"]), {"role": "party", "vu": "role:0"})
    shown = re.search(
        r"<code>([^<]+)</code>", client.post(reverse("intake_link", args=[intake.reference])).content.decode()
    )
    assert shown
    Intake.objects.update(changed_at=datetime.now(UTC) - timedelta(days=7))
    other = Client()
    path = "/" + shown[1].split("/", 3)[3]
    assert "Reprendre où vous en étiez" in text(other.get(path))
    assert other.post(path)["Location"] == reverse("intake", args=[intake.reference])
    page = other.get(reverse("intake", args=[intake.reference]))
    assert "Votre demande vous attend" in text(page)


def test_who_has_an_account_is_asked_to_sign_in(client: Client, bob: Mediator) -> None:
    make_user("alice@example.org")
    intake = begin(client)
    answer_all(client, intake)
    send(client, intake)
    door = reverse("intake_resume", args=[telling.token_of(telling.last_letter("intake_to_prove"))])
    page = client.post(door)
    assert "Votre adresse est confirmée" in text(page)
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("intake", args=[intake.reference])).status_code == 404


def test_nothing_of_it_is_kept_by_caches_or_told_to_others(client: Client) -> None:
    intake = begin(client)
    for name in ("intake_check", "intake_print"):
        answer = client.get(reverse(name, args=[intake.reference]))
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "same-origin"
        assert 'content="noindex' in answer.content.decode()


def test_helplines_come_with_fear_and_nobody_is_invited(client: Client, bob: Mediator) -> None:
    intake = begin(client)
    for name, value in (("role", "party"), ("origin", "chosen"), ("safety", "fear")):
        done = client.post(reverse("intake_screen", args=[intake.reference, name]), {name: value})
    page = text(client.get(done["Location"]))
    assert "3919" in page
    assert "Quitter" in page


def test_a_draft_is_erased_at_once(client: Client) -> None:
    intake = begin(client)
    url = reverse("intake_erase", args=[intake.reference])
    assert "Tout effacer ?" in text(client.get(url))
    assert client.post(url)["Location"] == reverse("intake_start")
    assert not Intake.objects.exists()


def test_people_are_added_one_by_one_without_javascript(client: Client) -> None:
    intake = begin(client)
    answer_all(client, intake)
    url = reverse("intake_screen", args=[intake.reference, "parties"])
    typed = {"parties-0-name": "Paul Martin", "plus": "1"}
    more = client.post(url, typed)
    assert more.status_code == 200
    assert 'name="parties-1-name"' in text(more)
    assert 'value="Paul Martin"' in text(more)


def test_two_are_chosen_and_one_declines(client: Client, bob: Mediator) -> None:
    carole = telling.make_one("Carole Petit", now=datetime.now(UTC))
    intake = begin(client, mediateur=bob.slug)
    answer_all(client, intake)
    client.post(reverse("intake_choose", args=[intake.reference]), {"ajouter": carole.slug})
    client.post(reverse("intake_whom", args=[intake.reference]), {"voie": "choisis", "ensuite": "non"})
    client.post(reverse("intake_resume", args=[telling.token_of(telling.last_letter("intake_to_prove"))]))
    assert telling.asked(intake) == [(bob.pk, "open"), (carole.pk, "open")]
    desk = Client()
    enter(desk, bob.user)
    mine = reverse("mediator_intake", args=[intake.reference])
    assert desk.post(mine, {"acte": "decliner"}).status_code == 422
    assert desk.post(mine, {"acte": "decliner", "reason": "time"}).status_code == 302
    assert desk.get(mine).status_code == 410
    page = text(client.get(reverse("intake", args=[intake.reference])))
    assert carole.name in page
    assert "n’est pas disponible" in page
    assert "disponible à temps" not in page


def test_nobody_is_free_and_staff_find_somebody(client: Client) -> None:
    intake = begin(client)
    answer_all(client, intake)
    assert "Personne de libre ne convient" in text(client.get(reverse("intake_whom", args=[intake.reference])))
    send(client, intake)
    client.post(reverse("intake_resume", args=[telling.token_of(telling.last_letter("intake_to_prove"))]))
    assert "Notre équipe cherche pour vous" in text(client.get(reverse("intake", args=[intake.reference])))
    carole = telling.make_one("Carole Petit", specialties=("famille",), now=datetime.now(UTC))
    staff = Client()
    enter(staff, make_user("sam@example.org", role=User.Role.STAFF))
    assert intake.reference in text(staff.get(reverse("staff_intakes")))
    url = reverse("staff_intake", args=[intake.reference])
    page = text(staff.get(url))
    assert "Rennes (35)" in page
    assert "La haie" not in page
    assert staff.post(url, {"proposer": carole.slug, "words": ""}).status_code == 422
    assert carole.name in text(staff.get(url, {"nom": "carole"}))
    assert staff.post(url, {"proposer": carole.slug, "words": "Elle connaît le sujet."}).status_code == 302
    assert telling.asked(intake) == [(carole.pk, "open")]


def test_staff_write_it_down_under_dictation(bob: Mediator) -> None:
    staff = Client()
    enter(staff, make_user("sam@example.org", role=User.Role.STAFF))
    assert staff.post(reverse("staff_intake_note"), {"langue": "fr"}).status_code == 302
    intake = Intake.objects.get()
    assert "Vous notez sous la dictée" in text(staff.get(reverse("intake_screen", args=[intake.reference, "role"])))
    answer_all(staff, intake)
    done = staff.post(reverse("intake_whom", args=[intake.reference]), {"voie": "orienter"})
    assert "La demande est partie" in text(done)
    assert telling.asked(intake) == [(bob.pk, "open")]
    assert staff.get(reverse("intake", args=[intake.reference])).status_code == 404
    shown = re.search(r"<code>([^<]+)</code>", done.content.decode())
    assert shown
    person = Client()
    assert person.post("/" + shown[1].split("/", 3)[3])["Location"] == reverse("intake", args=[intake.reference])
    assert "Un médiateur a votre demande" in text(person.get(reverse("intake", args=[intake.reference])))


def test_a_slot_taken_meanwhile_is_said_to_the_mediator(client: Client, bob: Mediator) -> None:
    intake = telling.sent(now=datetime.now(UTC))
    desk = Client()
    enter(desk, bob.user)
    mine = reverse("mediator_intake", args=[intake.reference])
    gone = desk.post(mine, {"acte": "accepter", "creneau": "2026-01-01T00:00:00+00:00|phone||1"})
    assert gone.status_code == 422
    assert "n’est plus libre" in text(gone)
    assert desk.post(mine, {"acte": "accepter", "creneau": BEYOND_LATER}).status_code == 302
    assert Proposal.objects.get().state == "accepted"
    assert deciding.accepted_by(intake) == bob


def test_other_roles_find_nothing(bob: Mediator) -> None:
    carole = telling.make_one("Carole Petit", now=datetime.now(UTC))
    intake = telling.sent(to=(bob,), now=datetime.now(UTC))
    other = Client()
    enter(other, carole.user)
    assert other.get(reverse("mediator_intake", args=[intake.reference])).status_code == 404
    assert other.get(reverse("staff_intakes")).status_code == 403
    assert walking.walk(FIRST, {}).missing


def test_the_letter_is_sent_again_or_the_address_corrected(client: Client, bob: Mediator) -> None:
    intake = begin(client)
    answer_all(client, intake, {**STORY, "email": "alise@example.org"})
    send(client, intake)
    url = reverse("intake_letter", args=[intake.reference])
    client.post(url, {"acte": "envoyer"})
    assert Letter.objects.filter(kind="intake_to_prove", to="alise@example.org").count() == 2
    contact = client.post(url, {"acte": "corriger"})["Location"]
    assert contact == reverse("intake_screen", args=[intake.reference, "contact"])
    seen = re.search(r'name="vu" value="([^"]*)"', client.get(contact).content.decode())
    assert seen
    client.post(contact, {"email": "alice@example.org", "phone": telling.PHONE, "vu": seen[1]})
    send(client, intake)
    assert telling.last_letter("intake_to_prove").to == "alice@example.org"
    client.post(reverse("intake_resume", args=[telling.token_of(telling.last_letter("intake_to_prove"))]))
    assert telling.asked(intake) == [(bob.pk, "open")]


def test_a_link_that_was_noted_does_not_prove_another_s_address(client: Client, bob: Mediator) -> None:
    """Mallory types Alice's address, and opens the link that the page shows: nothing leaves, nobody is entered."""
    make_user("alice@example.org")
    intake = begin(client)
    answer_all(client, intake)
    send(client, intake)
    made = client.post(reverse("intake_link", args=[intake.reference]))
    shown = re.search(r"<code>([^<]+)</code>", made.content.decode())
    assert shown
    path = "/" + shown[1].split("/", 3)[3]
    assert "Cette adresse est la vôtre" not in text(client.get(path))
    client.post(path)
    assert telling.again(intake).state == "unproven"
    assert "_auth_user_id" not in client.session


def test_an_address_nobody_has_proven_is_written_to_so_often_and_no_more(client: Client, settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"letter": (1, 1e-6)}
    intake = begin(client)
    answer_all(client, intake, {**STORY, "email": "victime@example.org"})
    send(client, intake)
    url = reverse("intake_letter", args=[intake.reference])
    assert client.post(url, {"acte": "envoyer"}).status_code == 429
    assert Letter.objects.filter(to="victime@example.org").count() == 1
