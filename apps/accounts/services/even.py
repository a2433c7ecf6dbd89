"""Answers that take as long whether somebody has a sign-in or not."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest

_KEY = "answer_not_before"


def answer_evenly(request: HttpRequest) -> None:
    """Let the answer to this request leave no sooner than `EVEN_ANSWER_SECONDS` after now.

    A code is written down and handed to a worker only where somebody has that address, which takes some milliseconds
    more. The wait (`wait_for_it`, called by the middleware) is outside the transaction and what follows its commit, so
    it takes in all of that.
    """
    setattr(request, _KEY, time.monotonic() + settings.EVEN_ANSWER_SECONDS)


def wait_for_it(request: HttpRequest) -> None:
    """Wait until the answer may leave, where `answer_evenly` was asked for."""
    left = getattr(request, _KEY, 0.0) - time.monotonic()
    if left > 0:
        time.sleep(left)
