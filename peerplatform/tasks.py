"""Scheduled work of the platform as a whole."""

from celery import shared_task

from apps.access.work import SystemTask
from peerplatform import due


class Forgetting(SystemTask):
    abstract = True
    reason = "what was kept long enough is forgotten in every organization"


@shared_task(base=Forgetting)
def forget_reads() -> None:
    """Delete the lines of the log of reads whose time of keeping is over."""
    due.forget_reads()


class Erasing(SystemTask):
    abstract = True
    reason = "erasures that two people have approved wait in every organization"


@shared_task(base=Erasing)
def erase_records() -> None:
    """Carry out what two people have approved, where this process may."""
    due.erase_records()


BEAT = {
    "forget_reads": {"task": "peerplatform.tasks.forget_reads", "schedule": 3600.0},
    "erase_records": {"task": "peerplatform.tasks.erase_records", "schedule": 300.0},
}
