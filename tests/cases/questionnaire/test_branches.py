"""One example of each way through version 1."""

import pytest

from allomediateur.cases.questionnaire import facets, outcomes, walking
from allomediateur.cases.questionnaire.shapes import Answer
from tests.cases.questionnaire.answering import FIRST, NEIGHBOUR

SPECIALTIES = {
    "famille", "succession", "voisinage", "copropriete-et-logement", "travail-et-entreprise", "associes", "commercial",
    "administration", "sante-et-social", "education", "associations", "numerique-et-reputation", "projet-relationnel",
}  # fmt: skip


def way(answers: dict[str, Answer]) -> list[str]:
    return [screen.id for screen in walking.path(FIRST, answers)]


def words(screen: str) -> str:
    found = FIRST.by_id[screen]
    return " ".join(text.fr for text in (found.title, *found.body, *found.points)).replace("\u00a0", " ")


def test_a_consumer_is_sent_to_the_trader_s_mediator_with_nothing_of_the_story() -> None:
    answers = NEIGHBOUR | {"other_side": "trader"}
    reached = outcomes.outcome(FIRST, answers)
    assert (reached.ending, way(answers)[-1]) == ("consumer", "consumer")
    assert way(answers).index("other_side") == len(way(answers)) - 2
    assert "story" not in way(answers)
    for fact in ("réclamation", "moins d’un an", "désigné", "90 jours", "gratuit", "Rien de ce que vous avez répondu"):
        assert fact in words("consumer")
    assert [link.name for link in FIRST.by_id["consumer"].links] == ["consumer_site", "conciliator_site"]


@pytest.mark.parametrize(
    ("side", "screen", "facts"),
    [
        ("administration", "administration", ("Défenseur des droits", "préfecture", "médiateur", "deux mois")),
        ("employer", "employer", ("CSE", "inspection du travail", "prud’hommes", "médiateur interne")),
        ("partner", "family", ("CAF", "lieu d’accueil", "juge aux affaires familiales", "(DE)", "373-2-10")),
    ],
)
def test_others_are_informed_and_stop_or_go_on(side: str, screen: str, facts: tuple[str, ...]) -> None:
    answers = NEIGHBOUR | {"other_side": side}
    assert walking.next_screen(FIRST, answers) == FIRST.screen(screen)
    assert all(fact in words(screen) for fact in facts)
    left = answers | {f"{screen}_next": "leave"}
    reached = outcomes.outcome(FIRST, left)
    assert (reached.ending, reached.stop, outcomes.sent(FIRST, left)) == (screen, FIRST.screen(f"{screen}_left"), {})
    assert "story" not in way(left)
    assert outcomes.outcome(FIRST, answers | {f"{screen}_next": "go_on"}).can_be_sent
    assert outcomes.outcome(FIRST, answers | {f"{screen}_next": {"said": "unknown"}}).can_be_sent


def test_the_free_conciliator_is_told_where_it_fits() -> None:
    assert "conciliator" in way(NEIGHBOUR)
    assert "gratuit" in words("conciliator")
    assert "conciliator" not in way(NEIGHBOUR | {"other_side": "partner", "family_next": "go_on"})


@pytest.mark.parametrize("answer", [["fear"], ["violence_past"], ["child", "control"], ["protection_order"]])
def test_fear_shows_the_helplines_asks_how_to_write_and_forbids_the_invitation(answer: list[str]) -> None:
    afraid = NEIGHBOUR | {"safety": answer, "discreet": "email", "consent_sensitive": "yes"}
    careful = ("helplines", "discreet", "no_letter", "contact_others", "reach")
    assert [screen for screen in way(afraid) if screen in careful] == ["helplines", "discreet", "no_letter"]
    assert {line.number for line in FIRST.by_id["helplines"].helplines} == {
        "3919",
        "17",
        "112",
        "114",
        "119",
        "116 006",
    }
    told = facets.facets(FIRST, afraid)
    assert (told.is_in_danger, told.may_invite, told.discreet) == (True, False, "email")


@pytest.mark.parametrize("said", ["unknown", "declined"])
def test_who_does_not_say_is_treated_with_the_same_care(said: str) -> None:
    unsure = NEIGHBOUR | {"safety": {"said": said}, "discreet": {"said": "unknown"}, "consent_sensitive": "yes"}
    assert "helplines" in way(unsure)
    assert "contact_others" not in way(unsure)
    reached = outcomes.outcome(FIRST, unsure)
    assert (reached.is_in_danger, reached.safety, reached.may_invite) == (False, outcomes.Safety.UNSURE, False)


@pytest.mark.parametrize("role", ["relative", "lawyer", "social_worker", "organisation"])
def test_who_acts_for_somebody_says_for_whom_and_on_what_mandate(role: str) -> None:
    acting = NEIGHBOUR | {"role": role, "for_whom": "Chloé Petit", "mandate": "written"}
    assert way(acting)[:3] == ["role", "for_whom", "mandate"]
    assert facets.facets(FIRST, acting).parties == ("Alice Durand", "Chloé Petit", "Paul Martin")


def test_a_judge_says_what_was_decided_and_is_not_sent_elsewhere() -> None:
    judge = NEIGHBOUR | {
        "role": "judge", "decision": "mediation", "other_side": "trader", "court": "Tribunal judiciaire de Rennes",
        "hearing": "2027-02-01",
    }  # fmt: skip
    assert not {"for_whom", "mandate", "origin", "consumer", "proceedings"} & set(way(judge))
    assert (facets.facets(FIRST, judge).origin, outcomes.outcome(FIRST, judge).can_be_sent) == ("ordered", True)


@pytest.mark.parametrize("origin", ["chosen", "proposed", "advised", "prescribed", "ordered"])
def test_every_origin_is_there(origin: str) -> None:
    assert facets.facets(FIRST, NEIGHBOUR | {"origin": origin, "prescriber": "Maître Roux"}).origin == origin


def test_every_specialty_is_there() -> None:
    assert set(FIRST.by_question["domain"][1].values) == SPECIALTIES
    unknown = facets.facets(FIRST, NEIGHBOUR | {"domain": {"said": "unknown"}})
    assert (unknown.specialty, unknown.urgency) == ("", "weeks")


@pytest.mark.parametrize("consent", ["consent_names", "consent_send"])
def test_without_consent_nothing_leaves(consent: str) -> None:
    refused = NEIGHBOUR | {consent: "no"}
    reached = outcomes.outcome(FIRST, refused)
    assert (reached.ending, reached.refused, outcomes.sent(FIRST, refused)) == ("no_consent", (consent,), {})


def test_identity_is_asked_last() -> None:
    assert way(NEIGHBOUR)[-4:] == ["consents", "reach", "name", "contact"]


def test_time_limits_are_told_with_their_article() -> None:
    assert "article 2238" in words("deadline")


def test_an_earlier_attempt_is_asked_about() -> None:
    assert "earlier_attempt" in way(NEIGHBOUR | {"steps_taken": ["conciliator"]})
    assert "earlier_attempt" not in way(NEIGHBOUR)
