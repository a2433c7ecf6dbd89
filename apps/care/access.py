"""Who may see and change appointments and follow-up tasks.

A family member has no rule here: what a client shares with them is only when a visit is, so they get times alone
(`selectors.shared_times`) and never the row.
"""

from django.db.models import Q

from apps.access.policy import Policy, Relation, Role, register
from apps.care.choices import AppointmentState, DisruptionState
from apps.care.models import Appointment, Disruption, DisruptionItem, DisruptionNotice, FollowUpTask
from apps.clients.access import on_care_team

# Somebody who works with them: the appointment's own staff member, or anybody of the client's care team.
with_them = Relation("the appointment is with them", lambda a: Q(staff__user_id=a.user_id), capability="give_care")
care_team = Relation("on the client's care team", lambda a: on_care_team(a, "client_id"), capability="give_care")
their_own = Relation(
    "it is their own appointment",
    lambda a: Q(client__person__user_id=a.user_id) & ~Q(state=AppointmentState.ENTERED_IN_ERROR),
    off_duty=True,
)
their_own_booked = Relation(
    "it is their own appointment",
    lambda a: Q(client__person__user_id=a.user_id, state=AppointmentState.BOOKED),
    off_duty=True,
)
assigned = Relation("the task is theirs", lambda a: Q(assigned_to__user_id=a.user_id), capability="give_care")

register(
    Policy(
        Appointment,
        {
            "view": [Role("view_appointments"), with_them, care_team, their_own],
            "change": [Role("book_appointments"), with_them],  # move it, and take it back as a mistake
            "record": [Role("book_appointments"), with_them],  # who came
            "cancel": [Role("book_appointments"), with_them, their_own_booked],
        },
        add="book_appointments",
        identifies=["client__person", "staff"],
        page="care:appointment",
    )
)
register(
    Policy(
        FollowUpTask,
        {
            "view": [Role("view_followups"), assigned, care_team],
            "change": [Role("manage_followups"), assigned],
        },
        identifies=["client__person", "assigned_to", "appointment__staff"],
        exempt={"appointment__client__person": "the task's own client"},
        page="care:follow_up",
    )
)

# ---- days on which somebody is out, or a house is closed
said_it = Relation("it is about themselves", lambda a: Q(person__user_id=a.user_id))
asked_it = Relation("it is about themselves", lambda a: Q(person__user_id=a.user_id, state=DisruptionState.ASKED))
of_who_is_out = Relation(
    "it is about themselves", lambda a: Q(disruption__person__user_id=a.user_id), capability="give_care"
)
register(
    Policy(
        Disruption,
        {
            "view": [Role("view_appointments"), said_it],
            "change": [Role("book_appointments")],
            "end": [Role("book_appointments"), asked_it],
        },
        add="book_appointments",
        identifies=["person"],
        exempt={
            "absence__person": "the same person",
            "absence__covered_by": "who covers is told on the page of the time away, never here",
        },
        page="care:out_today_one",
    )
)
register(
    Policy(
        DisruptionItem,
        {
            "view": [Role("view_appointments"), of_who_is_out],
            "change": [Role("book_appointments")],
        },
        identifies=[
            "disruption__person",
            "substitute",
            "appointment__client__person",
            "appointment__staff",
            "rebooked__client__person",
            "rebooked__staff",
        ],
        exempt={
            "disruption__absence__person": "the person who is out",
            "disruption__absence__covered_by": "who covers is told on the page of the time away, never here",
        },
    )
)
register(
    Policy(
        DisruptionNotice,
        {
            "view": [Role("view_appointments")],
            "change": [Role("book_appointments")],
        },
        identifies=["person", "disruption__person"],
        exempt={
            "disruption__absence__person": "the person who is out",
            "disruption__absence__covered_by": "who covers is told on the page of the time away, never here",
        },
    )
)
