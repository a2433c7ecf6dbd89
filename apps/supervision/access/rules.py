"""Who may see and change the rules of supervision, and see which logs were made and notes reviewed."""

from django.db.models import Q

from apps.access.policy import Policy, Relation, Role, register
from apps.supervision.access.notes import AUTHOR, SAME, _people, _same, _trio
from apps.supervision.models import LogDocument, NoteReview, SupervisionCadence, SupervisionRules

for rules in (SupervisionRules, SupervisionCadence):
    register(
        Policy(
            rules,
            {"view": [Role("view_supervision"), Role("plan_supervision")], "change": [Role("plan_supervision")]},
            add="plan_supervision",
        )
    )
register(
    Policy(
        LogDocument,
        {
            "view": [
                Relation(AUTHOR, lambda actor: Q(person__user_id=actor.user_id), "write_supervision"),
                Role("view_supervision"),
            ]
        },
        identifies=["person"],
    )
)
register(
    Policy(
        NoteReview,
        {"view": _people("note__session__plan", "note")},
        identifies=[*_trio("note__session__plan__"), "reviewer"],
        exempt={**_same("note__frozen__"), "note__supervisor_signature__person": SAME},
    )
)
