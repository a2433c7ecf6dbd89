"""What the faults tests write about, known to the workers as to the tests."""

from datetime import UTC, datetime
from typing import Any

from apps.messaging.registry import Facts, Purpose, register_purpose


def _facts(organization_id: int, messages: list[Any]) -> dict[int, Facts]:
    facts = Facts({"starts_at": datetime(2026, 11, 24, 17, 30, tzinfo=UTC), "zone": "America/Chicago"})
    return {message.pk: facts for message in messages}


PURPOSE = register_purpose(Purpose("fault_reminder", "appointments", "appointment_reminder", _facts))
