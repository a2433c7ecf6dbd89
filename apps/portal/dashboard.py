"""The administration's first page: the day, the few numbers that need action, each a link, that all else is fine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.actor import Actor, actor_of
from apps.care import selectors as care
from apps.care.choices import TaskState
from apps.care.models import Appointment, FollowUpTask
from apps.certifications import selectors as certifications
from apps.certifications.models import Certification
from apps.clients.selectors import erasures_to_approve, overdue_grievances
from apps.groups import selectors as groups
from apps.groups.models import Session, SupportGroup
from apps.messaging.models import Message
from apps.messaging.selectors import did_not_arrive
from apps.organizations.selectors import count_unseen, running_support
from apps.portal.checklist import steps
from apps.portal.context import leads_somewhere
from apps.portal.greeting import local_now
from apps.portal.selectors import address
from apps.supervision import selectors as supervision

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Number:
    """How many of something, in words, and the list of exactly these. `detail` says more in a second voice."""

    count: int
    words: str
    url: str
    detail: str = ""


def show(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the administration's first page. Registered with access."""
    actor = actor_of(request)
    if actor.organization_id is None:
        return context
    here = request.organization  # type: ignore[attr-defined]  # the host middleware sets it
    first_steps = steps(actor, here)
    return {
        **context,
        "dashboard_template": "portal/dashboard.html",
        "is_public": bool(first_steps) and first_steps[-1].done,
        "today": [number for number in today(actor, here.zone) if leads_somewhere(request, number.url)],
        "numbers": [number for number in numbers(actor, here.zone) if leads_somewhere(request, number.url)],
        "steps": [step for step in first_steps if leads_somewhere(request, step.url)],
    }


def today(actor: Actor, zone: str) -> list[Number]:
    """What the day holds, zero said too. One query a number; whole, without bars."""
    found = []
    if actor.can("view_groups"):
        count = groups.on_local_day(Session.objects.all(), zone).count()
        words = ngettext("group meets today", "groups meet today", count)
        found.append(Number(count, words, _list("groups_session", "when=today")))
    if actor.can("view_appointments"):
        count = care.on_local_day(Appointment.objects.all(), zone).count()
        words = ngettext("visit today", "visits today", count)
        found.append(Number(count, words, _list("care_appointment", "when=today")))
    return [number for number in found if number.url]


def numbers(actor: Actor, zone: str) -> list[Number]:
    """What needs action, the largest worry first; a number that is zero is left out. One query a number.

    Whole numbers, without bars, so that they say nothing about who is behind them.
    """
    now, found = timezone.now(), []
    day = local_now(zone).date()
    if actor.can("book_appointments"):
        # Through the reader's own eyes, as the list itself: whose name is hidden is somebody else's to call.
        count = care.calls_for(actor).count()
        words = ngettext(
            "person to call, as no message reaches them", "people to call, as no message reaches them", count
        )
        found.append(Number(count, words, reverse("care:calls")))
    if actor.can("view_followups"):
        late = care.overdue(FollowUpTask.objects.all(), zone).count()
        words = ngettext("person should have been reached by now", "people should have been reached by now", late)
        found.append(Number(late, words, _list("care_followuptask", "due=late")))
        count = FollowUpTask.objects.filter(state=TaskState.OPEN).count()
        words = ngettext("follow-up is open", "follow-ups are open", count)
        found.append(Number(count, words, _list("care_followuptask", "due=open")))
    if actor.can("view_appointments"):
        count = care.not_written_down(Appointment.objects.all()).count()
        words = ngettext("past visit is not written down yet", "past visits are not written down yet", count)
        found.append(Number(count, words, _list("care_appointment", "when=unwritten")))
    if actor.can("manage_organization"):
        count = running_support().count()
        words = ngettext(
            "person who runs the platform may read your records now",
            "people who run the platform may read your records now",
            count,
        )
        found.append(Number(count, words, reverse("organizations:support")))
    if actor.can("view_grievances"):
        # Through the reader's own eyes, unlike the others: whom a grievance is about learns nothing from a number.
        count = overdue_grievances(actor).count()
        words = ngettext("grievance is late or nobody answers it", "grievances are late or nobody answers them", count)
        found.append(Number(count, words, _list("clients_grievance", "answer=late")))
    if actor.can("manage_clients"):
        # Through the reader's own eyes: a whole number would tell somebody that a rule is about them.
        count = count_unseen(actor)
        words = ngettext(
            "thing is held by somebody who may not see it", "things are held by somebody who may not see them", count
        )
        found.append(Number(count, words, reverse("organizations:unseen")))
    if actor.can("erase_records"):
        # Through the reader's own eyes: what they asked for themself does not wait for them.
        count = erasures_to_approve(actor).count()
        words = ngettext(
            "erasure of a record waits for your approval", "erasures of records wait for your approval", count
        )
        found.append(Number(count, words, _list("clients_erasure", "waiting=me")))
    if actor.can("view_certifications"):
        standing = Certification.objects.filter(archived_at__isnull=True)
        count = certifications.ended(standing, day).count()
        words = ngettext("certification has ended", "certifications have ended", count)
        found.append(Number(count, words, _list("certifications_certification", "validity=ended")))
        count = certifications.expiring(standing, day).filter(expires_on__gte=day).count()
        words = ngettext("certification ends within 90 days", "certifications end within 90 days", count)
        found.append(Number(count, words, _list("certifications_certification", "validity=soon")))
    if actor.can("view_supervision"):
        waiting = supervision.long_unsigned(now).aggregate(count=Count("pk"), oldest=Min("first_submitted_at"))
        words = ngettext(
            "supervision note waits for a signature", "supervision notes wait for a signature", waiting["count"]
        )
        url = _list("supervision_supervisionsession", "waiting=signature")
        found.append(Number(waiting["count"], words, url, _how_long(waiting["oldest"], now)))
        count = supervision.late_signatures(now).count()
        words = ngettext("signature on a supervision note is late", "signatures on supervision notes are late", count)
        found.append(Number(count, words, _list("supervision_supervisionsession", "waiting=late")))
        count = supervision.count_overdue()
        words = ngettext("person’s supervision is overdue", "people’s supervision is overdue", count)
        url = address("supervision:due")
        found.append(Number(count, words, f"{url}?show=all&state=overdue" if url else ""))
    if actor.can("view_messages"):
        count = did_not_arrive(Message.objects.all()).count()
        words = ngettext("message did not arrive this week", "messages did not arrive this week", count)
        found.append(Number(count, words, _list("messaging_message", "arrived=no")))
    if actor.can("manage_enrolments"):
        count = groups.to_talk_to().count()
        words = ngettext(
            "person waits for the office to talk to them about a group",
            "people wait for the office to talk to them about a group",
            count,
        )
        found.append(Number(count, words, _list("groups_waitlistentry", "state__exact=asked")))
    if actor.can("manage_groups"):
        count = groups.without_leader(SupportGroup.objects.all(), zone).count()
        words = ngettext("group has nobody who leads it", "groups have nobody who leads them", count)
        found.append(Number(count, words, _list("groups_supportgroup", "leaders=nobody")))
    return [number for number in found if number.count and number.url]


def _list(model: str, query: str) -> str:
    """The administration's list of a model, narrowed; "" where there is none."""
    url = address(f"admin:{model}_changelist")
    return f"{url}?{query}" if url else ""


def _how_long(since: datetime | None, now: datetime) -> str:
    """How long the oldest has waited, in whole days."""
    if since is None:
        return ""
    days = (now - since) // DAY
    if not days:
        return _("the oldest since today or yesterday")
    return ngettext("the oldest for %(n)s day", "the oldest for %(n)s days", days) % {"n": days}
