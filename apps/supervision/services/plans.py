"""Writes of who supervises whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require
from apps.organizations.models import Person
from apps.organizations.services import ensure_works_here, store
from apps.supervision.models import SupervisionPlan
from apps.supervision.services.reserving import let_go


@transaction.atomic
def plan_supervision(*, plan: SupervisionPlan, actor: Actor, **values: Any) -> SupervisionPlan:
    """Make or change a plan: who supervises whom from when. People of a standing plan stay: end it and make another.

    Raises PermissionDenied, or ValidationError by field; two hats of one user can't supervise each other either.
    """
    specialist, supervisor = (values.get(name) or getattr(plan, name) for name in ("specialist", "supervisor"))
    if plan.pk is not None:
        kept = SupervisionPlan.objects.get(pk=plan.pk)
        if (specialist.pk, supervisor.pk) != (kept.specialist_id, kept.supervisor_id):
            raise ValidationError(_("A plan keeps its people. Give it a last day and make another one."))
    for other in (supervisor, values.get("clinical_supervisor")):
        if other is not None and other.user_id is not None and other.user_id == specialist.user_id:
            raise ValidationError(_("Nobody supervises themself."))
    for name in ("specialist", "supervisor", "clinical_supervisor"):
        person = values.get(name)
        if person is not None and (plan.pk is None or person.pk != getattr(plan, f"{name}_id")):
            ensure_works_here(person, field=name)
    return store(row=plan, actor=actor, **values)


@transaction.atomic
def end_plan(*, plan: SupervisionPlan, actor: Actor, last_day: date) -> date:
    """Let a plan end with `last_day`, and return the day on which another one can begin.

    A plan that would begin later never was: it goes, and its history stays. Nobody is expected at meetings that were
    planned for later any more. Raises PermissionDenied.
    """
    require(actor, "change", plan)
    row = SupervisionPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    let_go(row, last_day, actor)
    if row.starts_on > last_day:
        begins = row.starts_on
        row.delete()
        return begins
    if row.ends_on is None or row.ends_on > last_day:
        row.ends_on = last_day
        row.save(update_fields=["ends_on"])
    return last_day + timedelta(days=1)


@transaction.atomic
def choose_supervisor(
    *, specialist: Person, supervisor: Person, starts_on: date, actor: Actor, clinical_supervisor: Person | None = None
) -> SupervisionPlan:
    """Let somebody be supervised by one person from a day on; the plans before it end with the day before.

    One that says so already is returned as it is. Raises PermissionDenied, or ValidationError by field.
    """
    standing = SupervisionPlan.objects.filter(specialist=specialist).exclude(ends_on__lt=starts_on)
    for plan in standing.select_for_update(of=("self",)).order_by("starts_on", "pk"):
        if plan.supervisor_id == supervisor.pk and plan.starts_on <= starts_on and plan.ends_on is None:
            return plan
        if plan.starts_on >= starts_on:
            raise ValidationError(_("Another plan begins on that day or later. Change that one first."))
        end_plan(plan=plan, actor=actor, last_day=starts_on - timedelta(days=1))
    plan = SupervisionPlan(organization_id=specialist.organization_id)
    return plan_supervision(
        plan=plan,
        actor=actor,
        specialist=specialist,
        supervisor=supervisor,
        clinical_supervisor=clinical_supervisor,
        starts_on=starts_on,
    )
