"""Signatures in the administration: that they were made, never what was signed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.access.admin import ScopedModelAdmin
from apps.signing.models import Signature


@admin.register(Signature)
class SignatureAdmin(ScopedModelAdmin):
    """Read-only: number, who, as what, when, and the hash."""

    about = _("What was signed, by whom and when. A signed record never changes, and this list shows that none did.")
    list_display = ["number", "printed_name", "meaning", "kind", "version", "signed_at"]
    list_filter = ["meaning", "kind"]
    search_fields = ["printed_name"]
    ordering = ["-number"]
    fields = [
        "number",
        "printed_name",
        "role",
        "credential",
        "meaning",
        "kind",
        "version",
        "method",
        "signed_at",
        "zone",
        "hash",
        "previous_hash",
        "content_hash",
    ]
    readonly_fields = fields
