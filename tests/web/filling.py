"""For each form of the site: who sends it, and a body that is right and complete."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.urls import reverse

from allomediateur.agenda import editing
from allomediateur.agenda.models import Appointment, State
from allomediateur.configuration import names
from allomediateur.support.models import Message
from tests.content import contents
from tests.factories import office_of, service_of
from tests.web import arguments as of
from tests.web.paths import value
from tests.web.times import TEN
from tests.web.world import World

WEEK = timedelta(days=7)
LATER = TEN + WEEK
DAY = str((TEN + 3 * WEEK).date())


class Filled(NamedTuple):
    """`told` has every field of the form, so that whatever is added is none of them."""

    audience: str
    told: Callable[[World], dict[str, Any]]
    args: Callable[[World], list[Any]] = lambda world: []
    query: str = ""


def _mine(world: World) -> list[Any]:
    return [world.mine.reference]


def _held(world: World) -> list[Any]:
    return [world.held.reference]


def _manage(world: World) -> list[Any]:
    return [world.manage]


def _past(world: World) -> list[Any]:
    return [Appointment.objects.get(state=State.ATTENDED).reference]


def _attendance(world: World) -> dict[str, Any]:
    parties = Appointment.objects.get(state=State.ATTENDED).participants.filter(role="client")
    return {f"presence-{one.pk}": "no_show" for one in parties}


def terms(**told: str) -> dict[str, Any]:
    values = {
        "name_fr": "Entretien", "name_en": "Talk", "minutes": "60", "price": "62,50", "paid_before": "on",
        "modalities": ["phone", "in_person"], "booked_by": "anyone", "notice_minutes": "1440", "horizon_days": "90",
        "change_until_hours": "3", "step_minutes": "30", "before_minutes": "0", "after_minutes": "15", "per_day": "2",
        "per_week": "5", "travel_km": "20", "travel_minutes": "10", "prepare_fr": "Rien", "prepare_en": "Nothing",
        "rank": "2", "is_active": "on",
    }  # fmt: skip
    return values | told


def _access(world: World) -> dict[str, Any]:
    office = office_of(world.bob).pk
    told = {"step_free": "on", "floor": "2e", "transport": "tram", "parking": "cour", "access": "Code 12"}
    return {"lieu": str(office)} | {f"{office}-{name}": word for name, word in told.items()}


def _line(world: World) -> dict[str, Any]:
    told = {"weekday": "0", "places": ["telephone"], "start": "9:00", "end": "12:00", "ends_next_day": "",
            "week": "", "parity": "", "since": "", "until": "", "valid_from": "", "valid_to": ""}  # fmt: skip
    row = {f"form-0-{name}": word for name, word in told.items()}
    counts = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    return counts | row | {"vu": editing.openings_seen(world.bob), "tous": "keep"}


def _closing(world: World) -> dict[str, Any]:
    return {"kind": "closed", "first": DAY, "last": DAY, "start": "", "end": "", "ends_next_day": "", "weekdays": [],
            "place": ""}  # fmt: skip


def _somebody(world: World) -> dict[str, Any]:
    return {"name": "Zoé Petit", "email": "zoe@example.org", "phone": "06 39 98 12 34", "language": "fr", "key": "k",
            "date": [LATER.isoformat()]}  # fmt: skip


def _who(world: World) -> dict[str, Any]:
    return {"name": "Alice Lune", "email": "alice@example.org", "phone": "06 39 98 01 02", "for_whom": "autre",
            "capacity": "relative", "organisation": "", "person_name": "Rose Lune", "person_email": "rose@example.org",
            "person_phone": "06 39 98 01 03", "person_language": "fr"}  # fmt: skip


def _guest(world: World) -> dict[str, Any]:
    return {"name": "Inès Li", "role": "interpreter", "email": "ines@example.org", "phone": "06 39 98 12 34",
            "language": "en"}  # fmt: skip


def _choice(world: World) -> dict[str, Any]:
    return {"mediateur": world.bob.slug, "prestation": service_of(world.bob).pk, "slot": value(LATER), "key": "one"}


def _slot(world: World) -> dict[str, Any]:
    return {"slot": value(LATER), "reason": "Empêchement"}


def _no_sooner(world: World) -> dict[str, Any]:
    return {"acte": "quitter", "way": "", "half": "", "before": ""}


def _wish(world: World) -> dict[str, Any]:
    return {"service": "", "way": "", "half": "morning", "before": DAY, "key": "k", "name": "Charlie",
            "email": "charlie@example.org", "phone": "06 39 98 01 02"}  # fmt: skip


def _reason(world: World) -> dict[str, Any]:
    return {"reason": "Empêchement"}


def _for_alice(told: Callable[[World], dict[str, Any]]) -> Callable[[World], dict[str, Any]]:
    """While staff act for her."""

    def answer(world: World) -> dict[str, Any]:
        world.visitors["staff"].post(reverse("staff_act_account", args=[world.alice.pk]), {"motif": "asked"})
        return told(world)

    return answer


def guests(world: World) -> list[Any]:
    """The appointment of somebody without an account."""
    return [Appointment.objects.get(state=State.UNCONFIRMED).reference]


def _reminders(world: World) -> dict[str, Any]:
    return {"sent": "1", "week": "on", "day": "on"}


def _reminders_by_door(world: World) -> dict[str, Any]:
    return _reminders(world) | {"language": "en", "zone": "Indian/Reunion"}


def _details(world: World) -> dict[str, Any]:
    world.visitors["staff"].post(reverse("staff_act_guest", args=guests(world)), {"motif": "asked"})
    return {"name": "Zoé Petit", "phone": "06 39 98 12 34", "email": "zoe@example.org", "postal": "3 rue du Bac"}


def _on_the_phone(world: World) -> dict[str, Any]:
    return {"name": "Zoé Petit", "email": "", "postal": "3 rue du Bac\n75007 Paris", "phone": "06 39 98 12 34",
            "language": "fr", "key": "k"}  # fmt: skip


def _profile(world: World) -> dict[str, Any]:
    return {"name": "Alice Lune", "phone": "06 39 98 01 02", "language": "en", "zone": "Indian/Reunion"}


def _newcomer(world: World) -> dict[str, Any]:
    return {"name": "Nina", "email": "nina@example.org", "password1": "une phrase facile à retenir"}


def _judged(world: World) -> dict[str, Any]:
    prefix = f"piece-{world.paper.credential_id}"
    return {"acte": "accepter", f"{prefix}-until": str((TEN + 52 * WEEK).date()), f"{prefix}-reason": ""}


def _exchange(world: World) -> list[Any]:
    return [world.thread.reference]


def _seen(world: World) -> dict[str, Any]:
    return {"vu": Message.objects.latest("pk").pk}


def _question(world: World) -> dict[str, Any]:
    return {"topic": "letters", "text": "Je ne reçois rien.", "context": "/", "key": "k"}


def _grievance(world: World) -> dict[str, Any]:
    return {"text": "Il a parlé de moi.", "context": "", "appointment": "", "key": "k"}


def _call(world: World) -> dict[str, Any]:
    return {"name": "Zoé Petit", "email": "zoe@example.org", "phone": "06 39 98 12 34", "language": "fr",
            "topic": "book", "mediateur": "", "text": "Elle cherche quelqu’un à Rennes.", "key": "k"}  # fmt: skip


def _first_words(world: World) -> dict[str, Any]:
    return {"to": world.bob.slug, "topic": "other", "text": "Qu’en dites-vous ?", "key": "k"}


def _looked_at(form: str, **changed: str) -> Callable[[World], dict[str, Any]]:
    """Sent once to see what it changes: only then is it kept."""

    def told(world: World) -> dict[str, Any]:
        sent = contents.rule("prior_attempt", "V3", **changed)
        shown = world.visitors["staff"].post(reverse(form, args=of.rule(world)), sent).content.decode()
        return sent | dict(re.findall(r'name="(seen)" value="([0-9a-f]+)"', shown))

    return told


FORMS: dict[str, Filled] = {
    "account_signup": Filled("anonymous", _newcomer),
    "account_home": Filled("client", _profile),
    "mediator_secretaries": Filled("mediator", lambda world: {"name": "Anne Roy", "email": "anne.roy@example.org"}),
    "mediator_telling": Filled("mediator", lambda world: {"mode": "digest", "at": "18:30"}),
    "mediator_practice": Filled("other mediator", lambda world: {"do": "join", "code": world.practice.code}),
    "hold": Filled("other client", _choice),
    "booking_who": Filled("client", _who, _held),
    "booking_check": Filled("client", lambda world: {"key": "k"}, _held),
    "booking_extend": Filled("client", lambda world: {}, _held),
    "booking_release": Filled("client", lambda world: {}, _held),
    "appointment_move": Filled("anonymous", _slot, _manage),
    "appointment_sooner": Filled("anonymous", _no_sooner, _manage),
    "client_sooner": Filled("client", _no_sooner, _mine),
    "wait_join": Filled("other client", _wish, lambda world: [world.full.slug]),
    "wait_leave": Filled("anonymous", lambda world: {}, lambda world: [world.wait_token]),
    "client_wait_leave": Filled("client", lambda world: {}, lambda world: [world.wait.reference]),
    "appointment_cancel": Filled("anonymous", _reason, _manage),
    "appointment_reminders": Filled("anonymous", _reminders_by_door, _manage),
    "client_preferences": Filled("client", _reminders),
    "appointment_guests": Filled("anonymous", _guest, _manage),
    "appointment_answer": Filled(
        "anonymous", lambda world: {"reponse": "viens", "phone": "06 39 98 12 34"}, lambda world: [world.guest]
    ),
    "client_guests": Filled("client", _guest, _mine),
    "mediator_guests": Filled("mediator", _guest, _mine),
    "client_move": Filled("client", _slot, _mine),
    "client_cancel": Filled("client", _reason, _mine),
    "mediator_move": Filled("mediator", _slot, _mine),
    "mediator_cancel": Filled("mediator", _reason, _mine),
    "mediator_attend": Filled("mediator", _attendance, _past),
    "mediator_reserve": Filled("mediator", _somebody, query=f"?creneau={LATER:%Y-%m-%dT%H:%MZ}&lieu=telephone"),
    "mediator_service_new": Filled("mediator", lambda world: terms()),
    "mediator_service": Filled("mediator", lambda world: terms(), lambda world: [world.mine.service_id]),
    "mediator_lines": Filled("mediator", _line),
    "mediator_exceptions": Filled("mediator", _closing),
    "mediator_offices": Filled("mediator", _access),
    "staff_move": Filled("staff", _for_alice(_slot), _mine),
    "staff_guests": Filled("staff", _for_alice(_guest), _mine),
    "staff_cancel": Filled("staff", _for_alice(_reason), _mine),
    "staff_contact": Filled("staff", _details, guests),
    "staff_book_slot": Filled(
        "staff", _on_the_phone, lambda world: [world.bob.slug], query=f"?creneau={LATER:%Y-%m-%dT%H:%MZ}&lieu=telephone"
    ),
    "apply_step": Filled(
        "applicant",
        lambda world: {"name": "Anne Roux-Petit", "phone": "06 39 98 00 01", "contact_email": "anne@cabinet.example"},
        lambda world: ["identite"],
    ),
    "mediator_profile_step": Filled(
        "mediator",
        lambda world: {"presentation_fr": "Bonjour.", "presentation_en": "Hello."},
        lambda world: ["presentation"],
    ),
    "staff_judge": Filled("staff", _judged, lambda world: [world.paper.credential_id]),
    "staff_settings": Filled("staff", lambda world: names.everything() | {"publisher": "Association de test"}),
    "staff_announcement": Filled(
        "staff", lambda world: {"fr": "Travaux", "en": "Works", "kind": "info", "since": "", "until": ""}
    ),
    "staff_texts": Filled("staff", lambda world: {"budget": "500", "kinds": ["reminder", "change"]}),
    "staff_letter": Filled(
        "staff",
        lambda world: {"fr-subject": "Objet", "fr-note": "Mot", "en-subject": "Subject", "en-note": "Word"},
        lambda world: ["account_login_code"],
    ),
    "staff_content_edit": Filled("staff", lambda world: contents.filled("couts"), lambda world: ["couts"]),
    "staff_rule_edit": Filled("staff", _looked_at("staff_rule_edit"), of.rule),
    "staff_rule_next": Filled("staff", _looked_at("staff_rule_next", name="V9"), of.rule),
    "staff_more": Filled("staff", lambda world: {"asked": "La page 2"}, lambda world: [world.applicant.pk]),
    "staff_propose": Filled(
        "staff", lambda world: {"reason": "Motif", "keep": "on"}, lambda world: [world.bob.pk, "suspendre"]
    ),
    "mediator_holidays": Filled("mediator", lambda world: {"tous": "keep"}),
}
FORMS |= {
    "intake_start": Filled("other client", lambda world: {"mediateur": world.bob.slug, "role": "lawyer"}),
    "intake_screen": Filled(
        "client",
        lambda world: {"role": "lawyer", "vu": "", "retour": ""},
        lambda world: [world.draft.reference, "role"],
    ),
    "intake_erase": Filled("client", lambda world: {}, lambda world: [world.draft.reference]),
    "intake_whom": Filled(
        "client", lambda world: {"voie": "orienter", "ensuite": "oui"}, lambda world: [world.draft.reference]
    ),
    "intake_choose": Filled(
        "client", lambda world: {"ajouter": world.bob.slug, "suite": ""}, lambda world: [world.draft.reference]
    ),
    "intake_withdraw": Filled("client", lambda world: {}, lambda world: [world.intake.reference]),
    "mediator_intake": Filled(
        "mediator", lambda world: {"acte": "accepter", "creneau": "plus-tard"}, lambda world: [world.intake.reference]
    ),
    "staff_intake": Filled(
        "staff", lambda world: {"acte": "clore", "told": "on"}, lambda world: [world.intake.reference]
    ),
    "staff_intake_note": Filled("staff", lambda world: {"langue": "en"}),
    "support": Filled("client", _question),
    "complaint": Filled("client", _grievance, lambda world: [world.bob.slug]),
    "thread": Filled("anonymous", lambda world: {"text": "Une chose encore."}, lambda world: [world.thread_token]),
    "thread_close": Filled("anonymous", _seen, lambda world: [world.thread_token]),
    "client_thread": Filled("client", lambda world: {"text": "Une chose encore."}, _exchange),
    "client_thread_close": Filled("client", _seen, _exchange),
    "staff_thread": Filled("staff", lambda world: _seen(world) | {"text": "Voici."}, _exchange),
    "staff_thread_note": Filled("staff", lambda world: {"note": "À rappeler."}, _exchange),
    "staff_thread_follow": Filled("staff", lambda world: _seen(world) | {"acte": "clore"}, _exchange),
    "staff_support_call": Filled("staff", _call),
    "staff_support_write": Filled("staff", _first_words),
}


def fill(world: World, name: str, more: dict[str, Any] | None = None) -> Any:
    """The answer to that form, with `more` fields beside its own."""
    form = FORMS[name]
    path = reverse(name, args=form.args(world)) + form.query
    return world.visitors[form.audience].post(path, {**(more or {}), **form.told(world)})
