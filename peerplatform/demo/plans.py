"""The demo's rules of supervision, so that some of it is due, some overdue and some fine, and ratings of two years."""

from __future__ import annotations

from datetime import timedelta

from apps.access.actor import Actor
from apps.certifications.choices import Competency
from apps.certifications.models import CompetencyRating
from apps.certifications.selectors import day_there
from apps.organizations.models import Organization, Person
from apps.supervision import services
from apps.supervision.models import SupervisionCadence, SupervisionPlan, SupervisionRules
from peerplatform.demo.cast import House

SYSTEM = Actor.for_system("the demo is loaded")


def rules(house: House, made: Organization, peers: list[Person]) -> None:
    """What everybody is asked, the rules of the house's state where they ship, and a closer plan for two of them."""
    if SupervisionRules.objects.exists():
        return
    everybody = _rules(made, "Everybody here", for_everybody=True, most_specialists=8, group_percent=50)
    _ask(everybody, per="month", times=1)
    _ask(everybody, stage="supervises", per="month", times=1)
    weekly = _rules(made, "An hour every week", hours_before_alone=6)
    _ask(weekly, per="week", times=1, minutes=50)
    _ask(weekly, asked="observation", per="month", times=1)
    for plan in SupervisionPlan.objects.filter(specialist__in=peers[:2]).order_by("pk"):
        services.plan_supervision(plan=plan, actor=SYSTEM, rules=weekly)


def _rules(made: Organization, name: str, **values: object) -> SupervisionRules:
    rules = SupervisionRules(organization=made)
    return services.store_rules(rules=rules, actor=SYSTEM, name=name, source="The organization's own", **values)


def _ask(rules: SupervisionRules, **values: object) -> None:
    cadence = SupervisionCadence(organization_id=rules.organization_id, rules=rules)
    services.store_cadence(cadence=cadence, actor=SYSTEM, **values)


# days ago, whose view it is (own or the supervisor's), and the level of each of the twelve
RATED = (
    (610, True, (2, 2, 1, 1, 1, 2, 1, 1, 2, 2, 1, 1)),
    (590, False, (2, 2, 2, 1, 1, 1, 1, 1, 2, 2, 1, 1)),
    (330, True, (3, 2, 2, 2, 2, 3, 2, 1, 3, 3, 1, 2)),
    (310, False, (2, 3, 2, 2, 2, 2, 1, 2, 3, 2, 1, 2)),
    (40, True, (4, 3, 3, 3, 2, 3, 3, 2, 3, 3, 2, 3)),
    (25, False, (3, 3, 3, 2, 3, 3, 2, 3, 3, 3, 2, 3)),
)


def ratings(made: Organization, supervisor: Person, person: Person) -> None:
    """How one specialist and their supervisor saw the twelve categories over two years."""
    if CompetencyRating.objects.filter(person=person).exists():
        return
    today = day_there(made)
    CompetencyRating.objects.bulk_create(
        CompetencyRating(
            organization=made,
            person=person,
            competency=competency,
            level=level,
            by_self=own,
            rated_on=today - timedelta(days=days),
            rated_by_id=(person if own else supervisor).user_id,
        )
        for days, own, given in RATED
        for competency, level in zip(Competency.values, given, strict=True)
    )
