"""Letters to who is neither the client nor the mediator: the agent who booked on mandate, and those invited.

One set of templates, the words are here. Nobody reads the address, the number or the words of another: an invitation
says who invites, when, where and how, and carries nothing that anybody typed but names.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from allomediateur.agenda import letters, linking, links, states
from allomediateur.agenda.letters import address
from allomediateur.agenda.models import GUESTS, Appointment, Participant, State
from allomediateur.scheduling import wording
from allomediateur.scheduling.display import display_zones
from allomediateur.scheduling.ics import Method

TEMPLATES = "told"
Role, Answer = Participant.Role, Participant.Answer


@dataclass(frozen=True)
class Words:
    """`facts`: whether the appointment is described after the first paragraph; `small` comes last."""

    subject: str
    paragraphs: list[str]
    label: str = ""
    url: str = ""
    facts: bool = True
    small: list[str] = field(default_factory=list)


def waiting(appointment: Appointment, now: datetime) -> None:
    """To the agent: the person concerned was written to, and until when the slot waits for them."""
    agent = _agent(appointment)
    if agent is None or appointment.expires_at is None:
        return
    zone = display_zones("phone", agent.zone, agent.zone, now)[0]
    until = wording.when(appointment.expires_at, zone, agent.language, now=now)

    def words(when: str) -> Words:
        told = _names(appointment) | {"until": until}
        return Words(
            _("Le créneau attend la réponse de %(person)s") % told,
            [
                _("Votre adresse est confirmée. Nous venons d’écrire à %(person)s, qui confirme ou refuse.") % told,
                _("Sans réponse avant le %(until)s, le créneau est rendu, et vous en êtes tous deux prévenus.") % told,
            ],
            _("Voir, déplacer ou annuler"),
            _page(agent),
            small=[_only_yours()],
        )

    _post("appointment_agent_waiting", agent, now, words)


def confirmed(appointment: Appointment, now: datetime) -> None:
    """To the agent: the person concerned has confirmed."""
    if agent := _agent(appointment):
        _post("appointment_agent_confirmed", agent, now, lambda when: Words(
            _("%(person)s a confirmé le rendez-vous") % _names(appointment),
            [
                _("%(person)s a confirmé le rendez-vous avec %(mediator)s que vous aviez pris.") % _names(appointment),
                _("Vous pouvez encore le déplacer ou l’annuler : chaque changement lui est dit."),
            ],
            _("Voir, déplacer ou annuler"),
            _page(agent),
            small=[_only_yours()],
        ), "REQUEST")  # fmt: skip


def refused(appointment: Appointment, now: datetime) -> None:
    """To the agent: the person concerned does not want it."""
    if agent := _agent(appointment):
        _post("appointment_agent_refused", agent, now, lambda when: Words(
            _("%(person)s n’a pas souhaité ce rendez-vous") % _names(appointment),
            [
                _("%(person)s a refusé le rendez-vous du %(when)s avec %(mediator)s. Le créneau est rendu.")
                % (_names(appointment) | {"when": when}),
                _("Refuser est libre et ne se justifie pas : parlez-en ensemble avant d’en prendre un autre."),
            ],
            facts=False,
        ))  # fmt: skip


def released(appointment: Appointment, now: datetime) -> None:
    """To the agent: their address was not confirmed in time, or the person concerned has not answered."""
    agent = _agent(appointment)
    if agent is None:
        return

    def words(when: str) -> Words:
        told = _names(appointment) | {"when": when}
        said = _("Vous n’avez pas confirmé votre adresse à temps : le créneau du %(when)s avec %(mediator)s est rendu.")
        if agent.answer == Answer.ACCEPTED:
            said = _("%(person)s n’a pas répondu à temps : le créneau du %(when)s avec %(mediator)s est rendu.")
        return Words(
            _("Le créneau est de nouveau libre"), [said % told, _("Vous pouvez en choisir un autre ensemble.")],
            _("Choisir un autre créneau"), address("mediator", agent.language, appointment.mediator.slug), facts=False,
        )  # fmt: skip

    _post("appointment_agent_released", agent, now, words)


def moved(appointment: Appointment, former: datetime, now: datetime) -> None:
    """To the agent and to those invited, who are asked again."""
    agent = _agent(appointment)
    if agent and agent.answer == Answer.ACCEPTED:
        _moved(agent, "appointment_agent_moved", former, now, [
            lambda: _("Si quelqu’un d’autre que vous l’a déplacé, il n’y a rien d’autre à faire.")
        ])  # fmt: skip
    for guest in _guests(appointment):
        _moved(guest, "appointment_guest_moved", former, now, [
            lambda: _("Dites-nous si vous venez à cette nouvelle heure : votre réponse d’avant ne compte plus.")
        ])  # fmt: skip


def cancelled(appointment: Appointment, now: datetime, *, was_confirmed: bool) -> None:
    """To the agent, and to those invited; calendars forget what they were told. The reason is not theirs to read."""
    method: Method | None = "CANCEL" if was_confirmed else None

    def words(when: str) -> Words:
        said = _("Le rendez-vous du %(when)s avec %(mediator)s est annulé : personne ne vous y attend.")
        told = {"when": when, "mediator": appointment.mediator.name}
        return Words(_("Le rendez-vous du %(when)s est annulé") % told, [said % told], facts=False)

    if agent := _agent(appointment):
        _post("appointment_agent_cancelled", agent, now, words, method)
    for guest in _guests(appointment):
        _post("appointment_guest_cancelled", guest, now, words, method)


def invited(guest: Participant, now: datetime) -> None:
    """To the guest: by whom, when, where, how; what is known of them; that they are free."""
    inviter = guest.invited_by
    if inviter is None:
        return

    def words(when: str) -> Words:
        told = {
            "inviter": plain(inviter), "mediator": guest.appointment.mediator.name, "when": when,
            "role": guest.get_role_display().lower(), "email": guest.email,
        }  # fmt: skip
        said = _("%(inviter)s vous invite à un rendez-vous de médiation avec %(mediator)s, à ce titre : %(role)s.")
        if inviter.role == Role.MEDIATOR:
            said = _("%(inviter)s, qui conduit la médiation, vous invite à un rendez-vous, à ce titre : %(role)s.")
        return Words(
            _("Invitation à un rendez-vous : %(when)s") % told,
            [
                said % told,
                _("Dites si vous venez. C’est libre : ne pas venir ne se justifie pas et reste sans conséquence ici."),
            ],
            _("Répondre"),
            _page(guest),
            small=[
                _(
                    "Ce que nous savons de vous : votre nom, cette adresse (%(email)s) et, s’il nous a été donné, "
                    "votre numéro, reçus de la personne qui vous invite, pour ce rendez-vous seulement. Les autres "
                    "personnes invitées ne les voient pas."
                ) % told,
                _("Vos droits : %(url)s") % {"url": address("privacy", guest.language)},
                _only_yours(),
            ],
        )  # fmt: skip

    _post("appointment_guest_invited", guest, now, words, "REQUEST")


def removed(guest: Participant, now: datetime) -> None:
    """To the guest: they are not awaited any more."""

    def words(when: str) -> Words:
        told = {"when": when, "mediator": guest.appointment.mediator.name}
        said = _("L’invitation au rendez-vous du %(when)s avec %(mediator)s est retirée : vous n’y êtes plus attendu.")
        return Words(_("L’invitation du %(when)s est retirée") % told, [said % told], facts=False)

    _post("appointment_guest_removed", guest, now, words, "CANCEL")


def declined(guest: Participant, now: datetime) -> None:
    """To who invited: somebody does not come; nobody is asked why."""
    inviter = guest.invited_by
    if inviter is None:
        return
    inviter.appointment = guest.appointment

    def words(when: str) -> Words:
        told = {"guest": guest.name, "when": when, "role": guest.get_role_display().lower()}
        own = inviter.role == Role.MEDIATOR
        return Words(
            _("%(guest)s ne vient pas au rendez-vous") % told,
            [
                _("%(guest)s (%(role)s) ne vient pas au rendez-vous du %(when)s. Il est maintenu.") % told,
                _("Vous pouvez inviter quelqu’un d’autre, ou changer le rendez-vous."),
            ],
            _("Voir le rendez-vous"),
            address("mediator_appointment", inviter.language, guest.appointment.reference) if own else _page(inviter),
            facts=False,
        )

    _post("appointment_guest_declined", inviter, now, words)


def late(appointment: Appointment, minutes: int, now: datetime) -> None:
    """To those invited who have not declined: the mediator is late, by so many minutes."""
    for guest in _guests(appointment):
        if guest.answer == Answer.DECLINED:
            continue
        zone, _other = display_zones(appointment.modality, letters.place_zone(appointment), guest.zone, now)
        later = wording.local(appointment.starts_at + timedelta(minutes=minutes), zone)
        told = {"delay": wording.duration(minutes), "around": wording.clock(later, guest.language)}
        _post("appointment_guest_late", guest, now, _late(told))


def _late(told: dict[str, str]) -> Callable[[str], Words]:
    return lambda when: Words(
        _("Le rendez-vous commencera vers %(around)s") % told,
        [
            _("Le rendez-vous du %(when)s aura environ %(delay)s de retard : il commencera vers %(around)s.")
            % (told | {"when": when})
        ],
        facts=False,
    )


def _moved(reader: Participant, kind: str, former: datetime, now: datetime, more: list[Callable[[], str]]) -> None:
    was = letters.when(reader.appointment, reader, former)

    def words(when: str) -> Words:
        told = {"when": when, "former": was, "mediator": reader.appointment.mediator.name}
        said = _("Le rendez-vous avec %(mediator)s, prévu le %(former)s, est déplacé. Voici ce qui vaut désormais :")
        return Words(
            _("Le rendez-vous est déplacé au %(when)s") % told, [said % told, *(one() for one in more)],
            _("Voir le rendez-vous"), _page(reader), small=[_only_yours()],
        )  # fmt: skip

    settled = reader.appointment.state == State.CONFIRMED
    _post(kind, reader, now, words, "REQUEST" if settled else None)


def _post(
    kind: str, reader: Participant, now: datetime, words: Callable[[str], Words], method: Method | None = None
) -> None:
    """`words` are said in the reader's language; they are given the time, as that reader reads it."""
    with translation.override(reader.language):
        said = words(letters.when(reader.appointment, reader, reader.appointment.starts_at))
    letters.post(
        kind, reader, now, method, template=TEMPLATES, title=said.subject, paragraphs=said.paragraphs,
        label=said.label, url=said.url, shows_facts=said.facts, small=said.small,
    )  # fmt: skip


def plain(one: Participant) -> str:
    """A name fit for the letter of a stranger: one that is an address of a site is not repeated."""
    if linking.in_a_name(one.name):
        return _("La personne qui a pris ce rendez-vous")
    return one.name


def _names(appointment: Appointment) -> dict[str, str]:
    client = states.client_of(appointment)
    return {"person": client.name if client else "", "mediator": appointment.mediator.name}


def _page(reader: Participant) -> str:
    return address("appointment", reader.language, links.open_manage(reader))


def _only_yours() -> str:
    return _("Cette adresse n’appartient qu’à vous : ne transférez pas cette lettre.")


def _agent(appointment: Appointment) -> Participant | None:
    agent = states.agent_of(appointment)
    if agent:
        agent.appointment = appointment
    return agent


def _guests(appointment: Appointment) -> list[Participant]:
    rows = list(appointment.participants.filter(role__in=GUESTS).select_related("invited_by").order_by("pk"))
    for one in rows:
        one.appointment = appointment
    return rows
