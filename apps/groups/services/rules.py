"""Changes of a group's rule: all of it, or from one session on; single dates; and what a change would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, require, visible_to
from apps.groups.choices import DateKind, SessionState
from apps.groups.models import EarlierRule, Enrolment, GroupDate, Session, SupportGroup
from apps.groups.selectors import NOTICE, active_enrolments
from apps.groups.services.planning import plan_sessions

RULE = ("frequency", "interval", "weekday", "also_on", "positions", "times", "starts", "minutes", "ends_on")
SHAPE = frozenset(RULE) - {"ends_on"}


def check_rule(group: SupportGroup) -> None:
    """What a rule needs beyond its fields. Raises ValidationError by field."""
    group.also_on = sorted({day for day in group.also_on if day != group.weekday})
    group.positions = sorted(set(group.positions))
    if group.frequency == "monthly" and not group.positions:
        raise ValidationError({"positions": _("Say which of the month: the first, the third, the last.")})
    if group.frequency == "weekly" and group.positions:
        raise ValidationError({"positions": _("This is only for groups that meet by the month.")})


def settle_rule(group: SupportGroup, *, changed: bool) -> None:
    """A group's rule was changed for all that is to come: earlier rules that still had days to come give way to it.

    The caller holds the group's lock and saves it. Raises ValidationError by field for a rule that can't be.
    """
    check_rule(group)
    if not changed:
        return
    coming = EarlierRule.objects.filter(group=group, ends_on__gte=timezone.now().date() - timedelta(days=1))
    first = coming.order_by("starts_on").first()
    if first is not None:
        group.rule_from = first.starts_on if first.starts_on > group.starts_on else None
        coming.delete()
    if group.rule_from is not None and group.rule_from < group.starts_on:
        group.rule_from = None


@transaction.atomic
def change_rule(*, group: SupportGroup, actor: Actor, since: Session | None = None, **values: Any) -> SupportGroup:
    """Change how often, when and how long a group meets: from one session on, or (without `since`) all that is to come.

    `values` are fields of `RULE`. From `since` on, the days before keep the rule that they had. Sessions keep their
    identity: in each week (or month) the first takes the first new day, and so on; what is left over is off. Those
    called off or moved by hand stay as they are. Raises PermissionDenied, or ValidationError by field.
    """
    if wrong := set(values) - set(RULE):
        raise TypeError(f"no part of a rule: {', '.join(sorted(wrong))}")
    require(actor, "change", group)
    group = SupportGroup.objects.select_for_update().get(pk=group.pk)
    before = {name: getattr(group, name) for name in RULE}
    was_from = group.rule_from or group.starts_on
    for name, value in values.items():
        setattr(group, name, value)
    changed = {name for name in SHAPE if getattr(group, name) != before[name]}
    if since is None or not _split(group, since, before, was_from, values):
        settle_rule(group, changed=bool(changed))
    else:
        check_rule(group)
    group.full_clean()
    group.save()
    ensure_still_visible(actor, group)
    plan_sessions(actor=actor, group_id=group.pk)
    return group


def _split(group: SupportGroup, since: Session, before: dict[str, Any], was_from: date, values: dict[str, Any]) -> bool:
    """Keep the rule of the days before `since` as an earlier one. False where there are none: then it is for all."""
    if since.group_id != group.pk:
        raise ValidationError(_("This session is of another group."))
    monday = since.slot - timedelta(days=since.slot.weekday())
    start = since.slot
    if not Session.objects.filter(group=group, slot__gte=monday, slot__lt=since.slot, ended_with_group=False).exists():
        start = max(monday, timezone.now().date())  # so that an earlier weekday of the same week is not missed
    start = min(start, since.slot)
    if not Session.objects.filter(group=group, slot__lt=since.slot, ended_with_group=False).exists():
        return False
    last = start - timedelta(days=1)
    EarlierRule.objects.filter(group=group, starts_on__gte=start).delete()
    within = EarlierRule.objects.filter(group=group, starts_on__lt=start, ends_on__gte=start).first()
    if within is not None:  # the change begins before another one that was to come
        within.ends_on = last
        within.save(update_fields=["ends_on"])
    elif was_from <= last:
        weekdays = sorted({before["weekday"], *before["also_on"]})
        row = EarlierRule(
            organization_id=group.organization_id,
            group=group,
            starts_on=was_from,
            ends_on=last if before["ends_on"] is None else min(last, before["ends_on"]),
            weekdays=weekdays,
            **{name: before[name] for name in ("frequency", "interval", "positions", "times", "starts", "minutes")},
        )
        row.full_clean(exclude=["positions", "times"])  # empty in most rules; the group's own were checked
        row.save()
    if group.times is not None and "times" not in values:
        group.times = _times_left(group, since)
    group.rule_from = start
    return True


def _times_left(group: SupportGroup, since: Session) -> int:
    """How many of a counted rule's times are from this session on, so that a split neither adds nor loses any."""
    held = Session.objects.filter(group=group, slot__lt=since.slot, ended_with_group=False).exclude(
        slot__in=GroupDate.objects.filter(group=group, kind=DateKind.EXTRA).values("on")
    )
    return max((group.times or 1) - held.filter(slot__gte=group.rule_from or group.starts_on).count(), 1)


@transaction.atomic
def end_from(*, session: Session, actor: Actor) -> SupportGroup:
    """End a group with the session before this one. Raises PermissionDenied, or ValidationError for its very first."""
    require(actor, "change", session.group)
    last = session.slot - timedelta(days=1)
    group = SupportGroup.objects.select_for_update().get(pk=session.group_id)
    if last < group.starts_on:
        raise ValidationError(_("This is the group’s first session. To end it all, put the group away."))
    EarlierRule.objects.filter(group=group, starts_on__gt=last).delete()
    EarlierRule.objects.filter(group=group, ends_on__gt=last).update(ends_on=last)
    group.ends_on = last
    group.full_clean()
    group.save()
    plan_sessions(actor=actor, group_id=group.pk)
    return group


@transaction.atomic
def set_date(
    *,
    group: SupportGroup,
    actor: Actor,
    on: date,
    kind: str,
    starts: time | None = None,
    minutes: int | None = None,
    row: GroupDate | None = None,
) -> GroupDate:
    """Let a group also meet on a day, or leave a day out, whatever its rule says. Setting a day again changes it.

    Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", group)
    group = SupportGroup.objects.select_for_update().get(pk=group.pk)
    row = row or GroupDate.objects.filter(group=group, on=on).first()
    row = row or GroupDate(organization_id=group.organization_id, group=group)
    row.on, row.kind, row.starts, row.minutes = on, kind, starts, minutes
    row.full_clean()
    row.save()
    plan_sessions(actor=actor, group_id=group.pk)
    return row


@transaction.atomic
def drop_date(*, row: GroupDate, actor: Actor) -> None:
    """Take a single date back: the day is again what the rule says. Its history stays."""
    require(actor, "change", row.group)
    SupportGroup.objects.select_for_update().get(pk=row.group_id)
    GroupDate.objects.filter(pk=row.pk).delete()
    plan_sessions(actor=actor, group_id=row.group_id)


@dataclass(frozen=True)
class Before:
    """How a session stood."""

    on: date
    starts_at: datetime
    ends_at: datetime
    is_on: bool
    is_listed: bool
    place_id: int | None = None


@dataclass(frozen=True)
class Difference:
    """What a change does to one session; `before` None is a new one, `after` None one that is not listed any more."""

    group_id: int
    zone: str
    before: Before | None
    after: Before | None

    @property
    def at(self) -> datetime:
        row = self.before or self.after
        assert row is not None  # noqa: S101  one of the two is always there
        return row.starts_at


@dataclass
class Preview:
    """What a change would do: sessions in order of time, and who gets a message, as far as the actor may see them.

    A message goes to those in a group of which a session changes within a week; all others read it on pages and in
    their calendars. `others` are those whose names the actor may not see.
    """

    differences: list[Difference] = field(default_factory=list)
    told: list[Enrolment] = field(default_factory=list)
    others: int = 0
    problem: ValidationError | None = None


class _Undo(Exception):  # noqa: N818  not an error: the way out of the transaction that a preview undoes
    """Ends the transaction of a preview."""


def preview(*, groups: list[int] | None, actor: Actor, deed: Callable[[], Any]) -> Preview:
    """Run `deed` (a call of this app's services), note what becomes of the coming sessions, and undo it all.

    What the page says can't differ from what happens, as it is the same service. `groups` None looks at every group in
    scope. A refusal of the service is the preview's `problem`; PermissionDenied passes.
    """
    found = Preview()
    try:
        with transaction.atomic():
            before = _standing(groups)
            deed()
            after = _standing(groups)
            raise _Undo
    except ValidationError as refused:
        found.problem = refused
        return found
    except _Undo:
        pass
    for key in sorted(before.keys() | after.keys()):
        (old, zone), (new, new_zone) = before.get(key, (None, "")), after.get(key, (None, ""))
        if old is not None and not old.is_listed:
            old = None
        if new is not None and not new.is_listed:
            new = None
        if old != new:
            found.differences.append(Difference(key[0], new_zone or zone, old, new))
    found.differences.sort(key=lambda each: each.at)
    _name_people(found, actor)
    return found


def _standing(groups: list[int] | None) -> dict[tuple[int, int], tuple[Before, str]]:
    rows = Session.objects.filter(ends_at__gt=timezone.now()).select_related("group__location", "location")
    if groups is not None:
        rows = rows.filter(group__in=groups)
    return {
        (row.group_id, row.pk): (
            Before(
                row.on,
                row.starts_at,
                row.ends_at,
                row.state == SessionState.PLANNED,
                not row.ended_with_group,
                row.location_id,
            ),
            str((row.location or row.group.location).zone),
        )
        for row in rows
    }


def _name_people(found: Preview, actor: Actor) -> None:
    until = timezone.now() + NOTICE
    soon = {
        each.group_id
        for each in found.differences
        if each.before is not None
        and each.after != each.before
        and min(row.starts_at for row in (each.before, each.after) if row is not None) <= until
    }
    if not soon:
        return
    standing = active_enrolments().filter(group__in=soon)
    seen = visible_to(standing, actor).select_related("person").order_by("person__name", "pk")
    found.told = list({row.person_id: row for row in reversed(seen)}.values())[::-1]
    everybody = set(standing.values_list("person_id", flat=True))
    found.others = len(everybody - {row.person_id for row in found.told})
