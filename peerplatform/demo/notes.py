"""The demo's supervision: plans, signed notes of eight weeks, one that waits and one that came back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.access.actor import Actor
from apps.organizations.models import Organization, Person
from apps.supervision import services
from apps.supervision.choices import Mode, Place
from apps.supervision.models import SupervisionNote, SupervisionPlan
from peerplatform.demo.cast import House

SYSTEM = Actor.for_system("the demo is loaded")
WEEKS = 8

TEXTS = (
    (
        "How much of my own story helps. In case C-14 I told too much, too early, and noticed it myself.",
        "Ask first whether it would help to hear how it was for me. One thing at a time.",
        "Try it twice and tell me how it went.",
    ),
    (
        "Three people in one afternoon is too many. I was tired in the last visit, case C-07.",
        "Two in the afternoon, and half an hour outside between them.",
        "Talk with Rosa about the calendar until Friday.",
    ),
    (
        "A call from the brother of case C-21. I did not say whether he comes here.",
        "That was right. What the person shares, the person says.",
        "Nothing open.",
    ),
)


def supervision(house: House, made: Organization, supervisor: Person, peers: list[Person]) -> None:
    """A plan for each specialist; a note every other week, signed by both; one waits now and one was returned."""
    if SupervisionPlan.objects.exists():
        return
    zone = ZoneInfo(house.zone)
    today = timezone.now().astimezone(zone).date()
    for number, peer in enumerate(peers):
        plan = services.plan_supervision(
            plan=SupervisionPlan(organization=made),
            actor=SYSTEM,
            specialist=peer,
            supervisor=supervisor,
            starts_on=today - timedelta(weeks=WEEKS + 4),
        )
        for week in range(WEEKS, 1, -2):
            held = today - timedelta(weeks=week, days=number)
            at = datetime.combine(held, time(15, 30), zone)
            note = _submitted(plan, held, TEXTS[(week + number) % len(TEXTS)], at + timedelta(hours=3))
            services.sign_note(
                note=note, actor=SYSTEM, version=note.version, method="password", at=at + timedelta(days=1)
            )
    plans = {plan.specialist_id: plan for plan in SupervisionPlan.objects.all()}
    waits, back = today - timedelta(days=5), today - timedelta(days=3)
    _submitted(plans[peers[1].pk], waits, TEXTS[1], datetime.combine(waits, time(17), zone))
    returned = _submitted(plans[peers[0].pk], back, TEXTS[0], datetime.combine(back, time(17), zone))
    services.return_note(
        note=returned,
        actor=SYSTEM,
        version=returned.version,
        reason="Please add what you decided with the person, in one sentence.",
        at=datetime.combine(back + timedelta(days=1), time(9), zone),
    )


def _submitted(plan: SupervisionPlan, held: object, text: tuple[str, str, str], at: datetime) -> SupervisionNote:
    note = services.start_note(
        plan=plan,
        actor=SYSTEM,
        facts={
            "held_on": held,
            "minutes": 50,
            "mode": Mode.INDIVIDUAL,
            "place": Place.IN_PERSON,
            "case_reference": "",
        },
        parts=dict(zip(("reviewed", "decided", "actions"), text, strict=True)),
    )
    return services.submit_note(note=note, actor=SYSTEM, revision=note.draft.revision, method="password", at=at)
