"""Requirements and verdicts as pages show them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from apps.certifications import wording
from apps.certifications.catalogue.places import PLACES
from apps.certifications.progress import Standing, Verdict
from apps.certifications.rules import ReciprocityKind, Rule
from apps.certifications.standards import standards

register = template.Library()


@register.filter
def verdict_line(verdict: Verdict) -> dict[str, Any]:
    """A verdict in words: title, stamp and tone, have and need, next step, evidence, source, parts."""
    rule = verdict.rule
    have, need = verdict.have or Decimal(0), verdict.need or Decimal(0)
    counts = need > 0 and verdict.have is not None and bool(rule.unit)
    return {
        "rule": rule_line(rule),
        "stamp": wording.STAMPS[Standing(verdict.standing)],
        "tone": wording.TONES[Standing(verdict.standing)],
        "counts": counts and need != 1,
        "have": wording.amount_words(have, rule.unit) if counts else "",
        "have_number": min(have, need),
        "need_number": need,
        "next": wording.next_step(verdict),
        "evidence": [label for row in verdict.evidence if (label := getattr(row, "label", getattr(row, "name", "")))],
        "parts": verdict.parts,
    }


@register.filter
def rule_line(rule: Rule) -> dict[str, Any]:
    """A requirement in words: title, need, text, its citation and whether that is poorly sourced."""
    title = wording.title_of(rule)
    return {
        "title": title[:1].upper() + title[1:],
        "need": wording.need_of(rule),
        "text": "" if rule.text and rule.text in title else rule.text,
        "citation": rule.citation,
        "is_known": rule.required is not None,
        "is_low": rule.citation.confidence == "low",
        "overridden": rule.overridden,
        "reason": rule.override_reason,
        "catalogue": None if rule.catalogue_amount is None else wording.amount_words(rule.catalogue_amount, rule.unit),
        "parts": rule.parts,
        "standard": standards().get(rule.code),
    }


@register.filter
def first_step(progress: Any) -> str:
    """The first thing to do about a progress, with what it is about; "" where nothing is missing."""
    for verdict in progress.missing if progress else ():
        title = wording.title_of(verdict.rule)
        return f"{title[:1].upper()}{title[1:]}: {wording.next_step(verdict)}"
    return ""


@register.filter
def place_name(code: str) -> str:
    """A place by its code."""
    return PLACES.get(code, code)


@register.filter
def reciprocity_words(kind: str) -> str:
    """What a body does with a credential from elsewhere."""
    return str(ReciprocityKind(kind).label)


@register.filter
def term_words(terms: Any) -> list[str]:
    """How long a level lasts, in words; empty where nothing of it is known."""
    return wording.terms_in_words(terms)
