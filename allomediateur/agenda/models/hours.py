"""What a mediator offers: services, weekly openings, days that differ, time taken elsewhere."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

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
    """What can be booked: length, grid, buffers, notice, horizon, limits, price. Nothing is cashed online.

    Limits are about the live appointments of the service that start in a day or a week (Monday first) of the main
    office's zone. With `travel_km` it may also be held at a place agreed with the client, that far from the main
    office at most; `travel_minutes` each way add to the buffers there.
    """

    class BookedBy(models.TextChoices):
        ANYONE = "anyone", _("Toute personne, en ligne")
        MEDIATOR = "mediator", _("Vous seulement")

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
    per_day = models.PositiveSmallIntegerField(
        _("au plus par jour"), null=True, blank=True, help_text=_("Vide : autant que les plages le permettent.")
    )
    per_week = models.PositiveSmallIntegerField(_("au plus par semaine"), null=True, blank=True)
    price_cents = models.PositiveIntegerField(_("prix (centimes d’euro)"), default=0)
    paid_before = models.BooleanField(_("à régler avant le rendez-vous"), default=False, db_default=False)
    modalities = ArrayField(models.CharField(max_length=9, choices=Modality), verbose_name=_("modalités"))
    change_until_hours = models.PositiveSmallIntegerField(
        _("modifiable jusqu’à (heures avant)"), null=True, blank=True, help_text=_("Vide : jusqu’au début.")
    )
    booked_by = models.CharField(
        _("qui réserve"), max_length=8, choices=BookedBy, default=BookedBy.ANYONE, db_default="anyone"
    )
    travel_km = models.PositiveSmallIntegerField(
        _("rayon de déplacement (km)"), null=True, blank=True, help_text=_("Vide : pas de lieu convenu.")
    )
    travel_minutes = models.PositiveSmallIntegerField(_("temps de trajet (minutes)"), default=0, db_default=0)
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
            models.CheckConstraint(
                condition=(Q(per_day__isnull=True) | Q(per_day__gte=1))
                & (Q(per_week__isnull=True) | Q(per_week__gte=1)),
                name="service_limits",
            ),
            models.CheckConstraint(
                condition=Q(travel_km__isnull=True) | Q(travel_km__gte=1, travel_km__lte=500), name="service_travel"
            ),
        )

    def __str__(self) -> str:
        return self.name_fr

    @property
    def is_limited(self) -> bool:
        return self.per_day is not None or self.per_week is not None

    @property
    def is_public(self) -> bool:
        """Proposed to whoever looks for a mediator."""
        return self.is_active and self.booked_by == self.BookedBy.ANYONE


class Opening(models.Model):
    """A weekly rule in wall time of its office's zone (in person) or of the mediator's main office (phone, video).

    In person without an office: at a place agreed with the client, for the services that travel.
    """

    class Weeks(models.IntegerChoices):
        EVERY = 0, _("Chaque semaine")
        A = 1, _("Semaine A")
        B = 2, _("Semaine B")

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur"))
    modality = models.CharField(_("modalité"), max_length=9, choices=Modality)
    office = models.ForeignKey(
        Office, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("lieu")
    )
    weekday = models.PositiveSmallIntegerField(_("jour (0 = lundi)"))
    start_minute = models.PositiveSmallIntegerField(_("début (minutes depuis minuit)"))
    end_minute = models.PositiveSmallIntegerField(_("fin (minutes depuis minuit)"))
    ends_next_day = models.BooleanField(_("finit le lendemain"), default=False)
    weeks = models.PositiveSmallIntegerField(_("semaines"), choices=Weeks, default=Weeks.EVERY, db_default=0)
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
            models.CheckConstraint(condition=Q(modality="in_person") | Q(office__isnull=True), name="opening_place"),
            models.CheckConstraint(condition=Q(weeks__lte=2), name="opening_weeks"),
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
