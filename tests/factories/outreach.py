"""The planner in tests."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.access.scope import system_scope
from apps.messaging.models import Message
from apps.outreach import services
from tests.factories.organizations import SYSTEM


def run_planner(at: datetime | None = None) -> services.Planned:
    """One run over every organization."""
    with system_scope("the planner of a test"), transaction.atomic():
        return services.plan(actor=SYSTEM, at=at)


def ledger(*states: str) -> list[tuple[str, str, str]]:
    """(purpose, occurrence, step) of every message in these states (any without), sorted."""
    with system_scope("a test looks at the ledger"), transaction.atomic():
        rows = Message.objects.filter(kind="ordinary")
        if states:
            rows = rows.filter(state__in=states)
        return sorted(rows.values_list("purpose", "occurrence", "step"))
