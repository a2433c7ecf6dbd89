"""What outreach does on a schedule."""

from __future__ import annotations

from typing import Any

from celery import current_app, shared_task

from apps.access.actor import Actor
from apps.access.services import job_run
from apps.access.work import SystemTask
from apps.outreach import services

BEAT = {"outreach.plan": {"task": "apps.outreach.tasks.plan", "schedule": 60.0}}


class EveryOrganization(SystemTask):
    """Over every organization."""

    abstract = True
    reason = "what is due is planned for every organization in one statement a step"


@shared_task(base=EveryOrganization)
def plan() -> dict[str, Any]:
    """Put on the ledger what present state asks for, and take back what no longer holds."""
    with job_run("outreach.plan") as run:
        done = services.plan(actor=Actor.for_system("the planner runs"))
        run.did, run.errors = done.did, done.errors
    if done.planned:
        # What is due at once need not wait for the next minute; a lost nudge costs that minute and nothing else.
        current_app.send_task("apps.messaging.tasks.send_due", expires=55)
    return {"planned": done.planned, "withdrawn": done.withdrawn, "errors": done.errors}
