"""Who waits for a free time of a mediator, what was offered to them, and the doors of their letters."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from allomediateur.accounts.models import User, new_reference
from allomediateur.agenda.models.bookings import Appointment, Transition
from allomediateur.agenda.models.hours import Modality, Service
from allomediateur.directory.models import Mediator, Office


class WaitQuerySet(models.QuerySet["Wait"]):
    def live(self, now: datetime) -> "WaitQuerySet":
        """In the list at `now`, whether or not the worker has seen those whose time is over."""
        return self.filter(state=Wait.State.WAITING, until__gt=now)

    def in_order(self) -> "WaitQuerySet":
        """Of a list: the order in which people entered it."""
        return self.order_by("joined_at", "pk")

    def visible_to(self, user: User) -> "WaitQuerySet":
        """A client's own."""
        return self.filter(user=user)


class Wait(models.Model):
    """Somebody in the waiting list of a mediator; an empty `service`, `modality` or `office` is any.

    `appointment`: theirs, to be moved sooner; else none. `joined_at`: when they entered the list, their address proven;
    until then when they asked. `until`: it is over from that instant on (`before` is the local day it must start
    before). In order of `joined_at`.
    """

    class State(models.TextChoices):
        UNPROVEN = "unproven", _("À confirmer")
        WAITING = "waiting", _("En attente")
        SERVED = "served", _("Servi")
        LEFT = "left", _("Parti")
        ENDED = "ended", _("Terminé")

    class Half(models.TextChoices):
        MORNING = "morning", _("Le matin")
        AFTERNOON = "afternoon", _("L’après-midi")

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", verbose_name=_("médiateur"))
    service = models.ForeignKey(
        Service, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("prestation")
    )
    modality = models.CharField(_("modalité"), max_length=9, choices=Modality, blank=True)
    office = models.ForeignKey(
        Office, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("lieu")
    )
    half = models.CharField(_("moment"), max_length=9, choices=Half, blank=True)
    before = models.DateField(_("avant le"), null=True, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, related_name="waits", null=True, blank=True, verbose_name=_("à avancer")
    )
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("compte")
    )
    name = models.CharField(_("nom"), max_length=120)
    email = models.EmailField(_("adresse e-mail"), max_length=254)
    phone = PhoneNumberField(_("téléphone"), blank=True)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    state = models.CharField(_("état"), max_length=8, choices=State)
    joined_at = models.DateTimeField(_("depuis"))
    until = models.DateTimeField(_("jusqu’à"))
    changed_at = models.DateTimeField(_("changé le"))

    objects = WaitQuerySet.as_manager()

    class Meta:
        verbose_name = _("attente")
        verbose_name_plural = _("attentes")
        indexes = (
            models.Index(fields=["mediator", "joined_at", "id"], condition=Q(state="waiting"), name="wait_order"),
            models.Index(fields=["until"], condition=Q(state__in=["unproven", "waiting"]), name="wait_ending"),
            models.Index(fields=["email"], name="wait_email"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["mediator", "email"], condition=Q(state="waiting", appointment=None), name="wait_once"
            ),
            models.UniqueConstraint(fields=["appointment"], condition=Q(state="waiting"), name="wait_sooner_once"),
            models.CheckConstraint(condition=Q(office=None) | Q(modality="in_person"), name="wait_office"),
            models.CheckConstraint(condition=~Q(email=""), name="wait_email_given"),
        )

    def __str__(self) -> str:
        return f"{self.joined_at:%Y-%m-%d %H:%M} {self.state}"


class Offer(models.Model):
    """A freed slot kept for somebody who waits. It is `held` by an appointment without a browser, in whose
    transactions its outcome changes; at its expiry it is over, worker or not (R15)."""

    class Outcome(models.TextChoices):
        TAKEN = "taken", _("Pris")
        DECLINED = "declined", _("Laissé")
        LAPSED = "lapsed", _("Sans réponse")
        WITHDRAWN = "withdrawn", _("Retiré")

    wait = models.ForeignKey(Wait, on_delete=models.CASCADE, related_name="offers")
    held = models.OneToOneField(Appointment, on_delete=models.SET_NULL, related_name="offer", null=True)
    email = models.EmailField(max_length=254)
    starts_at = models.DateTimeField(_("début"))
    offered_at = models.DateTimeField(_("proposé le"))
    expires_at = models.DateTimeField(_("jusqu’à"))
    outcome = models.CharField(_("suite"), max_length=9, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["email"], condition=Q(outcome=""), name="offer_one_a_person"),)

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.outcome}"


class WaitStep(models.Model):
    """One change of a wait's state: never edited."""

    class Reason(models.TextChoices):
        NONE = "", ""
        UNCONFIRMED = "unconfirmed", _("adresse non confirmée")
        PASSED = "passed", _("délai passé")
        SILENT = "silent", _("plusieurs propositions sans réponse")
        GONE = "gone", _("le médiateur ou la prestation n’est plus proposé")
        REPLACED = "replaced", _("remplacée par une nouvelle demande")
        OVER = "over", _("le rendez-vous à avancer n’est plus à venir")

    wait = models.ForeignKey(Wait, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(_("le"))
    by = models.CharField(_("par"), max_length=8, choices=Transition.By)
    from_state = models.CharField(_("de"), max_length=8, blank=True)
    to_state = models.CharField(_("à"), max_length=8)
    reason = models.CharField(_("motif"), max_length=11, choices=Reason, blank=True)

    class Meta:
        verbose_name = _("changement")
        verbose_name_plural = _("changements")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class WaitLink(models.Model):
    """A door of a letter to somebody who waits, stored hashed (SHA-256 hex of its token)."""

    wait = models.ForeignKey(Wait, on_delete=models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token_hash[:6]}…"
