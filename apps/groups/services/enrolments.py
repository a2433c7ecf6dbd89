"""Joining and leaving a group, so that the last place is given once."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require, visible_to
from apps.groups.choices import AnswerKind, EntryState
from apps.groups.models import Enrolment, SupportGroup, WaitlistEntry
from apps.groups.selectors import (
    active_enrolments,
    age_of,
    apart_in,
    is_over,
    may_join,
    needs_guardian,
    open_entries,
    today_at,
)
from apps.groups.services.offers import make_offers
from apps.organizations.models import Person


class GroupFull(ValidationError):  # noqa: N818  a full group is an answer, not an error
    """No place is left."""

    def __init__(self) -> None:
        super().__init__(_("All places in this group are taken right now."), code="full")


def lock_group(pk: int) -> SupportGroup:
    """The group as it stands now, locked: whoever writes to who is in it, or waits for it, does so first."""
    return SupportGroup.objects.select_for_update(of=("self",)).select_related("location").get(pk=pk)


def ensure_may_enrol(group: SupportGroup, person: Person, actor: Actor) -> bool:
    """Whether it is the office that acts, and not the person themself.

    Raises PermissionDenied to anybody else, and to somebody who may not see the group or the person.
    """
    office = may_add(actor, Enrolment)
    if not office and (actor.user_id is None or person.user_id != actor.user_id):
        raise PermissionDenied
    if not may(actor, "view", group) or not may(actor, "view", person):
        raise PermissionDenied
    return office


@transaction.atomic
def enrol(*, group: SupportGroup, person: Person, actor: Actor, in_spite: bool = False) -> Enrolment:
    """Put a person in a group: they themself, or somebody who enrols others. Joining twice changes nothing.

    The group's row is locked, and each place has a number that the database gives once and never above the capacity; an
    offered place counts as taken, but for whom it is offered to. They themself get only what `may_join` says. The
    office decides itself about ages and whether a group takes new people; a guardian's consent it has to have; and two
    people who are kept apart come together only `in_spite` of that, by somebody who may see it.
    Raises GroupFull, ValidationError where the answer is no, and PermissionDenied: also to somebody who may not see the
    group or the person.
    """
    office = ensure_may_enrol(group, person, actor)
    group = lock_group(group.pk)
    standing = active_enrolments().filter(group=group, person=person).first()
    if standing is not None:
        return standing
    if not group.takes_enrolments:
        raise ValidationError(_("Nobody’s name is written down in this group. Just come."), code="no_names")
    if is_over(group):
        raise ValidationError(_("This group is over. The schedule shows the others."), code="over")
    if not office:
        answer = may_join(group, person, actor)
        if answer.kind == AnswerKind.WAIT:
            raise GroupFull
        if answer.kind != AnswerKind.JOIN:
            raise ValidationError(answer.words, code=answer.kind)
    elif not actor.system:
        _ensure_office_may(group, person, actor, in_spite)
    return seat(group, person, actor)


def _ensure_office_may(group: SupportGroup, person: Person, actor: Actor, in_spite: bool) -> None:
    """Raise ValidationError where the office has to do something first."""
    if needs_guardian(group, person, age_of(person, today_at(group))):
        raise ValidationError(_("A parent or guardian agrees first. Write their consent down."), code="guardian")
    pairs = apart_in(group, person, strict=True)
    if pairs.exists() and not (in_spite and visible_to(pairs, actor).count() == pairs.count()):
        raise ValidationError(_("A coordinator looks at this first."), code="apart")


def seat(group: SupportGroup, person: Person, actor: Actor, place: int | None = None) -> Enrolment:
    """Give a person a place; what they waited for ends with it. The caller holds the group's lock and has asked.

    Raises GroupFull.
    """
    entry = open_entries().filter(group=group, person=person).first()
    if entry is not None:
        place = place or entry.place
        entry.state, entry.place, entry.ended_at = EntryState.JOINED, None, timezone.now()
        entry.save(update_fields=["state", "place", "ended_at"])
    if group.capacity is None:
        place = None
    elif place is None:
        place = _lowest_free(_held(group), group.capacity)
        if place is None:
            raise GroupFull
    enrolment = Enrolment(organization_id=group.organization_id, group=group, person=person, place=place)
    enrolment.full_clean()
    enrolment.save()
    ensure_still_visible(actor, enrolment)
    return enrolment


def _lowest_free(taken: set[int | None], capacity: int) -> int | None:
    return next((number for number in range(1, capacity + 1) if number not in taken), None)


def _held(group: SupportGroup) -> set[int | None]:
    """The numbers of this group that somebody has or is offered."""
    taken = set(active_enrolments().filter(group=group).values_list("place", flat=True))
    return taken | set(open_entries().filter(group=group, place__isnull=False).values_list("place", flat=True))


@transaction.atomic
def leave(*, enrolment: Enrolment, actor: Actor) -> Enrolment:
    """End a person's place in a group; it is offered to who waits, or free, at once. Leaving twice changes nothing.

    Raises PermissionDenied.
    """
    require(actor, "change", enrolment)
    lock_group(enrolment.group_id)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if enrolment.ended_at is None:
        enrolment.ended_at = timezone.now()
        enrolment.save(update_fields=["ended_at"])
        make_offers(actor=actor, group_id=enrolment.group_id)
    return enrolment


def seat_everybody(*, group: SupportGroup) -> None:
    """Give everybody in the group, and every offer, a number within its (new) capacity.

    The caller holds the group's lock.
    """
    if group.capacity is None:
        return
    standing: list[Enrolment | WaitlistEntry] = [
        *active_enrolments().filter(group=group).order_by("enrolled_at", "pk"),
        *open_entries().filter(group=group, state=EntryState.OFFERED).order_by("rank", "pk"),
    ]
    taken: set[int | None] = {
        each.place for each in standing if each.place is not None and each.place <= group.capacity
    }
    for each in standing:
        if each.place is None or each.place > group.capacity:
            place = _lowest_free(taken, group.capacity)
            if place is None:
                raise GroupFull
            taken.add(place)
            each.place = place
            each.save(update_fields=["place"])


@transaction.atomic
def set_alias(*, enrolment: Enrolment, actor: Actor, alias: str) -> Enrolment:
    """What somebody is called in a group that uses aliases: they themself choose, or whoever enrols people.

    Nobody else in the group is called that. Raises PermissionDenied, or ValidationError {alias}.
    """
    require(actor, "change", enrolment)
    group = SupportGroup.objects.select_for_update().get(pk=enrolment.group_id)
    alias = " ".join(alias.split())
    if not alias:
        raise ValidationError({"alias": _("Choose what you are called in this group.")})
    others = active_enrolments().filter(group=group, alias__iexact=alias).exclude(pk=enrolment.pk)
    if others.exists():
        raise ValidationError({"alias": _("Somebody is called that here. Choose another one.")})
    enrolment.alias = alias
    enrolment.full_clean(exclude=["group", "person"], validate_unique=False)
    enrolment.save(update_fields=["alias"])
    return enrolment
