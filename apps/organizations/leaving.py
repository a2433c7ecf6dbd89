"""What somebody who leaves holds in this app: newcomers they mentor, their own mentor, and days they cover."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.actor import Actor
from apps.kit.dates import format_day
from apps.kit.walltime import LocalDate
from apps.organizations import services
from apps.organizations.models import Absence, Person, StaffProfile
from apps.organizations.registry import Holding
from apps.organizations.selectors import staff


def mentored_by(person: Person) -> QuerySet[StaffProfile]:
    """The profiles of those whose mentor this person is."""
    return StaffProfile.objects.filter(mentor=person).select_related("person", "mentor").order_by("person__name", "pk")


def hand_over_newcomer(row: StaffProfile, to: Person | None, actor: Actor) -> None:
    services.keep_profile(person=row.person, actor=actor, mentor=to)


def covered_by(person: Person) -> QuerySet[Absence]:
    """Times away, not over, for which this person covers."""
    rows = Absence.objects.filter(
        covered_by=person, archived_at__isnull=True, ends_on__gte=LocalDate(Now(), "organization__zone")
    )
    return rows.select_related("person", "covered_by").order_by("starts_on", "pk")


def cover_words(row: Absence) -> tuple[str, str]:
    days = {"first": format_day(row.starts_on), "last": format_day(row.ends_on)}
    return row.person.name, _("%(first)s to %(last)s") % days


def hand_over_cover(row: Absence, to: Person | None, actor: Actor) -> None:
    services.write_absence(absence=row, actor=actor, covered_by=to)


NEWCOMERS = Holding(
    name="newcomers",
    title=gettext_lazy("Newcomers they mentor"),
    held_by=mentored_by,
    words=lambda row: (row.person.name, ""),
    hand_over=hand_over_newcomer,
    takers=lambda person: staff().order_by("name", "pk"),
    without=gettext_lazy("Nobody for now"),
)
OWN_MENTOR = Holding(
    name="own_mentor",
    title=gettext_lazy("Their own mentor"),
    held_by=lambda person: StaffProfile.objects.filter(person=person, mentor__isnull=False).select_related(
        "person", "mentor"
    ),
    words=lambda row: (row.mentor.name, ""),
    hand_over=hand_over_newcomer,
    without=gettext_lazy("Ends. What is kept of them stays."),
)
COVERS = Holding(
    name="covers",
    title=gettext_lazy("Days for which they cover"),
    held_by=covered_by,
    words=cover_words,
    hand_over=hand_over_cover,
    takers=lambda person: staff().order_by("name", "pk"),
    without=gettext_lazy("Nobody for now"),
)
