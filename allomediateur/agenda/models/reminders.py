"""Who is reminded of what, and how (R12)."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User


class Channel(models.TextChoices):
    EMAIL = "email", _("Par e-mail")
    SMS = "sms", _("Par SMS")
    BOTH = "both", _("Par e-mail et par SMS")


class Reminded(models.Model):
    """What somebody wants of reminders: the one a week before, the one the day before, and by which way."""

    remind_week = models.BooleanField(_("rappel 7 jours avant"), default=True, db_default=True)
    remind_day = models.BooleanField(_("rappel la veille"), default=True, db_default=True)
    remind_by = models.CharField(
        _("rappels"), max_length=5, choices=Channel, default=Channel.EMAIL, db_default=Channel.EMAIL
    )

    class Meta:
        abstract = True

    def wants(self, days: int) -> bool:
        """The reminder so many days before."""
        return self.remind_week if days > 1 else self.remind_day


class Preference(Reminded):
    """What the person of an account wants, for all that is written to the account's own address."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="+", verbose_name=_("compte")
    )

    class Meta:
        verbose_name = _("préférences de rappel")
        verbose_name_plural = _("préférences de rappel")

    def __str__(self) -> str:
        return f"{self.user_id}: {self.remind_by}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def waiting(self) -> "ReminderQuerySet":
        return self.filter(settled_at__isnull=True)

    def due(self, now: datetime) -> "ReminderQuerySet":
        return self.waiting().filter(due_at__lte=now)


class Reminder(models.Model):
    """One to be sent to a participant `days` before `starts_at`, the start it was planned for, at `due_at`.

    `day` is the day of that start on the reader's calendar: those of one person and day leave in one message. Settled
    once: sent (`is_sent`), or found to be wanted no more. The row stays, so that none is planned twice.
    """

    participant = models.ForeignKey(
        "agenda.Participant", on_delete=models.CASCADE, related_name="reminders", verbose_name=_("participant")
    )
    days = models.PositiveSmallIntegerField(_("jours avant"))
    starts_at = models.DateTimeField(_("début"))
    day = models.DateField(_("jour du rendez-vous"))
    due_at = models.DateTimeField(_("prévu le"))
    settled_at = models.DateTimeField(_("réglé le"), null=True, blank=True)
    is_sent = models.BooleanField(_("envoyé"), default=False, db_default=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel")
        verbose_name_plural = _("rappels")
        ordering = ("due_at", "id")
        indexes = (models.Index(fields=["due_at"], condition=models.Q(settled_at__isnull=True), name="reminder_due"),)
        constraints = (
            models.UniqueConstraint(fields=["participant", "days", "starts_at"], name="reminder_once"),
            models.CheckConstraint(
                condition=models.Q(due_at__lt=models.F("starts_at")), name="reminder_before_the_start"
            ),
            models.CheckConstraint(
                condition=models.Q(is_sent=False) | models.Q(settled_at__isnull=False), name="reminder_sent_is_settled"
            ),
        )

    def __str__(self) -> str:
        return f"{self.due_at:%Y-%m-%d %H:%M} J-{self.days}"
