"""What higher apps add to a client's page, and what of theirs the erasure of a record takes in.

Declared here and registered there, in `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from apps.clients.erasure_kinds import Erasable, erasables, register_erasable
from apps.clients.models import ClientRecord

__all__ = ["Erasable", "erasables", "parts_for", "register_erasable", "register_part"]

Part = Callable[[HttpRequest, ClientRecord], dict[str, Any] | None]

_parts: list[tuple[int, str, Part]] = []


def register_part(template: str, part: Part, *, order: int = 50) -> None:
    """Add a part to the client's page: `part(request, client)` returns the template's context, or None for absent."""
    if (order, template, part) not in _parts:
        _parts.append((order, template, part))
        _parts.sort(key=lambda entry: entry[0])


def parts_for(request: HttpRequest, client: ClientRecord) -> list[tuple[str, dict[str, Any]]]:
    """The parts of this client's page that this reader has: (template, context)."""
    shown = ((template, part(request, client)) for _order, template, part in _parts)
    return [(template, context) for template, context in shown if context is not None]
