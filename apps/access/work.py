"""The doors through which background work and commands enter: each opens a scope before the first query."""

from __future__ import annotations

from typing import Any

from celery import Task
from django.core.management.base import BaseCommand
from django.db import transaction

from apps.access.scope import ScopeError, open_scope, system_scope

__all__ = ["ScopedTask", "SystemCommand", "SystemTask"]


class ScopedTask(Task):
    """A task of one organization: its first argument is `organization_id`, and that is all it can reach."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        organization_id = kwargs.get("organization_id", args[0] if args else None)
        if not isinstance(organization_id, int):
            raise ScopeError(f"{self.name} needs organization_id as its first argument.")
        with open_scope(organization_id, task=self.name):
            return super().__call__(*args, **kwargs)


class SystemTask(Task):
    """A task over every organization. The class attribute `reason` says why it must be."""

    abstract = True
    reason = ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with system_scope(self.reason, task=self.name):
            return super().__call__(*args, **kwargs)


class SystemCommand(BaseCommand):
    """A command over every organization, in one transaction unless `atomic` is False. `reason` says why it must be."""

    reason = ""
    atomic = True

    def execute(self, *args: Any, **options: Any) -> Any:
        with system_scope(self.reason, command=self.__module__.rsplit(".", 1)[-1]):
            if not self.atomic:
                return super().execute(*args, **options)
            with transaction.atomic():
                return super().execute(*args, **options)
