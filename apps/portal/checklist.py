"""The first hours of a new organization: steps that end with a public schedule, each read off what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.certifications.models import Certification
from apps.groups.models import SupportGroup
from apps.groups.selectors import on_public_schedule
from apps.kit.brand import BRAND, BRAND_DARK
from apps.organizations.models import Invitation, Location, Organization, Person
from apps.organizations.selectors import works_here
from apps.portal.selectors import address


@dataclass(frozen=True)
class Step:
    """One step: what to do, why, where, and whether it is done."""

    words: str
    why: str
    url: str
    done: bool


def steps(actor: Actor, here: Organization) -> list[Step]:
    """The steps in their order, for whoever may change the organization; empty once all of them are done.

    Nothing is remembered: each answer is read off the organization as it is now, in one query for all of them.
    """
    if not actor.can("manage_organization"):
        return []
    facts = _facts(here)
    settings = address("admin:organizations_organization_change", here.pk)
    wanted = [
        Step(_("Say your name and phone number"), _("They stand on every public page."), settings, bool(here.phone)),
        Step(
            _("Choose your colours"),
            _("The pages and this administration wear them."),
            settings,
            (here.brand.lower(), here.brand_dark.lower()) != (BRAND, BRAND_DARK),
        ),
        Step(
            _("Write your own help line"),
            _("It stands beside the national crisis line on every client page."),
            settings,
            bool(here.crisis_text),
        ),
        Step(
            _("Add a place where people meet"),
            _("Groups and visits need one."),
            address("admin:organizations_location_add"),
            facts["place"],
        ),
        Step(
            _("Bring in your staff"),
            _("Paste your list, or add one person at a time."),
            address("admin:organizations_person_changelist"),
            facts["staff"],
        ),
        Step(
            _("Invite them to sign in"),
            _("Each gets a link that works once."),
            address("admin:organizations_invitation_add"),
            facts["invited"] or facts["signs_in"],
        ),
        Step(
            _("Write down a certification"),
            _("You are told 90 days before it ends."),
            address("admin:certifications_certification_add"),
            facts["certified"],
        ),
        Step(
            _("Make your first group"),
            _("Its sessions are planned by themselves."),
            address("admin:groups_supportgroup_add"),
            facts["group"],
        ),
        Step(
            _("Put it on the public schedule"),
            _("Then anybody can find it and come."),
            address("admin:groups_supportgroup_changelist"),
            facts["schedule"],
        ),
    ]
    return [] if all(step.done for step in wanted) else wanted


def _facts(here: Organization) -> dict[str, Any]:
    """What is there, each a yes or no, in one query."""
    # By the key itself and not by OuterRef: inside another subquery that would mean the row next to it.
    mine = {"organization_id": here.pk}
    staff = Person.objects.filter(Exists(works_here()), archived_at__isnull=True, **mine)
    first = staff.filter(user__isnull=False).order_by("pk").values("pk")[:1]  # who set the organization up
    return (
        Organization.objects.filter(pk=here.pk)
        .order_by()
        .values(
            place=Exists(Location.objects.filter(archived_at__isnull=True, **mine)),
            staff=Exists(staff.exclude(pk__in=first)),
            signs_in=Exists(staff.filter(user__isnull=False).exclude(pk__in=first)),
            invited=Exists(Invitation.objects.filter(**mine).exclude(person_id__in=first)),
            certified=Exists(Certification.objects.filter(archived_at__isnull=True, **mine)),
            group=Exists(SupportGroup.objects.filter(archived_at__isnull=True, **mine)),
            schedule=Exists(on_public_schedule().filter(**mine)),
        )
        .get()
    )
