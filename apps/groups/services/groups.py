"""Writes to groups and to who leads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require
from apps.groups.choices import AttendanceMode, EntryState
from apps.groups.models import GroupFacilitator, SupportGroup
from apps.groups.selectors import active_enrolments, came_under_alias, open_entries
from apps.groups.services.enrolments import seat_everybody
from apps.groups.services.offers import make_offers
from apps.groups.services.planning import plan_sessions
from apps.groups.services.rules import SHAPE, check_rule, settle_rule
from apps.organizations.models import Person
from apps.organizations.services import ensure_works_here


@transaction.atomic
def add_group(*, actor: Actor, organization_id: int, **values: Any) -> SupportGroup:
    """Make a weekly group and plan its coming sessions. Raises PermissionDenied, or ValidationError by field."""
    if not may_add(actor, SupportGroup):
        raise PermissionDenied
    group = SupportGroup(organization_id=organization_id, **values)
    check_rule(group)
    group.full_clean()
    group.save()
    ensure_still_visible(actor, group)
    plan_sessions(actor=actor, group_id=group.pk)
    return group


@transaction.atomic
def change_group(*, group: SupportGroup, actor: Actor, **values: Any) -> SupportGroup:
    """Change a group. Its coming sessions follow its day, time and place, and keep their identity.

    Sessions that were called off or put elsewhere by hand stay as they are. Raises PermissionDenied, or ValidationError
    by field: also for fewer places than people in the group, for giving up names while people are in it, and for
    showing the names of people who came under an alias.
    """
    require(actor, "change", group)
    group = SupportGroup.objects.select_for_update().get(pk=group.pk)
    before = {name: getattr(group, name) for name in SHAPE}
    used_aliases = group.uses_aliases
    for name, value in values.items():
        setattr(group, name, value)
    settle_rule(group, changed=any(getattr(group, name) != value for name, value in before.items()))
    group.full_clean()
    taken = active_enrolments().filter(group=group).count()
    taken += open_entries().filter(group=group, state=EntryState.OFFERED).count()
    if group.capacity is not None and group.capacity < taken:
        raise ValidationError(
            {"capacity": _("%(taken)d people are in this group. Write at least that many places.") % {"taken": taken}}
        )
    if not group.takes_enrolments and (taken or open_entries().filter(group=group).exists()):
        raise ValidationError(
            {"attendance_mode": _("People are written down in this group. End their enrolments first.")}
        )
    if used_aliases and group.attendance_mode == AttendanceMode.NAMED and came_under_alias(group):
        raise ValidationError(
            {"attendance_mode": _("People came to this group under an alias. Make a new group for names.")}
        )
    seat_everybody(group=group)
    group.save()
    ensure_still_visible(actor, group)
    make_offers(actor=actor, group_id=group.pk)
    plan_sessions(actor=actor, group_id=group.pk)
    return group


@transaction.atomic
def archive_group(*, group: SupportGroup, actor: Actor) -> SupportGroup:
    """Put a group away; its coming sessions end with it. Archiving an archived one changes nothing."""
    require(actor, "change", group)
    group = SupportGroup.objects.select_for_update().get(pk=group.pk)
    if group.archived_at is None:
        group.archived_at = timezone.now()
        group.save(update_fields=["archived_at"])
        make_offers(actor=actor, group_id=group.pk)
        plan_sessions(actor=actor, group_id=group.pk)
    return group


@transaction.atomic
def end_facilitator(*, facilitator: GroupFacilitator, actor: Actor, last_day: date) -> None:
    """Let somebody lead a group no longer than `last_day`. Ending it earlier than it ends changes nothing later.

    One that had not begun by then never was: it goes, and its history stays. Raises PermissionDenied.
    """
    require(actor, "change", facilitator.group)
    row = GroupFacilitator.objects.select_for_update(of=("self",)).get(pk=facilitator.pk)
    if row.starts_on > last_day:
        row.delete()
    elif row.ends_on is None or row.ends_on > last_day:
        row.ends_on = last_day
        row.save(update_fields=["ends_on"])


@transaction.atomic
def set_facilitator(
    *,
    group: SupportGroup,
    person: Person,
    actor: Actor,
    starts_on: date,
    ends_on: date | None = None,
    facilitator: GroupFacilitator | None = None,
) -> GroupFacilitator:
    """Say who leads a group from which day, perhaps until a day; with `facilitator`, change what was said.

    Setting the same person from the same day again changes the end. Raises PermissionDenied, or ValidationError.
    """
    require(actor, "change", group)
    if not actor.system and not may(actor, "view", person):
        raise PermissionDenied
    if facilitator is None:
        facilitator = GroupFacilitator.objects.filter(group=group, person=person, starts_on=starts_on).first()
    if facilitator is None:
        facilitator = GroupFacilitator(organization_id=group.organization_id, group=group)
    if facilitator.pk is None or facilitator.person_id != person.pk:
        ensure_works_here(person, field="person")
    facilitator.person = person
    facilitator.starts_on = starts_on
    facilitator.ends_on = ends_on
    facilitator.full_clean()
    facilitator.save()
    return facilitator
