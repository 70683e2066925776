"""/administration/reglages/: what is set is said everywhere, once proven again, and is on the trail."""

import pytest
from django.test import Client
from django.urls import reverse

from allomediateur.configuration import names
from allomediateur.configuration.models import Setting
from allomediateur.trail.models import Entry
from tests.agenda.standings import make_staff
from tests.web.signing_in import enter, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_staff())
    return client


def told(**changes: str) -> dict[str, str]:
    return names.installation() | changes


def test_a_name_is_said_by_pages_at_once_and_the_trail_has_its_key(staff: Client) -> None:
    answer = staff.post(reverse("staff_settings"), told(certificate="CAP-X", host="Hébergeur SA\nParis"))
    assert answer.status_code == 302
    assert "CAP-X" in text(Client().get(reverse("home")))
    assert "Hébergeur SA<br>Paris" in text(Client().get(reverse("legal_notice")))
    entry = Entry.objects.get(act="configured")
    assert (entry.detail, entry.thing) == ("certificate, host", "configuration")


@pytest.mark.parametrize(
    ("key", "value"),
    [("consumer_site_url", "http://exemple.example/"), ("consumer_site_url", "javascript:alert(1)"),
     ("ethics_code_url", "//evil.example"), ("contact_email", "moi"), ("certificate", ""), ("certificate", "x" * 501)],
)  # fmt: skip
def test_wrong_values_are_told_and_nothing_is_set(staff: Client, key: str, value: str) -> None:
    page = staff.post(reverse("staff_settings"), told(chamber="Autre", **{key: value}))
    assert (page.status_code, "error-summary" in text(page), Setting.objects.count()) == (422, True, 0)
    assert "Autre" in text(page)


def test_what_is_set_is_inert(staff: Client) -> None:
    staff.post(reverse("staff_settings"), told(certificate="<script>alert(1)</script>"))
    staff.post(
        reverse("staff_announcement"),
        {"fr": "<img src=x onerror=alert(1)>", "en": "", "kind": "info", "since": "", "until": ""},
    )
    page = text(Client().get(reverse("home")))
    assert ("<script>alert" in page, "<img src=x" in page) == (False, False)
    assert "&lt;img src=x" in page


def test_an_announcement_is_on_every_page_until_it_is_removed(staff: Client) -> None:
    url = reverse("staff_announcement")
    assert "Elle paraît en ce moment" not in text(staff.get(url))
    staff.post(url, {"fr": "Travaux lundi", "en": "Works on Monday", "kind": "warning", "since": "", "until": ""})
    assert "Elle paraît en ce moment" in text(staff.get(url))
    for path, words in (("/", "Travaux lundi"), ("/mediateurs/", "Travaux lundi"), ("/en/", "Works on Monday")):
        assert words in text(Client().get(path))
    staff.post(reverse("staff_announcement_end"))
    assert "Travaux lundi" not in text(Client().get("/"))


def test_an_announcement_that_ends_before_it_begins_is_told(staff: Client) -> None:
    sent = {"fr": "A", "en": "", "kind": "info", "since": "2027-02-01", "until": "2027-01-01"}
    page = staff.post(reverse("staff_announcement"), sent)
    assert (page.status_code, "La fin vient avant le début" in text(page)) == (422, True)
    sent["until"] = "2027-02-01"
    assert staff.post(reverse("staff_announcement"), sent).status_code == 302
    shown = text(staff.get(reverse("staff_announcement")))
    assert shown.count('value="2027-02-01"') == 2


def test_words_of_a_letter_are_set_and_restored(staff: Client) -> None:
    url = reverse("staff_letter", args=["account_login_code"])
    assert staff.get(reverse("staff_letter", args=["nothing"])).status_code == 404
    wrong = staff.post(url, {"fr-subject": "{secret}", "fr-note": "", "en-subject": "", "en-note": "Hello"})
    assert (wrong.status_code, "n’est pas connu ici" in text(wrong), "Hello" in text(wrong)) == (422, True, True)
    staff.post(url, {"fr-subject": "Entrer", "fr-note": "Mot", "en-subject": "", "en-note": ""})
    assert "réglée" in text(staff.get(reverse("staff_letters")))
    assert Entry.objects.filter(act="configured", detail="account_login_code").exists()
    staff.post(url, {"fr-subject": "", "fr-note": "", "en-subject": "", "en-note": ""})
    assert "réglée" not in text(staff.get(reverse("staff_letters")))


def test_every_letter_has_a_name_in_words(staff: Client) -> None:
    page = text(staff.get(reverse("staff_letters")))
    assert "Rendez-vous confirmé, au client" in page
    assert "appointment confirmed" not in page
