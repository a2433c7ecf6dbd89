"""Scheduled work of the groups app."""

from __future__ import annotations

from celery import shared_task

from apps.access.actor import Actor
from apps.access.services import job_run
from apps.access.work import SystemTask
from apps.groups import services


class PlanningTask(SystemTask):
    """Sessions are planned for every organization in one statement."""

    abstract = True
    reason = "sessions of every organization's groups are planned by one statement"


@shared_task(base=PlanningTask, name="groups.plan_sessions")
def plan_sessions() -> int:
    """Make coming sessions what the groups' rules say. Returns how many were made or moved."""
    with job_run("groups.plan_sessions") as run:
        run.did = services.plan_sessions(actor=Actor.for_system(PlanningTask.reason)).total
    return run.did


BEAT = {"groups.plan_sessions": {"task": "groups.plan_sessions", "schedule": 60}}
