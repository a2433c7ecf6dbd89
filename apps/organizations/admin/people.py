"""Who works here, in which roles, and who is away."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import ReachPage, ScopedInline, ScopedModelAdmin
from apps.access.policy import may, visible_to
from apps.kit.listing import listed
from apps.organizations import services
from apps.organizations.admin.many import PEOPLE
from apps.organizations.forms import MembershipForm, PersonForm, ProfileForm
from apps.organizations.models import Absence, Membership, Person, StaffProfile
from apps.organizations.registry import sheet_links
from apps.organizations.selectors import role_words, staff, works_here
from apps.organizations.views.leaving import LeavingPage


class MembershipInline(ScopedInline):
    """What a person is here for."""

    model = Membership
    form = MembershipForm
    verbose_name = _("role")
    verbose_name_plural = _("roles")
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(archived_at__isnull=True)

    def get_min_num(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, validate_min=obj is None, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.add_membership(actor=actor, person=row.person, **values)
        return services.change_membership(membership=row, actor=actor, **values)


class ProfileInline(ScopedInline):
    """What is kept of a staff member besides their roles."""

    model = StaffProfile
    form = ProfileForm
    fk_name = "person"
    max_num = 1
    verbose_name_plural = _("profile")
    show_change_link = False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "mentor":
            kwargs["queryset"] = visible_to(staff(), actor_of(request))
            kwargs["empty_label"] = _("Nobody")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.keep_profile(person=row.person, actor=actor_of(request), **values)


@admin.register(Person)
class PersonAdmin(LeavingPage, ReachPage, ScopedModelAdmin):
    """Who works here, and in which roles."""

    about = _(
        "Everybody who works or volunteers here. A role says what somebody may see and do; a person "
        "without a role sees nothing."
    )
    form = PersonForm
    inlines = (MembershipInline, ProfileInline)
    list_display = ("name", "roles", "language", "signs_in")
    search_fields = ("search",)
    list_filter = ("memberships__role", "memberships__location")
    section = "people"
    icon = "badge"
    sidebar_title = _("Staff and volunteers")
    bulk = PEOPLE

    def get_queryset(self, request: HttpRequest) -> Any:
        people = super().get_queryset(request).filter(Exists(works_here()), archived_at__isnull=True)
        return people.prefetch_related("memberships")

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str, str]]:
        return sheet_links("staff", actor_of(request))

    @admin.display(description=_("roles"))
    def roles(self, person: Person) -> str:
        return listed(role_words(m for m in person.memberships.all() if m.archived_at is None))

    @admin.display(description=_("can sign in"), boolean=True)
    def signs_in(self, person: Person) -> bool:
        return person.user_id is not None

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> Any:
        """The page, with the way to a colleague's lost second step."""
        person = kwargs.get("obj")
        if person is not None and person.user_id and may(actor_of(request), "second_step", person):
            context["second_step_url"] = reverse("organizations:second_step", args=[person.public_id])
        return super().render_change_form(request, context, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.add_person(actor=actor, organization_id=actor.organization_id or 0, **values)
        return services.change_person(person=row, actor=actor, **values)


@admin.register(Absence)
class AbsenceAdmin(ScopedModelAdmin):
    """Who is away when, and who covers."""

    about = _("Who is away on which days, and who covers. Why somebody is away is not written down.")
    fields = ("person", "starts_on", "ends_on", "covered_by")
    list_display = ("person", "starts_on", "ends_on", "covered_by")
    list_select_related = ("person", "covered_by")
    search_fields = ("person__search",)
    date_hierarchy = "starts_on"
    ordering = ("-starts_on", "-id")
    section = "people"
    icon = "beach_access"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(archived_at__isnull=True)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("person", "covered_by"):
            kwargs["queryset"] = visible_to(staff(), actor_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        # a fresh row, so that what the service refuses leaves the form's own one as it was typed
        absence = (
            Absence(organization_id=actor_of(request).organization_id or 0)
            if adding
            else Absence.objects.get(pk=row.pk)
        )
        return services.write_absence(absence=absence, actor=actor_of(request), **values)

    def retire(self, request: HttpRequest, row: Any) -> None:
        services.take_back_absence(absence=row, actor=actor_of(request))
