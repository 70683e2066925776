"""Appointments, who takes part, what happened to them, and the doors of their letters."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Prefetch, Q, Value
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from allomediateur.accounts.models import User, new_reference
from allomediateur.accounts.names import Words
from allomediateur.agenda.models.hours import Modality, Service
from allomediateur.agenda.models.reminders import Reminded
from allomediateur.directory.models import Mediator, Office


class State(models.TextChoices):
    HELD = "held", _("Retenu")
    UNCONFIRMED = "unconfirmed", _("À confirmer")
    CONFIRMED = "confirmed", _("Confirmé")
    EXPIRED = "expired", _("Libéré")
    CANCELLED = "cancelled", _("Annulé")
    ATTENDED = "attended", _("Tenu")
    NO_SHOW = "no_show", _("Absence")


LIVE = (State.HELD, State.UNCONFIRMED, State.CONFIRMED, State.ATTENDED, State.NO_SHOW)
PENDING = (State.HELD, State.UNCONFIRMED)


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def live(self, now: datetime) -> "AppointmentQuerySet":
        """Those that block their time at `now` (R10, R15: a pending one blocks nothing from its expiry on)."""
        return self.filter(state__in=LIVE).exclude(state__in=PENDING, expires_at__lte=now)

    def booked(self, now: datetime) -> "AppointmentQuerySet":
        """Live and more than held: what people call an appointment."""
        return self.live(now).exclude(state=State.HELD)

    def with_clients(self) -> "AppointmentQuerySet":
        """Each with `clients`, the participants it is for, in one query."""
        clients = Participant.objects.filter(role=Participant.Role.CLIENT)
        return self.prefetch_related(Prefetch("participants", clients, to_attr="clients"))

    def visible_to(self, user: User) -> "AppointmentQuerySet":
        """A mediator's own; a client's own, by participation. Holds are nobody's. Staff have `in_staff_room`."""
        shown = self.exclude(state=State.HELD)
        if user.role == User.Role.MEDIATOR:
            return shown.filter(mediator__user=user)
        return shown.filter(pk__in=Participant.objects.filter(user=user).values("appointment"))

    def in_staff_room(self, user: User) -> "AppointmentQuerySet":
        """All but holds, for staff only; each look at one is on the trail."""
        return self.exclude(state=State.HELD) if user.is_active and user.is_staff else self.none()


class Appointment(models.Model):
    """One booked period. `blocked` is `[start - before, end + after)` with the buffers it was booked with (R7).

    `reference` is its secret name in addresses; `uid` and `sequence` are its calendar identity (RFC 5545).
    In person without an office it is held at `place`, the client's address, told while it is held.
    `expires_at` is the end of a hold or the confirm-by of an unconfirmed one; `browser` names the one that holds it.
    """

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+", verbose_name=_("médiateur"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", verbose_name=_("prestation"))
    modality = models.CharField(_("modalité"), max_length=9, choices=Modality)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lieu")
    )
    place = models.CharField(_("lieu convenu"), max_length=300, blank=True, db_default="")
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    blocked = DateTimeRangeField(_("temps bloqué"))
    state = models.CharField(_("état"), max_length=11, choices=State)
    expires_at = models.DateTimeField(_("expire le"), null=True, blank=True)
    extended = models.BooleanField(_("prolongé"), default=False)
    browser = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    price_cents = models.PositiveIntegerField(_("prix (centimes d’euro)"), default=0)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    cancel_reason = models.CharField(_("motif d’annulation"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("créé le"))
    changed_at = models.DateTimeField(_("changé le"))

    objects = AppointmentQuerySet.as_manager()

    gathered: "list[Participant] | None" = None
    """Who takes part, while `states.gathering` reads them once; None otherwise."""

    class Meta:
        verbose_name = _("rendez-vous")
        verbose_name_plural = _("rendez-vous")
        ordering = ("starts_at", "id")
        indexes = (
            models.Index(fields=["mediator", "starts_at"], name="appointment_mediator_start"),
            models.Index(fields=["starts_at", "id"], name="appointment_start"),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=["held", "unconfirmed"]), name="appointment_expiring"
            ),
        )
        constraints = (
            ExclusionConstraint(
                name="appointment_no_overlap",
                expressions=[
                    (Func(F("mediator"), F("mediator"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("blocked", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["held", "unconfirmed", "confirmed", "attended", "no_show"]),
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_order"),
            models.CheckConstraint(condition=Q(blocked__contains=F("starts_at")), name="appointment_blocked"),
            models.CheckConstraint(
                condition=Q(state__in=["held", "unconfirmed"], expires_at__isnull=False)
                | (~Q(state__in=["held", "unconfirmed"]) & Q(expires_at__isnull=True)),
                name="appointment_expiry",
            ),
            models.CheckConstraint(
                condition=(Q(modality="in_person") | Q(office__isnull=True))
                & (Q(place="") | Q(modality="in_person", office__isnull=True)),
                name="appointment_place",
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def where(self) -> str:
        """The office with its address, or the agreed place; empty by phone and video. Reads the commune."""
        return f"{self.office.name}, {self.office.full_address}" if self.office else self.place

    @property
    def town(self) -> str:
        """Of the office, or the agreed place; empty by phone and video. Reads the commune."""
        return self.office.town if self.office else self.place

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


class Participant(Reminded):
    """Somebody in an appointment, with the contact, language and zone given for it; `user` once it is their account.

    No e-mail: booked on the phone, by somebody whose letters are printed when there is a `postal_address` (in lines).
    One client, one mediator, and at most one agent, who booked for the client (`capacity`, `organisation`); others
    (GUESTS) are invited by one of these, and none sees the address of another. `answer`: what the person said of
    the appointment, none yet when empty. What is wanted of reminders is said here by who has no account.
    """

    class Role(models.TextChoices):
        CLIENT = "client", _("Client")
        MEDIATOR = "mediator", _("Médiateur")
        AGENT = "agent", _("Mandataire")
        PARTY = "party", _("Autre partie")
        LAWYER = "lawyer", _("Avocat")
        INTERPRETER = "interpreter", _("Interprète")
        COMPANION = "companion", _("Accompagnant")

    class Capacity(models.TextChoices):
        LAWYER = "lawyer", _("Avocat")
        RELATIVE = "relative", _("Proche")
        ASSOCIATION = "association", _("Association ou service social")

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepté")
        DECLINED = "declined", _("Refusé")

    class Outcome(models.TextChoices):
        ATTENDED = "attended", _("Présent")
        NO_SHOW = "no_show", _("Absent")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="participants", verbose_name=_("rendez-vous")
    )
    role = models.CharField(_("rôle"), max_length=11, choices=Role)
    capacity = models.CharField(_("qualité"), max_length=11, choices=Capacity, blank=True, db_default="")
    organisation = models.CharField(_("organisme"), max_length=120, blank=True, db_default="")
    invited_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("invité par")
    )
    answer = models.CharField(_("réponse"), max_length=8, choices=Answer, blank=True, db_default="")
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("compte")
    )
    name = models.CharField(_("nom"), max_length=120)
    email = models.EmailField(_("adresse e-mail"), max_length=254, blank=True)
    phone = PhoneNumberField(_("téléphone"), blank=True)
    postal_address = models.CharField(_("adresse postale"), max_length=300, blank=True, db_default="")
    language = models.CharField(_("langue"), max_length=2, default="fr")
    zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    outcome = models.CharField(_("présence"), max_length=8, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        indexes = (
            GinIndex(Words("name"), name="participant_words"),
            models.Index(fields=["email"], name="participant_email"),
            models.Index(fields=["phone"], name="participant_phone"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["appointment", "role"],
                condition=Q(role__in=["client", "mediator", "agent"]),
                name="participant_one_a_role",
            ),
            models.CheckConstraint(condition=Q(role="agent") | Q(capacity=""), name="participant_capacity_of_agents"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def presented(self) -> str:
        """In what capacity somebody is there, in the active language: « Maître Roux, avocat, Cabinet Roux »."""
        quality = self.get_capacity_display() if self.capacity else self.get_role_display()
        return ", ".join(filter(None, (self.name, str(quality).lower(), self.organisation)))


GUESTS = (
    Participant.Role.PARTY,
    Participant.Role.LAWYER,
    Participant.Role.INTERPRETER,
    Participant.Role.COMPANION,
)
"""Who is invited to an appointment that somebody else has booked."""


class Transition(models.Model):
    """One change of an appointment's state or time: never edited."""

    class By(models.TextChoices):
        VISITOR = "visitor", _("Visiteur")
        CLIENT = "client", _("Client")
        MEDIATOR = "mediator", _("Médiateur")
        STAFF = "staff", _("Administration")
        AGENT = "agent", _("Mandataire")
        SYSTEM = "system", _("Système")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="transitions")
    at = models.DateTimeField(_("le"))
    by = models.CharField(_("par"), max_length=8, choices=By)
    from_state = models.CharField(_("de"), max_length=11, blank=True)
    to_state = models.CharField(_("à"), max_length=11)
    from_start = models.DateTimeField(_("ancien début"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("changement")
        verbose_name_plural = _("changements")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class AccessLink(models.Model):
    """A door of a letter: purpose-bound, expiring, stored hashed (SHA-256 hex of token, HMAC of the six-digit code).

    `by_letter`: sent to the participant's address, so that its holder reads what is sent there; else given to who
    booked, whatever address they typed."""

    class Purpose(models.TextChoices):
        CONFIRM = "confirm", _("Confirmer")
        MANAGE = "manage", _("Gérer")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=7, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    by_letter = models.BooleanField(default=True, db_default=True, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.token_hash[:6]}…"
