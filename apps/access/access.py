"""Who may read what access itself keeps."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from apps.access import registry
from apps.access.actor import Actor
from apps.access.models import AccessLog
from apps.access.policy import NO_ROW, Policy, register
from apps.access.trail import log_rows_seen


@dataclass(frozen=True)
class SeesWhatWasRead:
    """Holds for lines about rows that the reader of the log sees: nobody learns from the log that a row exists."""

    capability: str

    def rows(self, actor: Actor, model: type[models.Model], action: str) -> Q:
        return log_rows_seen(actor) if actor.can(self.capability) else NO_ROW

    def words(self) -> str:
        return registry.words_for(self.capability)


register(Policy(AccessLog, {"view": [SeesWhatWasRead("view_audit")]}))
