"""Who keeps a mediator's agenda beside them: invited by letter, and until either of the two ends it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from allomediateur.directory.models.mediators import Mediator

INVITED_FOR = timedelta(days=14)


class Secretary(models.Model):
    """An agenda entrusted to somebody: only invited while `accepted_at` is empty, over once `ended_at` is not.

    `token_hash` is that of the last letter's link, and empty once it has served.
    """

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="secretaries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True)
    name = models.CharField(_("nom complet"), max_length=120)
    email = models.EmailField(_("adresse e-mail"), max_length=254)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    invited_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("secrétariat")
        verbose_name_plural = _("secrétariats")
        constraints = (
            models.UniqueConstraint(
                "mediator", Lower("email"), condition=Q(ended_at__isnull=True), name="secretary_one_live"
            ),
            models.UniqueConstraint(
                fields=["mediator", "user"], condition=Q(ended_at__isnull=True, user__isnull=False),
                name="secretary_one_account",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(user__isnull=False), name="secretary_accepted_by_somebody"
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name
