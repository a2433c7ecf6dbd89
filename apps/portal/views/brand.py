"""The organization's colours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from apps.kit.brand import BRAND, BRAND_DARK, brand_css

__all__ = ["brand_stylesheet"]


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def brand_stylesheet(request: HttpRequest) -> HttpResponse:
    """The colours of this host's organization. Its address changes with them, so it may be kept for ever."""
    organization = getattr(request, "organization", None)
    try:
        css = brand_css(organization.brand, organization.brand_dark) if organization else ""
    except ValueError:  # a colour saved before the check: the platform's own, rather than a broken page
        css = ""
    return HttpResponse(css or brand_css(BRAND, BRAND_DARK), content_type="text/css; charset=utf-8")
