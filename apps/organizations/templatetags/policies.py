"""How policies are rendered."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.safestring import SafeString

from apps.kit.markdown import render

register = template.Library()


@register.filter
def policy_text(words: str) -> SafeString:
    """The text of a version, as safe HTML with its headings below the page's one h1."""
    return render(words)


@register.filter
def direction_of(code: str) -> str:
    """The direction in which a language is written, for `dir`."""
    return "rtl" if code.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"
