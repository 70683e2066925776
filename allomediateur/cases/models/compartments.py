"""Compartments, their keys, who may open them and what they hold. Nothing here is read but through `Compartment.open`.

No admin registers these tables, and no other room points to what they hold.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import In
from django.utils.translation import gettext_lazy as _

from allomediateur.accounts.models import User, new_reference
from allomediateur.cases.compartments import gate
from allomediateur.cases.compartments.actors import Actor, Purpose, Reason, Role, columns
from allomediateur.cases.compartments.cipher import SEALED_SIZES


def _padded(column: str) -> In:
    """Whether a ciphertext has one of the sizes that say nothing."""
    size = models.Func(F(column), function="octet_length", output_field=models.IntegerField())
    return In(size, list(SEALED_SIZES))


class CompartmentQuerySet(models.QuerySet["Compartment"]):
    def visible_to(self, actor: Actor, now: datetime) -> "CompartmentQuerySet":
        """Those that this reader may open at that instant; a stranger meets none."""
        return self.filter(pk__in=Membership.objects.live(now).of(actor).values("compartment"))


class Compartment(models.Model):
    """What one person confides, apart from all others. `ref` is its name in addresses and on the trail.

    Closed, it is read and no more written. Purged (`purged_at`), nothing of it is left but these dates.
    """

    class Kind(models.TextChoices):
        INTAKE = "intake", _("Saisine")

    ref = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True, db_index=True)

    objects = CompartmentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=["intake"]), name="compartment_kind"),
            models.CheckConstraint(condition=Q(closed_at__gte=F("created_at")), name="compartment_closed_after"),
            models.CheckConstraint(
                condition=Q(purged_at__isnull=True) | Q(closed_at__isnull=False, closed_at__lte=F("purged_at")),
                name="compartment_purged_is_closed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"

    def open(self, actor: Actor, *, now: datetime, reason: Reason) -> "gate.Opened":
        """The only way to plaintext: membership is checked and the look written on the trail.

        Raises gate.NotMember (a page answers 404), gate.Purged.
        """
        return gate.enter(self, actor, now=now, reason=reason)


class CompartmentKey(models.Model):
    """The data key, wrapped by a master key (`master`: its name). Destroying it purges what it sealed.

    A table of its own: it is left out of the main dump, and dumped apart (worker.backups), where number and `made_at`
    tell the compartment from another one of another time.
    """

    compartment = models.OneToOneField(Compartment, on_delete=models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField(null=True)
    master = models.CharField(max_length=8, db_index=True)
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(wrapped__isnull=False, destroyed_at__isnull=True) & ~Q(master="")
                | Q(wrapped__isnull=True, destroyed_at__isnull=False, master=""),
                name="compartment_key_whole_or_destroyed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.compartment_id}: {self.master or 'destroyed'}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self, now: datetime) -> "MembershipQuerySet":
        """Those that open at that instant. An account that was closed, or is no mediator or staff any more, opens
        nothing as one."""
        account = Q(user__isnull=True) | Q(user__is_active=True)
        still = (
            Q(role__in=(Role.AUTHOR, Role.SYSTEM))
            | Q(role=Role.MEDIATOR, user__role=User.Role.MEDIATOR)
            | Q(role=Role.STAFF, user__role=User.Role.STAFF)
        )
        return self.filter(account, still, Q(until__isnull=True) | Q(until__gt=now), since__lte=now)

    def of(self, actor: Actor) -> "MembershipQuerySet":
        """Nobody's, for a reader without a number or a hash: the columns of other readers are empty too."""
        told = columns(actor)
        return self.filter(**told) if all(told.values()) else self.none()

    def widest_first(self) -> "MembershipQuerySet":
        return self.order_by("-may_write", F("only").asc(nulls_first=True), "pk")

    def with_author(self) -> "MembershipQuerySet":
        """`author`: the account of whose words it is, the latest; `wrapped`: the key as it is now."""
        authors = Membership.objects.filter(
            compartment=models.OuterRef("compartment"), role=Role.AUTHOR, user__isnull=False
        )
        return self.annotate(  # type: ignore[no-redef] # named in Membership, for who reads them
            author=models.Subquery(authors.order_by("-pk").values("user")[:1]), wrapped=F("compartment__key__wrapped")
        )


class Membership(models.Model):
    """Who may open a compartment, from `since` until `until`: an account, the holder of a link, or the platform.

    `only`: the names of the contents they read; none means all of them. `author` and `wrapped` are there
    `with_author` only.
    """

    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, db_default="", blank=True)
    purpose = models.CharField(max_length=12, choices=Purpose, db_default="", blank=True)
    role = models.CharField(max_length=8, choices=Role)
    may_write = models.BooleanField(db_default=False)
    only = ArrayField(models.CharField(max_length=80), null=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    author: int | None
    wrapped: bytes | memoryview | None

    objects = MembershipQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["user", "role"], name="membership_of_account"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(user__isnull=False, token_hash="", purpose="")
                | Q(user__isnull=True, purpose="") & ~Q(token_hash="")
                | Q(user__isnull=True, token_hash="") & ~Q(purpose=""),
                name="membership_one_reader",
            ),
            models.CheckConstraint(
                condition=(Q(role="system") & ~Q(purpose=""))
                | (Q(role="author", purpose=""))
                | Q(role__in=["mediator", "staff"], user__isnull=False),
                name="membership_reader_fits_role",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="membership_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(may_write=False) | ~Q(role="system"), name="membership_platform_reads"),
            models.UniqueConstraint(
                fields=["compartment", "user", "role"], condition=Q(user__isnull=False, until__isnull=True),
                name="membership_account_once",
            ),
            models.UniqueConstraint(
                fields=["compartment", "token_hash"], condition=~Q(token_hash=""), name="membership_holder_once"
            ),
            models.UniqueConstraint(
                fields=["compartment", "purpose"], condition=~Q(purpose="") & Q(until__isnull=True),
                name="membership_purpose_once",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.compartment_id}: {self.role}"


class Sealed(models.Model):
    """One content, sealed with its name (compartments.cipher). `slot` stands for the name, which the table does not
    tell; `version` counts the writings."""

    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="contents")
    slot = models.CharField(max_length=32)
    ciphertext = models.BinaryField()
    version = models.PositiveIntegerField(db_default=1)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["compartment", "slot"], name="sealed_once"),
            models.CheckConstraint(condition=_padded("ciphertext"), name="sealed_padded"),
            models.CheckConstraint(condition=Q(version__gte=1), name="sealed_version"),
        )

    def __str__(self) -> str:
        return f"{self.compartment_id}: {self.slot[:8]}…"


class PartyName(models.Model):
    """A party's name as the blind index knows it (compartments.blind): `digest` by the key that `master` names.

    The name is beside it, sealed by the compartment's key, so that a change of keys can make the digest again.
    """

    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="parties")
    ref = models.CharField(max_length=22, unique=True, default=new_reference, editable=False)
    digest = models.CharField(max_length=64)
    master = models.CharField(max_length=8, db_index=True)
    sealed = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["digest"], name="party_name_digest"),)
        constraints = (
            models.UniqueConstraint(fields=["compartment", "digest"], name="party_name_once"),
            models.CheckConstraint(condition=_padded("sealed"), name="party_name_padded"),
        )

    def __str__(self) -> str:
        return f"{self.compartment_id}: {self.digest[:8]}…"
