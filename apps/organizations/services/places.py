"""Taking and freeing staff, rooms and beds."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.organizations.choices import Resource
from apps.organizations.models import Reservation


def one_at_a_time(organization_id: int) -> None:
    """Let one person book at a time here: two who swap times would wait for each other's reservation for ever.

    Whatever reserves more than one thing in one transaction takes this first, and keeps it to the end of that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"care.book:{organization_id}"])


@transaction.atomic
def reserve(
    *,
    kind: str,
    pk: int,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    organization_id: int,
    actor: Actor,
) -> Reservation:
    """Take a staff Person, Room or Bed (`kind`, `pk`) from one instant to another.

    The database refuses an overlap, also between two requests at the same moment. Raises ValidationError where the time
    is taken.
    """
    try:
        with transaction.atomic():
            return Reservation.objects.create(
                organization_id=organization_id,
                kind=kind,
                resource_key=Reservation.key_of(kind, pk),
                during=DateTimeTZRange(starts_at, ends_at),
                purpose=purpose,
                made_by_id=actor.user_id,
            )
    except IntegrityError as error:
        if "organizations_reserved_once" not in str(error):
            raise
        words = {
            Resource.PERSON: _("That time is already taken: the staff member has something else then."),
            Resource.ROOM: _("That time is already taken: the room is in use then."),
            Resource.BED: _("That bed is already taken then."),
        }
        raise ValidationError(words[Resource(kind)], code="taken") from error


@transaction.atomic
def release(*, reservation: Reservation, actor: Actor) -> Reservation:
    """Free what was taken. Freeing it twice changes nothing."""
    if reservation.ended_at is None:
        reservation.ended_at = timezone.now()
        reservation.save(update_fields=["ended_at"])
    return reservation
