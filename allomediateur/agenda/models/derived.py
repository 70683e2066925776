"""What search reads, derived from the rest."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.db import models

from allomediateur.agenda.models.hours import Service
from allomediateur.directory.models import Mediator, Office

# Ranges and points are in PostgreSQL itself: no extension is needed, neither for a number nor for the nearest first.
_SHEET = models.Func("sheet", "sheet", models.Value("[]"), function="int4range")
_SPOT = models.Func("x", "y", function="point")


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


class Listing(models.Model):
    """Derived from Availability: what search walks through in order, one row per (mediator, sheet, place).

    A sheet (`agenda.sheets`) is one question: a specialty or any, a language or any, a way to meet. `place` is the
    office of the point, 0 for none. `x`, `y`: that point on Mercator's plane, in km at the equator. `soonest` and
    `first_free_day`: the first of the rows that answer there, none when full; in the sheets of those who are certified
    only, the day from which they are. `alone`: the only row of the mediator in the sheet.
    """

    id = models.BigAutoField(primary_key=True)
    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="+", db_index=False)
    sheet = models.IntegerField()
    place = models.BigIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    soonest = models.DateTimeField(null=True)
    first_free_day = models.DateField(null=True)
    step_free = models.BooleanField(default=True, db_default=True)
    alone = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mediator", "sheet", "place"], name="listing_one_row"),)
        indexes = (
            models.Index(fields=["sheet", "soonest", "mediator"], name="listing_soonest"),
            GistIndex(
                _SHEET, _SPOT, models.Func("first_free_day", None, function="daterange"),
                name="listing_free", condition=models.Q(soonest__isnull=False),
            ),
            GistIndex(_SHEET, _SPOT, name="listing_full", condition=models.Q(soonest__isnull=True)),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.mediator_id}/{self.sheet}/{self.place}"


class Tally(models.Model):
    """Derived from Listing now and then: how many are in a square of the map (`agenda.grid`), where they are many.

    `sheet` is that of a question without those who come to the client, who are counted in it. `x`, `y`: the middle
    of those counted, in km on the plane. `soon`: those who have time within each delay of `agenda.tallying`;
    `level_soon`, those of them who receive without a step or remotely, as `level` of all.
    """

    id = models.BigAutoField(primary_key=True)
    sheet = models.IntegerField()
    zoom = models.IntegerField()
    col = models.IntegerField()
    row = models.IntegerField()
    people = models.IntegerField()
    level = models.IntegerField()
    soon = ArrayField(models.IntegerField())
    level_soon = ArrayField(models.IntegerField())
    x = models.FloatField()
    y = models.FloatField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sheet", "zoom", "col", "row"], name="tally_one_square"),)

    def __str__(self) -> str:
        return f"{self.sheet}/{self.zoom}/{self.col}/{self.row}: {self.people}"
