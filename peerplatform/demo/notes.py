"""The demo's supervision: plans, signed notes of eight weeks, one that waits and one that came back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.access.actor import Actor
from apps.organizations.models import Organization, Person
from apps.supervision import services
from apps.supervision.choices import Attendance, Every, Mode, Place, SessionForm
from apps.supervision.models import SupervisionNote, SupervisionPlan, SupervisionTopic
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
        "",
    ),
)


TOPICS = (
    {"en": "Boundaries", "es": "Límites", "ar": "الحدود"},
    {"en": "Telling one’s own story", "es": "Contar la propia historia", "ar": "رواية القصة الشخصية"},
    {"en": "Safety", "es": "Seguridad", "ar": "السلامة"},
    {"en": "My own wellbeing", "es": "Mi propio bienestar", "ar": "عافيتي"},
)


def supervision(house: House, made: Organization, supervisor: Person, peers: list[Person]) -> None:
    """A plan for each specialist; a note every other week, signed by both; one waits now and one was returned."""
    if SupervisionPlan.objects.exists():
        return
    for position, name in enumerate(TOPICS):
        SupervisionTopic.objects.create(organization=made, name=name, position=position)
    topics = list(SupervisionTopic.objects.order_by("position").values_list("pk", flat=True))
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
            note = _submitted(plan, held, TEXTS[(week + number) % len(TEXTS)], at + timedelta(hours=3), topics)
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
    _planned(made, supervisor, today, zone)


def _planned(made: Organization, supervisor: Person, today: date, zone: ZoneInfo) -> None:
    """A group that was held, with one own part signed and one that waits; a series to come, and one called off."""
    plans = list(SupervisionPlan.objects.filter(supervisor=supervisor).order_by("pk"))
    common: dict[str, Any] = {"actor": SYSTEM, "leader": supervisor, "zone": str(zone), "form": SessionForm.STRUCTURED}
    met = today - timedelta(days=6)
    (group,) = services.plan_meetings(
        plans=plans, on=met, starts=time(10), minutes=90, mode=Mode.GROUP, place=Place.IN_PERSON, **common
    )
    there = {plan.pk: services.Seen(Attendance.CAME) for plan in plans}
    there[plans[-1].pk] = services.Seen(Attendance.EXCUSED)
    services.hold_meeting(
        meeting=group,
        actor=SYSTEM,
        seen=there,
        shared="How we end a visit without promising too much. Three ways to say it, tried in pairs.",
    )
    at = datetime.combine(met, time(16), zone)
    for plan in plans[:2]:
        note = SupervisionNote.objects.get(session__attended__meeting=group, session__plan=plan)
        services.change_draft(
            note=note,
            actor=SYSTEM,
            revision=note.draft.revision,
            facts={},
            parts={"reviewed": "I tried the second way. It felt like me.", "decided": "", "actions": ""},
        )
        note = services.submit_note(note=note, actor=SYSTEM, revision=note.draft.revision + 1, method="password", at=at)
        if plan is plans[0]:
            at += timedelta(hours=1)
            services.sign_note(note=note, actor=SYSTEM, version=1, method="password", at=at)
            at += timedelta(hours=1)
    coming = services.plan_meetings(
        plans=plans[:1],
        on=today + timedelta(days=2),
        starts=time(8),  # before the first visit of any day: the specialist's time is taken once
        minutes=60,
        mode=Mode.INDIVIDUAL,
        place=Place.VIDEO,
        every=Every.WEEKLY,
        until=today + timedelta(weeks=6),
        **common,
    )
    services.call_off(meeting=coming[-1], actor=SYSTEM, reason="A day off for the whole house")


def _submitted(
    plan: SupervisionPlan, held: object, text: tuple[str, str, str], at: datetime, topics: list[int] | None = None
) -> SupervisionNote:
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
        parts={"reviewed": text[0], "decided": text[1], "actions": ""},
        details={
            "topics": (topics or [])[:2],
            "competencies": ["lived_experience"],
            "answers": {"boundaries": "Saying that I can’t come on Sundays. It helped to say it early."},
            "strengths": "Honest about being tired.",
            "steps": [{"what": text[2], "owner": "specialist", "due": ""}] if text[2] else [],
        },
    )
    return services.submit_note(note=note, actor=SYSTEM, revision=note.draft.revision, method="password", at=at)
