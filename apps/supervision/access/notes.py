"""Who may plan supervision, see that it took place, read its notes, and sign them."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.access.actor import Actor
from apps.access.policy import Policy, Relation, Role, register
from apps.kit.walltime import LocalDate
from apps.organizations.models import Absence
from apps.supervision.choices import Mode, NoteState
from apps.supervision.models import (
    Addendum,
    AddendumReview,
    CoSignature,
    NextStep,
    NoteDraft,
    NoteNudge,
    NoteReturn,
    NoteVersion,
    PrivateDraft,
    PrivatePart,
    SigningRules,
    StepClosure,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
    SupervisionTopic,
)

AUTHOR = gettext_noop("it is their own supervision")
SUPERVISOR = gettext_noop("they are the supervisor in the plan")
CLINICAL = gettext_noop("they are the clinical supervisor in the plan")
COVER = gettext_noop("they cover for the supervisor, who is away today")
READER = gettext_noop("a role that reads what was submitted")


def covered_today(actor: Actor) -> QuerySet[Any, Any]:
    """The people who are away today and for whom the actor covers, as a subquery of their keys."""
    today = LocalDate(Now(), "organization__zone")
    rows = Absence.objects.filter(archived_at__isnull=True, starts_on__lte=today, ends_on__gte=today)
    return rows.filter(covered_by__user_id=actor.user_id).values("person_id")


def covers(at: str, actor: Actor) -> Q:
    """Plans, at the end of the path `at`, whose supervisor is away today, covered by the actor; never one's own."""
    return Q(**{f"{at}supervisor_id__in": covered_today(actor)}) & ~Q(**{f"{at}specialist__user_id": actor.user_id})


def _people(path: str, note: str) -> list[Relation | Role]:
    """Who sees a row: `path` leads to its plan, `note` to its note. What is being written is its author's alone."""
    at, of = f"{path}__" if path else "", f"{note}__" if note else ""
    submitted = ~Q(**{f"{of}state": NoteState.DRAFT}) if note is not None else Q()

    def clinical(actor: Actor) -> Q:
        now = timezone.now().date()
        stands = Q(**{f"{at}ends_on__isnull": True}) | Q(**{f"{at}ends_on__gte": now})
        return Q(**{f"{at}clinical_supervisor__user_id": actor.user_id}) & stands & submitted

    return [
        Relation(AUTHOR, lambda actor: Q(**{f"{at}specialist__user_id": actor.user_id}), "write_supervision"),
        Relation(SUPERVISOR, lambda a: Q(**{f"{at}supervisor__user_id": a.user_id}) & submitted, "sign_supervision"),
        Relation(COVER, lambda a: covers(at, a) & submitted, "sign_supervision"),
        Relation(CLINICAL, clinical),
        Relation(READER, lambda actor: submitted, "read_supervision"),
    ]


SAME = "one of the two people of the plan, who never change"


def _trio(plan: str) -> list[str]:
    """The paths to everybody in a plan, behind the path to the plan."""
    return [f"{plan}specialist", f"{plan}supervisor", f"{plan}clinical_supervisor"]


def _same(version: str) -> dict[str, str]:
    """The paths to a plan's people that go through a version of a note."""
    return {f"{version}{one}": SAME for one in ("specialist", "supervisor", "author_signature__person")}


def _own(path: str) -> Relation:
    return Relation(AUTHOR, lambda a: Q(**{f"{path}__specialist__user_id": a.user_id}), "write_supervision")


def _supervises(path: str) -> Relation:
    return Relation(
        SUPERVISOR,
        lambda a: Q(**{f"{path}__supervisor__user_id": a.user_id}) & ~Q(state=NoteState.DRAFT),
        "sign_supervision",
    )


_supervises_any = Relation(SUPERVISOR, lambda a: Q(session__plan__supervisor__user_id=a.user_id), "sign_supervision")


def _signs(path: str) -> list[Relation]:
    """Who signs as supervisor: the one in the plan, and whoever covers for them today."""
    cover = Relation(COVER, lambda a: covers(f"{path}__", a) & ~Q(state=NoteState.DRAFT), "sign_supervision")
    return [_supervises(path), cover]


def _co_signs(actor: Actor) -> Q:
    plan = "session__plan__"
    asked = Q(**{f"{plan}clinical_signs": True}) | Q(session__mode=Mode.CO_SUPERVISION)
    return asked & Q(**{f"{plan}clinical_supervisor__user_id": actor.user_id}, state=NoteState.SIGNED)


def _pair(path: str) -> list[Relation]:
    """The specialist and the supervisor of a plan."""
    return [
        Relation(AUTHOR, lambda a: Q(**{f"{path}__specialist__user_id": a.user_id})),
        Relation(SUPERVISOR, lambda a: Q(**{f"{path}__supervisor__user_id": a.user_id}), "sign_supervision"),
    ]


def _locked_pair(path: str) -> list[Relation]:
    """The same, of a note that is locked."""
    state = Q(state=NoteState.SIGNED)
    return [
        Relation(AUTHOR, lambda a: Q(**{f"{path}__specialist__user_id": a.user_id}) & state),
        Relation(SUPERVISOR, lambda a: Q(**{f"{path}__supervisor__user_id": a.user_id}) & state, "sign_supervision"),
    ]


def _mine(actor: Actor) -> Q:
    return (
        Q(specialist__user_id=actor.user_id)
        | Q(supervisor__user_id=actor.user_id)
        | Q(clinical_supervisor__user_id=actor.user_id)
    )


register(
    Policy(
        SupervisionPlan,
        {
            "view": [
                Relation(gettext_noop("they are in the plan"), _mine),
                Role("view_supervision"),
                Role("plan_supervision"),
            ],
            "change": [Role("plan_supervision")],
        },
        add="plan_supervision",
        identifies=_trio(""),
    )
)
register(
    Policy(
        SupervisionSession,
        {"view": [*_people("plan", "note"), Role("view_supervision")]},
        identifies=_trio("plan__"),
    )
)
register(
    Policy(
        SupervisionNote,
        {
            "view": _people("session__plan", ""),
            "change": [_own("session__plan")],
            "sign": _signs("session__plan"),
            "co_sign": [Relation(CLINICAL, _co_signs)],
            "add_to": _locked_pair("session__plan"),
            "keep_private": [_supervises_any],
        },
        add="write_supervision",
        identifies=_trio("session__plan__"),
        exempt={**_same("frozen__"), "supervisor_signature__person": SAME},
    )
)
register(
    Policy(
        NoteDraft,
        {"view": [_own("note__session__plan")], "change": [_own("note__session__plan")]},
        identifies=_trio("note__session__plan__"),
        exempt={**_same("note__frozen__"), "note__supervisor_signature__person": SAME},
    )
)
IN_VERSION = {**_same(""), "note__supervisor_signature__person": SAME}
IN_RETURN = {"returned_by": SAME, **_same("note__frozen__"), "note__supervisor_signature__person": SAME}
for part, also in ((NoteVersion, IN_VERSION), (NoteReturn, IN_RETURN)):
    register(
        Policy(
            part,
            {"view": _people("note__session__plan", "note")},
            identifies=_trio("note__session__plan__"),
            exempt=also,
        )
    )
WHOSE = "of one of the people of the plan, or of whoever covered for the supervisor"
NOTE_PLAN = "note__session__plan"
IN_NOTE = {**_same("note__frozen__"), "note__supervisor_signature__person": WHOSE}
for after, also in (
    (CoSignature, {"signature__person": WHOSE}),
    (NextStep, {"owner": SAME}),
    (NoteNudge, {"nudged_by": WHOSE}),
    (Addendum, {"author": SAME, "signature__person": WHOSE}),
    (
        AddendumReview,
        {
            "signature__person": WHOSE,
            "addendum__author": SAME,
            "addendum__signature__person": WHOSE,
            **dict.fromkeys(_trio(f"addendum__{NOTE_PLAN}__"), SAME),
            **_same("addendum__note__frozen__"),
            "addendum__note__supervisor_signature__person": WHOSE,
        },
    ),
):
    rules: dict[str, Any] = {"view": _people(NOTE_PLAN, "note")}
    if after is NextStep:
        rules["close"] = _pair(NOTE_PLAN)
    if after is Addendum:
        rules["review"] = _pair(NOTE_PLAN)
    register(Policy(after, rules, identifies=_trio(f"{NOTE_PLAN}__"), exempt={**IN_NOTE, **also}))
register(
    Policy(
        StepClosure,
        {"view": _people(f"step__{NOTE_PLAN}", "step__note")},
        identifies=_trio(f"step__{NOTE_PLAN}__"),
        exempt={
            "step__owner": SAME,
            "signature__person": WHOSE,
            **_same("step__note__frozen__"),
            "step__note__supervisor_signature__person": WHOSE,
        },
    )
)
for private, also in ((PrivateDraft, {}), (PrivatePart, {"signature__person": SAME})):
    own = Relation(SUPERVISOR, lambda a: Q(note__session__plan__supervisor__user_id=a.user_id), "sign_supervision")
    register(
        Policy(
            private,
            {"view": [own], "change": [own]},
            identifies=_trio(f"{NOTE_PLAN}__"),
            exempt={**IN_NOTE, **also},
        )
    )
register(
    Policy(
        SupervisionTopic,
        {
            "view": [
                Role("write_supervision"),
                Role("sign_supervision"),
                Role("view_supervision"),
                Role("plan_supervision"),
            ],
            "change": [Role("plan_supervision")],
        },
        add="plan_supervision",
    )
)
register(
    Policy(
        SigningRules,
        {"view": [Role("view_supervision"), Role("plan_supervision")], "change": [Role("plan_supervision")]},
        add="plan_supervision",
    )
)
