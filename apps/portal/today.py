"""What stands on a staff member's first screen, part by part. A part somebody has nothing to do with is None."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.actor import Actor, actor_of
from apps.access.policy import visible_to
from apps.access.services import log_reads
from apps.care import selectors as care
from apps.care.choices import AppointmentState
from apps.care.models import Appointment
from apps.certifications import selectors as certifications
from apps.clients.models import ClientRecord
from apps.groups import selectors as groups
from apps.kit.listing import listed
from apps.organizations.choices import Feature
from apps.organizations.models import Person
from apps.organizations.selectors import away_on, running_support, staff_person, unread_policies
from apps.portal.context import leads_somewhere, own_words, work_links
from apps.portal.greeting import greeting, local_now
from apps.portal.selectors import Entry, address, by_place, entries
from apps.supervision import selectors as supervision

SHOWN = 6  # rows of a list on this page; the whole of it is one step away
EARLY = timedelta(minutes=30)  # how long before a visit it can be written down that they met


def parts(request: HttpRequest) -> dict[str, Any]:
    """The page's context. The number of queries depends on the reader's capabilities, never on how much there is."""
    actor = actor_of(request)
    person = staff_person(actor)
    here = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    zone = (person.zone if person else "") or here.zone
    now = local_now(zone)
    found: dict[str, Any] = {
        "now": timezone.now(),
        "zone": zone,
        "greeting": greeting(now, person.greeting_name) if person else "",
        "own": _own_day(actor, person, zone),
        "reach": _reach(actor, person, now),
        "desk": _front_desk(actor, zone),
        "days": _days(actor),
        "signing": _signing(actor, zone) if here.has(Feature.SUPERVISION) else None,
        "notes": list(supervision.own_open_notes(actor)[:SHOWN])
        if actor.can("write_supervision") and here.has(Feature.SUPERVISION)
        else [],
        "supervision": _supervision(actor) if here.has(Feature.SUPERVISION) else None,
        "certification": _certification(actor, now) if here.has(Feature.CERTIFICATIONS) else None,
        "support_banner": actor.can("manage_organization") and running_support().exists(),
        "policies": unread_policies(actor, person)[:SHOWN] if person else [],
        "book_url": address("care:book") if care.may_book(actor) else "",
        "follow_ups_url": address("care:follow_ups"),
        "queue_url": address("supervision:home"),
    }
    if person is not None and actor.can("view_members"):
        found["away"] = list(visible_to(away_on(now.date()), actor)[:SHOWN])
        found["my_url"] = address("organizations:my_work")
    found["plain"] = not (found["own"] or found["desk"] or found["signing"])
    links = work_links(actor, own_words(here))[1:] if found["plain"] else []
    found["links"] = [(label, url) for label, url in links if leads_somewhere(request, url)]
    found["summary"] = _summary(found)
    _log(actor, found)
    return found


def _own_day(actor: Actor, person: Person | None, zone: str) -> dict[str, Any] | None:
    """The reader's own appointments and the sessions they lead: what is next, what nobody has written up, the day."""
    if person is None or not actor.can_any("give_care", "lead_groups"):
        return None
    visits: list[Appointment] = []
    unrecorded: list[Appointment] = []
    if actor.can("give_care"):
        visits = list(visible_to(care.today_for_staff(person, zone), actor))
        unrecorded = list(care.unrecorded(actor, person).order_by("-starts_at", "-pk")[:SHOWN])
    sessions = groups.today_for_staff(person, actor) if actor.can("lead_groups") else []
    day = entries(visits, [row for row in sessions if not row.is_cancelled])
    ahead = next((line for line in day if not line.is_over and (line.session or _is_open(line.visit))), None)
    is_later = False
    if ahead is None and actor.can("give_care"):
        later = care.appointments_for(actor).filter(
            staff=person, state=AppointmentState.BOOKED, starts_at__gt=timezone.now()
        )
        if visit := later.first():
            ahead, is_later = Entry(visit.starts_at, visit.ends_at, visit.zone, visit=visit), True
    return {
        "day": [replace(line, is_next=line is ahead) for line in day],
        "next": ahead,
        "next_is_later": is_later,
        "next_words": _in_how_long(ahead.starts_at) if ahead and not is_later else "",
        "may_record": bool(ahead and ahead.visit and ahead.starts_at - EARLY <= timezone.now()),
        "may_miss": bool(ahead and ahead.visit and ahead.starts_at <= timezone.now()),
        "unrecorded": unrecorded,
    }


def _is_open(visit: Appointment | None) -> bool:
    return visit is not None and visit.is_booked


def _in_how_long(instant: datetime) -> str:
    """ "Next, in 40 minutes": how far away the next thing is, or that it has begun."""
    minutes = int((instant - timezone.now()).total_seconds() // 60)
    if minutes < 1:
        return _("Now")
    if minutes < 60:
        return ngettext("Next, in %(n)s minute", "Next, in %(n)s minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("Next, in about %(n)s hour", "Next, in about %(n)s hours", hours) % {"n": hours}


def _reach(actor: Actor, person: Person | None, now: datetime) -> dict[str, Any] | None:
    """People to reach: the reader's own follow-ups; for the front desk and supervisors those of everybody."""
    everybody = actor.can("view_followups") and actor.can("manage_followups")
    if not everybody and not actor.can("give_care"):
        return None
    own = list(care.open_follow_ups(actor, person)[: SHOWN + 1]) if person and actor.can("give_care") else []
    others = []
    if everybody:
        rows = care.open_follow_ups(actor)
        others = list((rows.exclude(assigned_to=person) if person else rows)[: SHOWN + 1])
    return {
        "own": own[:SHOWN],
        "others": others[:SHOWN],
        "more": len(own) > SHOWN or len(others) > SHOWN,
        "today": now.date(),
    }


def _front_desk(actor: Actor, zone: str) -> dict[str, Any] | None:
    """Today by site, and who was missed, for those who book for everybody."""
    if not actor.can("book_appointments"):
        return None
    visits = [row for row in care.on_day(actor, local_now(zone).date(), zone) if row.state != "cancelled"]
    sessions = [row for row in groups.today_here(actor, zone) if not row.is_cancelled]
    return {
        "places": by_place(visits, sessions),
        "visits": len(visits),
        "sessions": len(sessions),
        "missed": list(care.missed_recently(actor)[:SHOWN]),
    }


def _days(actor: Actor) -> dict[str, Any] | None:
    """Of days on which somebody is out or a house is closed, what waits for somebody: calls, words, decisions."""
    if not actor.can("book_appointments"):
        return None
    asks = list(care.asked_for(actor)[: SHOWN + 1])
    undecided = {item.disruption_id: item.disruption for item in care.undecided(actor)[:50]}
    return {
        "calls": care.calls_for(actor).count(),
        "asks": asks[:SHOWN],
        "undecided": list(undecided.values())[:SHOWN],
    }


def _signing(actor: Actor, zone: str) -> dict[str, Any] | None:
    """What waits for this supervisor's signature, and apart from it what waits on others."""
    if not actor.can("sign_supervision"):
        return None
    waiting = supervision.waiting_for(actor)
    oldest = waiting.first()
    return {
        "oldest": oldest,
        "days": oldest.waited(timezone.now(), zone) if oldest else 0,
        "count": waiting.count(),
        "others": list(supervision.waiting_on_others(actor)[:SHOWN]),
    }


def _supervision(actor: Actor) -> dict[str, Any] | None:
    """What is due of the reader's own supervision, and of those whom they supervise."""
    if not actor.can_any("write_supervision", "sign_supervision"):
        return None
    own, team = supervision.due_for(actor)
    if not own and not team:
        return None
    return {"own": own[:1], "team": team[:SHOWN], "count": len(team), "url": address("supervision:due")}


def _certification(actor: Actor, now: datetime) -> dict[str, Any] | None:
    """The reader's own certification that ends first, for its next step."""
    if not actor.can("hold_certification"):
        return None
    row = certifications.own_certifications(actor).first()
    renewable = certifications.renewable_until([row] if row else [], now.date())
    return {"row": row, "today": now.date(), "renewable": renewable}


def _summary(found: dict[str, Any]) -> str:
    """One line under the heading: how much the day holds, said once, in words."""
    said = []
    if own := found["own"]:
        count = len(own["day"])
        said.append(
            ngettext("%(n)s thing today", "%(n)s things today", count) % {"n": count}
            if count
            else _("Nothing is planned for you today")
        )
    elif desk := found["desk"]:
        said.append(
            ngettext("%(n)s visit today", "%(n)s visits today", desk["visits"]) % {"n": desk["visits"]}
            if desk["visits"]
            else _("No visits today")
        )
        said.append(
            ngettext("%(n)s group", "%(n)s groups", desk["sessions"]) % {"n": desk["sessions"]}
            if desk["sessions"]
            else _("no groups")
        )
    reach = found["reach"]
    if reach and not reach["more"] and (count := len(reach["own"]) + len(reach["others"])):
        said.append(ngettext("%(n)s person to reach", "%(n)s people to reach", count) % {"n": count})
    if found["signing"] and (count := found["signing"]["count"]):
        said.append(ngettext("%(n)s note to sign", "%(n)s notes to sign", count) % {"n": count})
    return f"{listed(said)}." if said else ""


def _log(actor: Actor, found: dict[str, Any]) -> None:
    """Each client named on the page leaves a line in the log of reads: one statement."""
    rows: list[Any] = []
    if own := found["own"]:
        rows += [line.visit for line in [*own["day"], own["next"]] if line and line.visit] + own["unrecorded"]
    if desk := found["desk"]:
        rows += [line.visit for _name, lines in desk["places"] for line in lines if line.visit] + desk["missed"]
    if reach := found["reach"]:
        rows += [*reach["own"], *reach["others"]]
    named = {row.client_id for row in rows}
    if named:
        log_reads(ClientRecord.objects.filter(pk__in=named), actor=actor, action="list")
