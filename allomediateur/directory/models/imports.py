"""Mediators taken over from the former site: the file that was read, and its old addresses."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import new_reference
from allomediateur.directory.models.mediators import Mediator


class Roster(models.Model):
    """A file of mediators, checked and not yet (or just) taken over: its rows, then what became of each, sealed."""

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    name = models.CharField(max_length=120)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    sealed = models.BinaryField()
    kept_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["kept_at"], name="roster_kept_at"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(confirmed_at__isnull=False), name="roster_confirmed_first"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference[:6]}… {self.done}/{self.total}"


def check_path(value: str) -> None:
    """The path of a page, with its query if it had one; never another host."""
    if not value.startswith("/") or value.startswith("//") or "\\" in value or len(value) < 2:
        raise ValidationError(_("Écrivez le chemin de l’ancienne page, par exemple /annuaire/claire-berthier."))


class Redirect(models.Model):
    """An address of the former site, and whose page it was: answered only where nothing else is (directory.moved)."""

    path = models.CharField(
        _("ancienne adresse"), max_length=300, validators=[check_path],
        help_text=_("Sans le nom du site : /annuaire/claire-berthier."),
    )  # fmt: skip
    mediator = models.ForeignKey(
        Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur")
    )  # fmt: skip

    class Meta:
        verbose_name = _("ancienne adresse")
        verbose_name_plural = _("anciennes adresses")
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(fields=["path"], name="redirect_path_unique"),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"), name="redirect_path_is_ours"
            ),
        )

    def __str__(self) -> str:
        return self.path
