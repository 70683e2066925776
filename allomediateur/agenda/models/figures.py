"""What is kept of days gone by, of nobody in particular."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DailyFigure(models.Model):
    """What agendas were like on one day, together, by department, by specialty: written when it is over, since
    openings and free time have no past (agenda.figures).

    `key`: the department's code (empty outside France), the specialty's id. `waits[i]`: mediators whose first free
    time was `i` days ahead; those who had none that near are in `mediators` only.
    """

    class Of(models.TextChoices):
        ALL = "all", _("Ensemble")
        DEPARTMENT = "department", _("Département")
        SPECIALTY = "specialty", _("Spécialité")

    day = models.DateField(_("jour"))
    of = models.CharField(_("de"), max_length=10, choices=Of)
    key = models.CharField(max_length=20, blank=True)
    mediators = models.PositiveIntegerField(_("médiateurs"))
    open_minutes = models.PositiveIntegerField(_("minutes ouvertes"))
    taken_minutes = models.PositiveIntegerField(_("minutes prises"))
    waits = ArrayField(models.PositiveIntegerField())

    class Meta:
        verbose_name = _("relevé d’un jour")
        verbose_name_plural = _("relevés des jours")
        constraints = (
            models.UniqueConstraint(fields=["day", "of", "key"], name="daily_figure_once"),
            models.CheckConstraint(condition=Q(taken_minutes__lte=F("open_minutes")), name="daily_figure_taken"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.of} {self.key}"
