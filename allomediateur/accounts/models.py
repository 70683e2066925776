import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from allomediateur.accounts.names import Words


def new_reference() -> str:
    """Unguessable name of a row outside: 22 characters, neither sequential nor time-bearing."""
    return secrets.token_urlsafe(16)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password, signing in is by e-mailed code only. IntegrityError when the e-mail is known."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Of staff; the address is to be proven by the first code, and allauth asks for two without its row."""
        from allauth.account.models import EmailAddress  # once every model is there

        user = self.create_user(email, password, **{**fields, "role": User.Role.STAFF})
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser):
    """A person who signs in, by e-mail. One role each: the doors of the pages read it."""

    class Role(models.TextChoices):
        CLIENT = "client", _("Client")
        MEDIATOR = "mediator", _("Médiateur")
        SECRETARY = "secretary", _("Secrétariat")
        STAFF = "staff", _("Administration")

    email = models.EmailField(_("adresse e-mail"), max_length=254)
    name = models.CharField(_("nom complet"), max_length=120, blank=True)
    phone = PhoneNumberField(_("téléphone"), blank=True)
    role = models.CharField(_("rôle"), max_length=12, choices=Role, default=Role.CLIENT)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    zone = models.CharField(_("fuseau horaire"), max_length=40, default="Europe/Paris")
    is_active = models.BooleanField(_("actif"), default=True)
    joined_at = models.DateTimeField(_("inscrit le"), null=True, editable=False)
    leaves_at = models.DateTimeField(_("effacé le, sans nouvelles"), null=True, blank=True, editable=False)
    notice = models.CharField(_("version de la notice lue"), max_length=10, blank=True, db_default="", editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        indexes = (
            GinIndex(Words("name"), name="user_words"),
            models.Index(fields=["phone"], name="user_phone"),
        )
        constraints = (models.UniqueConstraint(Lower("email"), name="user_email_unique"),)

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def needs_second_factor(self) -> bool:
        """Whoever sees what others confide: mediators, their secretaries, staff."""
        return self.role != self.Role.CLIENT

    @property
    def is_staff(self) -> bool:
        return self.role == self.Role.STAFF

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """One unsafe request answered once: the same key and fingerprint find the same answer (a URL, a reference, or
    the sealed answer of the API)."""

    key = models.CharField(max_length=64, unique=True)
    fingerprint = models.CharField(max_length=64)
    answer = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.created_at:%Y-%m-%d %H:%M}"


class ApiToken(models.Model):
    """A program's way into an account (accounts.tokens): only the SHA-256 hex of its secret is kept.

    It opens what its scopes say, until `expires_at` or `revoked_at`, and nothing once the account is closed.
    """

    class Scope(models.TextChoices):
        READ = "appointments:read", _("Lire les rendez-vous")
        WRITE = "appointments:write", _("Réserver, confirmer, déplacer, annuler")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "name"], condition=models.Q(revoked_at=None), name="api_token_name_unique"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Browser(models.Model):
    """A browser that entered an account; `key` is a hash of its cookie and of the account."""

    key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="browsers")
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.seen_at:%Y-%m-%d}"


class Bucket(models.Model):
    """How many tokens a subject has left of a limit, at an instant (accounts.limits); `key` is a hash."""

    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}… {self.tokens:.1f}"
