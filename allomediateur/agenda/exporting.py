"""All that the platform knows of a person, for that person: plain values, ready for JSON (GDPR, articles 15 and 20)."""

from typing import Any

from django.db.models import Q, QuerySet

from allomediateur.accounts import people
from allomediateur.accounts.models import User
from allomediateur.agenda import letters, preferences, states, telling, waiting_letters
from allomediateur.agenda.models import GUESTS, Appointment, Participant, Reminded, Wait
from allomediateur.directory.models import Credential, Decision, Mediator, Reveal
from allomediateur.notify.models import Letter, PaperLetter, Text
from allomediateur.trail.models import Entry


def portrait(user: User) -> dict[str, Any]:
    """Dates are ISO 8601 with their offset. Other people's details are not in it."""
    parts, waits = _participations(user), _waits(user)
    return {
        "account": people.portrait(user),
        "mediator": _profile(user),
        "reminders_wanted": _wanted(preferences.of_account(user)),
        "appointments": [_appointment(one) for one in parts],
        "waiting_lists": [_wait(one) for one in waits],
        "contact_details_asked": [
            {"at": _iso(one.at), "of": one.mediator.name}
            for one in Reveal.objects.filter(user=user).select_related("mediator").order_by("pk")
        ],
        "letters": [
            {"sent": _iso(one.sent_at), "to": one.to, "subject": one.subject, "text": one.text}
            for one in Letter.objects.filter(to__iexact=user.email).order_by("pk")
        ],
        "texts": [
            {"written": _iso(one.created_at), "sent": _iso(one.sent_at), "to": str(one.to), "text": one.body}
            for one in _texts(user, parts, waits)
        ],
        "trail": [
            {"at": _iso(one.at), "act": one.act, "by": "me" if one.actor == user.pk else one.role or "platform"}
            for one in Entry.objects.filter(person=user.pk).order_by("pk")
        ],
    }


def _profile(user: User) -> dict[str, Any] | None:
    """What was told of oneself to be in the list, what became of it; None for who never applied."""
    found = Mediator.objects.filter(user=user).first()
    if found is None:
        return None
    columns = ("slug", "name", "presentation_fr", "presentation_en", "languages", "video_room", "payment", "capm_year")
    dates = ("trained_until", "member_until", "insured_until", "ethics_signed_on", "suspended_at")
    return {
        "told_of_bookings": telling.choice_of(found).mode,
        **{name: getattr(found, name) for name in columns},
        **{name: _iso(getattr(found, name)) for name in dates},
        "phone": str(found.phone),
        "specialties": [one.slug for one in found.specialties.all()],
        "offices": [one.full_address for one in found.offices.select_related("commune")],
        "claims": [_claim(one) for one in found.credentials.select_related("document").defer("document__sealed")],
        "decisions": [
            {"at": _iso(one.at), "what": one.kind, "state": one.state, "reason": one.reason}
            for one in found.decisions.exclude(state=Decision.State.PROPOSED)
        ],
    }


def _claim(one: Credential) -> dict[str, Any]:
    """The document itself is downloaded from its page."""
    return {
        "kind": one.kind, "number": one.number, "issuer": one.issuer, "year": one.year, "state": one.state,
        "until": _iso(one.valid_until), "claimed": _iso(one.claimed_at), "reason": one.reason,
        "document": one.document.name if hasattr(one, "document") else None,
    }  # fmt: skip


def _participations(user: User) -> list[Participant]:
    mine = Q(user=user) | Q(email__iexact=user.email)
    roles = (Participant.Role.CLIENT, Participant.Role.AGENT, *GUESTS)
    found = Participant.objects.filter(mine, role__in=roles).exclude(appointment__state="held")
    return list(
        found.select_related("appointment__mediator", "appointment__service").order_by("appointment__starts_at")
    )


def _appointment(one: Participant) -> dict[str, Any]:
    """Who was invited or booked for another has their own answers here, never what the client gave or wrote."""
    booked = one.appointment
    if one.role != Participant.Role.CLIENT:
        return _shared(booked) | _told(one) | ({} if one.role in GUESTS else _what(booked))
    agent = states.agent_of(booked)
    return _shared(booked) | _what(booked) | _told(one) | {
        "place": booked.place, "postal_address": one.postal_address,
        "booked_by": agent and {"name": agent.name, "capacity": agent.capacity, "organisation": agent.organisation},
        "invited": [
            {"name": each.name, "role": each.role, "answer": each.answer}
            for each in states.guests_of(booked) if each.invited_by_id == one.pk
        ],
        "printed_letters": [
            {"written": _iso(each.created_at), "printed": _iso(each.printed_at), "subject": each.subject,
             "text": each.content}
            for each in PaperLetter.objects.filter(topic=letters.topic_of(booked))
        ],
        "history": [
            {"at": _iso(step.at), "by": step.by, "to": step.to_state, "reason": step.reason}
            for step in booked.transitions.all()
        ],
    }  # fmt: skip


def _shared(booked: Appointment) -> dict[str, Any]:
    return {
        "reference": booked.reference, "mediator": booked.mediator.name, "how": booked.modality,
        "starts": _iso(booked.starts_at), "ends": _iso(booked.ends_at), "state": booked.state,
    }  # fmt: skip


def _what(booked: Appointment) -> dict[str, Any]:
    return {"service": booked.service.name_fr}


def _told(one: Participant) -> dict[str, Any]:
    return {
        "role": one.role, "name": one.name, "email": one.email, "phone": str(one.phone), "capacity": one.capacity,
        "organisation": one.organisation, "answer": one.answer, "answered": _iso(one.answered_at),
        "outcome": one.outcome, "language": one.language, "zone": one.zone, "reminders_wanted": _wanted(one),
        "reminders": [
            {"days_before": each.days, "due": _iso(each.due_at), "settled": _iso(each.settled_at), "sent": each.is_sent}
            for each in one.reminders.all()
        ],
    }  # fmt: skip


def _wanted(said: Reminded) -> dict[str, Any]:
    return {"a_week_before": said.remind_week, "the_day_before": said.remind_day, "by": said.remind_by}


def _waits(user: User) -> list[Wait]:
    mine = Wait.objects.filter(Q(user=user) | Q(email__iexact=user.email))
    return list(mine.select_related("mediator", "service", "office").in_order())


def _texts(user: User, parts: list[Participant], waits: list[Wait]) -> QuerySet[Text]:
    """About what is theirs, to the numbers that are."""
    topics = [letters.topic_of(one.appointment) for one in parts] + [waiting_letters.topic_of(one) for one in waits]
    given = (*(one.phone for one in parts), *(one.phone for one in waits))
    numbers = {str(one) for one in (user.phone, *given) if one}
    return Text.objects.filter(topic__in=topics, to__in=numbers).order_by("pk")


def _wait(one: Wait) -> dict[str, Any]:
    return {
        "mediator": one.mediator.name, "service": one.service.name_fr if one.service else None, "how": one.modality,
        "office": one.office.name if one.office else None, "half": one.half, "before": _iso(one.before),
        "sooner": one.appointment_id is not None, "name": one.name, "email": one.email, "phone": str(one.phone),
        "state": one.state, "since": _iso(one.joined_at), "until": _iso(one.until),
        "offered": [
            {"start": _iso(each.starts_at), "at": _iso(each.offered_at), "until": _iso(each.expires_at),
             "outcome": each.outcome}
            for each in one.offers.all()
        ],
        "history": [{"at": _iso(step.at), "by": step.by, "to": step.to_state} for step in one.steps.all()],
    }  # fmt: skip


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None
