"""Reads of outreach's steps."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.messaging.registry import purpose_called
from apps.outreach.models import OutreachStep


def enabled_steps() -> QuerySet[OutreachStep]:
    """The steps in use, in this scope."""
    return OutreachStep.objects.filter(enabled=True)


def enabled_names(purpose: str) -> set[str]:
    """The names of a purpose's steps in use, in this scope."""
    return set(enabled_steps().filter(purpose=purpose).values_list("name", flat=True))


def switched_off(purpose: str) -> set[str]:
    """The names of a purpose's steps that this organization does not use: for what is planned in the very deed."""
    return set(OutreachStep.objects.filter(purpose=purpose, enabled=False).values_list("name", flat=True))


def purpose_words(name: str) -> str:
    """What a message is for, in plain words."""
    purpose = purpose_called(name)
    return str(purpose.words) if purpose and purpose.words else name
