"""Every address x every visitor: what each is answered. An address without a row fails."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.http.response import HttpResponseBase
from django.urls import reverse

from tests.routes import Route, routes
from tests.web import arguments as of
from tests.web.filling import guests
from tests.web.world import AUDIENCES, World, make_world

pytestmark = pytest.mark.django_db


class Row(NamedTuple):
    """Arguments of the address, and the answers to GET and POST, in the order of AUDIENCES.

    `login`: sent to sign in and back; another word or number: the status; one word stands for all six.
    """

    get: str
    post: str
    args: Callable[[World], list[Any]] = lambda world: []


PUBLIC = Row("200", "405")
STAFFS = "login 403 403 403 403 200"
SIGNED_IN = "login 200 200 200 200 200"
NOT_THERE = "login 404 404 404 404 404"
MINE_BROWSER = "404 200 404 404 404 404"
MINE = "login 200 404 404 404 404"
BOBS = "login 403 403 200 404 403"
MEDIATORS = "login 403 403 200 200 403"
STAFF = "login 403 403 403 403 200"
STAFF_NO_POST = "login 403 403 403 403 405"
STAFF_SENT = "login 403 403 403 403 302"
STAFF_READ = Row(STAFF, STAFF_NO_POST)
MATRIX: dict[str, Row] = {
    "healthz": Row("503", "405"),  # no worker runs beside the tests
    "robots": PUBLIC,
    "short": Row("302", "405", lambda world: [world.bob.code]),
    "qr_svg": Row("200", "405", of.slug),
    "qr_png": Row("200", "405", of.slug),
    "sitemap": PUBLIC,
    "sitemap_pages": PUBLIC,
    "sitemap_mediators": Row("200", "405", lambda world: [1]),
    "security_txt": PUBLIC,
    "favicon": Row("301", "405"),
    # The API
    "api:openapi-json": Row("200", "200"),
    "api:openapi-view": Row("200", "200"),
    "api:index": PUBLIC,
    "api:api-root": PUBLIC,
    "api:search": PUBLIC,
    "api:mediator": Row("200", "405", of.slug),
    "api:slots": Row("200", "405", of.slug),
    "api:nothing_here": Row("404", "404", lambda world: ["nowhere"]),
    # Booking by API: what is sent empty is no JSON (400); a session without its CSRF token is nobody
    "api:holds": Row("405", "400 400 400 400 400 403"),
    "api:hold_extend": Row("405", "404 404 404 404 404 403", lambda world: ["unknown"]),
    "api:hold_release": Row("405", "405", lambda world: ["unknown"]),
    "api:appointments": Row("401 200 200 200 200 403", "400 400 400 400 400 403"),
    "api:appointment": Row("401 200 404 200 404 403", "405", of.reference),
    "api:appointment_confirm": Row("405", "401 400 400 400 400 403", of.reference),
    "api:appointment_code": Row("405", "401 409 404 403 404 403", of.reference),
    "api:appointment_move": Row("405", "401 400 400 400 400 403", of.reference),
    "api:appointment_cancel": Row("405", "401 400 400 400 400 403", of.reference),
    "api:ask": Row("405", "400"),
    "bounces": Row("405", "403"),
    # Everybody's pages
    "home": PUBLIC,
    "communes": PUBLIC,
    "choose_zone": Row("405", "302"),
    "search": PUBLIC,
    "map": Row("400", "405"),  # a frame that is none: what it shows is tests.web.test_marks
    "mediator": Row("200", "405", of.slug),
    "mediator_data": Row("200", "405", of.slug),
    "practice": Row("200", "405", of.practice),
    "reveal": Row("302", "200", of.slug),
    "portrait": Row("200", "405", of.slug),
    # What the law asks for: nothing is kept; what is sent empty is the first question
    "prior_attempt": Row("200", "200"),
    "calculators": PUBLIC,
    "calculator": Row("200", "422", lambda world: ["prescription"]),
    "informations": PUBLIC,
    "shared_picture": Row("200", "405", lambda world: ["home"]),
    "information": Row("200", "405", of.information),
    "information_data": Row("200", "405", of.information),
    "information_picture": Row("200", "405", of.information),
    "legal_notice": PUBLIC,
    "privacy": PUBLIC,
    "cookies": PUBLIC,
    "accessibility": PUBLIC,
    "quick_exit": PUBLIC,
    # The assistance; nobody complains about themselves
    "support": Row("200", "422"),
    "support_sent": PUBLIC,
    "complaint": Row("200 200 200 404 200 200", "422 422 422 404 422 422", of.slug),
    "thread": Row("200", "422", of.token),
    "thread_close": Row("405", "302", of.token),
    # A secretary's invitation: of whoever has the letter, and its address
    "secretary_accept": Row("200", "login 422 422 422 422 422", of.invited),
    # A booking on its way: of the browser that makes it
    "hold": Row("302", "404"),
    "booking_who": Row(MINE_BROWSER, "404 422 404 404 404 404", of.held),
    "booking_check": Row(MINE_BROWSER, "404 302 404 404 404 404", of.held),
    "booking_code": Row("404 302 404 404 404 404", "404 302 404 404 404 404", of.held),
    "booking_done": Row("404 302 404 404 404 404", "404 405 404 404 404 404", of.held),
    "booking_extend": Row("404 405 404 404 404 404", "404 302 404 404 404 404", of.held),
    "booking_release": Row("404 405 404 404 404 404", "404 302 404 404 404 404", of.held),
    # The doors of letters: of whoever has the letter
    "appointment": Row("200", "405", of.manage),
    "appointment_confirm": Row("200", "302", of.confirm),
    "appointment_move": Row("200", "302", of.manage),
    "appointment_cancel": Row("200", "302", of.manage),
    "appointment_ics": Row("200", "405", of.manage),
    "appointment_reminders": Row("200", "422", of.manage),
    "appointment_pdf": Row("200", "405", of.manage),
    "appointment_guests": Row("200", "422", of.manage),
    "appointment_answer": Row("405", "302", of.guest),
    "appointment_sooner": Row("200", "409", of.manage),
    # Waiting lists: of whoever has the letter, and of the client
    "wait_join": Row("200", "422", of.slug),
    "wait_sent": Row("200", "405", of.slug),
    "wait": Row("200", "200", of.wait_token),
    "wait_leave": Row("200", "302", of.wait_token),
    # A request told: of its author, and of whoever has a link
    "intake_start": Row("200", "302"),
    "intake": Row(MINE_BROWSER, "405", of.draft),
    "intake_screen": Row(MINE_BROWSER, "404 422 404 404 404 404", of.intake_screen),
    "intake_check": Row(MINE_BROWSER, "405", of.draft),
    "intake_erase": Row(MINE_BROWSER, "404 302 404 404 404 404", of.draft),
    "intake_print": Row(MINE_BROWSER, "405", of.draft),
    "intake_whom": Row(MINE_BROWSER, "404 422 404 404 404 404", of.draft),
    "intake_choose": Row("405", "404 302 404 404 404 404", of.draft),
    "intake_link": Row("404 302 404 404 404 404", MINE_BROWSER, of.draft),
    "intake_letter": Row("405", "404 302 404 404 404 404", of.draft),
    "intake_withdraw": Row(MINE_BROWSER, "404 302 404 404 404 404", of.intake),
    "intake_book": Row("404 302 404 404 404 404", "404 302 404 404 404 404", of.intake),
    "intake_resume": Row("200", "302", of.intake_token),
    "client_intake": Row("login 302 302 302 302 302", "login 405 405 405 405 405", of.intake),
    "mediator_intakes": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_intake": Row(BOBS, "login 403 403 422 404 403", of.intake),
    "staff_intakes": STAFF_READ,
    "staff_intake": Row(STAFF, STAFF, of.intake),
    "staff_intake_note": Row(STAFF, STAFF_SENT),
    # Accounts
    "account_home": Row(SIGNED_IN, SIGNED_IN),
    "account_sessions": Row(SIGNED_IN, "login 302 302 302 302 302"),
    "account_tokens": Row("login 200 200 200 200 404", "405"),
    "account_token_new": Row("login 200 200 302 302 404", "login 422 422 302 302 404"),
    "account_token_revoke": Row("405", "login 404 404 404 404 404", lambda world: [1]),
    "account_landing": Row("login 302 302 302 302 302", "405"),
    "account_email": Row(SIGNED_IN, SIGNED_IN),
    "account_login": Row("200 302 302 302 302 302", "200 302 302 302 302 302"),
    "account_logout": Row("302 200 200 200 200 200", "302"),
    "account_signup": Row("200 302 302 302 302 302", "200 302 302 302 302 302"),
    "account_email_verification_sent": Row("302", "302"),
    "account_request_login_code": Row("200 302 302 302 302 302", "200 302 302 302 302 302"),
    "account_confirm_login_code": Row("302", "302"),
    "account_inactive": PUBLIC,
    "account_change_password": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "account_set_password": Row(SIGNED_IN, SIGNED_IN),
    "account_reset_password": Row("200", "200"),
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": Row("200", "200", lambda world: ["1", "x"]),
    "account_reset_password_from_key_done": PUBLIC,
    "account_data": Row(SIGNED_IN, "login 405 405 405 405 405"),
    "account_export": Row("login 405 405 405 405 405", SIGNED_IN),
    "account_erase": Row("login 200 200 302 302 302", "login 422 422 302 302 302"),
    "account_looks": Row(SIGNED_IN, "login 405 405 405 405 405"),
    "account_notice_read": Row("405", "login 302 302 302 302 302"),
    "account_reauthenticate": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "account_reauthenticate_letter": Row(SIGNED_IN, SIGNED_IN),
    "mfa_authenticate": Row("302", "302"),
    "mfa_login_webauthn": Row("302", "302"),
    "mfa_reauthenticate": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "mfa_reauthenticate_webauthn": Row("login 302 302 302 302 302", "login 302 302 302 302 302"),
    "mfa_index": Row(SIGNED_IN, "login 405 405 405 405 405"),
    "mfa_activate_totp": Row(SIGNED_IN, SIGNED_IN),
    "mfa_deactivate_totp": Row(NOT_THERE, NOT_THERE),
    "mfa_add_webauthn": Row(SIGNED_IN, SIGNED_IN),
    "mfa_remove_webauthn": Row(NOT_THERE, NOT_THERE, lambda world: [1]),
    "mfa_view_recovery_codes": Row(NOT_THERE, "login 405 405 405 405 405"),
    "mfa_generate_recovery_codes": Row(SIGNED_IN, SIGNED_IN),
    # The client's space
    "client_home": Row(SIGNED_IN, "login 405 405 405 405 405"),
    "client_appointment": Row(MINE, "login 405 405 405 405 405", of.reference),
    "client_move": Row(MINE, "login 302 404 404 404 404", of.reference),
    "client_cancel": Row(MINE, "login 302 404 404 404 404", of.reference),
    "client_guests": Row(MINE, "login 422 404 404 404 404", of.reference),
    "client_answer": Row("login 405 405 405 405 405", NOT_THERE, of.reference),  # Alice is no guest there
    "client_ics": Row(MINE, "login 405 405 405 405 405", of.reference),
    "client_preferences": Row(SIGNED_IN, "login 422 422 422 422 422"),
    "client_pdf": Row(MINE, "login 405 405 405 405 405", of.reference),
    "client_sooner": Row(MINE, "login 409 404 404 404 404", of.reference),
    "client_wait": Row(MINE, MINE, of.wait),
    "client_wait_leave": Row(MINE, "login 302 404 404 404 404", of.wait),
    "client_threads": Row(SIGNED_IN, "login 405 405 405 405 405"),
    "client_thread": Row(MINE, "login 422 404 404 404 404", of.thread),
    "client_thread_close": Row("login 405 405 405 405 405", "login 302 404 404 404 404", of.thread),
    # The mediator's space
    "mediator_week": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_list": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_day": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_reserve": Row(MEDIATORS, MEDIATORS),
    "mediator_openings": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_lines": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_offices": Row(MEDIATORS, "login 403 403 404 404 403"),
    "mediator_copy": Row("login 403 403 405 405 403", "login 403 403 302 302 403"),
    "mediator_exceptions": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_exceptions_remove": Row("login 403 403 405 405 403", "login 403 403 302 302 403"),
    "mediator_services": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_service_new": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_service": Row(BOBS, "login 403 403 422 404 403", lambda world: [world.mine.service_id]),
    "mediator_secretaries": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_secretary_again": Row("login 403 403 405 405 403", "login 403 403 302 302 403", of.entrusted),
    "mediator_secretary_end": Row("login 403 403 405 405 403", "login 403 403 302 302 403", of.entrusted),
    "mediator_telling": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_practice": Row(MEDIATORS, "login 403 403 422 422 403"),
    "mediator_practice_leave": Row("login 403 403 405 405 403", "login 403 403 302 302 403"),
    "mediator_practice_code": Row("login 403 403 405 405 403", "login 403 403 302 302 403"),
    "mediator_practice_out": Row("login 403 403 405 405 403", "login 403 403 302 302 403", of.mediator),
    "mediator_agendas": Row("login 403 403 302 302 403", "login 403 403 302 302 403"),
    "mediator_why": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_holidays": Row("login 403 403 405 405 403", "login 403 403 302 302 403"),
    "mediator_appointment": Row(BOBS, "login 403 403 405 405 403", of.reference),
    "mediator_move": Row(BOBS, "login 403 403 302 404 403", of.reference),
    "mediator_attend": Row("login 403 403 405 405 403", "login 403 403 302 404 403", of.reference),
    "mediator_late": Row("login 403 403 405 405 403", "login 403 403 302 404 403", of.reference),
    "mediator_cancel": Row(BOBS, "login 403 403 422 404 403", of.reference),
    "mediator_guests": Row(BOBS, "login 403 403 422 404 403", of.reference),
    "mediator_ics": Row(BOBS, "login 403 403 405 405 403", of.reference),
    # Becoming a mediator, and one's profile once in the list
    "apply": PUBLIC,
    "apply_start": Row("login 405 405 405 405 405", "login 302 302 302 302 302"),
    "apply_steps": Row("login 302 302 302 302 302", "login 405 405 405 405 405"),
    "apply_preview": Row("login 302 302 302 302 302", "login 405 405 405 405 405"),
    "apply_submit": Row("login 405 405 405 405 405", "login 302 302 302 302 302"),
    "apply_photo": Row("login 302 302 302 302 302", "login 405 405 405 405 405"),
    "apply_paper": Row("login 302 302 302 302 302", "login 405 405 405 405 405", of.paper),
    "apply_step": Row("login 302 302 302 302 302", "login 302 302 302 302 302", lambda world: ["identite"]),
    "mediator_share": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_card": Row(MEDIATORS, "login 403 403 405 405 403", lambda world: ["carte"]),
    "mediator_profile": Row(MEDIATORS, "login 403 403 405 405 403"),
    "mediator_photo": Row("login 403 403 200 404 403", "login 403 403 405 405 403"),
    "mediator_paper": Row(BOBS, "login 403 403 405 405 403", of.paper),
    "mediator_profile_step": Row(MEDIATORS, "login 403 403 422 422 403", lambda world: ["identite"]),
    # The administration
    "staff_settings": Row(STAFFS, "login 403 403 403 403 422"),
    "staff_announcement": Row(STAFFS, "login 403 403 403 403 422"),
    "staff_announcement_end": Row("login 403 403 403 403 405", "login 403 403 403 403 302"),
    "staff_letters": Row(STAFFS, "login 403 403 403 403 405"),
    "staff_letter": Row(STAFFS, "login 403 403 403 403 302", lambda world: ["account_login_code"]),
    "staff_texts": Row(STAFFS, "login 403 403 403 403 422"),
    "staff_contents": STAFF_READ,
    "staff_content": Row(STAFF, STAFF_NO_POST, of.information),
    "staff_content_edit": Row(STAFF, "login 403 403 403 403 422", of.information),
    "staff_content_verified": Row(STAFF_NO_POST, STAFF_SENT, of.information),
    "staff_rule": Row(STAFF, STAFF_NO_POST, of.rule),
    "staff_rule_edit": Row(STAFF, "login 403 403 403 403 422", of.rule),
    "staff_rule_next": Row(STAFF, "login 403 403 403 403 422", of.rule),
    "staff_rule_verified": Row(STAFF_NO_POST, STAFF_SENT, of.rule),
    "staff_rule_withdraw": Row(STAFF_NO_POST, STAFF_SENT, of.rule),
    "staff_verification": Row(STAFFS, "login 403 403 403 403 405"),
    "staff_mediator": Row(STAFFS, "login 403 403 403 403 405", of.mediator),
    "staff_photo": Row(STAFFS, "login 403 403 403 403 405", of.mediator),
    "staff_document": Row(STAFFS, "login 403 403 403 403 405", of.paper),
    "staff_judge": Row("login 403 403 403 403 405", "login 403 403 403 403 422", of.claim),
    "staff_accept": Row("login 403 403 403 403 405", "login 403 403 403 403 302", of.applicant),
    "staff_more": Row("login 403 403 403 403 405", "login 403 403 403 403 422", of.applicant),
    "staff_reinstate": Row("login 403 403 403 403 405", "login 403 403 403 403 302", of.mediator),
    "staff_propose": Row(STAFFS, "login 403 403 403 403 422", lambda world: [world.bob.pk, "suspendre"]),
    "staff_second": Row(STAFFS, "login 403 403 403 403 302", of.proposed),
    "staff_home": STAFF_READ,
    "staff_support": STAFF_READ,
    "staff_support_write": Row(STAFF, "login 403 403 403 403 422"),
    "staff_support_call": Row(STAFF, "login 403 403 403 403 422"),
    "staff_thread": Row(STAFF, "login 403 403 403 403 422", of.thread),
    "staff_thread_note": Row(STAFF_NO_POST, "login 403 403 403 403 422", of.thread),
    "staff_thread_follow": Row(STAFF_NO_POST, STAFF_SENT, of.thread),
    "staff_journal": STAFF_READ,
    "staff_statistics": STAFF_READ,
    "staff_statistics_sheet": STAFF_READ,
    "staff_why": STAFF_READ,
    "staff_reveals": STAFF_READ,
    "staff_import": Row(STAFF, "login 403 403 403 403 422"),
    "staff_import_model": STAFF_READ,
    "staff_import_preview": Row(STAFF, STAFF_NO_POST, of.roster),
    "staff_import_confirm": Row(STAFF_NO_POST, STAFF_SENT, of.roster),
    "staff_import_abandon": Row(STAFF_NO_POST, STAFF_SENT, of.roster),
    "staff_import_report": Row(STAFF, STAFF_NO_POST, of.roster),
    "staff_search": Row(STAFF, "login 403 403 403 403 422"),
    "staff_person": Row(STAFF, STAFF_NO_POST, lambda world: [world.alice.pk]),
    "staff_appointments": STAFF_READ,
    "staff_appointment": Row(STAFF, STAFF_NO_POST, of.reference),
    # Who acts for nobody is sent to say for whom.
    "staff_move": Row(STAFF_SENT, STAFF_SENT, of.reference),
    "staff_cancel": Row(STAFF_SENT, STAFF_SENT, of.reference),
    "staff_guests": Row(STAFF_SENT, STAFF_SENT, of.reference),
    "staff_contact": Row(STAFF_SENT, STAFF_SENT, of.reference),
    "staff_send_again": Row(STAFF_NO_POST, STAFF_SENT, of.reference),
    "staff_act_account": Row(STAFF, "login 403 403 403 403 422", lambda world: [world.alice.pk]),
    "staff_act_guest": Row(STAFF, "login 403 403 403 403 422", guests),
    "staff_act_end": Row(STAFF_NO_POST, STAFF_SENT),
    "staff_book": STAFF_READ,
    "staff_book_slot": Row(STAFF, STAFF, of.slug),
    "staff_papers": STAFF_READ,
    "staff_papers_pdf": Row(STAFF_NO_POST, STAFF_SENT),
    "staff_papers_printed": Row(STAFF_NO_POST, STAFF_SENT),
    "staff_letter_settled": Row("login 403 403 403 403 405", "login 403 403 403 403 302", of.letter),
    "staff_retry": Row("login 403 403 403 403 405", "login 403 403 403 403 302", of.letter),
    # The demo
    "demo_enter": Row("405", "404"),
    "demo_letters": PUBLIC,
    "demo_texts": PUBLIC,
    "demo_letter": Row("200", "405", of.letter),
    "demo_letter_html": Row("200", "405", of.letter),
    "demo_letter_ics": Row("200", "405", of.letter),
}


def answered(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response["Location"].startswith("/compte/connexion/?"):
        return "login"
    return str(response.status_code)


def six(word: str) -> list[str]:
    words = word.split()
    return words * 6 if len(words) == 1 else words


@pytest.fixture(scope="module")
def urls() -> dict[str, Route]:
    return {route.name: route for route in routes() if not route.is_of_the_admin}


def test_every_address_has_a_row(urls: dict[str, Route]) -> None:
    assert sorted(urls) == sorted(MATRIX)


def ask(world: World, name: str, method: str) -> list[str]:
    path = reverse(name, args=MATRIX[name].args(world))
    found = []
    for audience in AUDIENCES:
        with transaction.atomic():
            found.append(answered(getattr(world.visitors[audience], method)(path)))
            # The next visitor finds everything as it was.
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", MATRIX)
def test_matrix(name: str) -> None:
    world = make_world()
    assert (ask(world, name, "get"), ask(world, name, "post")) == (six(MATRIX[name].get), six(MATRIX[name].post))


def test_the_admin_answers_staff_only() -> None:
    world = make_world()
    for route in routes():
        if not route.is_of_the_admin:
            continue
        found = {name: answered(visitor.get(route.path)) for name, visitor in world.visitors.items()}
        assert found.pop("staff") in {"200", "301", "302", "403", "404", "405"}, route
        assert found.pop("anonymous") == "login", route
        assert set(found.values()) == {"403"}, route
