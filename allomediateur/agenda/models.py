"""The truth (openings, services, appointments, busy time) and the derived Availability rows."""

import uuid
from datetime import datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from allomediateur.accounts.models import User, new_reference
from allomediateur.directory.models import Mediator, Office


class Modality(models.TextChoices):
    PHONE = "phone", _("Téléphone")
    VIDEO = "video", _("Visio")
    IN_PERSON = "in_person", _("En présence")


class Agenda(models.Model):
    """One row a mediator: what bookings (FOR SHARE) and editors (FOR NO KEY UPDATE) lock. Without it: no time."""

    mediator = models.OneToOneField(Mediator, on_delete=models.CASCADE, primary_key=True, related_name="+")
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"agenda {self.pk}"


class Service(models.Model):
    """What can be booked: length, grid, buffers, notice, horizon, price. Nothing is cashed online."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur"))
    name_fr = models.CharField(_("nom"), max_length=80)
    name_en = models.CharField(_("nom anglais"), max_length=80, blank=True)
    prepare_fr = models.TextField(_("à préparer"), blank=True, max_length=1000)
    prepare_en = models.TextField(_("à préparer (anglais)"), blank=True, max_length=1000)
    minutes = models.PositiveSmallIntegerField(_("durée (minutes)"))
    step_minutes = models.PositiveSmallIntegerField(
        _("pas (minutes)"), null=True, blank=True, help_text=_("Vide : la durée.")
    )
    before_minutes = models.PositiveSmallIntegerField(_("battement avant (minutes)"), default=0)
    after_minutes = models.PositiveSmallIntegerField(_("battement après (minutes)"), default=0)
    notice_minutes = models.PositiveIntegerField(_("préavis (minutes)"), default=120)
    horizon_days = models.PositiveSmallIntegerField(_("horizon (jours)"), default=60)
    price_cents = models.PositiveIntegerField(_("prix (centimes d’euro)"), default=0)
    modalities = ArrayField(models.CharField(max_length=9, choices=Modality), verbose_name=_("modalités"))
    change_until_hours = models.PositiveSmallIntegerField(
        _("modifiable jusqu’à (heures avant)"), null=True, blank=True, help_text=_("Vide : jusqu’au début.")
    )
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_active = models.BooleanField(_("proposé"), default=True)

    class Meta:
        verbose_name = _("prestation")
        verbose_name_plural = _("prestations")
        ordering = ("rank", "id")
        constraints = (
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=720), name="service_minutes"),
            models.CheckConstraint(
                condition=Q(step_minutes__isnull=True) | Q(step_minutes__gte=1), name="service_step"
            ),
            models.CheckConstraint(condition=Q(horizon_days__gte=1, horizon_days__lte=366), name="service_horizon"),
        )

    def __str__(self) -> str:
        return self.name_fr


class Opening(models.Model):
    """A weekly rule in wall time of its office's zone (in person) or of the mediator's main office (phone, video)."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur"))
    modality = models.CharField(_("modalité"), max_length=9, choices=Modality)
    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("lieu")
    )
    weekday = models.PositiveSmallIntegerField(_("jour (0 = lundi)"))
    start_minute = models.PositiveSmallIntegerField(_("début (minutes depuis minuit)"))
    end_minute = models.PositiveSmallIntegerField(_("fin (minutes depuis minuit)"))
    ends_next_day = models.BooleanField(_("finit le lendemain"), default=False)
    valid_from = models.DateField(_("à partir du"), null=True, blank=True)
    valid_until = models.DateField(_("jusqu’au (compris)"), null=True, blank=True)

    class Meta:
        verbose_name = _("plage d’ouverture")
        verbose_name_plural = _("plages d’ouverture")
        ordering = ("weekday", "start_minute", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(weekday__lte=6, start_minute__lt=1440, end_minute__lte=1440), name="opening_clock"
            ),
            models.CheckConstraint(
                condition=Q(ends_next_day=True) | Q(end_minute__gt=F("start_minute")), name="opening_order"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="opening_validity",
            ),
            models.CheckConstraint(
                condition=Q(modality="in_person", office__isnull=False)
                | (~Q(modality="in_person") & Q(office__isnull=True)),
                name="opening_place",
            ),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.start_minute}-{self.end_minute} {self.modality}"


class OpeningException(models.Model):
    """One local day that departs from the weekly rules (R11).

    No modality: all; no office: all. Closed without minutes: the whole day.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", _("Fermé")
        OPEN = "open", _("Ouvert en plus")
        OTHER_HOURS = "other_hours", _("Autres horaires ce jour-là")

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur"))
    kind = models.CharField(_("genre"), max_length=11, choices=Kind)
    day = models.DateField(_("jour"))
    modality = models.CharField(_("modalité"), max_length=9, choices=Modality, blank=True)
    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("lieu")
    )
    start_minute = models.PositiveSmallIntegerField(_("début (minutes depuis minuit)"), null=True, blank=True)
    end_minute = models.PositiveSmallIntegerField(_("fin (minutes depuis minuit)"), null=True, blank=True)
    ends_next_day = models.BooleanField(_("finit le lendemain"), default=False)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ("day", "start_minute", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="closed", start_minute__isnull=True, end_minute__isnull=True)
                | Q(start_minute__isnull=False, end_minute__isnull=False, start_minute__lt=1440, end_minute__lte=1440)
                & (Q(ends_next_day=True) | Q(end_minute__gt=F("start_minute"))),
                name="exception_clock",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class Busy(models.Model):
    """Time taken elsewhere (calendars come later; the admin writes it until then). Blocks, without buffers."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur"))
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    source = models.CharField(_("source"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("temps pris ailleurs")
        verbose_name_plural = _("temps pris ailleurs")
        ordering = ("starts_at",)
        indexes = (models.Index(fields=["mediator", "starts_at"], name="busy_mediator_start"),)
        constraints = (models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="busy_order"),)

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


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

    def visible_to(self, user: User) -> "AppointmentQuerySet":
        """A mediator's own; a client's own, by participation. Holds are nobody's. Staff: all, in the admin only."""
        shown = self.exclude(state=State.HELD)
        if user.role == User.Role.MEDIATOR:
            return shown.filter(mediator__user=user)
        return shown.filter(pk__in=Participant.objects.filter(user=user).values("appointment"))


class Appointment(models.Model):
    """One booked period. `blocked` is `[start - before, end + after)` with the buffers it was booked with (R7).

    `reference` is its secret name in addresses; `uid` and `sequence` are its calendar identity (RFC 5545).
    `expires_at` is the end of a hold or the confirm-by of an unconfirmed one; `browser` names the one that holds it.
    """

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+", verbose_name=_("médiateur"))
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", verbose_name=_("prestation"))
    modality = models.CharField(_("modalité"), max_length=9, choices=Modality)
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("lieu")
    )
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

    class Meta:
        verbose_name = _("rendez-vous")
        verbose_name_plural = _("rendez-vous")
        ordering = ("starts_at", "id")
        indexes = (
            models.Index(fields=["mediator", "starts_at"], name="appointment_mediator_start"),
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
                condition=Q(modality="in_person", office__isnull=False)
                | (~Q(modality="in_person") & Q(office__isnull=True)),
                name="appointment_place",
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))


class Participant(models.Model):
    """Somebody in an appointment, with the contact, language and zone given for it; `user` once it is their account."""

    class Role(models.TextChoices):
        CLIENT = "client", _("Client")
        MEDIATOR = "mediator", _("Médiateur")

    class Outcome(models.TextChoices):
        ATTENDED = "attended", _("Présent")
        NO_SHOW = "no_show", _("Absent")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="participants", verbose_name=_("rendez-vous")
    )
    role = models.CharField(_("rôle"), max_length=8, choices=Role)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("compte")
    )
    name = models.CharField(_("nom"), max_length=120)
    email = models.EmailField(_("adresse e-mail"), max_length=254)
    phone = PhoneNumberField(_("téléphone"), blank=True)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    outcome = models.CharField(_("présence"), max_length=8, choices=Outcome, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = (models.UniqueConstraint(fields=["appointment", "role"], name="participant_one_a_role"),)

    def __str__(self) -> str:
        return self.name


class Transition(models.Model):
    """One change of an appointment's state or time: never edited."""

    class By(models.TextChoices):
        VISITOR = "visitor", _("Visiteur")
        CLIENT = "client", _("Client")
        MEDIATOR = "mediator", _("Médiateur")
        STAFF = "staff", _("Administration")
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
    """A door of a letter: purpose-bound, expiring, stored hashed (SHA-256 hex of token, HMAC of the six-digit code)."""

    class Purpose(models.TextChoices):
        CONFIRM = "confirm", _("Confirmer")
        MANAGE = "manage", _("Gérer")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=7, choices=Purpose)
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.token_hash[:6]}…"


class Availability(models.Model):
    """Derived: what search reads, one row per (mediator, service, modality, office). Never edited by hand.

    `next_starts`: the first bookable instants, earliest first; `free_days`: bit i is the local day `base_day + i`;
    right at `computed_at`, to be recomputed from `stale_at` on. The other columns copy the profile's facets.
    """

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    modality = models.CharField(max_length=9)
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+", null=True)
    next_starts = ArrayField(models.DateTimeField())
    first_free_day = models.DateField(null=True)
    base_day = models.DateField()
    free_days = models.BinaryField()
    notice_minutes = models.PositiveIntegerField()
    computed_at = models.DateTimeField()
    stale_at = models.DateTimeField()
    zone = models.CharField(max_length=40)
    lon = models.FloatField()
    lat = models.FloatField()
    specialties = ArrayField(models.IntegerField())
    languages = ArrayField(models.CharField(max_length=2))

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["mediator", "service", "modality", "office"], name="availability_one_row", nulls_distinct=False
            ),
        )
        indexes = (
            models.Index(fields=["modality", "lat", "lon"], name="availability_place"),
            models.Index(fields=["modality", "first_free_day"], name="availability_soonest"),
            models.Index(fields=["stale_at"], name="availability_stale"),
        )

    def __str__(self) -> str:
        return f"{self.mediator_id}/{self.service_id}/{self.modality}"
