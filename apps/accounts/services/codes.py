"""Codes of six numbers that live in the session, as a keyed hash, until they are used or ten minutes old."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

CODE_SECONDS = 600
TRIES = 5


def new_code(request: HttpRequest, key: str, **kept: Any) -> str:
    """Make a code, keep its hash in the session under `key` with what it is for, and return it to be sent."""
    code = f"{secrets.randbelow(10**6):06d}"
    request.session[key] = {"hash": _hash(request, key, code), "at": time.time(), "tries": 0, **kept}
    return code


def pending(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """What the code under `key` is for, or None where there is none that still counts."""
    state = request.session.get(key)
    if not state or time.time() - state["at"] > CODE_SECONDS or state["tries"] >= TRIES:
        return None
    return state


def use_code(request: HttpRequest, key: str, code: str) -> dict[str, Any] | None:
    """Use the code up and return what it was for; None where it is wrong, too old, or tried too often."""
    state = pending(request, key)
    if state is None:
        request.session.pop(key, None)
        return None
    plain = "".join(ch for ch in code if ch.isalnum())
    if not constant_time_compare(_hash(request, key, plain), state["hash"]):
        request.session[key] = {**state, "tries": state["tries"] + 1}
        return None
    del request.session[key]
    return state


def _hash(request: HttpRequest, key: str, code: str) -> str:
    user: Any = request.user
    return salted_hmac(f"accounts.{key}", f"{user.pk}:{code}", secret=settings.SECRET_KEY).hexdigest()
