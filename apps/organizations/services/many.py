"""Writes of many people at once: a sheet of thousands of lines takes a few statements, and the history has each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may_add
from apps.organizations.models import Membership, Person, StaffProfile
from apps.organizations.services.members import ensure_works_here, settle_role_groups
from apps.organizations.services.private import settle_bars_of

BATCH = 500


@transaction.atomic
def add_people(*, actor: Actor, people: Sequence[dict[str, Any]]) -> list[Person]:
    """Write down many humans. Raises ValidationError where a value is none.

    Whether the actor may add them in this part (members, clients) is asked by the service that calls this.
    """
    rows = [Person(organization_id=actor.organization_id or 0, **values) for values in people]
    for row in rows:
        row.clean_fields(exclude=["organization", "search"])
    made = list(Person.objects.bulk_create(rows, batch_size=BATCH))
    settle_bars_of(people=made)
    return made


@transaction.atomic
def change_people(*, actor: Actor, changes: Sequence[tuple[Person, dict[str, Any]]]) -> list[Person]:
    """Change what is known of many. Whether the actor may is asked by the service that calls this (see `add_people`).

    Raises ValidationError where a value is none.
    """
    search = Person._meta.get_field("search")
    rows, fields = [], {"search"}
    for row, values in changes:
        for name, value in values.items():
            setattr(row, name, value)
        if values:
            row.clean_fields(exclude=["organization", "search"])
            row.search = search.pre_save(row, add=False)
            rows.append(row)
            fields |= values.keys()
    Person.objects.bulk_update(rows, sorted(fields), batch_size=BATCH)
    settle_bars_of(people=rows)
    return rows


@transaction.atomic
def add_memberships(*, actor: Actor, memberships: Sequence[dict[str, Any]]) -> list[Membership]:
    """Give many people roles; whoever signs in has theirs at once. Raises PermissionDenied, or IntegrityError where
    somebody has that role or a last day lies before the first."""
    if memberships and not may_add(actor, Membership):
        raise PermissionDenied
    rows = [Membership(organization_id=actor.organization_id or 0, **values) for values in memberships]
    for row in rows:
        row.clean_fields(exclude=["organization", "person", "location"])
    made: list[Membership] = list(Membership.objects.bulk_create(rows, batch_size=BATCH))
    for user in {row.person.user for row in made}:
        if user is not None:
            settle_role_groups(user=user)
    settle_bars_of(people=[row.person for row in made])
    return made


@transaction.atomic
def keep_profiles(*, actor: Actor, profiles: Sequence[tuple[Person, dict[str, Any]]]) -> list[StaffProfile]:
    """Write what is kept of many who work here, made where there is nothing yet; of values that are not given, none
    changes. Raises PermissionDenied; ValidationError where a value is none, or two would be each other's mentor."""
    if profiles and not may_add(actor, StaffProfile):
        raise PermissionDenied
    people = [person for person, _values in profiles]
    standing = {
        row.person_id: row for row in StaffProfile.objects.select_for_update(of=("self",)).filter(person__in=people)
    }
    rows: list[StaffProfile] = []
    fields: set[str] = set()
    for person, values in profiles:
        row = standing.get(person.pk) or StaffProfile(organization_id=person.organization_id, person=person)
        for name, value in values.items():
            setattr(row, name, value)
        row.clean_fields(exclude=["organization", "person", "mentor"])
        rows.append(row)
        fields |= values.keys()
    _check_mentors([row for row, (_person, values) in zip(rows, profiles, strict=True) if values.get("mentor_id")])
    StaffProfile.objects.bulk_create([row for row in rows if row.pk is None], batch_size=BATCH)
    if fields:
        StaffProfile.objects.bulk_update(
            [row for row in rows if row.person_id in standing], sorted(fields), batch_size=BATCH
        )
    return rows


def _check_mentors(rows: Sequence[StaffProfile]) -> None:
    """A mentor works here, is somebody else, and is not mentored by the one they mentor."""
    mentors = {one.pk: one for one in Person.objects.filter(pk__in={row.mentor_id for row in rows})}
    for mentor in mentors.values():
        ensure_works_here(mentor, field="mentor")
    mentored_by = dict(StaffProfile.objects.filter(person__in=mentors).values_list("person_id", "mentor_id"))
    mentored_by |= {row.person_id: row.mentor_id for row in rows}
    for row in rows:
        mentor, person = mentors[row.mentor_id or 0], row.person
        if mentor.pk == person.pk or (mentor.user_id is not None and mentor.user_id == person.user_id):
            raise ValidationError({"mentor": _("Nobody is their own mentor. Choose a colleague.")})
        if mentored_by.get(mentor.pk) == person.pk:
            words = _("%(name)s is mentored by this person already. Choose another one.")
            raise ValidationError({"mentor": words % {"name": mentor.name}})
