from django.db import models

from allomediateur.accounts.models import User


class PageVersion(models.Model):
    """What staff wrote in place of a shipped page (version 1), from a day on. Never changed: a trigger sees to it."""

    slug = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    document = models.JSONField()
    in_force_from = models.DateField()
    verified_on = models.DateField()
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["slug", "number"], name="page_version_once"),
            models.CheckConstraint(condition=models.Q(number__gte=2), name="page_version_after_the_shipped"),
        )

    def __str__(self) -> str:
        return f"{self.slug} {self.number}"


class TableVersion(models.Model):
    """A version of a table of law that staff wrote, or (without a document) took away. Never changed: a trigger."""

    table = models.CharField(max_length=20)
    name = models.CharField(max_length=20)
    document = models.JSONField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["table", "name"], name="table_version_by_name"),)

    def __str__(self) -> str:
        return f"{self.table} {self.name}"
