"""The team's certifications as a file to take out. Nothing is brought in this way."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications import selectors
from apps.certifications.models import Certification, Verification
from apps.organizations.registry import Column, Sheet


class CertificationSheet(Sheet):
    """Who holds what, since when and until when, and when it was last checked."""

    kind = "certifications"
    title = _("Certifications of the team")
    model = Certification
    person = "person"
    columns = (
        Column("name", _("Name")),
        Column("state", _("State")),
        Column("credential", _("Credential")),
        Column("certificate", _("Number")),
        Column("status", _("Status")),
        Column("issued_on", _("Issued on")),
        Column("expires_on", _("Last day")),
        Column("holds", _("Holds today")),
        Column("checked_on", _("Last checked on")),
        Column("register", _("Against which register")),
    )

    def may_bring_in(self, actor: Actor) -> bool:
        return False

    def may_take_out(self, actor: Actor) -> bool:
        return actor.can("export") and actor.can("view_certifications")

    def rows(self, actor: Actor, action: str = "view") -> QuerySet[Any]:
        last = Verification.objects.filter(certification_id=OuterRef("pk")).order_by("-checked_on", "-pk")
        return (
            visible_to(Certification, actor, action)
            .filter(archived_at__isnull=True)
            .select_related("person", "credential", "organization")
            .prefetch_related("steps", "terms__extensions")
            .annotate(
                last_checked=Subquery(last.values("checked_on")[:1]),
                last_register=Subquery(last.values("register")[:1]),
            )
            .order_by("person__name", "pk")
        )

    def cells(self, row: Any) -> dict[str, str]:
        today = selectors.day_there(row.organization)
        return {
            "name": row.person.name,
            "state": row.credential.jurisdiction,
            "credential": row.credential.credential_name,
            "certificate": row.number,
            "status": str(row.get_status_display()),
            "issued_on": row.issued_on.isoformat() if row.issued_on else "",
            "expires_on": row.expires_on.isoformat() if row.expires_on else "",
            "holds": gettext("yes") if row.valid_on(today) else gettext("no"),
            "checked_on": row.last_checked.isoformat() if row.last_checked else "",
            "register": row.last_register or "",
        }
