"""How certifications are worded on pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.certifications.choices import EXPIRING_DAYS, LETS_WORK, Status
from apps.certifications.models import Certification

register = template.Library()


@register.simple_tag
def validity(row: Certification, today: date, renewable: Mapping[int, date] | None = None) -> dict[str, str]:
    """{"words", "tone"} of where a certification stands today, in words a person can act on.

    `renewable` says until when those that ended can still be renewed (`selectors.renewable_until`).
    """
    if row.status in LETS_WORK and row.expires_on and row.expires_on < today:
        until = (renewable or {}).get(row.pk)
        if until is None:
            return {"words": _("Ended. Renew it before working again"), "tone": "stop"}
        if until >= today:
            return {"words": _("Ended. It can be renewed until %(day)s") % {"day": date_format(until)}, "tone": "stop"}
        return {"words": _("Ended, and the time to renew it late is over"), "tone": "stop"}
    if row.valid_on(today):
        days = (row.expires_on - today).days if row.expires_on else None
        if days is not None and days <= EXPIRING_DAYS:
            words = ngettext("Ends in %(days)s day", "Ends in %(days)s days", days) % {"days": days}
            return {"words": words if days else _("Ends today"), "tone": "wait"}
        label = _("Provisional") if row.status == Status.PROVISIONAL else _("Valid")
        return {"words": label, "tone": "good"}
    if row.status in (Status.SUSPENDED, Status.REVOKED):
        return {"words": str(row.get_status_display()).capitalize(), "tone": "stop"}
    return {"words": str(row.get_status_display()).capitalize(), "tone": "plain"}


@register.filter
def known(value: Any) -> str:
    """A figure of the catalogue in words; what is not known is said so, never zero and never "not required"."""
    if value is None or value == "":
        return _("not known, check with the certifying body")
    if value is True:
        return _("yes")
    if value is False:
        return _("no")
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
