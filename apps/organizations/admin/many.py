"""What can be done with many colleagues at once: a role more, another location."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from apps.access.actor import actor_of
from apps.access.admin import Bulk, day_field, row_field
from apps.access.policy import may_add, visible_to
from apps.organizations import services
from apps.organizations.choices import Role
from apps.organizations.models import Location, Membership, Person

__all__ = ["PEOPLE"]


def _place(request: HttpRequest, **more: Any) -> forms.ModelChoiceField:
    places = visible_to(Location, actor_of(request)).filter(archived_at__isnull=True)
    return row_field(places, gettext_lazy("Location"), **more)


def _role_fields(request: HttpRequest) -> dict[str, forms.Field]:
    return {
        "role": forms.ChoiceField(
            label=gettext_lazy("Role"), choices=[("", "–"), *Role.choices], widget=UnfoldAdminSelectWidget
        ),
        "location": _place(request, required=False),
        "starts_on": day_field(request, gettext_lazy("From")),
    }


def _give_role(request: HttpRequest, person: Person, values: dict[str, Any]) -> None:
    held = Membership.objects.filter(person=person, role=values["role"], archived_at__isnull=True, ends_on=None)
    if held.exists():
        raise ValidationError(_("They have this role already."))
    services.add_membership(actor=actor_of(request), person=person, **values)


def _move(request: HttpRequest, person: Person, values: dict[str, Any]) -> None:
    standing = list(Membership.objects.filter(person=person, archived_at__isnull=True))
    if not standing:
        raise ValidationError(_("They have no role here."))
    for membership in standing:
        services.change_membership(membership=membership, actor=actor_of(request), location=values["location"])


PEOPLE = (
    Bulk(
        "give_role",
        gettext_lazy("give a role"),
        gettext_lazy("Each gets the role from that day on, beside the roles they have."),
        _give_role,
        fields=_role_fields,
        may=lambda page, request: may_add(actor_of(request), Membership),
    ),
    Bulk(
        "choose_location",
        gettext_lazy("choose a location"),
        gettext_lazy("The roles that they have now are held at this location."),
        _move,
        fields=lambda request: {"location": _place(request)},
        may=lambda page, request: may_add(actor_of(request), Membership),
    ),
)
