"""Pages about the plan and its numbers: what is due, and the table of months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.access.services import log_reads
from apps.kit.sheets import XLSX, write_csv, write_xlsx
from apps.organizations.models import Person
from apps.supervision import compliance
from apps.supervision.choices import DueState
from apps.supervision.due import Load, PlanStanding, by_urgency, loads, standing_plans, standings
from apps.supervision.forms_plan import TableForm
from apps.supervision.models import SupervisionPlan
from apps.supervision.words import asks_words, hours_words, last_words, month_words, over_words, stand_words

PAGE_SIZE = 25
READS = ("write_supervision", "sign_supervision", "read_supervision")
SEES = ("write_supervision", "sign_supervision", "view_supervision", "plan_supervision")
SEES_TABLE = ("sign_supervision", "view_supervision", "plan_supervision")


@dataclass(frozen=True)
class DueRow:
    """One person on the page of what is due."""

    standing: PlanStanding
    lines: list[tuple[str, str, str]]  # what is asked, where it stands, its state
    last: str
    alone: str


def due_row(one: PlanStanding) -> DueRow:
    """Where one person's supervision stands, in words."""
    lines = [(asks_words(asks), stand_words(stand), str(stand.state)) for asks, stand in one.stands]
    alone = ""
    if short := one.hours_before_alone:
        alone = _("%(had)s of %(asked)s hours of direct supervision before working alone") % {
            "had": hours_words(int(short[0] * 60)),
            "asked": hours_words(int(short[1] * 60)),
        }
    return DueRow(one, lines, last_words(one.last), alone)


def _is(person: Person | None, actor: Actor) -> bool:
    return person is not None and person.user_id is not None and person.user_id == actor.user_id


@login_required
@require_safe
def due_page(request: HttpRequest) -> HttpResponse:
    """Whose supervision is due or overdue: my own, of those I supervise, and, for whoever plans, everybody's."""
    actor = actor_of(request)
    if not actor.can_any(*SEES):
        raise PermissionDenied
    seen = visible_to(SupervisionPlan, actor).values("pk")
    found = by_urgency(standings(standing_plans().filter(pk__in=seen)))
    lists: dict[str, tuple[str, list[PlanStanding]]] = {}
    team = [one for one in found if _is(one.plan.supervisor, actor) or _is(one.plan.clinical_supervisor, actor)]
    own = [one for one in found if _is(one.plan.specialist, actor)]
    if team or actor.can("sign_supervision"):
        lists["team"] = (_("Whom I supervise"), team)
    if own or actor.can("write_supervision"):
        lists["own"] = (_("My own supervision"), own)
    if actor.can_any("view_supervision", "plan_supervision"):
        lists["all"] = (_("Everybody"), found)
    shown = request.GET.get("show", "")
    shown = shown if shown in lists else next(iter(lists), "")
    rows = lists[shown][1] if shown else []
    if (state := request.GET.get("state", "")) in DueState.values:
        rows = [one for one in rows if one.state == state]
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "tabs": [(key, label, len(part), key == shown) for key, (label, part) in lists.items()],
        "shown": shown,
        "page_obj": page,
        "rows": [due_row(one) for one in page],
        "over": _over(found, actor),
        "reads_notes": actor.can_any(*READS),
        "sees_reviews": actor.can_any("view_supervision", "read_supervision"),
        "sees_table": actor.can_any(*SEES_TABLE),
    }
    return render(request, "supervision/due.html", context)


def _over(found: list[PlanStanding], actor: Actor) -> list[str]:
    """The supervisors who have more people than the rules say: oneself, and for whoever plans all of them."""
    names = {one.plan.supervisor_id: one.plan.supervisor for one in found}
    told: list[Load] = [load for load in loads(found).values() if load.is_over]
    if not actor.can_any("view_supervision", "plan_supervision"):
        told = [load for load in told if _is(names[load.supervisor_id], actor)]
    return [over_words(names[load.supervisor_id], load) for load in told]


def _table(actor: Actor, form: TableForm) -> tuple[list[date], list[compliance.Line]]:
    """The months and lines that a form asks for, of the people whose plans the actor sees."""
    months = compliance.last_months(form.today, form.months)
    plans = SupervisionPlan.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=months[0]),
        pk__in=visible_to(SupervisionPlan, actor).values("pk"),
        starts_on__lte=form.today,
        specialist__archived_at__isnull=True,
    )
    if form.supervisor is not None:
        plans = plans.filter(supervisor=form.supervisor)
    # One line a person: the plan that holds last.
    last = plans.order_by("specialist_id", "-starts_on").distinct("specialist_id").values("pk")
    rows = SupervisionPlan.objects.filter(pk__in=last).select_related("specialist", "supervisor", "organization")
    found = standings(rows.order_by("specialist__name", "pk"), on=form.today)
    lines = compliance.table(found, months)
    return months, [line for line in lines if line.short] if form.only_short else lines


@login_required
@require_safe
def table_page(request: HttpRequest) -> HttpResponse:
    """What was asked, held and signed, per person and month."""
    actor = actor_of(request)
    if not actor.can_any(*SEES_TABLE):
        raise PermissionDenied
    form = TableForm(request.GET or None, actor=actor)
    months, lines = _table(actor, form)
    page = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "months": [month_words(month) for month in months],
        "totals": [(month_words(one.month), one) for one in compliance.totals(lines, months)],
        "page_obj": page,
        "may_take_out": _may_take_out(actor),
        "asked_for": [(name, value) for name, value in request.GET.items() if name in form.fields],
    }
    return render(request, "supervision/table.html", context)


def _may_take_out(actor: Actor) -> bool:
    return actor.can("export") and actor.can("view_supervision")


@login_required
@require_POST
def table_file(request: HttpRequest) -> HttpResponse:
    """The same as a file; every plan in it is written down as read."""
    actor = actor_of(request)
    if not _may_take_out(actor):
        raise PermissionDenied
    months, lines = _table(actor, TableForm(request.POST, actor=actor))
    log_reads(
        SupervisionPlan.objects.filter(pk__in=[line.standing.plan.pk for line in lines]), actor=actor, action="export"
    )
    heading = [
        _("Peer specialist"),
        _("Supervisor"),
        _("Rules"),
        _("Month"),
        _("Sessions due"),
        _("Hours due"),
        _("Sessions held"),
        _("Hours held"),
        _("Hours signed"),
        _("As the rules ask"),
    ]
    rows = [
        [
            line.standing.plan.specialist.name,
            line.standing.plan.supervisor.name,
            str(line.standing.rules or ""),
            f"{cell.month:%Y-%m}",
            str(cell.times_due),
            _hours(cell.minutes_due),
            str(cell.times_held),
            _hours(cell.minutes_held),
            _hours(cell.minutes_signed),
            "" if not cell.asked else _("no") if cell.short else _("yes"),
        ]
        for line in lines
        for cell in line.cells
    ]
    return sheet_response(request.POST.get("form", ""), "supervision", heading, rows)


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}"


def sheet_response(form: str, name: str, heading: list[str], rows: list[list[str]]) -> HttpResponse:
    """A table as a file to keep, "xlsx" or else CSV."""
    if form == "xlsx":
        answer = HttpResponse(write_xlsx(heading, rows), content_type=XLSX)
    else:
        form, answer = "csv", HttpResponse(write_csv(heading, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
