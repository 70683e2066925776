"""What search reads, derived from the rest."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from allomediateur.agenda.models.hours import Service
from allomediateur.directory.models import Mediator, Office


class Availability(models.Model):
    """Derived: what search reads, one row per (mediator, service, modality, office). Never edited by hand.

    `next_starts`: the first bookable instants, earliest first; `free_days`: bit i is the local day `base_day + i`;
    right at `computed_at`, to be recomputed from `stale_at` on. The other columns copy the profile's facets.
    `entitled_until`: the last day of the mediator’s rights (directory.rights), none without end.
    In person without an office: where the client wishes,
    `reach_km` around the main office at most.
    """

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    modality = models.CharField(max_length=9)
    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+", null=True)
    next_starts = ArrayField(models.DateTimeField())
    first_free_day = models.DateField(null=True)
    base_day = models.DateField()
    free_days = models.BinaryField()
    notice_minutes = models.PositiveIntegerField()
    computed_at = models.DateTimeField()
    stale_at = models.DateTimeField()
    zone = models.CharField(max_length=40)
    lon = models.FloatField()
    lat = models.FloatField()
    specialties = ArrayField(models.IntegerField())
    languages = ArrayField(models.CharField(max_length=2))
    reach_km = models.PositiveSmallIntegerField(null=True)
    entitled_until = models.DateField(null=True)
    step_free = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["mediator", "service", "modality", "office"], name="availability_one_row", nulls_distinct=False
            ),
        )
        indexes = (
            models.Index(fields=["modality", "lat", "lon"], name="availability_place"),
            models.Index(fields=["modality", "first_free_day"], name="availability_soonest"),
            models.Index(fields=["stale_at"], name="availability_stale"),
        )

    def __str__(self) -> str:
        return f"{self.mediator_id}/{self.service_id}/{self.modality}"
