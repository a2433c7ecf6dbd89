"""Sending on a schedule, and sign-in messages at once."""

from __future__ import annotations

from celery import shared_task

from apps.access.services import job_run
from apps.access.work import ScopedTask, SystemTask
from apps.messaging import services

BEAT = {"send_due": {"task": "apps.messaging.tasks.send_due", "schedule": 60.0, "options": {"expires": 55}}}


class _SendTask(SystemTask):
    """The sending over every organization."""

    abstract = True
    reason = "what is due is sent for every organization in one run"


@shared_task(base=_SendTask, name="apps.messaging.tasks.send_due")
def send_due() -> None:
    """Send what is due. Run every minute, by any number of workers."""
    with job_run("send_due") as run:
        outcome = services.send_due()
        run.expected, run.did, run.errors = outcome.claimed, outcome.sent, outcome.errors[:100]


@shared_task(base=ScopedTask, name="apps.messaging.tasks.send_security")
def send_security(organization_id: int, pk: int) -> None:
    """Send one sign-in or security message right after it was asked for."""
    services.send_one(pk=pk)
