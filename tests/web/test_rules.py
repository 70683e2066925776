"""/administration/contenus/droit/: a version of a table of law is written, shown for what it changes, then kept."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from allomediateur.content import rulebook, versions
from allomediateur.content.models import PageVersion, TableVersion
from allomediateur.law.tables import PriorAttempt
from allomediateur.trail.models import Entry
from tests.agenda.standings import make_staff
from tests.content.contents import filled, rule
from tests.web.signing_in import enter, text

pytestmark = pytest.mark.django_db
V3 = "/administration/contenus/droit/prior_attempt/V3/"
NEXT, EDIT = f"{V3}suivante/", f"{V3}modifier/"
FACTS = {"court": "judiciaire", "claim_amount": 7000, "attempt": "none"}


def value(page: str, name: str) -> str:
    """Of a hidden field."""
    found = re.search(rf'name="{name}" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def staff(client: Client) -> Client:
    enter(client, make_staff())
    return client


def verdict(client: Client, day: str) -> dict[str, Any]:
    told: dict[str, Any] = client.post(
        "/api/v1/law/prior-attempt", FACTS | {"date": day}, content_type="application/json"
    ).json()
    return told


def keep(staff: Client, path: str, told: dict[str, Any]) -> str:
    """Sent, looked at, sent again as it is. Returns what was shown in between."""
    shown = text(staff.post(path, told))
    assert not TableVersion.objects.exists()
    assert staff.post(path, told | {"seen": value(shown, "seen"), "began": value(shown, "began")}).status_code == 302
    return shown


def test_a_version_planned_for_a_day_answers_for_actions_from_that_day_on(staff: Client) -> None:
    body = rule("prior_attempt", "V3", name="V4")["body"].replace("ceiling: 5000", "ceiling: 10000")
    shown = keep(staff, NEXT, rule("prior_attempt", "V3", name="V4", since="2027-03-01", body=body))
    assert "Aucun des" in shown
    assert [verdict(staff, day)["verdict"] for day in ("2027-02-28", "2027-03-01")] == ["not_required", "required"]
    told = verdict(staff, "2027-03-01")
    assert (told["version"]["id"], told["verified_at_source"]) == ("V4", False)
    listed = text(staff.get("/administration/contenus/?vue=droit"))
    assert ("Prévue" in listed, "à partir du 1er mars 2027" in listed.replace("\u00a0", " ")) == (True, True)
    assert Entry.objects.filter(act="configured", thing="law:prior_attempt:V4").count() == 1


def test_what_changes_is_shown_case_by_case_and_nothing_is_kept(staff: Client) -> None:
    body = rule("prior_attempt", "V3")["body"].replace("ceiling: 5000", "ceiling: 10000")
    shown = text(staff.post(EDIT, rule("prior_attempt", "V3", body=body))).replace("\u00a0", " ").replace("\u202f", " ")
    assert "cas d’essai changent" in shown
    assert "15 mars 2024 · 5 000,01 €" in shown
    assert ("tentative non obligatoire" in shown, "avocat non obligatoire" in shown) == (True, False)
    assert not TableVersion.objects.exists()


def test_what_was_looked_at_is_what_is_kept(staff: Client) -> None:
    """Changed after it was shown, it is shown again."""
    told = rule("prior_attempt", "V3")
    shown = text(staff.post(EDIT, told))
    other = told | {"seen": value(shown, "seen"), "body": told["body"].replace("ceiling: 5000", "ceiling: 100")}
    assert staff.post(EDIT, other).status_code == 200
    assert not TableVersion.objects.exists()


def test_two_at_once_do_not_overwrite_each_other_unseen(staff: Client) -> None:
    told = rule("prior_attempt", "V3", source_fr="décret mien")
    shown = text(staff.post(EDIT, told))
    rulebook.verify_again("prior_attempt", "V3", by=make_staff("Léa"), now=datetime.now(UTC))
    late = staff.post(EDIT, told | {"seen": value(shown, "seen")})
    said = text(late)
    assert (late.status_code, "Quelqu’un a changé cette version" in said, "décret mien" in said) == (422, True, True)
    again = text(staff.post(EDIT, told | {"began": value(said, "began")}))
    assert "cas d’essai" in again
    assert TableVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"body": "ceiling: -5"}, "il faut un montant en euros"),
        ({"body": "ceilling: 5"}, "n’est pas connu ici"),
        ({"body": "a: [1"}, "ce n’est pas du YAML"),
        ({"body": "- a\n- b"}, "une règle par ligne"),
        ({"body": "a: &b [1]\nc: *b"}, "n’est pas du YAML"),
        ({"body": "a: 1\nb: 2\na: 3"}, "est déjà écrit plus haut"),
        ({"body": "2024-01-01: x"}, "ce n’est pas du YAML"),
        ({"body": "? [a]\n: 1"}, "ce n’est pas du YAML"),
        ({"body": "a: !!map x"}, "ce n’est pas du YAML"),
        ({"body": "a: 0x" + "F" * 5000}, "n’est pas du YAML"),
        ({"body": 'articles: ["\\0"]'}, "ne peut pas être gardé"),
        ({"body": 'articles: ["\\uD800"]'}, "ne peut pas être gardé"),
        ({"body": "enabled: true"}, "s’écrit plus haut"),
        ({"body": "articles: [cpc-9999]"}, "qui n’est pas dans la table des articles"),
        ({"since": "2027-02-30"}, "Écrivez la date ainsi"),
        ({"since": "2022-02-27"}, "commencent le même jour"),
        ({"source_en": ""}, "error-summary"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(staff: Client, changed: dict[str, str], said: str) -> None:
    answer = staff.post(EDIT, rule("prior_attempt", "V3", source_fr="décret que j’écris") | changed)
    assert (answer.status_code, said in text(answer), "décret que j’écris" in text(answer)) == (422, True, True)
    assert not TableVersion.objects.exists()


def test_a_name_that_is_taken_is_refused(staff: Client) -> None:
    answer = staff.post(NEXT, rule("prior_attempt", "V3", name="V1"))
    assert (answer.status_code, "porte déjà ce nom" in text(answer)) == (422, True)


def test_compared_with_the_official_text_is_said_from_then_on(staff: Client) -> None:
    assert verdict(staff, "2026-12-01")["verified_at_source"] is False
    for table, name in (("prior_attempt", "V3"), ("lawyer", "L1"), ("assistance", "A1"), ("articles", "R1")):
        assert staff.post(f"/administration/contenus/droit/{table}/{name}/verifier/").status_code == 302
    told = verdict(staff, "2026-12-01")
    assert (told["verified_at_source"], told["verified_on"]) == (True, str(versions.today(datetime.now(UTC))))
    assert "Retirer ce que l’équipe a écrit" in text(staff.get(V3))
    assert staff.post(f"{V3}retirer/").status_code == 302
    assert rulebook.current().on(PriorAttempt, date(2026, 12, 1)).at_source is False


def test_a_shipped_version_is_not_taken_away(staff: Client) -> None:
    assert "elle ne se retire pas" in text(staff.post(f"{V3}retirer/", follow=True))


def test_what_an_upgrade_left_behind_is_told_and_taken_away(staff: Client) -> None:
    document = rulebook.rule("prior_attempt", "V3").document | {"id": "V4"}
    TableVersion.objects.create(table="prior_attempt", name="V4", document=document, created_at=datetime.now(UTC))
    assert verdict(staff, "2026-12-01")["version"]["id"] == "V3"
    listed = text(staff.get("/administration/contenus/"))
    assert ("ne peuvent plus être lues" in listed, "Retirer V4" in listed) == (True, True)
    assert staff.get("/administration/").status_code == 200
    assert staff.post("/administration/contenus/droit/prior_attempt/V4/retirer/").status_code == 302
    assert "ne peuvent plus être lues" not in text(staff.get("/administration/contenus/"))


def test_nobody_writes_between_what_is_read_and_what_is_kept(staff: Client) -> None:
    sent = rule("prior_attempt", "V3")
    with CaptureQueriesContext(connection) as asked:
        staff.post(EDIT, sent)
    told = [one["sql"] for one in asked]
    locked = next(at for at, sql in enumerate(told) if "content:law" in sql)
    assert not [sql for sql in told[:locked] if "content_tableversion" in sql]
    assert [sql for sql in told[locked:] if "content_tableversion" in sql]


def test_taken_away_while_somebody_writes_their_text_is_there_still(staff: Client) -> None:
    sam, now = make_staff("Léa"), datetime.now(UTC)
    rulebook.write(rulebook.rule("prior_attempt", "V3").document | {"id": "V4", "in_force_from": "2027-03-01"}, by=sam,
                   now=now)  # fmt: skip
    sent = rule("prior_attempt", "V4", source_fr="décret que j’écris")
    rulebook.withdraw("prior_attempt", "V4", by=sam, now=now)
    answer = staff.post("/administration/contenus/droit/prior_attempt/V4/modifier/", sent)
    said = text(answer)
    assert (answer.status_code, "a retiré cette version" in said, "décret que j’écris" in said) == (422, True, True)
    assert staff.get("/administration/contenus/droit/prior_attempt/V4/modifier/").status_code == 404


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("droit/prior_attempt/V3/modifier/", lambda: rule("prior_attempt", "V3", source_fr="Un texte à moi")),
        ("couts/modifier/", lambda: filled("couts", date(2090, 1, 1), fr_summary="Un texte à moi.")),
    ],
)
def test_who_wrote_for_long_proves_who_they_are_and_loses_nothing(
    staff: Client, path: str, sent: Callable[[], dict[str, Any]]
) -> None:
    here, told = f"/administration/contenus/{path}", sent()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', text(staff.post(here, told | {"acte": "apercu"})))
    told |= {"seen": seen[1]} if seen else {}
    fresh = staff.session["account_authentication_methods"]
    prove(staff, [one | {"at": one["at"] - 3600} for one in fresh])
    assert staff.get(here).status_code == 302
    answer = staff.post(here, told)
    said = text(answer)
    assert (answer.status_code, "Un texte à moi" in said) == (422, True)
    assert re.search(r'<a href="/compte/[^"]+next=[^"]+" target="_blank"', said)
    assert (TableVersion.objects.count(), PageVersion.objects.count()) == (0, 0)
    prove(staff, fresh)
    assert staff.post(here, told).status_code == 302


def prove(staff: Client, records: list[dict[str, Any]]) -> None:
    session = staff.session
    session["account_authentication_methods"] = records
    session.save()


@pytest.mark.parametrize("path", ["prior_attempt/V99/", "rien/V3/", "prior_attempt/V99/modifier/"])
def test_what_is_not_there_is_not_there(staff: Client, path: str) -> None:
    assert staff.get(f"/administration/contenus/droit/{path}").status_code == 404
