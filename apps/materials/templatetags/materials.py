"""How materials are rendered."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from apps.kit.markdown import render
from apps.materials.models import MaterialText

register = template.Library()


@register.filter
def body_of(text: MaterialText) -> SafeString:
    """The body of a text, as safe HTML with its headings below the page's one h1."""
    return render(text.body)
