"""What the database holds about records itself: states follow a path, dates follow terms and extensions.

Plain triggers made by migrations as model constraints (pgtrigger's can be switched off by the role they guard). A
refusal arrives as IntegrityError whose `diag.constraint_name` is the constraint's name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from apps.access.constraints import TableRule

__all__ = ["DatesFollowTerms", "ExtensionsMoveTheEnd", "PathOfStates", "StatusFollowsSteps"]

_REFUSE = """
CREATE OR REPLACE FUNCTION certifications_refuse(rule text, held text, words text) RETURNS void LANGUAGE plpgsql AS $p$
BEGIN
    RAISE EXCEPTION USING ERRCODE = '23514', CONSTRAINT = rule, TABLE = held, MESSAGE = words;
END $p$;
"""

# The record is locked first: two steps of one record wait for each other, whoever writes them.
_STEP = """
CREATE OR REPLACE FUNCTION certifications_step() RETURNS trigger LANGUAGE plpgsql AS $p$
DECLARE
    moves jsonb := TG_ARGV[1]::jsonb;
    stands text;
    before record;
BEGIN
    SELECT status INTO stands FROM certifications_certification WHERE id = NEW.certification_id FOR UPDATE;
    SELECT number, to_status, "on" INTO before FROM certifications_certificationstep
        WHERE certification_id = NEW.certification_id ORDER BY number DESC LIMIT 1;
    IF NOT FOUND THEN
        IF NEW.from_status <> '' OR NEW.to_status IS DISTINCT FROM stands THEN
            PERFORM certifications_refuse(TG_ARGV[0], TG_TABLE_NAME, 'the first step is how the record begins');
        END IF;
        NEW.number := 1;
        RETURN NEW;
    END IF;
    IF NEW.from_status <> before.to_status THEN
        PERFORM certifications_refuse(TG_ARGV[0], TG_TABLE_NAME, 'it moved on: it is ' || before.to_status);
    ELSIF NOT jsonb_exists(coalesce(moves -> before.to_status, '[]'), NEW.to_status) THEN
        PERFORM certifications_refuse(
            TG_ARGV[0], TG_TABLE_NAME, 'no way from ' || before.to_status || ' to ' || NEW.to_status);
    ELSIF NEW."on" < before."on" THEN
        PERFORM certifications_refuse(TG_ARGV[0], TG_TABLE_NAME, 'steps go forward in time');
    END IF;
    NEW.number := before.number + 1;
    RETURN NEW;
END $p$;
CREATE OR REPLACE FUNCTION certifications_stepped() RETURNS trigger LANGUAGE plpgsql AS $p$
BEGIN
    UPDATE certifications_certification SET status = NEW.to_status
        WHERE id = NEW.certification_id AND status <> NEW.to_status;
    RETURN NULL;
END $p$;
"""

_STATUS = """
CREATE OR REPLACE FUNCTION certifications_status() RETURNS trigger LANGUAGE plpgsql AS $p$
DECLARE
    last text;
BEGIN
    SELECT to_status INTO last FROM certifications_certificationstep
        WHERE certification_id = NEW.id ORDER BY number DESC LIMIT 1;
    IF last IS DISTINCT FROM NEW.status THEN
        PERFORM certifications_refuse(TG_ARGV[0], TG_TABLE_NAME, 'a status is changed by a step');
    END IF;
    RETURN NEW;
END $p$;
"""

_DATES = """
CREATE OR REPLACE FUNCTION certifications_dates_follow() RETURNS trigger LANGUAGE plpgsql AS $p$
DECLARE
    held bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.certification_id ELSE NEW.certification_id END;
    first_day date;
    end_day date;
BEGIN
    SELECT min(starts_on), CASE WHEN bool_or(last_day IS NULL) THEN NULL ELSE max(last_day) END
        INTO first_day, end_day FROM certifications_certificationterm WHERE certification_id = held;
    UPDATE certifications_certification SET issued_on = first_day, expires_on = end_day
        WHERE id = held AND (issued_on IS DISTINCT FROM first_day OR expires_on IS DISTINCT FROM end_day);
    RETURN NULL;
END $p$;
"""

_EXTENDED = """
CREATE OR REPLACE FUNCTION certifications_extension() RETURNS trigger LANGUAGE plpgsql AS $p$
DECLARE
    term record;
BEGIN
    SELECT starts_on, last_day INTO term FROM certifications_certificationterm WHERE id = NEW.term_id FOR UPDATE;
    IF term.last_day IS NULL OR NEW.until <= term.last_day OR NEW.granted_on < term.starts_on THEN
        PERFORM certifications_refuse(TG_ARGV[0], TG_TABLE_NAME, 'an extension moves the last day on');
    END IF;
    NEW.number := 1 + (SELECT count(*) FROM certifications_certificationextension WHERE term_id = NEW.term_id);
    UPDATE certifications_certificationterm SET last_day = NEW.until WHERE id = NEW.term_id;
    RETURN NEW;
END $p$;
"""


class _Rule(TableRule):
    functions = ""
    triggers: tuple[tuple[str, str, str], ...] = ()  # (name's ending, when, function)
    options: tuple[str, ...] = ()

    def argument(self) -> str:
        """The triggers' one argument after the constraint's name, or ""."""
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        quote, names = schema_editor.quote_name, self._names(model, schema_editor)
        arguments = ", ".join(schema_editor.quote_value(value) for value in (self.name, self.argument()) if value)
        made = [
            f"CREATE {kind.format(on=names['table'], name=quote(self.name + ending))}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}({arguments})"
            for ending, kind, function in self.triggers
        ]
        return _REFUSE + self.functions + ";".join(made)

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = self._names(model, schema_editor)["table"]
        quote = schema_editor.quote_name
        return ";".join(
            f"DROP TRIGGER IF EXISTS {quote(self.name + ending)} ON {table}" for ending, _kind, _f in self.triggers
        )

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        kwargs = {"name": self.name} | {option: getattr(self, option) for option in self.options}
        return f"apps.certifications.models.paths.{type(self).__name__}", (), kwargs


class PathOfStates(_Rule):
    """The steps of a record are a path of `moves`, numbered without gaps, forward in time; the record's status follows.

    Each step names the state it leaves: whoever read an older one is refused.
    """

    functions = _STEP
    options = ("moves",)
    triggers = (
        ("", "TRIGGER {name} BEFORE INSERT ON {on}", "certifications_step"),
        ("_stepped", "TRIGGER {name} AFTER INSERT ON {on}", "certifications_stepped"),
    )

    def __init__(self, *, name: str, moves: Mapping[str, Iterable[str]]) -> None:
        super().__init__(name=name)
        self.moves = {str(state): [str(to) for to in nexts] for state, nexts in moves.items()}

    def argument(self) -> str:
        return json.dumps(self.moves)


class StatusFollowsSteps(_Rule):
    """A record's status changes only to where its last step led; one without a step counts on no day."""

    functions = _STATUS
    triggers = (("", "TRIGGER {name} BEFORE UPDATE OF status ON {on}", "certifications_status"),)


class DatesFollowTerms(_Rule):
    """A record's first and last day are those of its terms."""

    functions = _DATES
    triggers = (("", "TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {on}", "certifications_dates_follow"),)


class ExtensionsMoveTheEnd(_Rule):
    """An extension is later than what it extends, is numbered within its term, and moves the term's last day."""

    functions = _EXTENDED
    triggers = (("", "TRIGGER {name} BEFORE INSERT ON {on}", "certifications_extension"),)
