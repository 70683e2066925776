import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class Letter(models.Model):
    """An e-mail to one address, written in the transaction that causes it; sent when `sent_at` is set.

    `topic` is an opaque reference of the room that wrote it ("appointment:REF"); `ics` is the whole text/calendar
    body and `ics_method` its METHOD (RFC 6047). A letter given up for staff to see has `parked_at`; one that left and
    came back has `bounced_at`, with the code (RFC 3463) and words of whoever sent it back. Neither arrived, until
    somebody dealt with it (`dealt_with_at`).
    """

    message_id = models.UUIDField(_("identifiant du message"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("genre"), max_length=40)
    topic = models.CharField(_("sujet interne"), max_length=80, blank=True, db_index=True)
    to = models.EmailField(_("destinataire"), max_length=254)
    language = models.CharField(_("langue"), max_length=2)
    subject = models.CharField(_("objet"), max_length=200)
    text = models.TextField(_("texte"))
    html = models.TextField("HTML")
    ics = models.TextField(_("calendrier"), blank=True)
    ics_method = models.CharField(_("méthode du calendrier"), max_length=8, blank=True)
    created_at = models.DateTimeField(_("écrite le"))
    next_attempt_at = models.DateTimeField(_("prochain essai"))
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    last_error = models.CharField(_("dernière erreur"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    forgotten_once_sent = models.BooleanField(default=False, db_default=False, editable=False)
    parked_at = models.DateTimeField(_("mise de côté le"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("revenue le"), null=True, blank=True)
    bounce_status = models.CharField(_("code du retour"), max_length=11, blank=True, db_default="")
    bounce_reason = models.CharField(_("motif du retour"), max_length=300, blank=True, db_default="")
    dealt_with_at = models.DateTimeField(_("réglée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("lettre")
        verbose_name_plural = _("lettres")
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(sent_at__isnull=True, parked_at__isnull=True),
                name="letter_due",
            ),
            models.Index(fields=["to"], name="letter_to"),
            models.Index(
                fields=["id"],
                condition=models.Q(dealt_with_at__isnull=True)
                & (models.Q(bounced_at__isnull=False) | models.Q(sent_at__isnull=True, parked_at__isnull=False)),
                name="letter_undelivered",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class PaperLetter(models.Model):
    """A letter for somebody without an e-mail address, to be printed and posted; done with when `printed_at` is set.

    A table of its own: what leaves by e-mail is claimed, tried again and counted as late; paper is none of these.
    `address` is the recipient's, in lines; `content` is what `notify.printing.Sheet` says, in the reader's language.
    """

    kind = models.CharField(_("genre"), max_length=40)
    topic = models.CharField(_("sujet interne"), max_length=80, db_index=True)
    name = models.CharField(_("destinataire"), max_length=120)
    address = models.CharField(_("adresse postale"), max_length=300)
    language = models.CharField(_("langue"), max_length=2)
    subject = models.CharField(_("objet"), max_length=200)
    content = models.JSONField(_("contenu"))
    created_at = models.DateTimeField(_("écrite le"))
    printed_at = models.DateTimeField(_("imprimée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("lettre sur papier")
        verbose_name_plural = _("lettres sur papier")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["id"], condition=models.Q(printed_at__isnull=True), name="paper_letter_to_print"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(address=""), name="paper_letter_to_somebody"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} → {self.name}"


class Text(models.Model):
    """An SMS to one mobile number, written in the transaction that causes it; sent when `sent_at` is set.

    `topic` as a letter's; `mark` is its name at the provider, the same at each attempt, and `provider_id` the
    provider's for it. `asked_at` is set while the provider was asked and its answer is not known. `parts` is what
    it takes of the budget. Not sent by `useless_at`, it is put aside, as one refused for good is (`parked_at`).
    """

    mark = models.UUIDField(_("repère"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("genre"), max_length=40)
    topic = models.CharField(_("sujet interne"), max_length=80, blank=True, db_index=True)
    to = PhoneNumberField(_("destinataire"))
    language = models.CharField(_("langue"), max_length=2)
    body = models.TextField(_("texte"))
    parts = models.PositiveSmallIntegerField(_("parties"))
    created_at = models.DateTimeField(_("écrit le"))
    next_attempt_at = models.DateTimeField(_("prochain essai"))
    useless_at = models.DateTimeField(_("inutile à partir du"))
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0, db_default=0)
    last_error = models.CharField(_("dernière erreur"), max_length=300, blank=True, db_default="")
    asked_at = models.DateTimeField(_("demandé le"), null=True, blank=True)
    provider_id = models.CharField(_("nom chez l’opérateur"), max_length=80, blank=True, db_default="")
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    parked_at = models.DateTimeField(_("mis de côté le"), null=True, blank=True)
    forgotten_once_sent = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("SMS")
        verbose_name_plural = _("SMS")
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(sent_at__isnull=True, parked_at__isnull=True),
                name="text_due",
            ),
            models.Index(fields=["to"], name="text_to"),
            models.Index(fields=["created_at"], name="text_written"),
        )
        constraints = (models.CheckConstraint(condition=models.Q(parts__gte=1), name="text_of_some_parts"),)

    def __str__(self) -> str:
        return f"{self.kind} → {self.to}"


class TextMonth(models.Model):
    """How many parts were written in a month (« 2026-11 »): the budget's counter, and its lock. No person in it."""

    month = models.CharField(_("mois"), primary_key=True, max_length=7)
    parts = models.PositiveIntegerField(_("parties"), default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.month}: {self.parts}"
