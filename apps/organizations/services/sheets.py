"""Bringing in a sheet, whole or not at all, and undoing it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import require, visible_to
from apps.access.scoped import HistoryRow
from apps.kit.search import FoldedSearchField
from apps.kit.sheets import Table
from apps.organizations.choices import RowFate
from apps.organizations.models import Bar, Invitation, Organization, Person, SheetImport, SheetImportRow
from apps.organizations.registry import Sheet, sheet_called
from apps.organizations.services.invitations import end_invitation, invite
from apps.organizations.sheet_plan import ADD, CHANGE, Plan, make_plan

MOST_INVITATIONS = 200
# What points at a person without anybody having used what the sheet made.
NOT_A_USE = {Bar, Invitation, SheetImportRow}
Key = tuple[str, int]


class Otherwise(ValidationError):  # noqa: N818  an answer, with the plan as it is now
    """What would be done is not what was shown any more; `plan` says what it would be now."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(_("Something changed here since you looked. Look again before you bring it in."))
        self.plan = plan


@transaction.atomic
def bring_in(
    *,
    sheet: Sheet,
    table: Table,
    actor: Actor,
    known_way: str = "change",
    name: str = "",
    invited: bool = False,
    seen: str = "",
) -> SheetImport:
    """Bring in a sheet: every line of it, or nothing. Two at once wait for each other.

    `seen` is the digest of the plan that the actor agreed to. `invited`: newcomers with an address get an invitation.
    Raises PermissionDenied; Otherwise, with the plan as it is now, where a line is bad or the plan is another one;
    ValidationError where there are too many to invite.
    """
    if not sheet.may_bring_in(actor) or actor.organization_id is None:
        raise PermissionDenied
    Organization.objects.select_for_update().get(pk=actor.organization_id)
    plan = make_plan(sheet, table, actor, known_way)
    if not plan.is_good or (seen and plan.digest != seen):
        raise Otherwise(plan)
    new, old = plan.of(ADD), plan.of(CHANGE)
    to_invite = [line for line in new if invited and line.values.get("email")]
    if len(to_invite) > MOST_INVITATIONS:
        raise ValidationError(
            _("At most %(most)d people can be invited at once. Bring them in, then invite.")
            % {"most": MOST_INVITATIONS}
        )
    before = _stands(_keys([line.row, *sheet.beside(line.row)] for line in old))
    made = sheet.add([line.values for line in new], actor)
    touched = sheet.change([(line.row, line.differs) for line in old], actor)
    record = SheetImport.objects.create(
        organization_id=actor.organization_id,
        kind=sheet.kind,
        name=name[:200],
        made_by_id=actor.user_id,
        added=len(new),
        changed=len(old),
    )
    after = _stands(_keys([*made, *touched]))
    SheetImportRow.objects.bulk_create(
        SheetImportRow(
            organization_id=actor.organization_id,
            sheet=record,
            line=line.number,
            person_id=rows[0].pk,
            touched=[
                {"model": key[0], "id": key[1], "before": before.get(key), "after": after[key]}
                for key in _keys([rows])
                if key in after
            ],
        )
        for line, rows in zip([*new, *old], [*made, *touched], strict=True)
    )
    for line, rows in zip(new, made, strict=True):
        if line in to_invite:
            invite(person=rows[0], email=line.values["email"], actor=actor)  # type: ignore[arg-type]  # the first is the Person
    return record


def _keys(groups: Iterable[Iterable[Any]]) -> list[Key]:
    return [(row._meta.label_lower, row.pk) for rows in groups for row in rows if row is not None]


def _stands(keys: Iterable[Key]) -> dict[Key, int]:
    """How far the history of each of these rows has come: one query a model."""
    found: dict[Key, int] = {}
    for label, ids in _by_model(keys).items():
        history = _history_of(apps.get_model(label))
        newest = history._default_manager.filter(pgh_obj_id__in=ids).order_by().values("pgh_obj_id")
        found |= {(label, row["pgh_obj_id"]): row["newest"] for row in newest.annotate(newest=Max("pgh_id"))}
    return found


def _history_of(model: Any) -> Any:
    """The model that keeps the history of another."""
    return model.history.rel.related_model


def _by_model(keys: Iterable[Key]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for label, pk in keys:
        found.setdefault(label, set()).add(pk)
    return found


@dataclass
class Undoing:
    """What undoing does, or did: lines taken back, lines that stay because of what happened since, and of these how
    many are about people whom the actor does not see."""

    back: list[SheetImportRow] = field(default_factory=list)
    left: list[SheetImportRow] = field(default_factory=list)
    unseen: int = 0


def what_undoing_does(record: SheetImport, actor: Actor) -> Undoing:
    """What undoing would do now. A line is left where one of its rows changed since, or something was done with it."""
    rows = list(record.rows.filter(fate=RowFate.STANDS).select_related("person"))
    sheet = sheet_called(record.kind)
    now = _stands((one["model"], one["id"]) for row in rows for one in row.touched)
    used = _used([(one["model"], one["id"]) for row in rows for one in row.touched if one["before"] is None])
    people = {row.person_id for row in rows}
    seen = set(visible_to(Person, actor).filter(pk__in=people).values_list("pk", flat=True))
    path = f"{sheet.person}pk" if sheet else "pk"
    allowed = sheet.rows(actor, "change").filter(**{f"{path}__in": people}) if sheet else Person.objects.none()
    mine = set(allowed.values_list(path, flat=True))
    found = Undoing()
    for row in rows:
        keys = [((one["model"], one["id"]), one["after"]) for one in row.touched]
        stands = all(now.get(key) == after and key not in used for key, after in keys)
        if stands and row.person_id in mine & seen:
            found.back.append(row)
        elif row.person_id in seen:
            found.left.append(row)
        else:
            found.unseen += 1
    return found


def _used(keys: Iterable[Key]) -> set[Key]:
    """Those of some rows that something points at, but for what the same sheet made: one query a kind of pointer."""
    own = _by_model(keys)
    found: set[Key] = set()
    for label, ids in own.items():
        for pointer in apps.get_model(label)._meta.related_objects:
            model: Any = pointer.related_model
            if model in NOT_A_USE or issubclass(model, HistoryRow):
                continue
            name = pointer.field.attname
            rows = model._default_manager.filter(**{f"{name}__in": ids})
            if model._meta.label_lower in own:
                rows = rows.exclude(pk__in=own[model._meta.label_lower])
            found |= {(label, pk) for pk in rows.order_by().values_list(name, flat=True)}
    return found


@transaction.atomic
def undo_import(*, record: SheetImport, actor: Actor) -> Undoing:
    """Put away what a sheet made and give back the values it changed, but for rows changed or used since.

    Those are left, and said. Undoing twice changes nothing more. Raises PermissionDenied.
    """
    require(actor, "change", record)
    Organization.objects.select_for_update().get(pk=record.organization_id)
    record = SheetImport.objects.select_for_update().get(pk=record.pk)
    if record.undone_at is not None:
        return Undoing(left=list(record.rows.filter(fate=RowFate.LEFT).select_related("person")))
    done = what_undoing_does(record, actor)
    _put_away([(one["model"], one["id"]) for row in done.back for one in row.touched if one["before"] is None])
    _give_back([(one["model"], one["id"], one["before"]) for row in done.back for one in row.touched if one["before"]])
    for invitation in Invitation.objects.filter(person_id__in=[row.person_id for row in done.back]):
        end_invitation(invitation=invitation, actor=actor)
    record.rows.filter(pk__in=[row.pk for row in done.back]).update(fate=RowFate.UNDONE)
    record.rows.filter(fate=RowFate.STANDS).update(fate=RowFate.LEFT)
    record.undone_at, record.undone_by_id = timezone.now(), actor.user_id
    record.save(update_fields=["undone_at", "undone_by"])
    return done


def _put_away(keys: Iterable[Key]) -> None:
    for label, ids in _by_model(keys).items():
        model = apps.get_model(label)
        rows = model._default_manager.filter(pk__in=ids)
        if any(f.name == "archived_at" for f in model._meta.fields):
            rows.filter(archived_at__isnull=True).update(archived_at=timezone.now())
        else:
            rows.delete()  # a part of a person's record that was not there before: its history stays


def _give_back(wanted: list[tuple[str, int, int]]) -> None:
    """Write the state that each row had at a point of its history."""
    for label in {label for label, _pk, _at in wanted}:
        model: Any = apps.get_model(label)
        points = [at for one, _pk, at in wanted if one == label]
        history = _history_of(model)
        former = {row.pgh_obj_id: row for row in history._default_manager.filter(pgh_id__in=points)}
        kept = {f.attname for f in history._meta.local_fields}
        fields = [f for f in model._meta.local_fields if f.attname in kept and f.name not in ("id", "organization")]
        folded = [f for f in model._meta.local_fields if isinstance(f, FoldedSearchField)]
        rows = list(model._default_manager.filter(pk__in=former))
        for row in rows:
            for one in fields:
                setattr(row, one.attname, getattr(former[row.pk], one.attname))
            for one in folded:
                setattr(row, one.attname, one.pre_save(row, add=False))
        names = [f.name for f in [*fields, *folded] if f.editable or f in folded]
        model._default_manager.bulk_update(rows, names, batch_size=500)
