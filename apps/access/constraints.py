"""The second wall as model constraints, so that migrations make, show and reverse it like any other constraint."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

__all__ = ["AppendOnly", "CompositeForeignKey", "RowWall", "TableRule"]


def _later(schema_editor: BaseDatabaseSchemaEditor, sql: str) -> None:
    """Run once the table stands (a constraint inside CREATE TABLE can hold none of ours)."""
    schema_editor.deferred_sql.append(sql)


class TableRule(models.constraints.BaseConstraint):
    """A constraint that is its own SQL statements and has nothing to check on one instance."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        sql = self.create_sql(model, schema_editor)
        if sql:
            _later(schema_editor, sql)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database alone decides."""

    def _names(self, model: Any, schema_editor: Any) -> dict[str, str]:
        quote = schema_editor.quote_name
        return {
            "table": quote(model._meta.db_table),
            "name": quote(self.name),
            "runtime": quote(settings.DATABASE_ROLES["runtime"]),
            "system": quote(settings.DATABASE_ROLES["system"]),
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.deconstruct() == other.deconstruct()  # type: ignore[attr-defined]  # stubs lack it

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class RowWall(TableRule):
    """Row-level security: the runtime login touches only rows whose `column` is in its scope, the system role all."""

    def __init__(self, *, name: str, column: str = "organization_id") -> None:
        super().__init__(name=name)
        self.column = column

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        test = f"{schema_editor.quote_name(self.column)} = ANY((SELECT app_orgs())::bigint[])"
        return (
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY {name} ON {table} TO {runtime} USING (" + test + ") WITH CHECK (" + test + ");"
            "CREATE POLICY system_scope ON {table} TO {system} USING (true) WITH CHECK (true)"
        ).format(**self._names(model, schema_editor))

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return (
            "DROP POLICY IF EXISTS {name} ON {table}; DROP POLICY IF EXISTS system_scope ON {table};"
            "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        ).format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        kwargs = {"name": self.name}
        if self.column != "organization_id":
            kwargs["column"] = self.column
        return "apps.access.constraints.RowWall", (), kwargs


class AppendOnly(TableRule):
    """Privileges that hold against the application itself: no UPDATE, DELETE or TRUNCATE for the running roles."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {runtime}, {system}".format(
            **self._names(model, schema_editor)
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "GRANT UPDATE, DELETE ON {table} TO {runtime}, {system}".format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return "apps.access.constraints.AppendOnly", (), {"name": self.name}


class CompositeForeignKey(TableRule):
    """`(organization_id, x_id)` references `(organization_id, id)`: row-level security lets a plain key point across.

    `field` is the name of the scoped foreign key on the model. A NULL key is not checked, as with any foreign key.
    """

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Deferred to the end of the migration: the unique key it needs may be made after it in the same one."""
        key = model._meta.get_field(self.field)
        quote = schema_editor.quote_name
        names = self._names(model, schema_editor)
        cascade = " ON DELETE CASCADE" if key.remote_field.on_delete is models.CASCADE else ""
        _later(
            schema_editor,
            f"ALTER TABLE {names['table']} ADD CONSTRAINT {names['name']}"
            f" FOREIGN KEY ({quote('organization_id')}, {quote(key.column)})"
            f" REFERENCES {quote(key.related_model._meta.db_table)} ({quote('organization_id')}, {quote('id')})"
            f"{cascade} DEFERRABLE INITIALLY DEFERRED",
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}".format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return "apps.access.constraints.CompositeForeignKey", (), {"name": self.name, "field": self.field}
