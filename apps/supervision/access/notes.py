"""Who may plan supervision, see that it took place, read its notes, and sign them."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from apps.access.actor import Actor
from apps.access.policy import Policy, Relation, Role, register
from apps.supervision.choices import NoteState
from apps.supervision.models import (
    NoteDraft,
    NoteReturn,
    NoteVersion,
    SupervisionNote,
    SupervisionPlan,
    SupervisionSession,
)

AUTHOR = gettext_noop("it is their own supervision")
SUPERVISOR = gettext_noop("they are the supervisor in the plan")
CLINICAL = gettext_noop("they are the clinical supervisor in the plan")
READER = gettext_noop("a role that reads what was submitted")


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
            "sign": [_supervises("session__plan")],
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
