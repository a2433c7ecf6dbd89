"""The office's page about groups: made in plain words, with their next sessions in sight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ChoiceFilter, ScopedInline, ScopedModelAdmin
from apps.access.policy import visible_to
from apps.certifications.selectors import without_valid
from apps.groups import selectors, services
from apps.groups.choices import LeaderKind, Position, SessionState, Weekday
from apps.groups.models import GroupDate, GroupFacilitator, SupportGroup
from apps.groups.wording import rule_words
from apps.kit.dates import format_span, format_time
from apps.kit.search import matches
from apps.kit.walltime import zone_label
from apps.organizations.selectors import staff


def here(request: HttpRequest) -> str:
    """The organization's own zone."""
    return str(request.organization.zone)  # type: ignore[attr-defined]  # the host middleware sets it


SEVERAL: dict[str, Any] = {
    "languages": settings.LANGUAGES,
    "also_on": Weekday.choices,
    "weekdays": Weekday.choices,
    "positions": Position.choices,
    "leader_kinds": LeaderKind.choices,
}


def several(db_field: Any) -> forms.TypedMultipleChoiceField | None:
    """A field that holds several of a list, as boxes to tick; None for any other field."""
    if db_field.name not in SEVERAL:
        return None
    return forms.TypedMultipleChoiceField(
        label=capfirst(str(db_field.verbose_name)),
        choices=SEVERAL[db_field.name],
        coerce=str if db_field.name in ("languages", "leader_kinds") else int,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Sign language is below.") if db_field.name == "languages" else db_field.help_text,
    )


LED_AND_PAID = ("needs_certified", "leaders_needed", "leader_kinds", ("is_billable", "payer_limit"))
TAUGHT = ("curriculum_version", "topics", "topics_in_order", "feedback_questions")


class Leaders(ChoiceFilter):
    """Groups that nobody leads."""

    title, parameter_name = _("who leads it"), "leaders"
    choices_by_name = {
        "nobody": (_("nobody"), lambda rows, request: selectors.without_leader(rows, here(request))),
    }


PUT_AWAY = Bulk(
    "put_away",
    _("put away"),
    _("The groups leave the lists, and their coming sessions end. What was recorded stays."),
    lambda request, row, values: services.archive_group(group=row, actor=actor_of(request)),
)


class FacilitatorInline(ScopedInline):
    """Who leads the group."""

    model = GroupFacilitator
    fields = ("person", "starts_on", "ends_on", "certified")
    readonly_fields = ("certified",)
    verbose_name = _("person who leads it")
    verbose_name_plural = _("who leads it")
    show_change_link = False

    @admin.display(description=_("certification"))
    def certified(self, facilitator: GroupFacilitator) -> str:
        if facilitator.pk is None or not facilitator.group.needs_certified:
            return ""
        day = max(timezone.localdate(), facilitator.starts_on)
        if without_valid([facilitator.person_id], day):
            return gettext("None holds now. Renew it, or let somebody else lead.")
        return gettext("holds")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "person":
            kwargs["queryset"] = visible_to(staff(), actor_of(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "starts_on":
            kwargs["initial"] = timezone.localdate
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.set_facilitator(
            group=row.group, actor=actor_of(request), facilitator=None if adding else row, **values
        )


class DateInline(ScopedInline):
    """Single days on which the group also meets, or does not."""

    model = GroupDate
    fields = ("on", "kind", "starts", "minutes")
    verbose_name_plural = _("single days: also meets, or does not meet")
    show_change_link = False

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        return services.set_date(group=row.group, actor=actor_of(request), row=None if adding else row, **values)


@admin.register(SupportGroup)
class SupportGroupAdmin(ScopedModelAdmin):
    """Groups that meet every week."""

    about = _("Groups that meet every week. Say when and where, and the sessions are planned by themselves.")
    section = "groups"
    icon = "groups"
    inlines = (FacilitatorInline, DateInline)
    bulk = (PUT_AWAY,)
    list_display = ("called", "when", "location", "people", "visibility")
    list_display_links = ("called",)
    counts_whole = True  # the places taken
    list_select_related = ("location", "template")
    list_filter = (Leaders, "weekday", "location", "format", "visibility")
    search_fields = ("search",)
    search_help_text = _("Name, description or who it is for")
    ordering = ("weekday", "starts", "id")  # a count drops the model's own
    readonly_fields = ("coming", "started_from")
    fieldsets = (
        (_("What it is"), {"fields": ("name", "description", "audience", "programme")}),
        (
            _("When"),
            {
                "fields": (
                    ("frequency", "interval"),
                    ("weekday", "starts", "minutes"),
                    "also_on",
                    "positions",
                    ("starts_on", "ends_on", "times"),
                    "coming",
                ),
                "description": _("“Change” on the group’s own page shows first what it does, and who is told."),
            },
        ),
        (_("Where"), {"fields": ("format", "location", "room", "join_link")}),
        (
            _("For whom"),
            {
                "fields": (
                    "visibility",
                    ("youngest", "oldest"),
                    "needs_guardian_consent",
                    "languages",
                    "has_captions",
                    "has_asl",
                    "interpreter_on_request",
                    "is_free",
                )
            },
        ),
        (
            _("Who is in it"),
            {
                "fields": (
                    "membership",
                    "attendance_mode",
                    ("capacity", "minimum"),
                    ("has_waitlist", "offer_hours"),
                    "takes_new",
                    "is_anonymous",
                )
            },
        ),
        (_("Who leads it, who pays"), {"fields": LED_AND_PAID}),
        (_("What it teaches"), {"fields": ("started_from", *TAUGHT)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupportGroup]:
        standing = Count("enrolments", filter=Q(enrolments__ended_at__isnull=True))
        return super().get_queryset(request).filter(archived_at__isnull=True).annotate(taken=standing)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term)), False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if (boxes := several(db_field)) is not None:
            return boxes
        if db_field.name == "starts_on":
            kwargs["initial"] = timezone.localdate
        if db_field.name == "join_link":
            kwargs["assume_scheme"] = "https"
            kwargs["help_text"] = _(
                "For the people who are in the group, from 15 minutes before it begins until it ends. Where no names "
                "are written down: for whoever signs in and may find it."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("name"), ordering="search")
    def called(self, group: SupportGroup) -> str:
        return str(group)

    @admin.display(description=_("when"), ordering="weekday")
    def when(self, group: SupportGroup) -> str:
        return gettext("%(day)s, %(time)s") % {"day": rule_words(group), "time": format_time(group.starts)}

    @admin.display(description=_("started from"))
    def started_from(self, group: SupportGroup) -> str:
        """The template that it started from, the organization's own or a shipped one."""
        return selectors.template_name(group) or gettext("none")

    @admin.display(description=_("people"))
    def people(self, group: Any) -> str:
        if not group.takes_enrolments:
            return gettext("no names are written down")
        if group.capacity is None:
            return str(group.taken)
        return gettext("%(taken)d of %(places)d") % {"taken": group.taken, "places": group.capacity}

    @admin.display(description=_("the next sessions"))
    def coming(self, group: SupportGroup) -> str:
        """What the rule above makes of the calendar: the day and hours of the next six sessions."""
        if group.pk is None:
            return gettext("You will see them here once the group is saved.")
        zone = group.location.zone
        sessions = selectors.planned_ahead(group)
        lines = format_html_join(
            "",
            "<li>{}{}</li>",
            (
                (
                    format_span(session.starts_at, session.ends_at, zone),
                    format_html(" ({})", session.get_state_display())
                    if session.state == SessionState.CANCELLED
                    else "",
                )
                for session in sessions
            ),
        )
        if not lines:
            return gettext("There are none: look at the days above.")
        return format_html("<ul>{}</ul><p>{}</p>", lines, zone_label(zone))

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.add_group(actor=actor, organization_id=actor.organization_id or 0, **values)
        return services.change_group(group=row, actor=actor, **values)
