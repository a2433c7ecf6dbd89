"""The office's pages about groups: made in plain words, with their next sessions in sight."""

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
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from apps.access.actor import actor_of
from apps.access.admin import Bulk, ChoiceFilter, ScopedInline, ScopedModelAdmin
from apps.access.policy import visible_to
from apps.certifications.selectors import without_valid
from apps.groups import selectors, services
from apps.groups.choices import KEEPS_PEOPLE, Position, SessionState, Weekday
from apps.groups.forms import EnrolmentForm, SessionForm
from apps.groups.models import Enrolment, GroupDate, GroupFacilitator, Session, SupportGroup
from apps.groups.wording import rule_words
from apps.kit.dates import format_day, format_range, format_span, format_time
from apps.kit.search import matches
from apps.kit.text import TranslatedText
from apps.kit.walltime import zone_label
from apps.organizations.models import Person
from apps.organizations.selectors import staff


def _here(request: HttpRequest) -> str:
    """The organization's own zone."""
    return str(request.organization.zone)  # type: ignore[attr-defined]  # the host middleware sets it


class Leaders(ChoiceFilter):
    """Groups that nobody leads."""

    title, parameter_name = _("who leads it"), "leaders"
    choices_by_name = {
        "nobody": (_("nobody"), lambda rows, request: selectors.without_leader(rows, _here(request))),
    }


class SessionWhen(ChoiceFilter):
    """Today, or still to come."""

    title, parameter_name = _("when"), "when"
    choices_by_name = {
        "today": (_("today"), lambda rows, request: selectors.on_local_day(rows, _here(request))),
        "coming": (_("still to come"), lambda rows, _request: rows.filter(ends_at__gt=timezone.now())),
    }


def _call_off(request: HttpRequest, session: Session, values: dict[str, Any]) -> None:
    language = request.organization.language  # type: ignore[attr-defined]  # the host middleware sets it
    words = TranslatedText({language: values["reason"]} if values["reason"] else {})
    services.cancel_session(session=session, actor=actor_of(request), reason=words)


CALL_OFF = Bulk(
    "call_off",
    _("call off"),
    _("The sessions stay on the schedule, crossed out, with your words."),
    _call_off,
    fields=lambda request: {
        "reason": forms.CharField(
            label=_("What people are told"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
        )
    },
)
HOLD_AFTER_ALL = Bulk(
    "hold_after_all",
    _("hold after all"),
    _("Sessions that were called off take place as planned."),
    lambda request, row, values: services.restore_session(session=row, actor=actor_of(request)),
)
PUT_AWAY = Bulk(
    "put_away",
    _("put away"),
    _("The groups leave the lists, and their coming sessions end. What was recorded stays."),
    lambda request, row, values: services.archive_group(group=row, actor=actor_of(request)),
)
LEAVE = Bulk(
    "leave",
    _("end their place"),
    _("They leave the group, and their places are free at once. Nobody is asked why."),
    lambda request, row, values: services.leave(enrolment=row, actor=actor_of(request)),
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
    list_select_related = ("location",)
    list_filter = (Leaders, "weekday", "location", "format", "visibility")
    search_fields = ("search",)
    search_help_text = _("Name, description or who it is for")
    ordering = ("weekday", "starts", "id")  # a count drops the model's own
    readonly_fields = ("coming",)
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
                    "has_waitlist",
                    "takes_new",
                    "needs_certified",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupportGroup]:
        standing = Count("enrolments", filter=Q(enrolments__ended_at__isnull=True))
        return super().get_queryset(request).filter(archived_at__isnull=True).annotate(taken=standing)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term)), False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "languages":
            return forms.MultipleChoiceField(
                label=_("Languages spoken"),
                choices=settings.LANGUAGES,
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
                help_text=_("Sign language is below."),
            )
        if db_field.name in ("also_on", "positions"):
            return forms.TypedMultipleChoiceField(
                label=capfirst(str(db_field.verbose_name)),
                choices=(Weekday if db_field.name == "also_on" else Position).choices,
                coerce=int,
                required=False,
                widget=UnfoldAdminCheckboxSelectMultipleWidget,
                help_text=db_field.help_text,
            )
        if db_field.name == "starts_on":
            kwargs["initial"] = timezone.localdate
        if db_field.name == "join_link":
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("name"), ordering="search")
    def called(self, group: SupportGroup) -> str:
        return str(group)

    @admin.display(description=_("when"), ordering="weekday")
    def when(self, group: SupportGroup) -> str:
        return gettext("%(day)s, %(time)s") % {"day": rule_words(group), "time": format_time(group.starts)}

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


@admin.register(Session)
class SessionAdmin(ScopedModelAdmin):
    """Single sessions: call one off, or hold it elsewhere."""

    about = _("Single meetings. Call one off or move it elsewhere, and everybody who is in the group is told.")
    section = "groups"
    icon = "event"
    form = SessionForm
    fields = ("group", "day", "hours", "called_off", "reason", "location", "room")
    readonly_fields = ("group", "day", "hours")
    bulk = (CALL_OFF, HOLD_AFTER_ALL)
    list_display = ("day", "hours", "group", "state")
    list_display_links = ("day",)
    list_select_related = ("group__location", "location")
    list_filter = (SessionWhen, "group", "state")
    date_hierarchy = "on"
    search_fields = ("group__search",)
    ordering = ("starts_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return super().get_queryset(request).filter(ended_with_group=False)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term, "group__search")), False

    @admin.display(description=_("day"), ordering="starts_at")
    def day(self, session: Session) -> str:
        return format_day(session.on, style="dated")

    @admin.display(description=_("hours"))
    def hours(self, session: Session) -> str:
        zone = (session.location or session.group.location).zone
        return format_range(session.starts_at, session.ends_at, zone)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        called_off, reason = values.pop("called_off", False), values.pop("reason", "")
        stored = Session.objects.get(pk=row.pk)
        if called_off and (stored.state != SessionState.CANCELLED or stored.reason != reason):
            services.cancel_session(session=stored, actor=actor, reason=reason)
        elif not called_off and stored.state == SessionState.CANCELLED:
            services.restore_session(session=stored, actor=actor)
        return services.change_session(session=stored, actor=actor, **values)


@admin.register(Enrolment)
class EnrolmentAdmin(ScopedModelAdmin):
    """Who is in which group."""

    is_about_clients = True
    about = _("Who is in which group, for groups that write down names.")
    section = "groups"
    icon = "how_to_reg"
    form = EnrolmentForm
    bulk = (LEAVE,)
    list_display = ("person", "group", "enrolled_at", "ended_at")
    list_select_related = ("person", "group")
    list_filter = ("group", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = ("person__search",)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(matches(search_term, "person__search")), False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("group", "person", "has_left") if obj else ("group", "person")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("group", "person") if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        actor = actor_of(request)
        if db_field.name == "person":
            kwargs["queryset"] = visible_to(Person, actor).filter(
                client__isnull=False, client__archived_at__isnull=True, archived_at__isnull=True
            )
        if db_field.name == "group":
            kwargs["queryset"] = visible_to(SupportGroup, actor).filter(
                archived_at__isnull=True, attendance_mode__in=KEEPS_PEOPLE
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        actor = actor_of(request)
        if adding:
            return services.enrol(group=values["group"], person=values["person"], actor=actor)
        return services.leave(enrolment=row, actor=actor) if values.get("has_left") else row
