"""Joining and leaving a group, so that the last place is given once."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require
from apps.groups.models import Enrolment, SupportGroup
from apps.groups.selectors import active_enrolments
from apps.organizations.models import Person


class GroupFull(ValidationError):  # noqa: N818  a full group is an answer, not an error
    """No place is left."""

    def __init__(self) -> None:
        super().__init__(_("All places in this group are taken right now."), code="full")


def _lowest_free(taken: set[int | None], capacity: int) -> int | None:
    return next((number for number in range(1, capacity + 1) if number not in taken), None)


@transaction.atomic
def enrol(*, group: SupportGroup, person: Person, actor: Actor) -> Enrolment:
    """Put a person in a group: they themself, or somebody who enrols others. Joining twice changes nothing.

    The group's row is locked, and each place has a number that the database gives once and never above the capacity.
    Raises GroupFull, ValidationError where the group keeps no names or is over, and PermissionDenied: also to somebody
    who may not see the group or the person.
    """
    themself = actor.user_id is not None and person.user_id == actor.user_id
    if not themself and not may_add(actor, Enrolment):
        raise PermissionDenied
    if not may(actor, "view", group) or not may(actor, "view", person):
        raise PermissionDenied
    group = SupportGroup.objects.select_for_update().get(pk=group.pk)
    standing = active_enrolments().filter(group=group, person=person).first()
    if standing is not None:
        return standing
    if not group.takes_enrolments:
        raise ValidationError(_("Nobody’s name is written down in this group. Just come."), code="no_names")
    if group.archived_at is not None or (group.ends_on is not None and group.ends_on < timezone.now().date()):
        raise ValidationError(_("This group is over. The schedule shows the others."), code="over")
    place = None
    if group.capacity is not None:
        taken = set(active_enrolments().filter(group=group).values_list("place", flat=True))
        place = _lowest_free(taken, group.capacity)
        if place is None:
            raise GroupFull
    enrolment = Enrolment(organization_id=group.organization_id, group=group, person=person, place=place)
    enrolment.full_clean()
    enrolment.save()
    ensure_still_visible(actor, enrolment)
    return enrolment


@transaction.atomic
def leave(*, enrolment: Enrolment, actor: Actor) -> Enrolment:
    """End a person's place in a group; it is free at once. Leaving twice changes nothing. Raises PermissionDenied."""
    require(actor, "change", enrolment)
    SupportGroup.objects.select_for_update().get(pk=enrolment.group_id)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.ended_at is None:
        enrolment.ended_at = timezone.now()
        enrolment.save(update_fields=["ended_at"])
    return enrolment


def seat_everybody(*, group: SupportGroup) -> None:
    """Give everybody in the group a number within its (new) capacity. The caller holds the group's lock."""
    if group.capacity is None:
        return
    standing = list(active_enrolments().filter(group=group).order_by("enrolled_at", "pk"))
    taken: set[int | None] = {
        each.place for each in standing if each.place is not None and each.place <= group.capacity
    }
    for each in standing:
        if each.place is None or each.place > group.capacity:
            place = _lowest_free(taken, group.capacity)
            if place is None:
                raise GroupFull
            taken.add(place)
            each.place = place
            each.save(update_fields=["place"])


@transaction.atomic
def set_alias(*, enrolment: Enrolment, actor: Actor, alias: str) -> Enrolment:
    """What somebody is called in a group that uses aliases: they themself choose, or whoever enrols people.

    Nobody else in the group is called that. Raises PermissionDenied, or ValidationError {alias}.
    """
    require(actor, "change", enrolment)
    group = SupportGroup.objects.select_for_update().get(pk=enrolment.group_id)
    alias = " ".join(alias.split())
    if not alias:
        raise ValidationError({"alias": _("Choose what you are called in this group.")})
    others = active_enrolments().filter(group=group, alias__iexact=alias).exclude(pk=enrolment.pk)
    if others.exists():
        raise ValidationError({"alias": _("Somebody is called that here. Choose another one.")})
    enrolment.alias = alias
    enrolment.full_clean(exclude=["group", "person"], validate_unique=False)
    enrolment.save(update_fields=["alias"])
    return enrolment
