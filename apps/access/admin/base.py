"""The base of every admin page: the same policies, the same 404 for what one may not see, every write by a service."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from apps.access import registry
from apps.access.actor import Actor, actor_of
from apps.access.admin.audit import AuditPages
from apps.access.admin.bulk import Bulk, BulkPages
from apps.access.admin.drawing import drawn
from apps.access.admin.filters import PutAway
from apps.access.policy import NO_ROW, Public, may, may_add, policy_of, visible_to
from apps.access.services import log_rows
from apps.kit.search import FoldedSearchField, matches

__all__ = [
    "OperatorAdmin",
    "PolicyAdmin",
    "ScopedInline",
    "ScopedModelAdmin",
    "ServiceAdmin",
    "VisibleRelatedFilter",
    "runs_platform",
]


def _page_of(row: models.Model) -> Any:
    """The administration's page about rows of this kind."""
    return admin.site.get_model_admin(type(row))


PUT_AWAY = Bulk(
    "put_away",
    _("put away"),
    _("They leave the lists and can’t be chosen any more. What was recorded with them stays."),
    lambda request, row, values: _page_of(row).retire(request, row),
)
TAKE_BACK = Bulk(
    "take_back",
    _("take back"),
    _("They are in the lists again and can be chosen."),
    lambda request, row, values: _page_of(row).restore(request, row),
)

# How a declared filter and a link name a value at the end of a path.
_PLAIN = frozenset({"", "exact", "in", "isnull", "id__exact", "id__in", "pk__exact", "gte", "gt", "lte", "lt"})


def runs_platform(request: HttpRequest) -> bool:
    """Whether this is an operator on the platform's own host, where no organization's records are."""
    return getattr(request, "organization", None) is None and getattr(request.user, "is_operator", False)


class PolicyAdmin:
    """Answers Django's permission questions from the model's policy. A question without a row is about the list."""

    model: type[models.Model]

    def actor(self, request: HttpRequest) -> Actor:
        return actor_of(request)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)  # type: ignore[misc]  # mixed into Django's admin classes
        return visible_to(rows, self.actor(request), "view")

    def get_urls(self) -> list[Any]:
        """Django's addresses without the nameless one kept for links from before version 1.9."""
        return [url for url in super().get_urls() if url.name]  # type: ignore[misc]  # see get_queryset

    def has_module_permission(self, request: HttpRequest) -> bool:
        page = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist"
        return self.has_view_permission(request) and not registry.absent(request, page)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._answer(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._answer(request, "change", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_add(self.actor(request), self.model)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # records are archived

    def _answer(self, request: HttpRequest, action: str, obj: Any) -> bool:
        if obj is not None and obj.pk is not None:
            return may(self.actor(request), action, obj)
        return self.lists_for(self.actor(request), action)

    def lists_for(self, actor: Actor, action: str = "view") -> bool:
        """Whether the list is open to this person."""
        policy = policy_of(self.model)
        if policy is None:
            return False
        # A list is open where a role gives it (or its rows are anybody's), and its rows are chosen by visible_to. A
        # relation or a share opens its own row only: an empty list would say "there is none" to somebody who may not
        # know.
        return any(
            isinstance(rule, Public) or bool(needed := getattr(rule, "capability", "")) and actor.can(needed)
            for rule in policy.rules.get(action, ())
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if "queryset" not in kwargs and policy_of(db_field.related_model) is not None:
            rows = visible_to(db_field.related_model, self.actor(request), "view")
            if any(f.name == "archived_at" for f in db_field.related_model._meta.fields):
                rows = rows.filter(archived_at__isnull=True)
            kwargs["queryset"] = rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # see get_queryset


class ServiceAdmin(BulkPages, ModelAdmin):
    """What every page of this admin has in common: rows are written by services, nothing is deleted, nothing logged."""

    show_facets = None
    list_per_page = 25
    show_full_result_count = False
    compressed_fields = True
    warn_unsaved_form = True
    actions = None
    section = "records"  # one of admin.site.SECTIONS
    icon = "list"  # a name of Material Symbols
    sidebar_title: Any = ""  # what the sidebar calls the page; empty: the model's plural
    counts_whole = False  # a column counts people whole, also those whom a private rule hides: then the page says so
    about: Any = ""  # what the page is for, in plain words: above the list and the form
    list_before_template = "admin/about.html"
    change_form_outer_before_template = "admin/about.html"

    def get_urls(self) -> list[Any]:
        """Django's addresses without the nameless one kept for links from before version 1.9."""
        return [url for url in super().get_urls() if url.name]

    def list_links(self, request: HttpRequest) -> list[tuple[Any, str, str]]:
        """What else can be done from the list: (words, address, icon), for those who may."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {**(extra_context or {}), "list_links": self.list_links(request)})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A list is narrowed by its own columns, by the id at the end of a key, and by what it declares as a filter.

        Django would follow any relation one step: the rows that point here, next door's too where this model belongs to
        nobody, and every column of the row at the end of a key, a sign-in's password hash for one.
        """
        first, _two, rest = lookup.partition("__")
        field = next((f for f in self.opts.get_fields() if f.name == first), None)
        if field is None or not field.is_relation or (field.concrete and rest in _PLAIN):
            return super().lookup_allowed(lookup, value, request)
        items = self.get_list_filter(request)
        declared = [item[0] if isinstance(item, list | tuple) else item for item in items]
        return any(
            lookup == name or (lookup.startswith(f"{name}__") and lookup[len(name) + 2 :] in _PLAIN)
            for name in declared
            if isinstance(name, str)
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's form; what a form of ours declares by itself is drawn like the fields of the row."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields = {name: drawn(field) for name, field in form.base_fields.items()}
        return form

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        """Call the service that adds or changes the row. A page whose model has none is read-only."""
        raise PermissionDenied

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {name: value for name, value in form.cleaned_data.items() if name in form.fields}
        stored = self.perform(request, obj, values, not change)
        obj.pk = stored.pk
        obj.__dict__.update({k: v for k, v in stored.__dict__.items() if k != "_state"})
        obj._state.adding = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def log_addition(self, *args: Any) -> None:
        """Django's own log is not written: the history page is the audit trail."""

    def log_change(self, *args: Any) -> None:
        """See `log_addition`."""

    def log_deletions(self, *args: Any) -> None:
        """See `log_addition`."""

    def construct_change_message(self, *args: Any) -> list[Any]:
        """See `log_addition`."""
        return []


class OperatorAdmin(ServiceAdmin):
    """A list that only the platform's operator opens, on the platform's own host. Read-only."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return runs_platform(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return runs_platform(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedModelAdmin(AuditPages, PolicyAdmin, ServiceAdmin):
    """The base of every admin page about scoped rows.

    A concrete admin names the service that writes: `perform(request, row, values, adding)` returns the stored row, and
    a ValidationError that it raises is shown beside its field. What is invisible is 404, as for an id that never was;
    what is visible but not changeable is shown read-only. `section` says where it stands in the sidebar.
    """

    restore: Any = None  # how a row is taken back that was put away: a method (request, row) that calls the service
    is_about_clients = False  # every row that is shown on the page or in the list is noted in the log of reads

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class = super().get_form(request, obj, change=change, **kwargs)
        refused: ValidationError | None = getattr(request, "_refused", None)
        return form_class if refused is None else _with_errors(form_class, refused)

    def _changeform_view(self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any) -> Any:
        """Django's page; what the service refuses comes back as the form's own errors, with what was typed kept."""
        try:
            with transaction.atomic():
                return super()._changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refused:
            request._refused = refused  # type: ignore[attr-defined]  # read by get_form in the second round
            return super()._changeform_view(request, object_id, form_url, extra_context)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Django's list; where its rows are about clients, each row on the page is noted as read."""
        page = super().get_changelist_instance(request)
        if self.is_about_clients and self.has_view_permission(request):
            log_rows(page.result_list, actor=self.actor(request), action="list")
        return page

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if self.is_about_clients:
            log_rows([row], actor=self.actor(request))
        return row

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The declared filters; one over a relation offers only rows that this person sees."""
        declared = [self._visible_filter(item) for item in super().get_list_filter(request)]
        return [*declared, PutAway] if self.restore is not None else declared

    def all_bulk(self, request: HttpRequest) -> Any:
        """Putting away and taking back, where the page says how, and what else can be done with many."""
        own: tuple[Bulk, ...] = ()
        if self.restore is not None and PutAway.parameter_name in request.GET:
            own = (TAKE_BACK,)
        elif self.retire is not None:
            own = (PUT_AWAY,)
        return (*super().all_bulk(request), *own)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if self.restore is not None and getattr(obj, "archived_at", None) is not None:
            return False  # what was put away is taken back first
        return super().has_change_permission(request, obj)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Django's search, but a folded column is asked with the term folded too ("nguyen" finds "Nguyễn")."""
        fields = [str(name) for name in self.get_search_fields(request)]
        folded = [n for n in fields if isinstance(get_fields_from_path(self.model, n)[-1], FoldedSearchField)]
        if not folded or not search_term.strip():
            return super().get_search_results(request, queryset, search_term)
        condition = NO_ROW
        for name in folded:
            condition |= matches(search_term, name)
        for name in set(fields) - set(folded):
            condition |= Q(**{f"{name}__icontains": search_term.strip()})
        return queryset.filter(condition), False

    def _visible_filter(self, item: Any) -> Any:
        if not isinstance(item, str):
            return item
        *_path, field = get_fields_from_path(self.model, item)
        return (item, VisibleRelatedFilter) if field.is_relation else item

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each changed row of an inline through that inline's own service."""
        inline = next(i for i in self.get_inline_instances(request, form.instance) if i.model is formset.model)
        for child in formset.forms:
            if child.has_changed():
                values = {n: v for n, v in child.cleaned_data.items() if n in child._meta.fields or n in child.fields}
                parent = formset.fk.name
                values = {n: v for n, v in values.items() if n not in ("id", parent, "DELETE")}
                inline.perform(request, child.instance, values, child.instance._state.adding)


class ScopedInline(PolicyAdmin, TabularInline):
    """Rows of a child model inside their parent's page, each through the child's own policy and service."""

    extra = 0
    show_change_link = True
    can_delete = False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Django's form; what a form of ours declares by itself is drawn like the fields of the row."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.base_fields = {name: drawn(field) for name, field in form.base_fields.items()}
        return form

    def perform(self, request: HttpRequest, row: Any, values: dict[str, Any], adding: bool) -> Any:
        """Call the service that adds or changes the row. `row` has its parent set."""
        raise PermissionDenied

    def _answer(self, request: HttpRequest, action: str, obj: Any) -> bool:
        # Django hands over the parent here: the question is about this model's list.
        return super()._answer(request, action, None)


def _with_errors(form_class: Any, refused: ValidationError) -> Any:
    """The form class, whose instances also carry what a service refused."""

    class Refused(form_class):  # type: ignore[misc]  # made for one request
        def _post_clean(self) -> None:
            super()._post_clean()
            for field, errors in refused.error_dict.items() if hasattr(refused, "error_dict") else [(None, refused)]:
                self.add_error(field if field in self.fields else None, errors)

    return Refused


class VisibleRelatedFilter(admin.RelatedFieldListFilter):
    """A sidebar filter over a relation that offers only the rows its reader sees."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        rows = visible_to(field.related_model, actor_of(request), "view")
        return [(row.pk, str(row)) for row in rows]
