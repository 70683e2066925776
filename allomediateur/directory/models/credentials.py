"""What mediators claim of themselves, the documents that prove it, and what staff decided of their standing."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import new_reference
from allomediateur.directory.models.mediators import Mediator


class Application(models.Model):
    """The way into the list: drafted, submitted, looked at by staff. One a mediator; an imported one has its own."""

    class State(models.TextChoices):
        DRAFT = "draft", _("En préparation")
        SUBMITTED = "submitted", _("À vérifier")
        MORE_ASKED = "more_asked", _("À préciser")
        ACCEPTED = "accepted", _("Acceptée")
        REFUSED = "refused", _("Refusée")

    mediator = models.OneToOneField(
        Mediator, on_delete=models.CASCADE, related_name="application", verbose_name=_("médiateur")
    )
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.DRAFT)
    started_at = models.DateTimeField(_("commencée le"))
    touched_at = models.DateTimeField(_("reprise le"))
    submitted_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    asked = models.TextField(_("ce qui manque"), blank=True, max_length=2000)

    class Meta:
        verbose_name = _("candidature")
        verbose_name_plural = _("candidatures")
        indexes = (models.Index(fields=["state", "submitted_at"], name="application_queue"),)

    def __str__(self) -> str:
        return f"{self.mediator_id} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether the applicant may still change it."""
        return self.state in (self.State.DRAFT, self.State.MORE_ASKED)


class CredentialQuerySet(models.QuerySet["Credential"]):
    def waiting(self) -> "CredentialQuerySet":
        """Claims that staff have to look at, of mediators who are in the list: applications are looked at whole."""
        looked_at_whole = Application.objects.exclude(state=Application.State.ACCEPTED)
        return self.filter(state=Credential.State.CLAIMED).exclude(mediator__in=looked_at_whole.values("mediator"))

    def accepted(self) -> "CredentialQuerySet":
        return self.filter(state=Credential.State.ACCEPTED)


class Credential(models.Model):
    """One claim. Accepted ones make the standing (agenda.verifying): the last by date of each kind counts.

    `number`: of the certificate, the member, the policy. `issuer`: the insurer, the school. `year`: of the certificate.
    `reminded`: the days before its end (60, 30, 7, 0) of the last reminder.
    """

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", _("Certificat")
        MEMBERSHIP = "membership", _("Adhésion")
        INSURANCE = "insurance", _("Assurance professionnelle")
        TRAINING = "training", _("Formation continue")

    class State(models.TextChoices):
        CLAIMED = "claimed", _("À vérifier")
        ACCEPTED = "accepted", _("Acceptée")
        REFUSED = "refused", _("Refusée")
        REPLACED = "replaced", _("Remplacée")

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(_("genre"), max_length=11, choices=Kind)
    number = models.CharField(_("numéro"), max_length=60, blank=True)
    issuer = models.CharField(_("organisme"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.CLAIMED)
    claimed_at = models.DateTimeField(_("déposée le"))
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )
    reason = models.CharField(_("motif"), max_length=500, blank=True)
    reminded = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce")
        verbose_name_plural = _("pièces")
        ordering = ("kind", "-claimed_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["mediator", "kind"], condition=Q(state="claimed"), name="credential_one_claim"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["membership", "insurance", "training"], state="accepted")
                | Q(valid_until__isnull=False),
                name="credential_end",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "replaced"]) | Q(decided_at__isnull=False),
                name="credential_decided",
            ),
        )
        indexes = (
            models.Index(fields=["valid_until"], condition=Q(state="accepted"), name="credential_ending"),
            models.Index(fields=["claimed_at"], condition=Q(state="claimed"), name="credential_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.mediator_id} {self.kind} {self.state}"

    def days_left(self, today: date) -> int | None:
        """Until its last day, which counts: 0 on it, less after; None where it has no end."""
        return (self.valid_until - today).days if self.valid_until else None


class Document(models.Model):
    """The file that proves a claim: its bytes are sealed (vault), and shown to its mediator and to staff only."""

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    credential = models.OneToOneField(Credential, on_delete=models.CASCADE, related_name="document")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.reference[:6]}… {self.media_type} {self.size}"


class Photo(models.Model):
    """A mediator's face, made anew from what was sent: a square JPEG without a word about where it was taken."""

    mediator = models.OneToOneField(Mediator, on_delete=models.CASCADE, related_name="photo")
    image = models.BinaryField()
    digest = models.CharField(max_length=64)
    stored_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mediator_id} {self.digest[:8]}"


class Decision(models.Model):
    """What was done about a mediator, by whom and why. Refusals and suspensions take two people of staff."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", _("Candidature envoyée")
        IMPORTED = "imported", _("Fiche reprise de l’ancien site")
        MORE_ASKED = "more_asked", _("Précisions demandées")
        ACCEPTED = "accepted", _("Candidature acceptée")
        REFUSED = "refused", _("Candidature refusée")
        PROOF_ACCEPTED = "proof_accepted", _("Pièce acceptée")
        PROOF_REFUSED = "proof_refused", _("Pièce refusée")
        LAPSED = "lapsed", _("Droits échus")
        SUSPENDED = "suspended", _("Suspension")
        REINSTATED = "reinstated", _("Fin de la suspension")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("À confirmer")
        DONE = "done", _("Faite")
        DECLINED = "declined", _("Écartée")

    NEEDS_TWO = (Kind.REFUSED, Kind.SUSPENDED)

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(_("décision"), max_length=14, choices=Kind)
    state = models.CharField(_("état"), max_length=8, choices=State, default=State.DONE)
    what = models.CharField(_("objet"), max_length=120, blank=True)
    reason = models.TextField(_("motif"), blank=True, max_length=2000)
    keeps_appointments = models.BooleanField(_("garder les rendez-vous pris"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ("-at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["mediator"], condition=Q(state="proposed"), name="decision_one_proposed"),
            models.CheckConstraint(
                condition=~Q(kind__in=["refused", "suspended"], state="done") | Q(settled_at__isnull=False),
                name="decision_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["refused", "suspended"], state="done")
                | Q(by__isnull=True) | Q(settled_by__isnull=True) | ~Q(settled_by=F("by")),
                name="decision_two_people",
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=["at"], condition=Q(state="proposed"), name="decision_waiting"),)

    def __str__(self) -> str:
        return f"{self.mediator_id} {self.kind} {self.state}"
