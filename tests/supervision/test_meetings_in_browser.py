"""Planning, moving, holding and writing in a real browser: nothing for axe, nothing too wide, also in Arabic."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone, translation

from apps.access.scope import open_scope
from apps.certifications.choices import Competency
from apps.supervision import services
from apps.supervision.choices import Attendance, Every, Mode, NoteState
from apps.supervision.models import SupervisionMeeting, SupervisionNote, SupervisionTopic
from tests.browser import chromium_path
from tests.factories.organizations import make_location, make_member, make_room
from tests.factories.supervision import WEEKLY, make_meeting, make_note, make_plan, make_rules
from tests.supervision.test_plan_in_browser import what_is_wrong_with

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

ARABIC = "تحدثنا عن كيفية إنهاء الزيارة دون وعود كثيرة."


@transaction.atomic
def furnish(cast):
    """A series in a room, co-supervision that was held, a shared part, and a note with all its parts."""
    here, today = cast.harbor, timezone.localdate()
    peer, ruth = cast.people["peer_specialist"], cast.people["supervisor"]
    plan = make_plan(here, peer, ruth, clinical_supervisor=cast.people["clinical_contact"], clinical_signs=True)
    other = make_plan(here, make_member(here, "peer_specialist", name="Rosa Delgado"), ruth)
    make_rules(here, WEEKLY)
    room = make_room(make_location(here, name="Mill Street house"), name="Room 4")
    series = make_meeting(
        plan, on=today + timedelta(days=1), starts=time(13), every=Every.WEEKLY, until=today + timedelta(weeks=5),
        room=room, zone=str(here.zone),
    )  # fmt: skip
    together = make_meeting(
        plan, on=today + timedelta(days=2), starts=time(9), mode=Mode.CO_SUPERVISION, zone=str(here.zone)
    )
    group = make_meeting(plan, other, on=today - timedelta(days=4), zone=str(here.zone))
    begun = make_meeting(plan, on=today - timedelta(days=2), zone=str(here.zone))
    with open_scope(here.pk):
        topic = SupervisionTopic.objects.create(organization=here, name={"en": "Boundaries", "ar": "الحدود"})
        came = services.Seen(Attendance.CAME)
        services.hold_meeting(
            meeting=group, actor=cast.actor("supervisor"), seen={plan.pk: came, other.pk: came}, shared=ARABIC
        )
        own = SupervisionNote.objects.get(session__attended__meeting=group, session__plan=plan)
        details = {
            "topics": [str(topic.pk)],
            "competencies": list(Competency.values)[:3],
            "answers": {"scope": "I was asked to drive him. I said no, and why.", "hope": ARABIC},
            "strengths": "He asked for help himself.",
            "steps": [{"what": "Find a quieter place", "owner": "supervisor", "due": today.isoformat()}],
        }
    whole = make_note(plan, NoteState.SIGNED, held_on=today - timedelta(days=9), details=details, reviewed=ARABIC)
    return series, together, group, begun, own, whole


@pytest.mark.slow
def test_axe_finds_nothing_on_the_pages_about_meetings_and_notes(cast):
    chromium_path()
    series, together, group, begun, own, whole = furnish(cast)
    meeting = f"/supervision/meetings/{series.public_id}/"
    pages = {
        "due": ("peer_specialist", "/supervision/due/"),
        "plan": ("supervisor", "/supervision/meetings/new/"),
        "meetings": ("supervisor", "/supervision/meetings/"),
        "meeting": ("supervisor", meeting),
        "together": ("clinical_contact", f"/supervision/meetings/{together.public_id}/"),
        "begun": ("supervisor", f"/supervision/meetings/{begun.public_id}/"),
        "change": ("supervisor", f"{meeting}change/"),
        "new": ("peer_specialist", "/supervision/new/"),
        "write": ("peer_specialist", f"/supervision/notes/{own.public_id}/"),
        "whole": ("peer_specialist", f"/supervision/notes/{whole.public_id}/"),
    }
    shown = {}
    for name, (who, path) in pages.items():
        for language in ("en", "ar"):
            client = cast.client(who)
            client.cookies["django_language"] = language
            with translation.override("en"):  # a request leaves its language behind
                answer = client.get(path)
            assert answer.status_code == 200, (name, answer.status_code)
            shown[f"{name}-{language}"] = answer.content.decode()
    supervisor = cast.client("supervisor")
    form = {
        "once": str(uuid4()), "reach": "all", "deed": "move", "on": (series.on + timedelta(days=1)).isoformat(),
        "starts": "15:30", "minutes": "60", "place": "video", "room": "", "reason": "", "step": "look",
    }  # fmt: skip
    shown["look"] = supervisor.post(f"{meeting}change/", form).content.decode()
    shown["off"] = supervisor.post(f"{meeting}change/", {**form, "deed": "off", "reason": "Leave"}).content.decode()
    shown["refused"] = supervisor.post(f"{meeting}change/", {**form, "deed": "off"}).content.decode()
    conflict = {"do": "shared", "shared": "Typed on the second page.", "mark": "0"}
    shown["conflict"] = supervisor.post(f"/supervision/meetings/{group.public_id}/", conflict).content.decode()
    assert all("<h1" in text for text in shown.values())
    with open_scope(cast.harbor.pk):
        assert set(SupervisionMeeting.objects.filter(series=series.series).values_list("version", flat=True)) == {1}
    wrong = what_is_wrong_with(shown)
    assert wrong == [], "\n".join(wrong)
