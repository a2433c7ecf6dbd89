"""Who could lead one session in another's place, and why somebody could not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import unbarred, visible_to
from apps.certifications import selectors as certifications
from apps.groups.choices import SessionState
from apps.groups.models import Attendance, Enrolment, Session, SessionLeader
from apps.groups.selectors.leading import leaders_on, usual_leaders
from apps.organizations.choices import Resource
from apps.organizations.models import Bar, Person, Reservation, StaffProfile
from apps.organizations.selectors import away_on, working_on


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who works here on the day of a session. `reason` says in plain words why they can't, else it is ""."""

    person: Person
    is_eligible: bool
    reason: str
    speaks: tuple[str, ...]  # of the group's languages


def substitutes_for(session: Session, actor: Actor) -> list[Candidate]:
    """Who works here on the day of a session and does not lead it yet, as far as the actor may see them.

    Those who can lead it come first, and of these those who speak the group's languages. Left out, and so never
    explained, is whoever must not meet somebody in the group. A constant number of queries.
    """
    day = session.on
    people = list(
        visible_to(working_on(day), actor).exclude(pk__in=_leads_it(session)).exclude(_kept_out(session)).order_by()
    )
    reasons = _reasons(session, people, actor)
    spoken = dict(StaffProfile.objects.filter(person__in=people).values_list("person_id", "languages"))
    found = []
    for person in people:
        speaks = {person.language, *spoken.get(person.pk, ())}
        reason = reasons.get(person.pk, "")
        shared = tuple(each for each in session.group.languages if each in speaks)
        found.append(Candidate(person, not reason, reason, shared))
    return sorted(found, key=lambda each: (not each.is_eligible, -len(each.speaks), each.person.name, each.person.pk))


def standing_substitutes(session: Session, actor: Actor) -> list[SessionLeader]:
    """Who stands in at a session, as far as the actor may see it."""
    rows = visible_to(SessionLeader, actor).filter(session=session, ended_at__isnull=True)
    return list(rows.select_related("person", "instead_of").order_by("created_at", "pk"))


def who_leads_instead(session_id: uuid.UUID, actor: Actor) -> list[str]:
    """What those are called who lead a session in another's place, for the page of a group that the reader sees."""
    rows = SessionLeader.objects.filter(session__public_id=session_id, ended_at__isnull=True)
    people = unbarred(Person.objects.filter(pk__in=rows.values("person_id")), actor)
    return [person.greeting_name for person in people.order_by("name", "pk")]


def _leads_it(session: Session) -> set[int]:
    """The usual leaders and the substitutes of a session, those who are replaced among them."""
    this = Session.objects.filter(pk=session.pk)
    return {person for _session, person in leaders_on(this) | usual_leaders(this)}


def _kept_out(session: Session) -> Q:
    """True for Persons who must not see somebody who is in the group or in this session."""
    inside = Q(subject__in=Enrolment.objects.filter(group=session.group_id, ended_at__isnull=True).values("person"))
    inside |= Q(subject__in=Attendance.objects.filter(session=session).values("person"))
    bars = Bar.objects.filter(inside, ended_at__isnull=True).order_by()
    return Q(pk__in=bars.values("barred_id")) | Q(
        user_id__isnull=False, user_id__in=bars.filter(barred__user_id__isnull=False).values("barred__user_id")
    )


def _reasons(session: Session, people: list[Person], actor: Actor) -> dict[int, str]:
    """Why some of these people can't lead a session, by their keys. The last one found is told."""
    keys = {person.pk for person in people}
    reasons: dict[int, str] = {}
    if session.group.needs_certified:
        without = certifications.without_valid(keys, session.on)
        lapsed = certifications.holders(without)
        # whose certification ended is told to those who arrange groups or see certifications, and to nobody else
        may_know = actor.can_any("manage_groups", "view_certifications")
        for pk in without:
            if not may_know:
                reasons[pk] = _("Can’t lead this group on that day.")
            elif pk in lapsed:
                reasons[pk] = _("Their certification does not hold on that day.")
            else:
                reasons[pk] = _("This group needs a certification, and none of theirs is written down.")
    reasons |= dict.fromkeys(_busy(session) & keys, _("Has something else at that time."))
    away = set(away_on(session.on).values_list("person_id", flat=True))
    reasons |= dict.fromkeys(away & keys, _("Is away on that day."))
    leaders = set(working_on(session.on, "lead_groups").values_list("pk", flat=True))
    return reasons | dict.fromkeys(keys - leaders, _("Leading groups is not part of their role."))


def _busy(session: Session) -> set[int]:
    """Who leads another session at that time, or is reserved then, as for a visit."""
    span = (session.starts_at, session.ends_at)
    taken = Reservation.objects.filter(kind=Resource.PERSON, ended_at__isnull=True, during__overlap=span)
    reserved = {key.lower // 4 for key in taken.values_list("resource_key", flat=True)}
    others = Session.objects.filter(starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).exclude(
        Q(pk=session.pk) | Q(state=SessionState.CANCELLED)
    )
    return reserved | {person for _session, person in leaders_on(others)}
