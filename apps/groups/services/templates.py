"""Templates: kept by an organization, copied from the shipped ones, and groups that start from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require
from apps.groups.choices import Frequency, Rhythm
from apps.groups.models import GroupTemplate, Session, SupportGroup
from apps.groups.selectors import cautions, topics_by_session
from apps.groups.services.groups import add_group, set_facilitator
from apps.groups.shipped import Kind
from apps.kit.text import TranslatedText
from apps.organizations.models import Person

# What a group takes from its template unless somebody says otherwise. From then on it is the group's own.
TAKEN = (
    "name", "description", "audience", "membership", "visibility", "attendance_mode", "is_anonymous", "format",
    "languages", "has_captions", "has_asl", "interpreter_on_request", "is_free", "times", "minutes", "capacity",
    "minimum", "has_waitlist", "youngest", "oldest", "needs_guardian_consent", "needs_certified", "leaders_needed",
    "leader_kinds", "is_billable", "payer_limit", "curriculum_version", "topics", "topics_in_order",
    "feedback_questions",
)  # fmt: skip
_ITS_OWN = ("takes_new", "frequency", "interval", "weekdays", "days_in_row", "needs_last_day", "source", "based_on")


@transaction.atomic
def store_template(*, template: GroupTemplate, actor: Actor, **values: Any) -> GroupTemplate:
    """Write a new or a standing template. Groups that started from it keep what they took.

    Raises PermissionDenied, or ValidationError by field.
    """
    if template.pk is None:
        if not may_add(actor, GroupTemplate):
            raise PermissionDenied
        template.organization_id = template.organization_id or actor.organization_id or 0
    else:
        require(actor, "change", template)
        template = GroupTemplate.objects.select_for_update().get(pk=template.pk)
    for name, value in values.items():
        setattr(template, name, value)
    template.full_clean()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        template.full_clean()  # somebody gave the same name at the same moment: said as to whoever comes later
        raise
    ensure_still_visible(actor, template)
    return template


@transaction.atomic
def take_kind(*, kind: Kind, actor: Actor, organization_id: int) -> GroupTemplate:
    """Copy a shipped kind, so that the organization can change it. One of that name that stands already is returned.

    Raises PermissionDenied.
    """
    if not may_add(actor, GroupTemplate):
        raise PermissionDenied
    standing = GroupTemplate.objects.filter(
        organization_id=organization_id, archived_at__isnull=True, name__en=kind.template.name["en"]
    )
    if (row := standing.first()) is not None:
        return row
    values = {name: getattr(kind.template, name) for name in (*TAKEN, *_ITS_OWN)}
    try:
        return store_template(template=GroupTemplate(organization_id=organization_id), actor=actor, **values)
    except ValidationError:
        if (row := standing.first()) is None:
            raise
        return row  # a colleague copied it at the same moment


@transaction.atomic
def start_group_from_template(
    *,
    template: GroupTemplate,
    actor: Actor,
    organization_id: int,
    starts_on: date,
    leaders: Sequence[Person] = (),
    rhythm: str = Rhythm.AS_SAID,
    **chosen: Any,
) -> SupportGroup:
    """Start a group from an organization's own template or a shipped one (an unsaved row), with who leads it.

    `chosen` are fields of the group: its location and time, and whatever differs from the template. It meets from
    `starts_on` on, on that weekday unless the template has weekdays of its own. A new group is open to new people also
    where the template says that nobody joins later. Raises PermissionDenied, or ValidationError by field.
    """
    if not may_add(actor, SupportGroup):
        raise PermissionDenied
    if template.pk is not None and not actor.system and not may(actor, "view", template):
        raise PermissionDenied
    values = {name: getattr(template, name) for name in TAKEN} | _rule(template, starts_on, rhythm) | chosen
    if template.pk is None:
        values["made_from"] = template.based_on
    else:
        values["template"] = template
    if template.needs_last_day and values.get("ends_on") is None:
        raise ValidationError({"ends_on": _("Say when it ends: the end of the school year, say.")})
    group = add_group(actor=actor, organization_id=organization_id, starts_on=starts_on, **values)
    for person in leaders:
        set_facilitator(group=group, person=person, actor=actor, starts_on=starts_on, ends_on=group.ends_on)
    return group


def _rule(template: GroupTemplate, first: date, rhythm: str) -> dict[str, Any]:
    """On which days a group meets whose first possible day is `first`."""
    weekday = first.isoweekday()
    rule: dict[str, Any] = {"frequency": template.frequency, "interval": template.interval, "weekday": weekday}
    if template.days_in_row > 1:
        rule["also_on"] = [(weekday - 1 + n) % 7 + 1 for n in range(1, template.days_in_row)]
    elif template.weekdays:
        rule["weekday"], *rule["also_on"] = sorted(template.weekdays)
    elif rhythm == Rhythm.MONTHLY:
        rule |= {"frequency": Frequency.MONTHLY, "interval": 1}
    elif rhythm in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY):
        rule |= {"frequency": Frequency.WEEKLY, "interval": 1 if rhythm == Rhythm.WEEKLY else 2}
    if rule["frequency"] == Frequency.MONTHLY:
        which = (first.day - 1) // 7 + 1
        rule["positions"] = [which if which <= 4 else -1]  # the fifth is not in every month: the last is meant
    return rule


@dataclass(frozen=True)
class FirstTime:
    """One of a new group's first sessions, and its topic."""

    starts_at: datetime
    ends_at: datetime
    topic: TranslatedText


@dataclass
class StartLook:
    """What starting a group would make, and what to mind. `problem` is what the service refused."""

    group: SupportGroup | None = None
    sessions: list[FirstTime] = field(default_factory=list)
    cautions: list[str] = field(default_factory=list)
    problem: ValidationError | None = None


class _Undo(Exception):  # noqa: N818  not an error: the way out of the transaction that a look undoes
    """Ends the transaction of a look."""


def look_at_start(*, leaders: Sequence[Person], shown: int = 12, **asked: Any) -> StartLook:
    """Run `start_group_from_template`, note its first sessions and what to mind, and undo it all.

    What the page says can't differ from what happens, as it is the same service. PermissionDenied passes.
    """
    found = StartLook()
    try:
        with transaction.atomic():
            found.group = start_group_from_template(leaders=leaders, **asked)
            topics = topics_by_session(found.group)
            rows = Session.objects.filter(group=found.group, ended_with_group=False).order_by("starts_at")
            found.sessions = [
                FirstTime(row.starts_at, row.ends_at, topics.get(row.public_id, TranslatedText()))
                for row in rows[:shown]
            ]
            found.cautions = cautions(found.group, leaders)
            raise _Undo
    except ValidationError as refused:
        found.problem = refused
    except _Undo:
        pass
    return found
