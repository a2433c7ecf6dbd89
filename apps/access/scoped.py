"""The base of every row that belongs to an organization: its column, its manager, its two walls, its history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.base import ModelBase
from django.db.models.expressions import Func
from django.utils.translation import gettext_lazy as _
from pghistory.models import Event

from apps.access.constraints import AppendOnly, CompositeForeignKey, RowWall
from apps.access.scope import ScopeError, require_scope
from apps.access.validation import checks_that_hold

__all__ = [
    "HistoryRow",
    "OrganizationKey",
    "ScopedForeignKey",
    "ScopedManager",
    "ScopedModel",
    "ScopedOneToOneField",
    "ScopedQuerySet",
    "keeps_history",
]

M = TypeVar("M", bound=models.Model)


class InScope(Func):
    """True for rows of the ambient scope.

    Read when the statement is compiled and not when the queryset is built: forms build querysets at import, and a later
    request must not inherit an earlier one's scope.
    """

    output_field = models.BooleanField()
    conditional = True

    def as_sql(  # type: ignore[override]  # the stubs let parameters be only str and int
        self, compiler: Any, connection: Any, *args: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        scope = require_scope()
        if not connection.in_atomic_block and connection.settings_dict["USER"] != settings.DATABASE_ROLES["owner"]:
            raise ScopeError("Tenant data is read inside a transaction: outside one the database shows no rows.")
        if scope.system:
            return "TRUE", []
        column, params = compiler.compile(self.source_expressions[0])
        if len(scope.organizations) == 1:
            return f"{column} = %s", [*params, scope.organizations[0]]
        return f"{column} = ANY(%s)", [*params, list(scope.organizations)]


def _named(table: str, what: str) -> str:
    """A constraint name of at most 60 characters that stays the same between runs."""
    name = f"{table}_{what}"
    return name if len(name) <= 60 else f"{name[:51]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _of_key(constraint: models.constraints.BaseConstraint) -> bool:
    return isinstance(constraint, models.UniqueConstraint) and constraint.fields == ("organization", "id")


class ScopedForeignKey(models.ForeignKey):
    """A foreign key between rows of one organization, composite in the database. Protects unless told otherwise."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        super().__init__(to, on_delete, **kwargs)


class ScopedOneToOneField(models.OneToOneField):
    """A scoped foreign key that at most one row may hold."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        super().__init__(to, on_delete, **kwargs)


class OrganizationKey(models.ForeignKey):
    """The organization a row belongs to. Never null, never changed."""

    def __init__(self, to: Any = "organizations.Organization", on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("verbose_name", _("organization"))
        kwargs.setdefault("editable", False)
        super().__init__(to, on_delete, **kwargs)


class ScopedBase(ModelBase):
    """Adds the walls to each concrete scoped model, so that none can be forgotten."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any], **kwargs: Any) -> Any:
        model: Any = super().__new__(mcs, name, bases, attrs, **kwargs)
        meta = model._meta
        if not meta.abstract and not meta.proxy and meta.managed:
            walls = list(model.walls())
            meta.constraints = [*meta.constraints, *walls]
            meta.original_attrs["constraints"] = meta.constraints
        return model


class ScopedQuerySet(models.QuerySet[Any]):
    """Reads through the scope filter; writes are checked against it too."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.check_scope()
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        if {"organization", "organization_id"} & kwargs.keys():
            raise ScopeError("A row never moves to another organization.")
        return super().update(**kwargs)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]  # Django's own way to say it
    """The default manager of scoped models: only rows of the ambient scope."""

    _filtered: ClassVar[WeakKeyDictionary[type[models.Model], Any]] = WeakKeyDictionary()

    def get_queryset(self) -> Any:
        """The filter is built once a model and copied: it reads the scope only when compiled, so a copy is as good."""
        filtered = self._filtered.get(self.model)
        if filtered is None:
            filtered = self._queryset_class(model=self.model).filter(InScope(models.F(self.model.scope_field)))
            self._filtered[self.model] = filtered
        queryset = filtered._chain()
        queryset._db, queryset._hints = self._db, self._hints
        return queryset


class ScopedModel(models.Model, metaclass=ScopedBase):
    """A row of one organization."""

    organization = OrganizationKey()

    objects: ClassVar[ScopedManager] = ScopedManager()

    scope_field = "organization_id"

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_scope()
        super().save(*args, **kwargs)

    @classmethod
    def walls(cls) -> Iterable[models.constraints.BaseConstraint]:
        """The constraints that every table of an organization has."""
        table = cls._meta.db_table
        yield RowWall(name=_named(table, "wall"))
        yield models.UniqueConstraint(fields=["organization", "id"], name=_named(table, "org_id"))
        for key in cls._meta.local_fields:
            if isinstance(key, ScopedForeignKey | ScopedOneToOneField):
                yield CompositeForeignKey(name=_named(table, f"{key.name}_org"), field=key.name)

    def check_scope(self) -> None:
        """Fill the organization from a scope that has one; raise ScopeError where the row lies outside the scope."""
        scope = require_scope()
        if self.organization_id is None:
            self.organization_id = scope.only_organization
        if not scope.covers(self.organization_id):
            raise ScopeError(f"{self._meta.label} belongs to another organization than the one at work.")

    def clean(self) -> None:
        self.check_scope()
        super().clean()

    def validate_constraints(self, exclude: Any = None) -> None:
        """As Django's, with all checks asked at once: each alone, in a savepoint, is sixty statements for a group."""
        self._kept = checks_that_hold(self, exclude)
        try:
            super().validate_constraints(exclude=exclude)
        finally:
            del self._kept

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.constraints.BaseConstraint]]]:
        """Those that are left to ask one by one: not what the row keeps, nor what its key alone settles."""
        kept: frozenset[str] = getattr(self, "_kept", frozenset())
        return [
            (model, [each for each in constraints if each.name not in kept and not _of_key(each)])
            for model, constraints in super().get_constraints()
        ]

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.check_scope()
        return super().delete(*args, **kwargs)


class HistoryRow(Event, metaclass=ScopedBase):
    """One earlier state of a row. Appended by a trigger, never changed, walled like the row itself."""

    pgh_id = models.BigAutoField(primary_key=True)

    objects: ClassVar[ScopedManager] = ScopedManager()

    scope_field = "organization_id"

    class Meta:
        abstract = True

    @classmethod
    def walls(cls) -> Iterable[models.constraints.BaseConstraint]:
        table = cls._meta.db_table
        yield RowWall(name=_named(table, "wall"), column=cls.scope_field)
        yield AppendOnly(name=_named(table, "append_only"))


def keeps_history(*, exclude: list[str] | None = None) -> Callable[[type[M]], type[M]]:
    """Class decorator: keep every state of the row in `<Model>History`, written by triggers, with who and why."""

    def decorate(model: type[M]) -> type[M]:
        pghistory.create_event_model(
            model,
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=exclude,
            model_name=f"{model.__name__}History",
            base_model=HistoryRow,
            obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_row"),
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # None is its documented way to have no such field
            attrs={"scope_field": getattr(model, "scope_field", "organization_id")},
            abstract=False,
        )
        return model

    return decorate
