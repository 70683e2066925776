"""How a mediator is told of bookings, and what waits for the day's digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from allomediateur.agenda.models.bookings import Appointment
from allomediateur.directory.models import Mediator


class Telling(models.Model):
    """A mediator's choice; without a row, each booking has its letter.

    `minute` is that of the digest, after midnight on the clock of the agenda; `next_at` the instant of the next one,
    and what the worker looks for.
    """

    class Mode(models.TextChoices):
        EACH = "each", _("Une lettre à chaque rendez-vous")
        DIGEST = "digest", _("Un récapitulatif par jour")

    mediator = models.OneToOneField(
        Mediator, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("médiateur")
    )
    mode = models.CharField(_("comment"), max_length=6, choices=Mode, default=Mode.EACH, db_default=Mode.EACH)
    minute = models.PositiveSmallIntegerField(_("minute du jour"), default=18 * 60, db_default=18 * 60)
    next_at = models.DateTimeField(_("prochain récapitulatif"), null=True, blank=True)

    class Meta:
        verbose_name = _("avis à un médiateur")
        verbose_name_plural = _("avis aux médiateurs")
        indexes = (models.Index(fields=["next_at"], condition=models.Q(mode="digest"), name="telling_due"),)
        constraints = (
            models.CheckConstraint(condition=models.Q(minute__lt=24 * 60), name="telling_minute_of_a_day"),
            models.CheckConstraint(
                condition=models.Q(mode="each") | models.Q(next_at__isnull=False), name="telling_digest_has_its_hour"
            ),
        )

    def __str__(self) -> str:
        return f"{self.mediator_id}: {self.mode}"


class Untold(models.Model):
    """A booking, a move or a cancellation that its mediator learns from the next digest, which deletes it.

    `former` is the start before a move; `by_mediator`: the mediator did it.
    """

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("nouveau")
        MOVED = "moved", _("déplacé")
        CANCELLED = "cancelled", _("annulé")

    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="untold", verbose_name=_("rendez-vous")
    )
    kind = models.CharField(_("genre"), max_length=9, choices=Kind)
    former = models.DateTimeField(_("ancien début"), null=True, blank=True)
    by_mediator = models.BooleanField(_("par le médiateur"), default=False, db_default=False)
    at = models.DateTimeField(_("le"))

    class Meta:
        verbose_name = _("avis en attente")
        verbose_name_plural = _("avis en attente")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.kind}"
