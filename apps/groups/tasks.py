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


class TidyingTask(SystemTask):
    """Marks of calendar feeds are kept few for every organization in one statement."""

    abstract = True
    reason = "marks of every organization's calendar feeds are kept few by one statement"


@shared_task(base=TidyingTask, name="groups.tidy_marks")
def tidy_marks() -> int:
    """Put one mark in the place of many. Returns how many went."""
    with job_run("groups.tidy_marks") as run:
        run.did = services.tidy_marks(actor=Actor.for_system(TidyingTask.reason))
    return run.did


class OfferingTask(SystemTask):
    """Free places are offered in every organization by a few statements."""

    abstract = True
    reason = "free places of every organization's groups are offered by a few statements"


@shared_task(base=OfferingTask, name="groups.make_offers")
def make_offers() -> int:
    """Let offers go that ended and offer free places to who waits. Returns how many offers were made."""
    with job_run("groups.make_offers") as run:
        run.did = services.make_offers(actor=Actor.for_system(OfferingTask.reason))
    return run.did


BEAT = {
    "groups.plan_sessions": {"task": "groups.plan_sessions", "schedule": 60},
    "groups.make_offers": {"task": "groups.make_offers", "schedule": 60},
    "groups.tidy_marks": {"task": "groups.tidy_marks", "schedule": 3600},
}
