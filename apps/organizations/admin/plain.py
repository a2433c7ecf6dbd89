"""The base of pages about records whose change means nothing beyond their own row."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from apps.access.actor import actor_of
from apps.access.admin import ScopedModelAdmin
from apps.organizations import services


class Plain(ScopedModelAdmin):
    """A record whose change means nothing beyond its own row."""

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.store(row=row, actor=actor_of(request), **values)

    def retire(self, request: HttpRequest, row: Any) -> None:
        services.archive(row=row, actor=actor_of(request))

    def restore(self, request: HttpRequest, row: Any) -> None:
        services.take_back(row=row, actor=actor_of(request))
