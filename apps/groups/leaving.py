"""What somebody who leaves holds here: the groups that they lead, and sessions that they lead in another's place."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.groups import services
from apps.groups.choices import SessionState
from apps.groups.models import GroupFacilitator, SessionLeader
from apps.kit.dates import format_day, format_time
from apps.kit.walltime import LocalDate
from apps.organizations.models import Person
from apps.organizations.registry import Holding
from apps.organizations.selectors import staff_who_can


def held_by(person: Person) -> QuerySet[GroupFacilitator]:
    """The groups this person leads today or from a day on."""
    today = LocalDate(Now(), "group__location__zone")
    rows = GroupFacilitator.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today), person=person, group__archived_at__isnull=True
    )
    # one that began today ends today, and is nobody's to hand over again
    return (
        rows.exclude(starts_on=today, ends_on=today)
        .select_related("group__location")
        .order_by("group__weekday", "group__starts", "pk")
    )


def words(row: GroupFacilitator) -> tuple[str, str]:
    group = row.group
    when = _("%(day)s, %(time)s") % {"day": group.get_weekday_display(), "time": format_time(group.starts)}
    if row.starts_on > _today(row):
        when += _(", from %(day)s") % {"day": format_day(row.starts_on)}
    return str(group), when


def hand_over(row: GroupFacilitator, to: Person | None, actor: Actor) -> None:
    """Let the other one lead from today, or from the day on which the first would have begun."""
    today, group, until = _today(row), row.group, row.ends_on
    begins = max(row.starts_on, today)
    services.end_facilitator(facilitator=row, actor=actor, last_day=today - timedelta(days=1))
    if to is None:
        return
    leads = GroupFacilitator.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=begins), group=group, person=to)
    if not leads.exists():
        services.set_facilitator(group=group, person=to, actor=actor, starts_on=begins, ends_on=until)


def _today(row: GroupFacilitator) -> date:
    return timezone.now().astimezone(ZoneInfo(str(row.group.location.zone))).date()


def sessions_in_another_s_place(person: Person, actor: Actor) -> list[str]:
    """A sentence where somebody was to lead coming sessions in another's place: these need somebody else first."""
    coming = visible_to(SessionLeader, actor).filter(
        person=person, ended_at__isnull=True, session__starts_at__gt=timezone.now()
    )
    n = coming.exclude(session__state=SessionState.CANCELLED).count()
    if not n:
        return []
    words = ngettext(
        "They lead %(n)d coming session in another’s place. Choose somebody else for it first.",
        "They lead %(n)d coming sessions in another’s place. Choose somebody else for them first.",
        n,
    )
    return [words % {"n": n}]


GROUPS = Holding(
    name="groups",
    title=gettext_lazy("Groups they lead"),
    held_by=held_by,
    words=words,
    hand_over=hand_over,
    takers=lambda person: staff_who_can("lead_groups"),
    without=gettext_lazy("Nobody for now: the first page of the administration will say so"),
    concerns="lead_groups",
)
