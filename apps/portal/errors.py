"""The page for a fault of ours: a word that a person can say on the phone stands for the trace in the log."""

from __future__ import annotations

import logging
import secrets
import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template import loader

__all__ = ["server_error"]

log = logging.getLogger(__name__)

# Short, easy to say and to hear in any of our languages' accents, and nothing that could hurt.
_WORDS = (
    "alder apple aspen basil beacon birch bread bridge cedar clover comet copper coral cotton daisy ember "
    "falcon fern finch garden ginger harbor hazel heron honey ivory juniper kettle lantern lemon lilac "
    "linen maple meadow melon mint moss nectar oak olive orchard otter pebble pepper pine plum poplar "
    "prairie robin rosemary saffron sage salmon sparrow spruce summer sunrise swan thistle timber tulip "
    "velvet violet walnut willow winter"
)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 with a page that needs no database, and write its word beside the trace in the log."""
    reference = f"{secrets.choice(_WORDS.split())}-{secrets.randbelow(90) + 10}"
    log.error("server error %s", reference, exc_info=sys.exc_info()[0] is not None)
    return HttpResponseServerError(loader.get_template("500.html").render({"reference": reference}))
