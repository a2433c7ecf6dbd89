"""Supervision plans and notes for tests."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import transaction

from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.organizations.models import Organization, Person
from apps.supervision import services
from apps.supervision.choices import Mode, NoteState, Place, SessionForm
from apps.supervision.models import (
    SupervisionCadence,
    SupervisionMeeting,
    SupervisionNote,
    SupervisionPlan,
    SupervisionRules,
)
from tests.factories.organizations import actor_for, make_member

TEXT = {
    "reviewed": "I told him some of my story. He asked no more.",
    "decided": "We keep it to one thing.",
    "actions": "Find a quieter place to meet.",
}


@transaction.atomic
def make_plan(
    organization: Organization, specialist: Person | None = None, supervisor: Person | None = None, **fields: Any
) -> SupervisionPlan:
    """A plan since 2020 between two members, made unless given."""
    specialist = specialist or make_member(organization, Role.PEER_SPECIALIST)
    supervisor = supervisor or make_member(organization, Role.SUPERVISOR)
    fields = {"starts_on": date(2020, 1, 1), **fields}
    with open_scope(organization.pk):
        return SupervisionPlan.objects.create(
            organization=organization, specialist=specialist, supervisor=supervisor, **fields
        )


@transaction.atomic
def make_meeting(*plans: SupervisionPlan, **fields: Any) -> SupervisionMeeting:
    """A meeting that the supervisor of these plans planned, in the past unless told otherwise."""
    given = {
        "on": date(2026, 1, 15),
        "starts": time(14),
        "zone": "America/Chicago",
        "minutes": 90,
        "mode": Mode.GROUP if len(plans) > 1 else Mode.INDIVIDUAL,
        "place": Place.IN_PERSON,
        "form": SessionForm.STRUCTURED,
        **fields,
    }
    leader = plans[0].supervisor
    with open_scope(plans[0].organization_id):
        return services.plan_meetings(actor=actor_for(leader), leader=leader, plans=plans, **given)[0]


@transaction.atomic
def make_note(plan: SupervisionPlan, state: str = NoteState.DRAFT, **fields: Any) -> SupervisionNote:
    """A note in a state, brought there by the services as its people would."""
    details = fields.pop("details", None)
    parts = {**TEXT, **{name: fields.pop(name) for name in TEXT if name in fields}}
    facts = {"held_on": date(2026, 1, 15), "minutes": 60, "mode": "individual", "place": "in_person", **fields}
    author, supervisor = actor_for(plan.specialist), actor_for(plan.supervisor)
    with open_scope(plan.organization_id):
        note = services.start_note(plan=plan, actor=author, facts=facts, parts=parts, details=details)
        if state == NoteState.DRAFT:
            return note
        note = services.submit_note(note=note, actor=author, revision=1, method="password")
        if state == NoteState.RETURNED:
            note = services.return_note(note=note, actor=supervisor, version=1, reason="Say who follows up.")
        elif state == NoteState.SIGNED:
            note = services.sign_note(note=note, actor=supervisor, version=1, method="password")
        return note


@transaction.atomic
def make_rules(organization: Organization, *asks: dict[str, Any], **fields: Any) -> SupervisionRules:
    """A set of rules for everybody unless told otherwise, and what it asks."""
    fields = {"name": "Our rules", "for_everybody": True, **fields}
    with open_scope(organization.pk):
        rules = SupervisionRules.objects.create(organization=organization, **fields)
        for each in asks:
            SupervisionCadence.objects.create(organization=organization, rules=rules, **each)
        return rules


WEEKLY = {"asked": "supervision", "stage": "always", "per": "week", "every": 1, "times": 1}
