"""Who plans supervision and sees who was there. A participant sees the meeting and themself, not the others."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from apps.access.actor import Actor
from apps.access.policy import Policy, Relation, Role, register
from apps.supervision.models import MeetingPerson, SupervisionMeeting

LEADS = gettext_noop("they lead it")
LEADS_TOO = gettext_noop("they lead it as the second supervisor")
TAKES_PART = gettext_noop("it is planned with them")
SAME = "of the person in the plan, who is named already"


def _takes_part(actor: Actor) -> Q:
    own = MeetingPerson.objects.filter(meeting_id=OuterRef("pk"), plan__specialist__user_id=actor.user_id)
    return Q(Exists(own))


def _leads(at: str = "") -> list[Relation]:
    """Who leads: the supervisor, and in co-supervision the second one too. The path `at` leads to the meeting."""
    return [
        Relation(LEADS, lambda actor: Q(**{f"{at}leader__user_id": actor.user_id}), "sign_supervision"),
        Relation(LEADS_TOO, lambda actor: Q(**{f"{at}second__user_id": actor.user_id})),
    ]


register(
    Policy(
        SupervisionMeeting,
        {
            "view": [
                *_leads(),
                Relation(TAKES_PART, _takes_part),
                Role("view_supervision"),
            ],
            "change": _leads(),
        },
        add="sign_supervision",
        identifies=["leader", "second"],
    )
)
register(
    Policy(
        MeetingPerson,
        {
            "view": [
                *_leads("meeting__"),
                Relation(TAKES_PART, lambda actor: Q(plan__specialist__user_id=actor.user_id)),
                Role("view_supervision"),
            ]
        },
        identifies=[
            "meeting__leader",
            "meeting__second",
            "plan__specialist",
            "plan__supervisor",
            "plan__clinical_supervisor",
        ],
        exempt={f"session__plan__{one}": SAME for one in ("specialist", "supervisor", "clinical_supervisor")},
    )
)
