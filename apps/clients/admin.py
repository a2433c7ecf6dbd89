"""The office's pages about clients."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ChoiceFilter, ScopedModelAdmin, row_field
from apps.access.policy import may_add, visible_to
from apps.clients import services
from apps.clients.forms import ClientForm
from apps.clients.models import CareTeamMember, ClientRecord, Erasure, FamilyLink, Grievance, KeepApart
from apps.clients.selectors import care_team_now, erasures_to_approve, overdue_grievances
from apps.kit.listing import listed
from apps.kit.search import matches
from apps.organizations.models import Location
from apps.organizations.registry import sheet_links
from apps.organizations.selectors import staff

CHOOSE_LOCATION = Bulk(
    "choose_location",
    _("choose a location"),
    _("Their records say that this is where they come to."),
    lambda request, row, values: services.change_client(
        client=row, actor=actor_of(request), location=values["location"]
    ),
    fields=lambda request: {
        "location": row_field(visible_to(Location, actor_of(request)).filter(archived_at__isnull=True), _("Location"))
    },
)
JOIN_TEAM = Bulk(
    "join_team",
    _("add somebody to the care team"),
    _("They see these records from now on, and support these people."),
    lambda request, row, values: services.join_care_team(client=row, person=values["person"], actor=actor_of(request)),
    fields=lambda request: {"person": row_field(visible_to(staff(), actor_of(request)), _("Who"))},
    may=lambda page, request: may_add(actor_of(request), CareTeamMember),
)
LEAVE_TEAM = Bulk(
    "leave_team",
    _("take off the care team"),
    _("What they could see as part of the team ends at once. What they wrote stays."),
    lambda request, row, values: services.leave_care_team(member=row, actor=actor_of(request)),
)

END_APART = Bulk(
    "end_apart",
    _("let them meet again"),
    _("They may be in one group from now on. That they were kept apart stays written down."),
    lambda request, row, values: services.end_apart(pair=row, actor=actor_of(request)),
)


@admin.register(ClientRecord)
class ClientRecordAdmin(ScopedModelAdmin):
    """Clients, with what is known of the person on the same page."""

    is_about_clients = True
    about = _("The people you support. Opening a record is written down, and the client may ask who did.")
    section, icon = "people", "group"
    form = ClientForm
    fields = ("name", "called", "pronouns", "language", "zone", "since", "location", "born_on")
    bulk = (CHOOSE_LOCATION, JOIN_TEAM)
    list_display = ("person", "language", "location", "supported_by", "since")
    list_select_related = ("person", "location")
    list_filter = ("location", "person__language")
    search_fields = ("person__search",)
    date_hierarchy = "since"

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str, str]]:
        return sheet_links("clients", actor_of(request))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With who supports each client, as far as the reader may see them: one query for the whole list."""
        team = Prefetch("care_team", queryset=care_team_now(actor_of(request)), to_attr="team_now")
        return super().get_queryset(request).prefetch_related(team)

    @admin.display(description=_("language"), ordering="person__language")
    def language(self, client: ClientRecord) -> str:
        return client.person.get_language_display()

    @admin.display(description=_("Care team"))
    def supported_by(self, client: ClientRecord) -> str:
        return listed([member.person.name for member in client.team_now]) or gettext("nobody yet")  # type: ignore[attr-defined]  # the queryset prefetches it

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.add_client(actor=actor, organization_id=actor.organization_id or 0, **values)
        return services.change_client(client=row, actor=actor, **values)


@admin.register(CareTeamMember)
class CareTeamMemberAdmin(ScopedModelAdmin):
    """Who supports whom."""

    is_about_clients = True
    about = _("Who supports whom. Members of a care team see that client's record; others do not.")
    section, icon = "people", "handshake"
    fields = ("client", "person", "leads", "since")
    bulk = (LEAVE_TEAM,)
    list_display = ("client", "person", "leads", "since")
    list_select_related = ("client__person", "person")
    search_fields = ("client__person__search", "person__search")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("client", "person") if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        if not adding:
            values = {"client": row.client, "person": row.person, **values}
        return services.join_care_team(actor=actor_of(request), **values)


@admin.register(FamilyLink)
class FamilyLinkAdmin(ScopedModelAdmin):
    """Family members whom clients named."""

    is_about_clients = True
    about = _(
        "Family members whom a client named, and what the client lets them see. The client can end it at any time."
    )
    section, icon = "people", "family_restroom"
    fields = ("client", "person", "tie", "shares_appointments", "shares_groups")
    list_display = ("client", "person", "tie", "shares_appointments", "shares_groups")
    list_select_related = ("client__person", "person")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("client", "person", "tie") if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.name_family(actor=actor, **values)
        return services.change_sharing(link=row, actor=actor, **values)


@admin.register(KeepApart)
class KeepApartAdmin(ScopedModelAdmin):
    """Who must not meet in a group. Coordinators alone see it."""

    is_about_clients = True
    about = _(
        "Who must not meet in a group. Only coordinators see this page, and neither of the two ever learns of it."
    )
    section, icon = "people", "group_off"
    list_display = ("person_a", "person_b", "is_strict", "since", "ended_at")
    list_select_related = ("person_a", "person_b")
    list_filter = ("is_strict", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("person_a__search", "person_b__search")
    bulk = (END_APART,)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found = queryset.filter(matches(search_term, "person_a__search"))
        return found | queryset.filter(matches(search_term, "person_b__search")), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person_a", "person_b", "is_strict", "why", "since")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person_a", "person_b") if obj else ()

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            one, other = values.pop("person_a"), values.pop("person_b")
            return services.keep_apart(one=one, other=other, actor=actor, **values)
        return services.change_apart(pair=row, actor=actor, **values)


class Answer(ChoiceFilter):
    """Grievances that wait for an answer."""

    title, parameter_name = _("answer"), "answer"
    choices_by_name = {
        "open": (_("open"), lambda rows, _request: rows.filter(ended_at__isnull=True)),
        "late": (
            _("late or nobody answers"),
            lambda rows, request: rows.filter(pk__in=overdue_grievances(actor_of(request)).order_by().values("pk")),
        ),
    }


@admin.register(Grievance)
class GrievanceAdmin(ScopedModelAdmin):
    """What clients say went wrong: who answers, by when, and the answer."""

    is_about_clients = True
    about = _("What clients say went wrong. Each has somebody who answers and a day. Whom it is about never sees it.")
    section, icon = "people", "feedback"
    fields = ("client", "received_at", "words", "wish", "about_person", "owner", "due_on", "state", "outcome")
    readonly_fields = ("client", "received_at", "words", "wish", "due_on")
    list_display = ("client", "received_at", "owner", "due_on", "state")
    list_select_related = ("client__person", "owner")
    list_filter = (Answer, "state")
    search_fields = ("client__person__search",)
    date_hierarchy = "received_at"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (obj is None or obj.is_open) and super().has_change_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name in ("owner", "about_person"):
            field.queryset = field.queryset.filter(pk__in=staff().values("pk"))
        return field

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.work_on_grievance(grievance=row, actor=actor_of(request), **values)


class Waiting(ChoiceFilter):
    """Erasures that wait for their second person."""

    title, parameter_name = _("waiting"), "waiting"
    choices_by_name = {
        "me": (
            _("for me"),
            lambda rows, request: rows.filter(pk__in=erasures_to_approve(actor_of(request)).order_by().values("pk")),
        ),
    }


@admin.register(Erasure)
class ErasureAdmin(ScopedModelAdmin):
    """What was erased, what waits, and who asked and approved. Read-only: it happens on the record's own page."""

    is_about_clients = True
    about = _("Records that were erased or are to be. One administrator asks on the record’s page, another approves.")
    section, icon = "people", "delete_forever"
    fields = ("client", "reason", "state", "asked_by", "asked_at", "approved_by", "approved_at", "done_at", "page")
    readonly_fields = fields
    list_display = ("client", "reason", "state", "asked_at", "done_at", "page")
    list_select_related = ("client__person",)
    list_filter = (Waiting, "state")
    date_hierarchy = "asked_at"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("page"))
    def page(self, erasure: Erasure) -> str:
        address = reverse("clients:erase", args=[erasure.client.public_id])
        return format_html('<a href="{}">{}</a>', address, _("Open"))
