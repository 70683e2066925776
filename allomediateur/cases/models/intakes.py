"""Intakes (saisines): where each stands, to whom it was proposed, what happened. Nothing here says what it is about.

What somebody tells is in the intake's compartment; who may be written to, and where, is there too.
"""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User, new_reference
from allomediateur.agenda.models import Appointment
from allomediateur.cases.compartments.actors import Account, Actor, Role
from allomediateur.cases.models.compartments import Compartment, Membership
from allomediateur.directory.models import Mediator

DRAFT_KEPT = timedelta(days=30)
"""After the last word, or without the proof of the address."""


class IntakeQuerySet(models.QuerySet["Intake"]):
    def by(self, actor: Actor, now: datetime) -> "IntakeQuerySet":
        """Those that this reader writes: the author, or whoever of staff takes it under dictation."""
        writers = Membership.objects.live(now).of(actor).filter(role__in=(Role.AUTHOR, Role.STAFF))
        return self.filter(compartment__in=writers.values("compartment"))

    def of(self, user: User, now: datetime) -> "IntakeQuerySet":
        """A person's own, with their account."""
        authors = Membership.objects.live(now).of(Account.of(user)).filter(role=Role.AUTHOR)
        return self.filter(compartment__in=authors.values("compartment"))

    def in_staff_room(self, user: User) -> "IntakeQuerySet":
        """All that were sent, for staff only."""
        sent = self.exclude(state__in=(Intake.State.DRAFT, Intake.State.UNPROVEN)).filter(sent_at__isnull=False)
        return sent if user.is_active and user.is_staff else self.none()

    def under_way(self) -> "IntakeQuerySet":
        """Sent, and neither accepted nor ended."""
        return self.filter(state__in=UNDER_WAY)


class Intake(models.Model):
    """One request. `version` is that of its questionnaire; `reference` names it in addresses and opens nothing.

    `due_at`: when it goes on by itself: the end of a draft, of the time to prove an address, to choose again.
    `to_tell`: there is news that no letter may bring, and that staff tell by voice. `noted_by`: of staff, who wrote it
    down under dictation. `ended_at`: accepted, withdrawn or closed.
    `proofs`: hashes of the links that went to the address, and nowhere else: only who opens one of them has it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Brouillon")
        UNPROVEN = "unproven", _("Adresse à confirmer")
        PROPOSED = "proposed", _("Proposée")
        TO_CHOOSE = "to_choose", _("Choix à faire par la personne")
        STAFF = "staff", _("À orienter par l’équipe")
        ACCEPTED = "accepted", _("Acceptée")
        WITHDRAWN = "withdrawn", _("Retirée")
        CLOSED = "closed", _("Close par l’équipe")

    class Way(models.TextChoices):
        CHOSEN = "chosen", _("Médiateurs choisis")
        DIRECTED = "directed", _("Orientée")

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    compartment = models.OneToOneField(Compartment, on_delete=models.CASCADE, related_name="intake")
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=2)
    zone = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=State)
    way = models.CharField(max_length=8, choices=Way, db_default="directed")
    then_directed = models.BooleanField(db_default=True)
    noted_by = models.ForeignKey(User, on_delete=models.SET_NULL, related_name="+", null=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.SET_NULL, related_name="+", null=True)
    to_tell = models.BooleanField(db_default=False)
    proofs = ArrayField(models.CharField(max_length=64), default=list, db_default=[])
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["state", "sent_at"], name="intake_queue"),
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="intake_due"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="intake_ended"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "unproven"], ended_at__isnull=True)
                | Q(state__in=["proposed", "to_choose", "staff"], ended_at__isnull=True, sent_at__isnull=False)
                | Q(state__in=["accepted", "withdrawn", "closed"], ended_at__isnull=False),
                name="intake_state_has_its_dates",
            ),
            models.CheckConstraint(condition=Q(sent_at__gte=F("begun_at")), name="intake_sent_after_begun"),
        )

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"

    @property
    def is_open(self) -> bool:
        """Neither accepted nor ended."""
        return self.ended_at is None

    @property
    def is_written(self) -> bool:
        """Still being answered."""
        return self.state == self.State.DRAFT


UNDER_WAY = (Intake.State.PROPOSED, Intake.State.TO_CHOOSE, Intake.State.STAFF)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User, now: datetime) -> "ProposalQuerySet":
        """A mediator's own: those to be answered, and those that they took."""
        own = self.filter(mediator__user=user, intake__compartment__purged_at=None)
        return own.filter(Q(state=Proposal.State.OPEN, due_at__gt=now) | Q(state=Proposal.State.ACCEPTED))

    def opened(self) -> "ProposalQuerySet":
        return self.filter(state=Proposal.State.OPEN)


class Proposal(models.Model):
    """An intake before one mediator. `why`: the reasons of the choice, in order; `decline` why they did not take it,
    which the person is never shown. `words`: of staff, why they overrode the order."""

    class State(models.TextChoices):
        CHOSEN = "chosen", _("Choisie, pas encore envoyée")
        OPEN = "open", _("À répondre")
        ACCEPTED = "accepted", _("Acceptée")
        DECLINED = "declined", _("Déclinée")
        SILENT = "silent", _("Sans réponse")
        TAKEN_BACK = "taken_back", _("Reprise")

    class Hand(models.TextChoices):
        PERSON = "person", _("La personne")
        ROUTING = "routing", _("La plateforme")
        STAFF = "staff", _("L’équipe")

    class Decline(models.TextChoices):
        CONFLICT = "conflict", _("Je connais une des personnes, ou je ne suis pas indépendant")
        FIELD = "field", _("Ce n’est pas mon domaine")
        TIME = "time", _("Je ne suis pas disponible à temps")
        PLACE = "place", _("Le lieu ou la façon de se rencontrer ne me convient pas")
        OTHER = "other", _("Une autre raison")

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="proposals")
    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State)
    hand = models.CharField(max_length=7, choices=Hand)
    why = ArrayField(models.CharField(max_length=12), default=list, db_default=[])
    words = models.CharField(max_length=300, blank=True, db_default="")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decline = models.CharField(max_length=8, choices=Decline, blank=True, db_default="")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=["mediator", "hand", "made_at"], name="proposal_served"),
            models.Index(fields=["due_at"], condition=Q(state="open"), name="proposal_due"),
        )
        constraints = (
            models.UniqueConstraint(fields=["intake", "mediator"], name="proposal_once_a_mediator"),
            models.UniqueConstraint(fields=["intake"], condition=Q(state="accepted"), name="proposal_one_accepted"),
            models.CheckConstraint(
                condition=Q(state="chosen", due_at__isnull=True, ended_at__isnull=True)
                | Q(state="open", due_at__isnull=False, ended_at__isnull=True)
                | Q(state__in=["accepted", "declined", "silent", "taken_back"], ended_at__isnull=False),
                name="proposal_state_has_its_dates",
            ),
            models.CheckConstraint(condition=Q(decline="") | Q(state="declined"), name="proposal_decline_of_declined"),
        )

    def __str__(self) -> str:
        return f"{self.intake_id} → {self.mediator_id}: {self.state}"


class IntakeStep(models.Model):
    """One thing that happened to an intake: never edited. What was said is in none."""

    class Kind(models.TextChoices):
        BEGUN = "begun", _("commencée")
        SENT = "sent", _("prête à partir")
        PROVEN = "proven", _("adresse confirmée")
        PROPOSED = "proposed", _("proposée à un médiateur")
        ACCEPTED = "accepted", _("acceptée par un médiateur")
        DECLINED = "declined", _("pas retenue par un médiateur")
        SILENT = "silent", _("sans réponse d’un médiateur")
        TAKEN_BACK = "taken_back", _("reprise à un médiateur")
        TO_CHOOSE = "to_choose", _("à vous de choisir")
        TO_STAFF = "to_staff", _("confiée à notre équipe")
        BOOKED = "booked", _("rendez-vous pris")
        WITHDRAWN = "withdrawn", _("retirée")
        CLOSED = "closed", _("close par notre équipe")
        TOLD = "told", _("nouvelles données de vive voix")

    class By(models.TextChoices):
        PERSON = "person", _("la personne")
        MEDIATOR = "mediator", _("le médiateur")
        STAFF = "staff", _("notre équipe")
        SYSTEM = "system", _("la plateforme")

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.CharField(max_length=8, choices=By)
    mediator = models.ForeignKey(Mediator, on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.intake_id}: {self.kind}"
