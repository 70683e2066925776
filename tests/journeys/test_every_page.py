"""Every page a person can see, in a real browser: no axe violation, light and dark, nothing wider than 320 px."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from allomediateur.agenda.applying import Step
from allomediateur.content import shelf
from tests.journeys.conftest import Visitors
from tests.web.world import World, make_world

WEEK = timedelta(days=7)
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def pages(world: World) -> Iterator[tuple[str, list[str]]]:
    """Who sees which addresses."""
    mine, held = [world.mine.reference], [world.held.reference]
    yield "anonymous", [
        *(reverse(name) for name in (
            "home", "apply", "search", "informations", "prior_attempt", "calculators",
            "legal_notice", "privacy", "cookies", "accessibility", "quick_exit", "account_login", "account_signup",
            "account_request_login_code", "account_reset_password", "account_reset_password_done",
            "demo_letters", "demo_texts",
        )),
        reverse("calculator", args=["prescription"]),
        reverse("search") + "?lieu=Paris",
        reverse("search") + "?lieu=Nullepart",
        reverse("search") + "?lieu=Paris&langue=zh",
        reverse("mediator", args=[world.bob.slug]),
        reverse("practice", args=[world.practice.slug]),
        reverse("secretary_accept", args=[world.invitation]),
        reverse("demo_letter", args=[world.letter.pk]),
        *(reverse(name, args=[world.manage]) for name in ("appointment", "appointment_move", "appointment_cancel")),
        reverse("appointment_reminders", args=[world.manage]),
        reverse("appointment_confirm", args=[world.confirm]),
        reverse("appointment_guests", args=[world.manage]),
        reverse("appointment", args=[world.guest]),
        reverse("appointment", args=["inconnu"]),
        *(reverse(name) for name in ("support", "support_sent")),
        reverse("complaint", args=[world.bob.slug]),
        reverse("thread", args=[world.thread_token]),
        reverse("thread", args=["inconnu"]),
        *(reverse("information", args=[slug]) for slug in shelf.SLUGS),
        "/rien-de-tel/",
    ]  # fmt: skip
    yield (
        "client",
        [
            *(
                reverse(name)
                for name in (
                    "client_home",
                    "client_preferences",
                    "account_home",
                    "account_sessions",
                    "account_logout",
                    "account_set_password",
                    "account_reauthenticate_letter",
                    "account_data",
                    "account_email",
                    "account_erase",
                    "account_looks",
                    "account_tokens",
                    "account_token_new",
                    "mfa_index",
                    "mfa_activate_totp",
                    "mfa_add_webauthn",
                    "mfa_generate_recovery_codes",
                )
            ),
            *(
                reverse(name, args=mine)
                for name in ("client_appointment", "client_move", "client_cancel", "client_guests")
            ),
            reverse("support"),
            reverse("client_threads"),
            *(reverse("client_thread", args=[one.reference]) for one in (world.thread, world.complaint)),
            *(reverse(name, args=held) for name in ("booking_who", "booking_check")),
            reverse("mediator_week"),
        ],
    )
    yield (
        "mediator",
        [
            *(
                reverse(name)
                for name in (
                    "mediator_week",
                    "mediator_day",
                    "mediator_list",
                    "mediator_openings",
                    "mediator_lines",
                    "mediator_exceptions",
                    "mediator_services",
                    "mediator_service_new",
                    "mediator_reserve",
                    "mediator_why",
                    "mediator_offices",
                    "mediator_profile",
                    "mediator_share",
                    "mediator_secretaries",
                    "mediator_practice",
                    "mediator_telling",
                    "mfa_index",
                )
            ),
            f"{reverse('mediator_openings')}?semaine={world.mine.starts_at.date()}",
            f"{reverse('mediator_openings')}?rythme=a",
            f"{reverse('mediator_exceptions')}?motif=empechement",
            f"{reverse('mediator_day')}?jour={world.mine.starts_at.date()}",
            f"{reverse('mediator_reserve')}?creneau={world.mine.starts_at:%Y-%m-%dT%H:%MZ}&rythme=1&nombre=3",
            reverse("mediator_service", args=[world.mine.service_id]),
            *(reverse("mediator_profile_step", args=[one]) for one in Step if one != Step.SERVICES),
            *(
                reverse(name, args=mine)
                for name in (
                    "mediator_appointment",
                    "mediator_move",
                    "mediator_cancel",
                    "mediator_guests",
                )
            ),
        ],
    )
    yield (
        "secretary",
        [
            *(
                reverse(name)
                for name in ("mediator_week", "mediator_openings", "mediator_lines", "mediator_exceptions")
            ),
            *(reverse(name) for name in ("mediator_agendas", "mediator_reserve", "client_home")),
            *(reverse(name, args=mine) for name in ("mediator_appointment", "mediator_cancel")),
        ],
    )
    yield (
        "other mediator",
        [reverse("mediator_practice")],
    )
    yield (
        "applicant",
        [
            *(reverse(name) for name in ("apply", "apply_steps", "apply_preview")),
            *(reverse("apply_step", args=[one]) for one in Step),
        ],
    )
    yield (
        "staff",
        [
            reverse("staff_home"),
            reverse("staff_contents"),
            *(reverse(name, args=["couts"]) for name in ("staff_content", "staff_content_edit")),
            *(f"{reverse('staff_contents')}?vue={view}" for view in ("droit", "a-verifier")),
            *(
                reverse(name, args=["prior_attempt", "V3"])
                for name in ("staff_rule", "staff_rule_edit", "staff_rule_next")
            ),
            reverse("staff_journal"),
            reverse("staff_why"),
            reverse("staff_statistics"),
            f"{reverse('staff_statistics')}?mesure=remplissage",
            reverse("staff_reveals"),
            reverse("staff_import"),
            reverse("staff_import_preview", args=[world.roster.reference]),
            f"{reverse('staff_why')}?mediateur={world.bob.slug}",
            *(reverse(name) for name in ("staff_support", "staff_support_call", "staff_support_write")),
            *(reverse("staff_thread", args=[one.reference]) for one in (world.thread, world.complaint)),
            *(
                reverse(name)
                for name in ("staff_search", "staff_appointments", "staff_book", "staff_papers", "staff_texts")
            ),
            f"{reverse('staff_book')}?lieu=Paris",
            reverse("staff_person", args=[world.alice.pk]),
            reverse("staff_person", args=[world.bob.user_id]),
            reverse("staff_act_account", args=[world.alice.pk]),
            reverse("staff_book_slot", args=[world.bob.slug]),
            f"{reverse('staff_book_slot', args=[world.bob.slug])}?lieu=telephone"
            f"&creneau={world.mine.starts_at + WEEK:%Y-%m-%dT%H:%MZ}",
            reverse("staff_appointment", args=mine),
        ],
    )


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_no_page_has_an_axe_violation_or_overflows(world: World, visitors: Visitors, scheme: str, width: int) -> None:
    wrong: list[str] = []
    for audience, addresses in pages(world):
        page = visitors.open(scheme=scheme, width=width)
        visitors.enter(page, world.visitors[audience])
        for address in addresses:
            page.goto(address)
            wrong += [f"{audience} {address}: {one}" for one in faults(page)]
    assert wrong == []


def faults(page: Page) -> list[str]:
    found = [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in Axe().run(page).response["violations"]
    ]
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found + ([f"{over} px too wide"] if over > 0 else [])
