"""Who plans supervision and sees who was there. A participant sees the meeting and themself, not the others."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from apps.access.actor import Actor
from apps.access.policy import Policy, Relation, Role, register
from apps.supervision.models import MeetingPerson, SupervisionMeeting

LEADS = gettext_noop("they lead it")
TAKES_PART = gettext_noop("it is planned with them")
SAME = "of the person in the plan, who is named already"


def _takes_part(actor: Actor) -> Q:
    own = MeetingPerson.objects.filter(meeting_id=OuterRef("pk"), plan__specialist__user_id=actor.user_id)
    return Q(Exists(own))


register(
    Policy(
        SupervisionMeeting,
        {
            "view": [
                Relation(LEADS, lambda actor: Q(leader__user_id=actor.user_id), "sign_supervision"),
                Relation(TAKES_PART, _takes_part),
                Role("view_supervision"),
            ],
            "change": [Relation(LEADS, lambda actor: Q(leader__user_id=actor.user_id), "sign_supervision")],
        },
        add="sign_supervision",
        identifies=["leader"],
    )
)
register(
    Policy(
        MeetingPerson,
        {
            "view": [
                Relation(LEADS, lambda actor: Q(meeting__leader__user_id=actor.user_id), "sign_supervision"),
                Relation(TAKES_PART, lambda actor: Q(plan__specialist__user_id=actor.user_id)),
                Role("view_supervision"),
            ]
        },
        identifies=["meeting__leader", "plan__specialist", "plan__supervisor", "plan__clinical_supervisor"],
        exempt={f"session__plan__{one}": SAME for one in ("specialist", "supervisor", "clinical_supervisor")},
    )
)
