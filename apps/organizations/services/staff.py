"""Writes to what is kept about those who work here: profiles with their mentors, and times away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require
from apps.organizations.models import Absence, Person, StaffProfile
from apps.organizations.services.members import ensure_works_here


@transaction.atomic
def keep_profile(*, person: Person, actor: Actor, **values: Any) -> StaffProfile:
    """Write a staff member's profile, made where there is none yet.

    A mentor works here, is somebody else (under whatever hat), and is not mentored by the one they mentor. Raises
    PermissionDenied, or ValidationError by field.
    """
    if not may_add(actor, StaffProfile):
        raise PermissionDenied
    ensure_works_here(person, field="person")
    row = StaffProfile.objects.filter(person=person).first()
    row = row or StaffProfile(organization_id=person.organization_id, person=person)
    for name, value in values.items():
        setattr(row, name, value)
    if "mentor" in values and row.mentor is not None:
        _check_mentor(row.mentor, person)
    row.full_clean()
    row.save()
    return row


def _check_mentor(mentor: Person, person: Person) -> None:
    if mentor.pk == person.pk or (mentor.user_id is not None and mentor.user_id == person.user_id):
        raise ValidationError({"mentor": _("Nobody is their own mentor. Choose a colleague.")})
    ensure_works_here(mentor, field="mentor")
    if not mentor.memberships.filter(archived_at__isnull=True).exists():
        raise ValidationError({"mentor": _("Choose somebody who works here.")})
    if StaffProfile.objects.filter(person=mentor, mentor=person).exists():
        raise ValidationError(
            {"mentor": _("%(name)s is mentored by this person already. Choose another one.") % {"name": mentor.name}}
        )


@transaction.atomic
def write_absence(*, absence: Absence, actor: Actor, **values: Any) -> Absence:
    """Write down, or change, when somebody is away and who covers. Two times away of one person never overlap.

    Raises PermissionDenied, or ValidationError by field.
    """
    if absence.pk is None:
        if not may_add(actor, Absence):
            raise PermissionDenied
    else:
        require(actor, "change", absence)
    for name, value in values.items():
        setattr(absence, name, value)
    absence.full_clean()
    ensure_works_here(absence.person, field="person")  # held, so that the look below is true until the end
    if absence.covered_by is not None:
        ensure_works_here(absence.covered_by, field="covered_by")
        if not absence.covered_by.memberships.exists():
            raise ValidationError({"covered_by": _("Choose somebody who works here.")})
    others = Absence.objects.filter(
        person=absence.person,
        archived_at__isnull=True,
        starts_on__lte=absence.ends_on,
        ends_on__gte=absence.starts_on,
    )
    if others.exclude(pk=absence.pk).exists():
        raise ValidationError({"starts_on": _("These days are written down already. Change those instead.")})
    absence.save()
    ensure_still_visible(actor, absence)
    return absence


@transaction.atomic
def take_back_absence(*, absence: Absence, actor: Actor) -> Absence:
    """Say that somebody is not away after all. Again it changes nothing. Raises PermissionDenied."""
    require(actor, "change", absence)
    if absence.archived_at is None:
        absence.archived_at = timezone.now()
        absence.save(update_fields=["archived_at"])
    return absence
