"""Telling people of a day out or closed: once each, by the gate; and the calls that somebody makes to the rest."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may, require, visible_to
from apps.care import selectors
from apps.care.choices import CALL_TOLD, CallOutcome, NoticePart
from apps.care.models import Appointment, Disruption, DisruptionItem, DisruptionNotice
from apps.messaging.choices import Reason
from apps.messaging.registry import purpose_called
from apps.messaging.services import plan, withdraw
from apps.organizations.models import Person
from apps.organizations.selectors import deputy_now, staff, staff_who_can

MOST_ASKED = 5  # how many are told that something waits for a decision


def tell(*, disruption: Disruption, actor: Actor, anew: Iterable[DisruptionItem] = ()) -> int:
    """Make the people to tell what was decided asks for, and put their messages on the ledger. Returns how many people.

    `anew` are things that changed since the first telling: whoever they concern hears again, with everything as it
    stands now, where they had heard or were about to; who has nothing left to hear is left alone. Whoever decided needs
    no message of their own deed. Again, it changes nothing.
    """
    items = list(
        DisruptionItem.objects.filter(disruption=disruption).select_related(*selectors.ITEM_ROWS).order_by("pk")
    )
    heard = selectors.who_hears(items)
    for person in Person.objects.filter(pk__in=heard).filter(
        Q(archived_at__isnull=False) | Q(user_id=actor.user_id or 0)
    ):
        del heard[person.pk]
    standing = {
        row.person_id: row
        for row in DisruptionNotice.objects.select_for_update(of=("self",)).filter(
            disruption=disruption, part=NoticePart.CONCERNED
        )
    }
    for person_id, about in heard.items():
        if person_id not in standing:
            in_force = [item for item in about if item.restored_at is None]
            if in_force:
                row = DisruptionNotice(
                    organization_id=disruption.organization_id, disruption=disruption, person_id=person_id
                )
                _date(row, in_force)
                row.save()
    changed = {item.pk for item in anew}
    for person_id, row in standing.items():
        about = heard.get(person_id, [])
        if changed & {item.pk for item in about}:
            _tell_anew(row, about, actor)
    _plan(NoticePart.CONCERNED, actor, disruption)
    return len(heard)


def _date(row: DisruptionNotice, about: list[DisruptionItem]) -> None:
    """From when to when what they hear of matters: as it would have been, and as it is now."""
    moments = [item.was_at for item in about]
    for item in about:
        now_at = item.session or item.rebooked or item.appointment
        assert now_at is not None  # noqa: S101  an item is of one of them
        moments.append(now_at.starts_at)
    row.first_at, row.last_at = min(moments), max(moments)


def _tell_anew(row: DisruptionNotice, about: list[DisruptionItem], actor: Actor) -> None:
    """Something changed for somebody: what has not left is taken back, and where there is a word to say it is said.

    The message is taken back first, which waits for one that is leaving at this moment: only then is it known whether
    they heard.
    """
    withdraw(purpose=selectors.DAY_CHANGE, occurrences=[row.occurrence], actor=actor, reason=Reason.NO_LONGER_TRUE)
    told = row.outcome in CALL_TOLD or DisruptionNotice.objects.filter(selectors.is_told(), pk=row.pk).exists()
    now = timezone.now()
    if told:
        row.told_at = now
    if not any(item.restored_at is None for item in about) and row.told_at is None:
        row.withdrawn_at = now
    else:
        row.version += 1
        row.withdrawn_at, row.opened_at = None, now
        row.outcome, row.outcome_at, row.outcome_by_id, row.tries = "", None, None, 0
        _date(row, about)
    row.save()


def _plan(part: str, actor: Actor, disruption: Disruption) -> int:
    """Put the messages on the ledger in the same transaction; the planner would do the same a minute later."""
    purpose = purpose_called(selectors.PURPOSE_OF[NoticePart(part)])
    if purpose is None:
        return 0
    rows = selectors.to_write_to(part).filter(disruption=disruption)
    sql, params = (
        rows.order_by().values_list("organization_id", "person_id", "about", "due", "useful").query.sql_with_params()
    )
    return plan(purpose=purpose, step=selectors.AT_ONCE, rows=(sql, params), actor=actor)


def ask_to_decide(*, disruption: Disruption, actor: Actor, visits: QuerySet[Appointment] | None = None) -> int:
    """Tell those who may decide that something waits for them: it is also on their first screen. Returns how many.

    For visits that the actor may not see: whoever books and may see them, the deputy for private rules alone where that
    is one of them; the deputy also where nobody may. For somebody's own word that they are out: the coordinators.
    """
    deputy = deputy_now()
    people = staff_who_can("book_appointments").filter(user__isnull=False).exclude(user_id=actor.user_id or 0)
    if visits is None:
        desk = people.filter(pk__in=staff("coordinator").values("pk"))
        people = desk if desk.exists() else people
    able = [person for person in people if _may_decide(person, disruption, visits)]
    if visits is not None and deputy is not None and (not able or deputy.person in able):
        able = [deputy.person]
    made = 0
    for person in able[:MOST_ASKED]:
        _row, is_new = DisruptionNotice.objects.get_or_create(
            organization_id=disruption.organization_id,
            disruption=disruption,
            person=person,
            part=NoticePart.DECIDES,
            defaults={"first_at": disruption.starts_at, "last_at": disruption.ends_at},
        )
        made += is_new
    _plan(NoticePart.DECIDES, actor, disruption)
    return made


def _may_decide(person: Person, disruption: Disruption, visits: QuerySet[Appointment] | None) -> bool:
    them = Actor(person.user_id, disruption.organization_id)
    if not may(them, "change", disruption):
        return False
    return visits is None or bool(visible_to(visits, them, "change").exists())


@transaction.atomic
def note_call(*, notice: DisruptionNotice, outcome: str, actor: Actor) -> DisruptionNotice:
    """Write down what came of a call (`CallOutcome`). Where nobody answered the person stays on the list.

    The same again changes nothing, and what somebody wrote stays. A message that has not left is taken back once they
    know. Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, "change", notice)
    row = DisruptionNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if outcome not in CallOutcome.values:
        raise ValidationError({"outcome": _("Choose what came of the call.")})
    if row.is_done:
        if row.outcome == outcome:
            return row
        raise ValidationError(_("Somebody wrote this down already. What they wrote stays."), code="done")
    if row.withdrawn_at is not None:
        raise ValidationError(_("This was taken back meanwhile. No call is needed."), code="withdrawn")
    row.outcome, row.outcome_at, row.outcome_by_id = outcome, timezone.now(), actor.user_id
    row.tries += 1
    row.full_clean()
    row.save()
    if outcome in CALL_TOLD:
        withdraw(purpose=selectors.DAY_CHANGE, occurrences=[row.occurrence], actor=actor, reason=Reason.ANSWERED)
    return row
