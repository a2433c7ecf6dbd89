"""Roles that begin and end by the calendar."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from apps.access.models import JobRun
from apps.access.scope import open_scope, system_scope
from apps.accounts.models import User
from apps.organizations import services, tasks
from apps.organizations.models import Membership, OrganizationRole
from tests.cast import ROLES, Cast
from tests.factories.organizations import make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def settle() -> int:
    with transaction.atomic(), system_scope("test"):
        return services.settle_every_membership()


def holders() -> set[tuple[str, str]]:
    """Every (e-mail address, role) that the auth groups say, in both organizations."""
    with transaction.atomic(), system_scope("test"):
        found = OrganizationRole.objects.filter(group__user__isnull=False)
        return set(found.values_list("group__user__email", "role"))


def everybody() -> set[tuple[str, str]]:
    return {(f"{role}@{house}.example", role) for role in ROLES for house in ("harbor", "aurora")}


def days(cast: Cast, role: str, **fields) -> None:
    with open_scope(cast.harbor.pk):
        Membership.objects.filter(person=cast.people[role]).update(**fields)


def test_settling_takes_the_groups_of_ended_memberships_and_of_nobody_else(cast):
    today = timezone.localdate()
    days(cast, "coordinator", ends_on=today - 2 * DAY)
    days(cast, "supervisor", archived_at=timezone.now())
    days(cast, "auditor", ends_on=today + 2 * DAY)
    with open_scope(cast.harbor.pk):
        cast.people["translator"].archived_at = timezone.now()
        cast.people["translator"].save()
    assert settle() == 3
    gone = {(f"{role}@harbor.example", role) for role in ("coordinator", "supervisor", "translator")}
    assert holders() == everybody() - gone
    assert settle() == 0


def test_settling_gives_the_group_of_a_membership_that_has_begun_and_not_of_one_that_has_not(cast):
    today = timezone.localdate()
    person = cast.people["observer"]
    with open_scope(cast.harbor.pk):
        for role, starts_on in (("evaluator", today - DAY), ("auditor", today + 3 * DAY)):
            Membership.objects.create(organization=cast.harbor, person=person, role=role, starts_on=starts_on)
    assert settle() == 1
    assert holders() == everybody() | {("observer@harbor.example", "evaluator")}
    assert settle() == 0


def test_one_role_under_two_hats_is_one_change(cast):
    for person in (cast.people["observer"], make_person(cast.harbor, user=cast.users["observer"])):
        with open_scope(cast.harbor.pk):
            Membership.objects.create(organization=cast.harbor, person=person, role="evaluator", starts_on="2020-01-01")
    assert settle() == 1
    assert holders() == everybody() | {("observer@harbor.example", "evaluator")}


def test_a_group_without_a_membership_allows_nothing_even_before_it_is_settled(cast):
    days(cast, "administrator", ends_on=timezone.localdate() - 2 * DAY)
    with open_scope(cast.harbor.pk):
        assert not cast.actor("administrator").can("enter_admin")
    assert User.objects.get(email="administrator@harbor.example").groups.count() == 1


def test_the_scheduled_run_says_what_it_did(cast):
    days(cast, "coordinator", ends_on=timezone.localdate() - 2 * DAY)
    tasks.settle_memberships.apply().get()
    with transaction.atomic(), system_scope("test"):
        run = JobRun.objects.get(job="settle_memberships")
    assert (run.expected, run.did, run.errors, run.ended_at is None) == (1, 1, [], False)
