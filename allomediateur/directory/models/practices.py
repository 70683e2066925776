"""Several mediators under one name: a practice, with a public page; each keeps an agenda of their own."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from allomediateur.directory.models.mediators import Mediator

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12


def new_code() -> str:
    """What colleagues type to join: 59 bits, no look-alikes."""
    return "".join(secrets.choice(ALPHABET) for _number in range(CODE_LENGTH))


class Practice(models.Model):
    name = models.CharField(_("nom du cabinet"), max_length=120)
    slug = models.SlugField(_("adresse de la page"), max_length=80, unique=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code, editable=False)
    founded_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("cabinet")
        verbose_name_plural = _("cabinets")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class PracticeMember(models.Model):
    """A mediator is in one practice at most. The one who has been there longest looks after it."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="members")
    mediator = models.OneToOneField(Mediator, on_delete=models.CASCADE, related_name="membership")
    joined_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("membre du cabinet")
        verbose_name_plural = _("membres du cabinet")
        ordering = ("joined_at", "pk")

    def __str__(self) -> str:
        return self.mediator.name
