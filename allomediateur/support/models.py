"""Threads, what was said in them, the doors of their letters, and the answers that staff keep ready."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from allomediateur.accounts.models import User, new_reference
from allomediateur.directory.models import Mediator

TEXT_MOST = 5000
"""Characters of a message."""


class ThreadQuerySet(models.QuerySet["Thread"]):
    def of(self, user: User) -> "ThreadQuerySet":
        """Theirs, by the account or by its address, which it has proven; a mediator never meets a complaint about
        themselves."""
        own = Q(user=user) | Q(user__isnull=True, email=user.email.lower())
        return self.filter(own).exclude(mediator__user=user)

    def visible_to(self, user: User) -> "ThreadQuerySet":
        """Staff: all. Others: their own."""
        return self.all() if user.role == User.Role.STAFF else self.of(user)

    def to_answer(self) -> "ThreadQuerySet":
        return self.filter(state=Thread.State.WAITING_STAFF)

    def late(self, now: datetime) -> "ThreadQuerySet":
        """Those whose promised day has passed without an answer."""
        return self.to_answer().filter(due_at__lte=now)


class Thread(models.Model):
    """What somebody asks, and the answers. `reference` is its secret name in addresses.

    `context`: the page it was asked from, without any secret; `appointment`: the reference of one of theirs. `due_at`:
    when the answer is promised by, while one is awaited. An erased person leaves no name, address or number.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("Question")
        COMPLAINT = "complaint", _("Réclamation")

    class Topic(models.TextChoices):
        BOOK = "book", _("Prendre rendez-vous")
        CHANGE = "change", _("Déplacer ou annuler un rendez-vous")
        LETTERS = "letters", _("Les lettres n’arrivent pas")
        SIGN_IN = "sign_in", _("Entrer dans mon compte")
        DATA = "data", _("Mes données")
        MEDIATOR = "mediator", _("Un médiateur")
        OTHER = "other", _("Autre chose")

    class State(models.TextChoices):
        WAITING_STAFF = "waiting_staff", _("À répondre")
        WAITING_PERSON = "waiting_person", _("Répondu")
        CLOSED = "closed", _("Clos")

    reference = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=9, choices=Kind)
    topic = models.CharField(max_length=8, choices=Topic)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = PhoneNumberField(blank=True)
    language = models.CharField(max_length=2)
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, null=True, related_name="+")
    context = models.CharField(max_length=200, blank=True)
    appointment = models.CharField(max_length=22, blank=True, db_default="")
    state = models.CharField(max_length=14, choices=State)
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    assigned = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["state", "due_at"], name="thread_due_first"),
            models.Index(fields=["state", "-last_at"], name="thread_last_first"),
            models.Index(fields=["-last_at"], name="thread_any_last_first"),
            models.Index(fields=["email"], name="thread_email"),
            models.Index(fields=["kind", "closed_at"], name="thread_forgotten_first"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state="waiting_staff", due_at__isnull=False)
                | (~Q(state="waiting_staff") & Q(due_at__isnull=True)),
                name="thread_due",
            ),
            models.CheckConstraint(
                condition=Q(kind="complaint", mediator__isnull=False) | Q(kind="question", mediator__isnull=True),
                name="thread_about",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="thread_closed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"

    @property
    def is_complaint(self) -> bool:
        return self.kind == self.Kind.COMPLAINT

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED

    def is_late(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now


class Message(models.Model):
    """What was said, sealed (support.writing). By the person with an author of staff: noted for them on the phone.
    An internal note is for staff's eyes only."""

    class By(models.TextChoices):
        PERSON = "person", _("La personne")
        STAFF = "staff", _("L’administration")

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="messages")
    by = models.CharField(max_length=6, choices=By)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    sealed = models.TextField()
    at = models.DateTimeField()
    is_internal = models.BooleanField(default=False)

    class Meta:
        ordering = ("pk",)
        constraints = (models.CheckConstraint(condition=Q(is_internal=False) | Q(by="staff"), name="message_internal"),)

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"


class Door(models.Model):
    """The link of a letter to its thread, until `expires_at`: only the hash of its token is kept (support.doors)."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="doors")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token_hash[:8]}…"


class Canned(models.Model):
    """An answer kept ready, put in the form for staff to finish."""

    title = models.CharField(_("titre"), max_length=80)
    text_fr = models.TextField(_("texte français"), max_length=TEXT_MOST)
    text_en = models.TextField(_("texte anglais"), max_length=TEXT_MOST, blank=True)
    rank = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("réponse prête")
        verbose_name_plural = _("réponses prêtes")
        ordering = ("rank", "title")

    def __str__(self) -> str:
        return self.title

    def text(self, language: str) -> str:
        """In the language of the person, French when there is no other."""
        return (self.text_en if language.startswith("en") else "") or self.text_fr
