"""Filters of the supervision pages."""

from __future__ import annotations

from datetime import date

from django import template

from apps.supervision.words import hours_words, month_words

register = template.Library()


@register.filter
def as_hours(minutes: int) -> str:
    """Minutes as hours."""
    return hours_words(minutes)


@register.filter
def as_month(month: date) -> str:
    """A month with its year."""
    return month_words(month)
