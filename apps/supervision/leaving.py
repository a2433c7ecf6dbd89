"""What somebody who leaves holds here: whom they supervise, and their own supervision."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.kit.dates import format_day
from apps.kit.walltime import LocalDate
from apps.organizations.models import Person
from apps.organizations.registry import Holding
from apps.organizations.selectors import staff_who_can
from apps.supervision import services
from apps.supervision.choices import OPEN_STATES, NoteState
from apps.supervision.models import SupervisionNote, SupervisionPlan


def _plans(**who: Person) -> QuerySet[SupervisionPlan]:
    """Plans that go on after today."""
    today = LocalDate(Now(), "organization__zone")
    rows = SupervisionPlan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today), **who)
    return rows.select_related("specialist", "supervisor", "clinical_supervisor", "organization").order_by(
        "specialist__name", "pk"
    )


def words(row: SupervisionPlan) -> tuple[str, str]:
    since = _("since %(day)s") if row.starts_on <= _today(row) else _("from %(day)s")
    return row.specialist.name, since % {"day": format_day(row.starts_on, style="dated")}


def own_words(row: SupervisionPlan) -> tuple[str, str]:
    return row.supervisor.name, words(row)[1]


def hand_over_plan(row: SupervisionPlan, to: Person | None, actor: Actor) -> None:
    """End the plan with today and begin the other supervisor's tomorrow; old notes keep the supervisor they had."""
    until, clinical, specialist = row.ends_on, row.clinical_supervisor, row.specialist
    begins = services.end_plan(plan=row, actor=actor, last_day=_today(row))
    if to is not None:
        services.plan_supervision(
            plan=SupervisionPlan(organization_id=row.organization_id),
            actor=actor,
            specialist=specialist,
            supervisor=to,
            clinical_supervisor=None if clinical == to else clinical,
            starts_on=begins,
            ends_on=until,
        )


def hand_over_reading(row: SupervisionPlan, to: Person | None, actor: Actor) -> None:
    """Let the other one read the notes of the plan, or nobody besides the supervisor."""
    services.plan_supervision(plan=row, actor=actor, clinical_supervisor=None if to == row.supervisor else to)


def end_own(row: SupervisionPlan, to: Person | None, actor: Actor) -> None:
    """Their own supervision ends with today."""
    services.end_plan(plan=row, actor=actor, last_day=_today(row))


def stays(person: Person, actor: Actor) -> list[str]:
    """Notes that nobody else can sign or finish, as far as the actor may know of them."""
    notes = visible_to(SupervisionNote, actor)
    waiting = notes.filter(session__plan__supervisor=person, state=NoteState.SUBMITTED).count()
    unfinished = notes.filter(session__plan__specialist=person, state__in=OPEN_STATES).count()
    said = []
    if waiting:
        said.append(
            ngettext(
                "%(n)d supervision note waits for their signature. Nobody else can sign it: let them sign first.",
                "%(n)d supervision notes wait for their signature. Nobody else can sign them: let them sign first.",
                waiting,
            )
            % {"n": waiting}
        )
    if unfinished:
        said.append(
            ngettext(
                "%(n)d supervision note of theirs is not finished. Only they can finish it.",
                "%(n)d supervision notes of theirs are not finished. Only they can finish them.",
                unfinished,
            )
            % {"n": unfinished}
        )
    return said


def _today(row: SupervisionPlan) -> date:
    return timezone.now().astimezone(ZoneInfo(str(row.organization.zone))).date()


SUPERVISES = Holding(
    name="supervises",
    title=gettext_lazy("Whom they supervise"),
    held_by=lambda person: _plans(supervisor=person),
    words=words,
    hand_over=hand_over_plan,
    takers=lambda person: staff_who_can("sign_supervision"),
    without=gettext_lazy("Nobody for now: the specialist has no supervisor"),
    concerns="sign_supervision",
)
READS = Holding(
    name="supervises_clinically",
    title=gettext_lazy("Whose notes they read as clinical supervisor"),
    held_by=lambda person: _plans(clinical_supervisor=person),
    words=words,
    hand_over=hand_over_reading,
    takers=lambda person: staff_who_can("view_members"),
    without=gettext_lazy("Nobody besides the supervisor"),
)
SUPERVISED = Holding(
    name="supervised",
    title=gettext_lazy("Their own supervision"),
    held_by=lambda person: _plans(specialist=person),
    words=own_words,
    hand_over=end_own,
    without=gettext_lazy("Ends with today. Signed notes stay."),
)
