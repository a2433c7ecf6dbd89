"""What is due and overdue, for any number of people in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications import selectors as certifications
from apps.certifications.choices import Status
from apps.certifications.models import CertificationStep
from apps.certifications.registry import EvidenceKind, Unit
from apps.organizations.models import Absence, Organization, StaffProfile
from apps.supervision.cadence import LOOK_BACK, Asks, Case, Held, Span, Stand, direct_minutes, stand
from apps.supervision.choices import DueState, Per, Stage
from apps.supervision.ledger import held_by, planned_with
from apps.supervision.models import SupervisionCadence, SupervisionPlan, SupervisionRules

WORST = [DueState.OVERDUE, DueState.DUE, DueState.FINE, DueState.NOT_ASKED]
LONG_AGO = date(1900, 1, 1)
FULL_TIME = Decimal(40)  # hours a week


@dataclass(frozen=True)
class PlanStanding:
    """Where the supervision of one plan stands: each thing its rules ask, and the worst of them."""

    plan: SupervisionPlan
    today: date
    rules: SupervisionRules | None
    case: Case
    asks: tuple[Asks, ...] = ()

    @cached_property
    def stands(self) -> list[tuple[Asks, Stand]]:
        """Each rule that asks something now, with where it stands, the worst first."""
        found = [(each, stand(each, self.case, self.today)) for each in self.asks]
        found = [pair for pair in found if pair[1].state != DueState.NOT_ASKED]
        return sorted(found, key=lambda pair: WORST.index(DueState(pair[1].state)))

    @property
    def state(self) -> str:
        return str(self.stands[0][1].state) if self.stands else str(DueState.NOT_ASKED)

    @property
    def due_on(self) -> date | None:
        """The earliest last day by which something is asked, of what is in the worst state."""
        days = [one.due_on for _asks, one in self.stands if one.state == self.state and one.due_on]
        return min(days, default=None)

    @property
    def is_arranged(self) -> bool:
        """Whether something is due and all of it is arranged in time; what was missed before stays missed."""
        late = [one for _asks, one in self.stands if one.state in (DueState.DUE, DueState.OVERDUE)]
        return bool(late) and all(one.arranged for one in late)

    @property
    def last(self) -> Held | None:
        """The supervision that was held last."""
        return self.case.held[-1] if self.case.held else None

    @property
    def hours_before_alone(self) -> tuple[Decimal, Decimal] | None:
        """(hours of direct supervision that are signed, hours asked before working alone), while it is not enough."""
        asked = self.rules.hours_before_alone if self.rules else None
        if asked is None:
            return None
        had = (Decimal(direct_minutes(self.case.held)) / 60).quantize(Decimal("0.1"))
        return (had, asked) if had < asked else None


@dataclass
class _Known:
    """What was read at once for all plans."""

    held: Mapping[int, list[Held]]
    planned: Mapping[int, list[Held]]
    stages: dict[int, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))
    states: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    certified: dict[int, list[tuple[date, int, str]]] = field(default_factory=lambda: defaultdict(list))
    supervising: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    away: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    worked: Mapping[int, list[tuple[date, int]]] = field(default_factory=dict)

    spans: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def supervised(self, plan: SupervisionPlan) -> Span:
        """The days without a gap on which somebody supervises this person, those of the plan among them."""
        return next(span for span in self.spans[plan.specialist_id] if span.start <= plan.starts_on <= span.end)

    def stage_on(self, person: int, day: date, *, asks_supervisors: bool) -> str:
        """Where somebody stands on a day. Rules that say nothing of supervisors ask of them what they ask of others."""
        if asks_supervisors and any(span.start <= day <= span.end for span in self.supervising[person]):
            return Stage.SUPERVISES
        latest: dict[int, str] = {}
        for on, record, status in self.certified[person]:
            if on <= day:
                latest[record] = status
        return Stage.CERTIFIED if Status.CERTIFIED in latest.values() else Stage.PROVISIONAL


def standing_plans(on: date | None = None) -> QuerySet[SupervisionPlan]:
    """The plans that hold on a day (by default today), with their people. Whole, without bars: for counting."""
    day = on or timezone.now().date()
    rows = SupervisionPlan.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    return rows.filter(specialist__archived_at__isnull=True).select_related(
        "specialist", "supervisor", "clinical_supervisor", "organization"
    )


def standings(
    plans: Iterable[SupervisionPlan], *, on: date | None = None, since: date | None = None
) -> list[PlanStanding]:
    """Where each of these plans stands, by default today where its organization is.

    With `since` only what was held from that day on is read, which is not enough for the hours before working alone.
    Eleven queries at most, whatever the number of plans; whole, without bars: ask first which plans the reader may see.
    """
    plans = list(plans)
    if not plans:
        return []
    now = timezone.now()
    today = {plan.pk: on or _day_in(plan.organization, now) for plan in plans}
    last = max(today.values())
    people = {plan.specialist_id for plan in plans}
    known, sets = _read(people, since or LONG_AGO, since or last - LOOK_BACK, last), _rule_sets()
    chosen = {plan.pk: _rules_of(plan, sets, known) for plan in plans}
    if any(each.per == Per.HOURS_WORKED for rules in chosen.values() if rules for each in sets[2][rules.pk]):
        known.worked = _worked(people, last)
    return [_standing(plan, today[plan.pk], chosen[plan.pk], sets[2], known) for plan in plans]


def _day_in(organization: Organization, now: Any) -> date:
    day: date = now.astimezone(ZoneInfo(str(organization.zone))).date()
    return day


def _read(people: set[int], held_since: date, since: date, until: date) -> _Known:
    known = _Known(held_by(people, held_since, until), planned_with(people, until - timedelta(days=1)))
    steps = CertificationStep.objects.filter(
        certification__person_id__in=people, certification__archived_at__isnull=True
    ).order_by("certification_id", "number")
    for person, record, state, on, status in steps.values_list(
        "certification__person_id",
        "certification_id",
        "certification__credential__jurisdiction",
        "on",
        "to_status",
    ):
        known.certified[person].append((on, record, status))
        if state not in known.states[person]:
            known.states[person].append(state)
    plans = SupervisionPlan.objects.filter(Q(supervisor_id__in=people) | Q(specialist_id__in=people))
    columns = ("supervisor_id", "specialist_id", "starts_on", "ends_on")
    for by, of, start, end in plans.order_by("starts_on", "pk").values_list(*columns):
        span, before = Span(start, end or date.max), known.spans[of]
        known.supervising[by].append(span)
        if before and before[-1].end < date.max and before[-1].end + timedelta(days=1) == start:
            before[-1] = Span(before[-1].start, span.end)
        else:
            before.append(span)
    away = Absence.objects.filter(person_id__in=people, archived_at__isnull=True, ends_on__gte=since)
    for person, start, end in away.order_by("starts_on").values_list("person_id", "starts_on", "ends_on"):
        known.away[person].append(Span(start, end))
    return known


Sets = tuple[dict[int, SupervisionRules], dict[tuple[int, str], SupervisionRules], dict[int, list[Asks]]]


def _rule_sets() -> Sets:
    """Every set of rules in scope: by key, by (organization, state; "" for everybody), and what each asks."""
    rows = list(SupervisionRules.objects.all())
    by_state: dict[tuple[int, str], SupervisionRules] = {}
    for row in rows:
        if row.archived_at is None:
            if row.jurisdiction:
                by_state[row.organization_id, row.jurisdiction] = row
            if row.for_everybody:
                by_state[row.organization_id, ""] = row
    asks: dict[int, list[Asks]] = defaultdict(list)
    columns = ("rules_id", "asked", "stage", "per", "every", "times", "minutes")
    for rules, *each in SupervisionCadence.objects.filter(in_use=True).order_by("pk").values_list(*columns):
        asks[rules].append(Asks(*each))
    return {row.pk: row for row in rows}, by_state, asks


def _rules_of(plan: SupervisionPlan, sets: Sets, known: _Known) -> SupervisionRules | None:
    """The rules that hold for a plan: its own, else those of a state that certified the person, else for everybody."""
    by_key, by_state, _asks = sets
    if plan.rules_id is not None:
        return by_key[plan.rules_id]
    for state in [*reversed(known.states[plan.specialist_id]), ""]:
        if found := by_state.get((plan.organization_id, state)):
            return found
    return None


def _standing(
    plan: SupervisionPlan, today: date, rules: SupervisionRules | None, asks: dict[int, list[Asks]], known: _Known
) -> PlanStanding:
    person = plan.specialist_id
    own = asks[rules.pk] if rules else []
    among = any(each.stage == Stage.SUPERVISES for each in own)
    span = known.supervised(plan)
    case = Case(
        start=span.start,
        end=None if span.end == date.max else span.end,
        held=known.held.get(person, []),
        stage_on=lambda day: known.stage_on(person, day, asks_supervisors=among),
        away=known.away[person],
        worked=known.worked.get(person, ()),
        group_percent=rules.group_percent if rules else None,
        planned=known.planned.get(person, ()),
    )
    return PlanStanding(plan, today, rules, case, tuple(own))


def _worked(people: set[int], until: date) -> dict[int, list[tuple[date, int]]]:
    """The minutes that these people worked with those they support, by day: what is recorded or was confirmed."""
    return {
        person: [
            (piece.ended_on, int(piece.amount * 60))
            for piece in facts.evidence
            if piece.kind == EvidenceKind.WORK and piece.unit == Unit.HOURS and piece.confirmed
        ]
        for person, facts in certifications.evidence_of(people, until).items()
    }


# ---- how many one supervisor has
@dataclass(frozen=True)
class Load:
    """How many people one supervisor has, and the most that their rules allow. Being over warns and never blocks."""

    supervisor_id: int
    people: int
    places: Decimal
    most_people: int | None
    most_places: Decimal | None

    @property
    def is_over(self) -> bool:
        return (self.most_people is not None and self.people > self.most_people) or (
            self.most_places is not None and self.places > self.most_places
        )


def loads(found: Iterable[PlanStanding]) -> dict[int, Load]:
    """The load of each supervisor of these plans; the strictest of their people's rules counts. One query.

    Give all standing plans of the supervisors, not a part of them.
    """
    by: dict[int, list[PlanStanding]] = defaultdict(list)
    for one in found:
        by[one.plan.supervisor_id].append(one)
    people = {one.plan.specialist_id for rows in by.values() for one in rows}
    profiles = StaffProfile.objects.filter(person_id__in=people, weekly_hours__isnull=False)
    hours = dict(profiles.values_list("person_id", "weekly_hours"))
    answer = {}
    for supervisor, rows in by.items():
        places = sum((hours.get(one.plan.specialist_id, FULL_TIME) / FULL_TIME for one in rows), Decimal(0))
        most_people = [r.most_specialists for one in rows if (r := one.rules) and r.most_specialists is not None]
        most_places = [r.most_fte for one in rows if (r := one.rules) and r.most_fte is not None]
        answer[supervisor] = Load(
            supervisor,
            len(rows),
            places.quantize(Decimal("0.1")),
            min(most_people, default=None),
            min(most_places, default=None),
        )
    return answer


def loads_of(supervisor_id: int) -> Load | None:
    """The load of one supervisor today; None for whoever supervises nobody."""
    return loads(standings(standing_plans().filter(supervisor_id=supervisor_id))).get(supervisor_id)


def due_for(actor: Actor) -> tuple[list[PlanStanding], list[PlanStanding]]:
    """What is due or overdue of the actor's own supervision, and of those they supervise; the most urgent first."""
    who = Q(specialist__user_id=actor.user_id) | Q(supervisor__user_id=actor.user_id)
    seen = visible_to(SupervisionPlan, actor).values("pk")
    found = by_urgency(standings(standing_plans().filter(who, pk__in=seen)))
    late = [one for one in found if one.state in (DueState.DUE, DueState.OVERDUE)]
    own = [one for one in late if one.plan.specialist.user_id == actor.user_id]
    return own, [one for one in late if one.plan.supervisor.user_id == actor.user_id]


def by_urgency(found: Iterable[PlanStanding]) -> list[PlanStanding]:
    """The overdue first, then by the day until when something is asked, then by name."""
    return sorted(
        found,
        key=lambda one: (WORST.index(DueState(one.state)), one.due_on or date.max, one.plan.specialist.name),
    )


def count_overdue() -> int:
    """How many people's supervision is overdue in this scope. Whole, without bars: for counting."""
    return sum(one.state == DueState.OVERDUE for one in standings(standing_plans()))
