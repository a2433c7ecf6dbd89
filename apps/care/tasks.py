"""What care does on a schedule."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import transaction

from apps.access.actor import Actor
from apps.access.services import job_run
from apps.access.work import SystemTask
from apps.care import services

BEAT = {"care.settle_follow_ups": {"task": "apps.care.tasks.settle_follow_ups", "schedule": 60.0}}


class EveryOrganization(SystemTask):
    abstract = True
    reason = "follow-up tasks are opened for every organization in one statement"


@shared_task(base=EveryOrganization)
def settle_follow_ups() -> dict[str, Any]:
    """Open the follow-up tasks that present state asks for and take back those whose reason was corrected."""
    with job_run("care.settle_follow_ups") as run, transaction.atomic():
        opened, withdrawn = services.settle_follow_ups(actor=Actor.for_system("scheduled work"))
        run.did = opened + withdrawn
    return {"opened": opened, "withdrawn": withdrawn}
