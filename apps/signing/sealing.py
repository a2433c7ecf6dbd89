"""What must hold against the application itself: plain triggers, made by migrations as model constraints.

pgtrigger's triggers can be switched off by the role they guard (`SET pgtrigger.ignore`), so nothing here uses it. A
refusal arrives as IntegrityError whose `diag.constraint_name` is the constraint's name. The owner of the tables can
still disable a trigger: that is what `verify_signatures` is for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import models

from apps.access.constraints import AppendOnly, TableRule
from apps.access.scoped import ScopedModel

__all__ = ["ClosedWith", "Fixed", "Seal", "Sealed", "SignedAs", "StateMachine"]

_REFUSE = """
CREATE OR REPLACE FUNCTION signing_refuse(rule text, held text, words text) RETURNS void LANGUAGE plpgsql AS $plain$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '23514', CONSTRAINT = rule, TABLE = held, MESSAGE = words;
END $plain$;
"""

_FUNCTIONS = {
    # arguments: constraint, columns that erasure blanks
    "signing_seal": """
DECLARE
    blanked text[] := TG_ARGV[1]::text[];
    was jsonb;
    becomes jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND cardinality(blanked) > 0 THEN
        was := to_jsonb(OLD);
        becomes := to_jsonb(NEW);
        -- erasure: once, every blanked column emptied, nothing else touched (no running role has UPDATE at all)
        IF was ->> 'erased_at' IS NULL AND becomes ->> 'erased_at' IS NOT NULL
           AND (was - blanked - 'erased_at') = (becomes - blanked - 'erased_at')
           AND NOT EXISTS (SELECT 1 FROM unnest(blanked) AS c WHERE becomes ->> c NOT IN ('', '\\x', '{}', '[]'))
        THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'sealed: rows of ' || TG_TABLE_NAME || ' are never changed');
    RETURN NULL;
END""",
    # arguments: constraint, column, first state, moves as JSON
    "signing_states": """
DECLARE
    moves jsonb := TG_ARGV[3]::jsonb;
    was text;
    becomes text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        becomes := to_jsonb(NEW) ->> TG_ARGV[1];
        IF becomes <> TG_ARGV[2] THEN
            PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'a new row starts as ' || TG_ARGV[2]);
        END IF;
        RETURN NEW;
    END IF;
    was := to_jsonb(OLD) ->> TG_ARGV[1];
    IF TG_OP = 'DELETE' THEN
        IF was <> TG_ARGV[2] THEN
            PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'a row that is ' || was || ' is not deleted');
        END IF;
        RETURN OLD;
    END IF;
    becomes := to_jsonb(NEW) ->> TG_ARGV[1];
    IF jsonb_array_length(coalesce(moves -> was, '[]')) = 0 THEN
        PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'a row that is ' || was || ' is locked');
    ELSIF was <> becomes AND NOT jsonb_exists(moves -> was, becomes) THEN
        PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'no way from ' || was || ' to ' || becomes);
    END IF;
    RETURN NEW;
END""",
    # arguments: constraint, table, its column, this row's column, state column, open states
    "signing_closed_with": """
DECLARE
    here jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    state text;
BEGIN
    -- erasure of a sealed row: its seal says what may be blanked, and only the owner's login has the right to
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) ->> 'erased_at' IS NULL AND here ->> 'erased_at' IS NOT NULL THEN
        RETURN NEW;
    END IF;
    -- FOR SHARE: whoever moves the other row on waits for us, and we for them
    EXECUTE 'SELECT ' || quote_ident(TG_ARGV[4]) || ' FROM ' || quote_ident(TG_ARGV[1])
        || ' WHERE ' || quote_ident(TG_ARGV[2]) || ' = $1 FOR SHARE'
        INTO state USING (here ->> TG_ARGV[3])::bigint;
    IF state IS NOT NULL AND NOT state = ANY (TG_ARGV[5]::text[]) THEN
        PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'it belongs to what is ' || state || ' and can not change');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END""",
    # arguments: constraint, columns
    "signing_fixed": """
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(TG_ARGV[1]::text[]) AS c WHERE to_jsonb(OLD) -> c <> to_jsonb(NEW) -> c) THEN
        PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'once written it stays: ' || TG_ARGV[1]);
    END IF;
    RETURN NEW;
END""",
    # arguments: constraint, key column, kind, meaning, row column, version column
    "signing_signed_as": """
DECLARE
    here jsonb := to_jsonb(NEW);
BEGIN
    IF here ->> TG_ARGV[1] IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM signing_signature AS s
        WHERE s.id = (here ->> TG_ARGV[1])::bigint AND s.kind = TG_ARGV[2] AND s.meaning = TG_ARGV[3]
          AND s.row_id = (here ->> TG_ARGV[4])::bigint AND s.version = (here ->> TG_ARGV[5])::int
    ) THEN
        PERFORM signing_refuse(TG_ARGV[0], TG_TABLE_NAME, 'that signature signs something else');
    END IF;
    RETURN NEW;
END""",
}


def function_sql(name: str) -> str:
    """The statement that makes one of these functions, or puts its present words in the place of former ones."""
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $plain${_FUNCTIONS[name]}$plain$"


class _PlainTrigger(TableRule):
    """A trigger of our own on one table. Its function is made with it, so no migration has to come first."""

    function = ""
    events = "INSERT OR UPDATE"
    options: tuple[str, ...] = ()

    def arguments(self, model: Any) -> Sequence[str]:
        """The trigger's arguments after its own name."""
        return ()

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        names = self._names(model, schema_editor)
        arguments = ", ".join(schema_editor.quote_value(value) for value in (self.name, *self.arguments(model)))
        return (
            f"{_REFUSE}{function_sql(self.function)};"
            f"CREATE TRIGGER {names['name']} BEFORE {self.events} ON {names['table']}"
            f" FOR EACH ROW EXECUTE FUNCTION {self.function}({arguments})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        return "DROP TRIGGER IF EXISTS {name} ON {table}".format(**self._names(model, schema_editor))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        kwargs = {"name": self.name} | {option: getattr(self, option) for option in self.options}
        return f"apps.signing.sealing.{type(self).__name__}", (), kwargs


class Seal(_PlainTrigger):
    """No UPDATE, DELETE or TRUNCATE by anybody, the owner included, while the trigger stands.

    `erasable` names the columns that erasure may blank, once, together with setting `erased_at`; only the owner's login
    has the right to, and the hash stays.
    """

    function = "signing_seal"
    events = "UPDATE OR DELETE"
    options = ("erasable",)

    def __init__(self, *, name: str, erasable: Iterable[str] = ()) -> None:
        super().__init__(name=name)
        self.erasable = list(erasable)

    def arguments(self, model: Any) -> Sequence[str]:
        return ["{" + ",".join(self.erasable) + "}"]

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        names = self._names(model, schema_editor)
        emptied = schema_editor.quote_name(f"{self.name}_truncate")
        name = schema_editor.quote_value(self.name)
        return (
            f"{super().create_sql(model, schema_editor)};"
            f"CREATE TRIGGER {emptied} BEFORE TRUNCATE ON {names['table']}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {self.function}({name}, '{{}}')"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        emptied = schema_editor.quote_name(f"{self.name}_truncate")
        table = self._names(model, schema_editor)["table"]
        return f"{super().remove_sql(model, schema_editor)}; DROP TRIGGER IF EXISTS {emptied} ON {table}"


class StateMachine(_PlainTrigger):
    """A row starts in one state and moves only along `moves`; in a state without moves it is locked as a whole.

    Only a row still in its first state may be deleted.
    """

    function = "signing_states"
    events = "INSERT OR UPDATE OR DELETE"
    options = ("field", "starts", "moves")

    def __init__(self, *, name: str, field: str, starts: str, moves: Mapping[str, Iterable[str]]) -> None:
        super().__init__(name=name)
        self.field = field
        self.starts = str(starts)
        self.moves = {str(state): [str(to) for to in nexts] for state, nexts in moves.items()}

    def arguments(self, model: Any) -> Sequence[str]:
        return [model._meta.get_field(self.field).column, self.starts, json.dumps(self.moves)]


class ClosedWith(_PlainTrigger):
    """Rows are made, changed and deleted only while the row they belong to is in one of the `open_states`.

    `table.table_column = this row's column` finds that row (a draft's note by its id, a session's note by its session).
    """

    function = "signing_closed_with"
    events = "INSERT OR UPDATE OR DELETE"
    options = ("table", "table_column", "column", "state", "open_states")

    def __init__(
        self, *, name: str, table: str, table_column: str, column: str, state: str, open_states: Iterable[str]
    ) -> None:
        super().__init__(name=name)
        self.table, self.table_column, self.column, self.state = table, table_column, column, state
        self.open_states = [str(state) for state in open_states]

    def arguments(self, model: Any) -> Sequence[str]:
        return [self.table, self.table_column, self.column, self.state, "{" + ",".join(self.open_states) + "}"]


class Fixed(_PlainTrigger):
    """These columns never change once the row is written."""

    function = "signing_fixed"
    events = "UPDATE"
    options = ("columns",)

    def __init__(self, *, name: str, columns: Iterable[str]) -> None:
        super().__init__(name=name)
        self.columns = list(columns)

    def arguments(self, model: Any) -> Sequence[str]:
        return ["{" + ",".join(self.columns) + "}"]


class SignedAs(_PlainTrigger):
    """The signature that `key` points at signs this very row and version, with this meaning."""

    function = "signing_signed_as"
    options = ("key", "kind", "meaning", "row", "version")

    def __init__(self, *, name: str, key: str, kind: str, meaning: str, row: str, version: str) -> None:
        super().__init__(name=name)
        self.key, self.kind, self.meaning, self.row, self.version = key, kind, str(meaning), row, version

    def arguments(self, model: Any) -> Sequence[str]:
        return [model._meta.get_field(self.key).column, self.kind, self.meaning, self.row, self.version]


class Sealed(ScopedModel):
    """The base of rows that are written once: sealed content, signatures, what is appended to them.

    The running roles have no UPDATE, DELETE or TRUNCATE, and a plain trigger refuses them to everybody else. What may
    still change (a draft) lives in a table of its own. `erasable` names the columns that erasure, after retention,
    blanks; the model then has a field `erased_at`.
    """

    erasable: tuple[str, ...] = ()

    class Meta:
        abstract = True

    @classmethod
    def walls(cls) -> Iterable[models.constraints.BaseConstraint]:
        table = cls._meta.db_table
        yield from super().walls()
        yield AppendOnly(name=f"{table}_append_only"[:60])
        yield Seal(name=f"{table}_sealed"[:50], erasable=cls.erasable)
