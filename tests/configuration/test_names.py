"""Names, links and the announcement: staff's over the installation's, in one query."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from allomediateur.configuration import names
from allomediateur.configuration.models import Setting
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_without_a_row_the_installations_holds(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = names.everything()
    assert found == names.installation()
    assert (found["certificate"], names.value("chamber")) == (settings.CERTIFICATE_NAME, settings.CHAMBER_NAME)


def test_a_value_set_holds_until_it_is_the_installations_again() -> None:
    assert names.change({"chamber": "Chambre B", "school": settings.SCHOOL_NAME}, NOW) == ["chamber"]
    assert (names.value("chamber"), names.everything()["chamber"]) == ("Chambre B", "Chambre B")
    assert names.change({"chamber": settings.CHAMBER_NAME}, NOW) == ["chamber"]
    assert not Setting.objects.exists()


def test_an_emptied_value_is_empty() -> None:
    names.change({"publisher": "Association"}, NOW)
    names.change({"publisher": ""}, NOW)
    assert names.value("publisher") == ""


def test_there_is_no_other_value() -> None:
    with pytest.raises(KeyError):
        names.value("secret_key")


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        ("", "", True),
        ((NOW - DAY).isoformat(), (NOW + DAY).isoformat(), True),
        (NOW.isoformat(), "", True),
        ("", NOW.isoformat(), False),
        ((NOW + DAY).isoformat(), "", False),
    ],
)
def test_an_announcement_is_shown_in_its_time(since: str, until: str, shown: bool) -> None:
    told = {
        "banner_fr": "Travaux",
        "banner_en": "",
        "banner_kind": "warning",
        "banner_from": since,
        "banner_until": until,
    }
    names.announce(told, NOW)
    found = names.banner(names.everything(), "fr", NOW)
    assert (found is not None) is shown
    assert (names.banner(names.everything(), "en-gb", NOW) == found) is True
    names.silence()
    assert names.banner(names.everything(), "fr", NOW) is None


def test_english_pages_have_their_own_text() -> None:
    told = {"banner_fr": "Travaux", "banner_en": "Works", "banner_kind": "info", "banner_from": "", "banner_until": ""}
    names.announce(told, NOW)
    found = names.banner(names.everything(), "en", NOW)
    assert found == names.Banner("Works", "info")
