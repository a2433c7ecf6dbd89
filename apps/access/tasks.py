"""Housekeeping of the records of runs."""

from __future__ import annotations

from celery import shared_task

from apps.access.services import forget_job_runs as forget
from apps.access.services import job_run
from apps.access.work import SystemTask

BEAT = {"access.forget_job_runs": {"task": "apps.access.tasks.forget_job_runs", "schedule": 3600.0}}


class JobRecords(SystemTask):
    """The records of runs belong to no organization."""

    abstract = True
    reason = "the records of scheduled runs belong to the platform"


@shared_task(base=JobRecords)
def forget_job_runs() -> None:
    """Delete the records of runs older than 90 days; each minute adds some."""
    with job_run("access.forget_job_runs") as run:
        run.did = forget()
