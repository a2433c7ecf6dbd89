"""The daily export of chain heads."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from apps.access.services import job_run
from apps.access.work import SystemTask
from apps.organizations.models import Organization
from apps.signing.heads import export_heads, heads_folder


class EveryChain(SystemTask):
    """Over every organization."""

    abstract = True
    reason = "the heads of every organization's chain are exported"


@shared_task(base=EveryChain)
def export_signature_heads() -> None:
    """Keep today's chain heads outside the database, once a day.

    Asked every ten minutes, since a schedule of a day would never come round where beat restarts daily.
    """
    with job_run("signing.export_heads") as run, transaction.atomic():
        if any(heads_folder().glob(f"heads-{timezone.now():%Y-%m-%d}T*")):
            return
        organizations = list(Organization.objects.all())
        run.expected = len(organizations)
        _file, run.did = export_heads(organizations)


BEAT = {
    "signing.export_heads": {"task": "apps.signing.tasks.export_signature_heads", "schedule": 600.0},
}
