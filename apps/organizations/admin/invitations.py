"""Who is invited to sign in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.admin import ScopedModelAdmin
from apps.kit.listing import apart
from apps.organizations.choices import InvitationState
from apps.organizations.models import Invitation
from apps.organizations.selectors import in_state
from apps.organizations.views.inviting import INVITATIONS, InvitationPages


class StateFilter(admin.SimpleListFilter):
    """Invitations by where they stand."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return InvitationState.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        state = self.value()
        return queryset.filter(in_state(state)) if state in InvitationState.values else queryset


@admin.register(Invitation)
class InvitationAdmin(InvitationPages, ScopedModelAdmin):
    """Who is invited to sign in, and whether they did."""

    about = _("A link by mail, or a printed card, lets somebody make their sign-in. It works once, for seven days.")
    list_display = ("person", "what_for", "way_and_address", "where_it_stands", "expires_at")
    fields = (
        "person",
        "what_for",
        "way",
        "email",
        "where_it_stands",
        "created_at",
        "expires_at",
        "used_at",
        "ended_at",
    )
    readonly_fields = ("what_for", "where_it_stands")
    list_select_related = ("person",)
    list_filter = (StateFilter, "way")
    search_fields = ("person__search", "email")
    ordering = ("-created_at", "-id")
    bulk = INVITATIONS
    section = "people"
    icon = "mail"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("person__memberships__location")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A link that is out can't be changed, only ended.
        return False

    @admin.display(description=_("role"))
    def what_for(self, invitation: Invitation) -> str:
        standing = [one for one in invitation.person.memberships.all() if one.archived_at is None]
        said = [
            f"{one.get_role_display()}, {one.location}" if one.location else one.get_role_display() for one in standing
        ]
        return apart(said) or "–"

    @admin.display(description=_("how"), ordering="email")
    def way_and_address(self, invitation: Invitation) -> str:
        return invitation.email or invitation.get_way_display()

    @admin.display(description=_("state"))
    def where_it_stands(self, invitation: Invitation) -> str:
        return str(InvitationState(invitation.state).label)
