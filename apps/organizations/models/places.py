"""Locations, rooms and beds, and the one table of reservations that keeps them from being taken twice."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.backends.postgresql.psycopg_any import NumericRange
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.access.scoped import ScopedForeignKey, ScopedModel, keeps_history
from apps.kit.text import TranslatedTextField
from apps.kit.walltime import TimeZoneField
from apps.organizations.choices import AccessFact, Resource


@keeps_history()
class Location(ScopedModel):
    """A place where people meet, with its own zone. A confidential one is shown to nobody who is not expected there."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=250, blank=True)
    directions = TranslatedTextField(_("how to get there"), blank=True)
    access = ArrayField(
        models.CharField(max_length=12, choices=AccessFact.choices),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("what the place has"),
        help_text=_("Tick only what is there every time: people choose a group by it."),
    )
    access_notes = TranslatedTextField(_("steps, doors, lifts"), blank=True)
    zone = TimeZoneField(_("time zone"))
    is_online = models.BooleanField(_("online or by phone"), default=False)
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("The address is shown only to those who are enrolled.")
    )
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                condition=Q(archived_at__isnull=True),
                name="organizations_location_name",
                violation_error_message=_("A location with this name already exists."),
            ),
            models.CheckConstraint(
                condition=Q(access__contained_by=AccessFact.values), name="organizations_location_access"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@keeps_history()
class Room(ScopedModel):
    """A room of a location."""

    location = ScopedForeignKey(Location, related_name="rooms", verbose_name=_("location"))
    name = models.CharField(_("name"), max_length=80)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["location", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "location", "name"],
                condition=Q(archived_at__isnull=True),
                name="organizations_room_name",
                violation_error_message=_("A room with this name already exists there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.location}, {self.name}"


class Bed(ScopedModel):
    """A bed of a peer respite house."""

    location = ScopedForeignKey(Location, related_name="beds", verbose_name=_("location"))
    name = models.CharField(_("name"), max_length=80)
    archived_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("bed")
        verbose_name_plural = _("beds")
        ordering = ["location", "name"]

    def __str__(self) -> str:
        return f"{self.location}, {self.name}"


_STEP = 4
_PLACE_OF = {Resource.PERSON: 0, Resource.ROOM: 1, Resource.BED: 2}


class Reservation(ScopedModel):
    """A staff member, room or bed, taken for a span of time. The database refuses an overlap.

    `resource_key` is one number for one resource: its id times 4, plus 0, 1 or 2 for a person, a room or a bed. As a
    range it can stand in an exclusion constraint without an extension. The row is its own history: it is ended, not
    changed.
    """

    kind = models.CharField(max_length=10, choices=Resource.choices)
    resource_key = BigIntegerRangeField()
    during = DateTimeRangeField()
    purpose = models.CharField(max_length=60)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        constraints = [
            ExclusionConstraint(
                name="organizations_reserved_once",
                expressions=[("resource_key", RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("That time is already taken."),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False) & Q(during__lower_inf=False) & Q(during__upper_inf=False),
                name="organizations_reservation_span",
            ),
        ]

    @staticmethod
    def key_of(kind: str, pk: int) -> NumericRange:
        """The number of one resource, as a range."""
        number = pk * _STEP + _PLACE_OF[Resource(kind)]
        return NumericRange(number, number + 1)

    @staticmethod
    def resource_in(key: NumericRange) -> int:
        """The key of the Person, Room or Bed that such a range stands for."""
        return int(key.lower) // _STEP


__all__ = ["Bed", "Location", "Reservation", "Room"]
