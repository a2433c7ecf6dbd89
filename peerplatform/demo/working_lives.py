"""What the demo's organizations know of those who work there: profiles, a mentor, days away, an open invitation."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from apps.organizations.models import Absence, Invitation, Organization, Person, StaffProfile
from apps.organizations.services import invite_colleague, keep_profile, write_absence
from peerplatform.demo.houses import SYSTEM


def working_lives(made: Organization, team: dict[str, Person]) -> None:
    """Make each once. The newest peer specialist has the first one as mentor; one is away this week."""
    people = [team[mailbox] for mailbox in ("peer", "tom", "supervisor", "elena") if mailbox in team]
    if not people:
        return
    first, *others = people
    if not StaffProfile.objects.exists():
        for n, person in enumerate(people):
            keep_profile(
                person=person,
                actor=SYSTEM,
                languages=sorted({"en", person.language}),
                hired_on=date(2022 + n % 3, 3 + n, 1),
                weekly_hours=Decimal(40 - 8 * n),
                mentor=first if n and n == len(people) - 1 else None,
            )
    if others and not Absence.objects.exists():
        today = timezone.localdate()
        write_absence(
            absence=Absence(organization=made),
            actor=SYSTEM,
            person=others[-1],
            starts_on=today,
            ends_on=today + timedelta(days=4),
            covered_by=first,
        )
    if not Invitation.objects.exists():
        invite_colleague(
            actor=SYSTEM,
            organization_id=made.pk,
            name="Priya Raman",
            role="volunteer_facilitator",
            starts_on=timezone.localdate() + timedelta(days=7),
            way="card",
        )
