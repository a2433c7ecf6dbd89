"""Scheduled work of organizations."""

from celery import shared_task
from django.db import transaction

from apps.access.work import ScopedTask, SystemTask
from apps.organizations import services


class Settling(SystemTask):
    abstract = True
    reason = "memberships end by the calendar in every organization"


@shared_task(base=Settling)
def settle_memberships() -> None:
    """Take the groups of ended memberships from their users, and give those of begun ones."""
    services.settle_every_membership()


class Exports(SystemTask):
    abstract = True
    reason = "lists on their way into a file wait in every organization"


@shared_task(base=ScopedTask)
def write_export(organization_id: int, export_id: int) -> None:
    """Write one list into its file."""
    services.write_export(organization_id=organization_id, export_id=export_id)


@shared_task(base=Exports)
def find_exports() -> None:
    """Start every list that waits: those just asked for, and those whose writer died."""
    with transaction.atomic():
        waiting = services.exports_to_write()
    for organization_id, export_id in waiting:
        write_export.delay(organization_id, export_id)


class SettlingBars(SystemTask):
    abstract = True
    reason = "what was declared by name holds for whoever came by that name, in every organization"


@shared_task(base=SettlingBars)
def settle_bars() -> None:
    """Let bars stand that follow from what was declared by name."""
    services.settle_every_bar()


class Removing(SystemTask):
    abstract = True
    reason = "files whose time has passed lie on the disk for every organization"


@shared_task(base=Removing)
def remove_files() -> None:
    """Delete from the disk what nobody may open any more."""
    services.remove_files()


BEAT = {
    "settle_memberships": {"task": "apps.organizations.tasks.settle_memberships", "schedule": 600.0},
    "find_exports": {"task": "apps.organizations.tasks.find_exports", "schedule": 60.0},
    "remove_files": {"task": "apps.organizations.tasks.remove_files", "schedule": 600.0},
    "settle_bars": {"task": "apps.organizations.tasks.settle_bars", "schedule": 60.0},
}
