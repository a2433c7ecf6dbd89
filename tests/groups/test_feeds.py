"""The public schedule as a calendar: read by an independent parser, and by a real calendar program over HTTP."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from django.contrib.sites.models import Site
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.models import FeedMark, Session
from apps.groups.tasks import tidy_marks
from apps.kit.ical import Event, calendar
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.organizations import SYSTEM, make_location, make_member, make_organization, make_person

FEED = "/schedule/calendar.ics"


def events(response):
    """The events of an answer, by their UID, as icalendar reads them."""
    content = response.content if hasattr(response, "content") else response
    found = Calendar.from_ical(content).walk("VEVENT")
    assert not [error for event in found for error in event.errors]
    by_uid = {str(event["UID"]): event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def visitor(organization):
    return Client(headers={"host": organization.hosts.first().domain})


@pytest.fixture
def house(db):
    organization = make_organization()
    with open_scope(organization.pk):
        yield organization


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@settings(deadline=None, max_examples=120)
@given(
    title=WORDS, place=WORDS, about=WORDS, sequence=st.integers(0, 9), off=st.booleans(),
    starts=st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds of a strategy are naive
)  # fmt: skip
def test_whatever_is_written_is_read_by_icalendar_as_it_was(title, place, about, sequence, off, starts):
    starts = starts.replace(microsecond=0)
    event = Event(
        uid="one", starts_at=starts, ends_at=starts + timedelta(hours=1), changed_at=starts, sequence=sequence,
        title=title, place=place, about=about, is_cancelled=off,
    )  # fmt: skip
    body = calendar("Naïve, “name”; \\ and\nmore", [event])
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    read = events(body)["one"]

    def plain(text):
        return "".join(each for each in text if each in "\t\n" or (ord(each) > 31 and ord(each) != 127))

    assert str(read["SUMMARY"]) == plain(title)
    assert str(read.get("LOCATION", "")) == plain(place)
    assert str(read.get("DESCRIPTION", "")) == plain(about)
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (starts, starts + timedelta(hours=1))
    assert (int(read["SEQUENCE"]), str(read["STATUS"])) == (sequence, "CANCELLED" if off else "CONFIRMED")
    name = str(Calendar.from_ical(body)["NAME"])  # newer than the parser: it leaves the value as it is written
    assert name == "Naïve\\, “name”\\; \\\\ and\\nmore"


def test_it_has_what_the_public_schedule_has_and_names_nobody(house):
    secret = make_location(house, is_confidential=True, name="Secret house")
    shown = make_group(house, name={"en": "Open circle"}, join_link="https://meet.example/secret")
    hidden = make_group(house, name={"en": "Closed circle"}, visibility="members")
    sheltered = make_group(house, name={"en": "Sheltered"}, location=secret)
    elsewhere = make_organization()
    other = make_group(elsewhere)
    make_enrolment(shown, make_person(house, name="Anna Member"))
    make_facilitator(shown, make_member(house, "peer_specialist", name="Lena Leader"))
    response = visitor(house).get(FEED)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    wanted = {
        str(pk) for pk in Session.objects.filter(group__in=[shown, sheltered]).values_list("public_id", flat=True)
    }
    assert set(events(response)) == wanted
    text = response.content.decode()
    for word in ("Anna", "Lena", "Secret house", "meet.example", "Closed circle", str(hidden.public_id), str(other)):
        assert word not in text


def test_a_session_keeps_its_uid_and_every_change_raises_sequence_and_last_modified(house):
    group = make_group(house, name={"en": "Open circle"})
    one, two = group.sessions.order_by("on")[2:4]
    before = events(visitor(house).get(FEED))
    services.move_session(session=one, actor=SYSTEM, on=one.on + timedelta(days=1), starts=time(9), minutes=60)
    services.cancel_session(session=two, actor=SYSTEM, reason={"en": "The house is closed."})
    after = events(visitor(house).get(FEED))
    assert set(after) == set(before)
    moved, off = after[str(one.public_id)], after[str(two.public_id)]
    for key in (one, two):
        was, now = before[str(key.public_id)], after[str(key.public_id)]
        assert now["SEQUENCE"] == was["SEQUENCE"] + 1
        assert now["LAST-MODIFIED"].dt >= was["LAST-MODIFIED"].dt
    assert moved["DTSTART"].dt == Session.objects.get(pk=one.pk).starts_at.replace(microsecond=0)
    assert (str(off["STATUS"]), str(off["SUMMARY"])) == ("CANCELLED", "Cancelled: Open circle")
    assert str(off["DESCRIPTION"]) == "The house is closed."
    services.archive_group(group=make_group(house), actor=SYSTEM)
    services.change_group(group=group, actor=SYSTEM, name={"en": "New name"})
    renamed = events(visitor(house).get(FEED))
    assert all(event["SEQUENCE"] == after[uid]["SEQUENCE"] + 1 for uid, event in renamed.items())


def test_what_the_rule_has_no_more_stays_as_cancelled_for_calendars_that_have_it(house):
    group = make_group(house)
    rows = list(group.sessions.order_by("on"))
    services.end_from(session=rows[5], actor=SYSTEM)
    found = events(visitor(house).get(FEED))
    assert [str(found[str(row.public_id)]["STATUS"]) for row in rows[4:7]] == ["CONFIRMED", "CANCELLED", "CANCELLED"]


def test_an_unchanged_feed_is_a_304_that_looks_at_no_session(house):
    group = make_group(house)
    browser = visitor(house)
    tag = browser.get(FEED)["ETag"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        again = browser.get(FEED, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert not [query["sql"] for query in asked if "groups_session" in query["sql"]]
    make_enrolment(group)
    assert browser.get(FEED, headers={"if-none-match": tag}).status_code == 304
    services.cancel_session(session=group.sessions.last(), actor=SYSTEM, reason={"en": "Snow"})
    changed = browser.get(FEED, headers={"if-none-match": tag})
    assert (changed.status_code, changed["ETag"] != tag) == (200, True)
    place = group.location
    place.name = "Another name"
    place.save()
    assert browser.get(FEED, headers={"if-none-match": changed["ETag"]}).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_the_same_queries_whatever_is_in_it(house, number):
    for _n in range(number):
        make_group(house)
    browser = visitor(house)
    browser.get(FEED)
    with CaptureQueriesContext(connection) as asked:
        browser.get(FEED)
    assert len([query for query in asked if query["sql"].startswith(("SELECT", "EXECUTE"))]) == 4


def test_marks_become_few_and_a_feed_is_read_once_more_after_it(house):
    group = make_group(house)
    for n in range(25):
        services.change_group(group=group, actor=SYSTEM, minutes=60 + n)
    browser = visitor(house)
    tag = browser.get(FEED)["ETag"]
    assert FeedMark.objects.filter(topic="group", subject=group.pk).count() > 20
    assert tidy_marks() > 20
    assert FeedMark.objects.filter(topic="group", subject=group.pk).count() == 1
    assert browser.get(FEED, headers={"if-none-match": tag}).status_code == 200
    assert tidy_marks() == 0


def test_one_session_is_a_file_to_add_for_whoever_may_see_it(house):
    shown, hidden = make_group(house, name={"en": "Open"}), make_group(house, visibility="members")
    session, secret = shown.sessions.last(), hidden.sessions.last()
    response = visitor(house).get(f"/schedule/{session.public_id}.ics")
    assert list(events(response)) == [str(session.public_id)]
    assert "attachment" in response["Content-Disposition"]
    assert visitor(house).get(f"/schedule/{secret.public_id}.ics").status_code == 404


# ---- a real calendar program
def run(*words):
    done = subprocess.run(
        [str(Path(sys.executable).parent / words[0]), *words[1:]], capture_output=True, text=True, timeout=120,
        env=os.environ | {"LC_ALL": "C.UTF-8", "TZ": "UTC"}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Phone:
    """vdirsyncer subscribes, khal shows: two programs that know nothing of us."""

    def __init__(self, folder, address):
        (folder / "events").mkdir()
        self.sync_file, self.khal_file = folder / "vdirsyncer", folder / "khal"
        self.sync_file.write_text(
            f'[general]\nstatus_path = "{folder}/status/"\n[pair us]\na = "phone"\nb = "feed"\ncollections = null\n'
            f'conflict_resolution = "b wins"\n[storage phone]\ntype = "filesystem"\npath = "{folder}/events/"\n'
            f'fileext = ".ics"\n[storage feed]\ntype = "http"\nurl = "{address}"\n'
        )
        self.khal_file.write_text(
            f"[calendars]\n[[feed]]\npath = {folder}/events/\n[locale]\nlocal_timezone = UTC\ndefault_timezone = UTC\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\n"
            f"longdatetimeformat = %Y-%m-%d %H:%M\n[sqlite]\npath = {folder}/khal.db\n"
        )
        run("vdirsyncer", "-c", self.sync_file, "discover")

    def shows(self):
        """(start in UTC, title) of all that it shows of the coming weeks."""
        run("vdirsyncer", "-c", self.sync_file, "sync", "--force-delete")
        text = run("khal", "-c", self.khal_file, "list", "--day-format", "", "--format", "{start-long}|{title}",
                   timezone.localdate().isoformat(), "100d")  # fmt: skip
        return {tuple(line.split("|", 1)) for line in text.splitlines() if "|" in line}


def page_shows(organization):
    """What the pages of the schedule show, a week each: (start in UTC, title), and the same of what is crossed out."""
    takes_place, is_off = set(), set()
    browser = visitor(organization)
    for week in range(14):
        page = browser.get(
            "/schedule/", {"week": (timezone.localdate() + timedelta(weeks=week)).isoformat()}
        ).content.decode()
        for row in re.findall(r'<li class="row timed">.*?</li>', page, re.DOTALL):
            instant = datetime.fromisoformat(re.search(r'datetime="([^"]+)"', row)[1]).astimezone(UTC)
            name = re.search(r'<h3 class="name">(<s>)?<a [^>]*>([^<]*)', row)
            (is_off if name[1] else takes_place).add((instant.strftime("%Y-%m-%d %H:%M"), name[2]))
    return takes_place, is_off


@pytest.mark.django_db(transaction=True)
def test_a_calendar_program_of_others_shows_what_the_page_shows_after_every_kind_of_change(live_server, tmp_path):
    with transaction.atomic():
        Site.objects.filter(domain="127.0.0.1").update(domain="platform.localhost")  # the platform's own, else
        house = make_organization(domain="127.0.0.1")
        tomorrow = (timezone.now() + timedelta(days=1)).isoweekday()
        group = make_group(house, name={"en": "Evening circle"}, weekday=tomorrow, starts=time(18))
        make_group(house, name={"en": "Every other; with, commas"}, weekday=3, interval=2, also_on=[5])
        make_group(house, name={"en": "Last of the month"}, weekday=4, frequency="monthly", positions=[-1])
        make_group(house, name={"en": "Nobody’s business"}, visibility="members")
    phone = Phone(tmp_path, f"{live_server.url.replace('localhost', '127.0.0.1')}{FEED}")

    def compare():
        seen, (takes_place, is_off) = phone.shows(), page_shows(house)
        now = timezone.now().strftime("%Y-%m-%d %H:%M")
        cancelled = {(at, title.removeprefix("Cancelled: ")) for at, title in seen if title.startswith("Cancelled: ")}
        assert {each for each in seen if "Cancelled: " not in each[1] and each[0] > now} == {
            each for each in takes_place if each[0] > now
        }
        assert {each for each in is_off if each[0] > now} <= cancelled
        assert len(takes_place) > 20
        return takes_place, is_off

    before, _off = compare()
    with open_scope(house.pk), transaction.atomic():
        rows = list(group.sessions.order_by("on"))
        services.move_session(
            session=rows[1], actor=SYSTEM, on=rows[1].on + timedelta(days=2), starts=time(7, 30), minutes=45
        )
        services.cancel_session(session=rows[2], actor=SYSTEM, reason={"en": "Snow"})
        services.change_rule(group=group, actor=SYSTEM, since=rows[5], weekday=tomorrow % 7 + 1, starts=time(10))
    one_and_following, off = compare()
    assert len(off) == 1
    assert one_and_following != before
    with open_scope(house.pk), transaction.atomic():
        services.change_rule(group=group, actor=SYSTEM, starts=time(20), minutes=30)
        services.add_closure(
            actor=SYSTEM, organization_id=house.pk, starts_on=rows[7].on, ends_on=rows[7].on + timedelta(days=2),
            reason={"en": "Closed"},
        )  # fmt: skip
        place = type(group.location).objects.get(pk=group.location_id)
        place.zone = "America/Los_Angeles"
        place.save()
        services.plan_sessions(actor=SYSTEM)
    everything, off = compare()
    assert len(off) >= 2
    assert everything != one_and_following
