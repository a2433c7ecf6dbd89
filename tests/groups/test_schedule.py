"""The schedule in its views: filters that combine, the month as a calendar, what is empty, what is over."""

import gzip
import re
from datetime import date, datetime, time, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.access.scope import open_scope
from apps.groups import selectors, services
from apps.groups.filters import Wanted
from apps.groups.models import Session
from apps.groups.showing import Shown
from apps.kit.walltime import resolve
from tests.cast import build_cast
from tests.factories.groups import make_enrolment, make_facilitator, make_group
from tests.factories.messaging import zone_at
from tests.factories.organizations import SYSTEM, make_location, make_room

pytestmark = pytest.mark.django_db
SCHEDULE = "/schedule/"
VIEWS = ("week", "list", "month")


@pytest.fixture
def cast():
    return build_cast()


def coming(view, organization):
    """The address of a view in which every session is still to come."""
    today = timezone.now().astimezone(ZoneInfo(organization.zone)).date()
    first = today + timedelta(days=7 - today.weekday())
    if view == "month":
        return f"{SCHEDULE}?view=month&month={(today.replace(day=1) + timedelta(days=32)).strftime('%Y-%m')}"
    return f"{SCHEDULE}?view={view}&{'day' if view == 'list' else 'week'}={first}"


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def names_on(response):
    return sorted(set(re.findall(r'<a href="/groups/[^"]*"[^>]*>([^<]*)</a>', text_of(response))))


def put(group, starts_at, minutes=60):
    """The last planned session of a group, put at that instant."""
    with open_scope(group.organization_id):
        Session.objects.filter(pk=group.sessions.order_by("on").last().pk).update(
            starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)
        )


# ---- the views
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_shows_the_same_groups_and_keeps_the_filters(cast, view):
    make_group(cast.harbor, name={"en": "Tea"}, has_asl=True)
    make_group(cast.harbor, name={"en": "Walk"})
    make_group(cast.harbor, name={"en": "Closed"}, visibility="members")
    make_group(cast.aurora, name={"en": "Next door"})
    visitor = cast.client("visitor")
    address = coming(view, cast.harbor)
    assert names_on(visitor.get(address)) == ["Tea", "Walk"]
    page = visitor.get(address + "&language=asl&part=eve")
    assert names_on(page) == ["Tea"]
    tabs = re.search(r'<nav class="tabs".*?</nav>', text_of(page), re.DOTALL)[0]
    links = [dict(parse_qsl(link)) for link in re.findall(r'href="\?([^"]*)"', tabs.replace("&amp;", "&"))]
    assert [link.get("view", "week") for link in links] == list(VIEWS)
    assert all((link["language"], link["part"]) == ("asl", "eve") for link in links)


@pytest.mark.parametrize("view", VIEWS)
def test_the_next_page_of_a_view_begins_where_this_one_ends(cast, view):
    group = make_group(cast.harbor, weekday=1, also_on=[2, 3, 4, 5, 6, 7])
    visitor, seen = cast.client("visitor"), []
    today = timezone.now().astimezone(ZoneInfo(cast.harbor.zone)).date()
    address = f"{SCHEDULE}?view={view}"
    for _turn in range(2):
        page = text_of(visitor.get(address))
        seen += [date.fromisoformat(day) for day in re.findall(r'datetime="(\d{4}-\d\d-\d\d)T', page)]
        turns = re.search(r'<nav class="pages".*?</nav>', page, re.DOTALL)[0]
        address = SCHEDULE + re.findall(r'href="(\?[^"]*)"', turns)[-1].replace("&amp;", "&")
    with open_scope(cast.harbor.pk):
        planned = [row.on for row in group.sessions.filter(on__gte=today, on__lte=max(seen)).order_by("on")]
    assert seen == planned and len(seen) >= 7  # that of today is among them, unless its hour is past already


def test_the_month_is_a_table_of_seven_days_with_each_day_named(cast):
    make_group(cast.harbor, name={"en": "Tea"})
    page = text_of(cast.client("visitor").get(coming("month", cast.harbor)))
    table = re.search(r'<table class="month">.*</table>', page, re.DOTALL)[0]
    assert table.count('<th scope="col">') == 7
    rows = re.findall(r"<tr>(?!<th)(.*?)</tr>", table, re.DOTALL)
    assert {row.count("<td") for row in rows} == {7}
    numbers = [int(number) for number in re.findall(r"<b>(\d+)</b>", table)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) in (28, 29, 30, 31)
    assert "<caption" in table


def test_a_list_leaves_out_days_without_groups_and_what_is_gone(cast):
    make_group(cast.harbor, name={"en": "Tea"})
    page = text_of(cast.client("visitor").get(coming("list", cast.harbor)))
    assert len(re.findall(r"<section class=\"day", page)) == 2  # two Tuesdays in two weeks


def test_last_week_is_shown_on_a_phone_too(cast):
    group = make_group(cast.harbor, name={"en": "Tea"})
    put(group, timezone.now() - timedelta(days=7))
    day = (timezone.now() - timedelta(days=7)).astimezone(ZoneInfo(cast.harbor.zone)).date()
    page = text_of(cast.client("visitor").get(f"{SCHEDULE}?week={day}"))
    shown = re.search(rf'<section class="([^"]*)" aria-labelledby="d{day:%m%d}">', page)[1]
    assert shown == "day"  # "past" is hidden on a phone


# ---- filters
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("format=online", ["B", "E"]),
        ("format=in_person", ["A", "C", "D", "E"]),
        ("format=phone", ["F"]),
        ("language=asl", ["C"]),
        ("language=asl&format=online", []),
        ("access=step_free", ["C", "D"]),
        ("access=step_free&access=hearing_loop", ["D"]),
        ("access=nonsense", ["A", "B", "C", "D", "E", "F"]),
        ("age=15", ["A", "C", "D", "E", "F"]),
        ("age=70", ["B", "C", "D", "E", "F"]),
        ("age=-1", ["A", "B", "C", "D", "E", "F"]),
        ("age=fifteen", ["A", "B", "C", "D", "E", "F"]),
        ("age=٣", ["A", "B", "C", "D", "E", "F"]),
        ("for=family+and+friends", ["A"]),
        ("for=Family%20and%20FRIENDS!", ["A"]),
        ("free=0", ["F"]),
        ("free=1&part=am", ["C"]),
        ("q=bread", ["D"]),
        ("q=BR%C3%89AD", ["D"]),
        ("q=rea", []),
        ("q=mill", ["C", "D"]),
        ("q=%21%21", []),
        ("q=%00", ["A", "B", "C", "D", "E", "F"]),
        ("q=bread&access=step_free&part=eve&free=1", ["D"]),
    ],
)
def test_filters_combine_and_what_makes_no_sense_is_left_out(cast, query, found):
    mill = make_location(cast.harbor, name="Mill Street house", access=["step_free", "parking"])
    loop = make_location(cast.harbor, name="Mill Lane", access=["step_free", "hearing_loop"])
    make_group(cast.harbor, name={"en": "A"}, audience={"en": "Family and friends"}, oldest=17)
    make_group(cast.harbor, name={"en": "B"}, format="online", youngest=18, location=mill)
    make_group(cast.harbor, name={"en": "C"}, has_asl=True, starts="09:00", location=mill)
    make_group(cast.harbor, name={"en": "D"}, description={"en": "We bake bread."}, location=loop)
    make_group(cast.harbor, name={"en": "E"}, format="hybrid")
    make_group(cast.harbor, name={"en": "F"}, format="phone", is_free=False)
    assert names_on(cast.client("visitor").get(f"{coming('week', cast.harbor)}&{query}")) == found


def test_the_links_of_the_first_schedule_still_lead_where_they_led():
    today = date(2026, 11, 24)
    assert Wanted.read(QueryDict("show=asl"), today).language == "asl"
    assert Wanted.read(QueryDict("show=online"), today).format == "online"
    assert Wanted.read(QueryDict("show=mine"), today).mine
    assert Wanted.read(QueryDict("show=today"), today).today


@given(
    query=st.dictionaries(
        st.sampled_from(["view", "week", "day", "month", "show", "q", "age", "for", "place", "free", "part", "access"]),
        st.one_of(
            st.text("0123456789-abcé٣ \0", max_size=12),
            st.sampled_from(["week", "list", "month", "2026-11", "2026-11-24", "1", "17"]),
        ),
    )
)
def test_an_address_read_and_written_again_asks_for_the_same(query):
    asked, today = QueryDict(mutable=True), date(2026, 11, 24)
    asked.update(query)
    wanted = Wanted.read(asked, today)
    assert Wanted.read(QueryDict(wanted.address(today)[1:]), today) == wanted


def test_each_filter_is_taken_away_by_a_link_that_leaves_the_others(cast):
    make_group(cast.harbor, name={"en": "A"}, starts="09:00", has_captions=True)
    page = text_of(cast.client("visitor").get(coming("week", cast.harbor) + "&part=am&captions=1&q=a"))
    chosen = re.search(r'<ul class="filter" aria-label="What you chose">.*?</ul>', page, re.DOTALL)[0]
    links = [dict(parse_qsl(link)) for link in re.findall(r'href="\?([^"]*)"', chosen.replace("&amp;", "&"))]
    kept = [{name for name in link if name != "week"} for link in links]
    assert kept == [{"captions", "q"}, {"part", "q"}, {"part", "captions"}, set()]


def test_the_form_sends_what_it_has_no_field_for(cast):
    make_enrolment(make_group(cast.harbor), cast.people["client"])
    page = text_of(cast.client("client").get(coming("month", cast.harbor) + "&mine=1&part=eve"))
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))
    assert hidden["view"] == "month" and hidden["mine"] == "1" and "part" not in hidden


def test_where_nothing_is_found_the_page_says_which_wish_to_let_go(cast):
    make_group(cast.harbor, name={"en": "A"}, starts="09:00")
    make_group(cast.harbor, name={"en": "B"}, starts="10:00")
    make_group(cast.harbor, name={"en": "C"}, has_captions=True)
    make_group(cast.harbor, name={"en": "Closed"}, starts="09:00", visibility="members")
    page = text_of(cast.client("visitor").get(coming("week", cast.harbor) + "&part=am&captions=1"))
    said = [re.sub("<.*?>", "", one) for one in re.findall(r"<a [^>]*>Without .*?</a>", page)]
    assert said == ["Without “Captions”: 2", "Without “Morning”: 1"]


@pytest.mark.parametrize("view", VIEWS)
def test_days_without_any_group_say_so_and_lead_on(cast, view):
    page = text_of(cast.client("visitor").get(f"{SCHEDULE}?view={view}"))
    assert "Nothing here" in page and "Show all groups" not in page


def test_filters_offer_nothing_that_only_a_hidden_group_has(cast):
    safe = make_location(cast.harbor, name="Safe house", is_confidential=True, access=["quiet_room"])
    house = make_location(cast.harbor, name="Hidden street", access=["hearing_loop"])
    make_group(cast.harbor, name={"en": "A"}, location=safe)
    closed = make_group(
        cast.harbor, name={"en": "Closed"}, location=house, visibility="members", languages=["vi"], has_asl=True,
        has_captions=True, audience={"en": "Survivors"}, oldest=17, is_free=False, format="hybrid",
    )  # fmt: skip
    words = ("Hidden street", "Safe house", "Hearing loop", "Quiet room", "Tiếng Việt", "Sign language", "Captions",
             "Survivors", "f-age", "f-free", "f-format")  # fmt: skip
    for view in VIEWS:
        page = text_of(cast.client("visitor").get(coming(view, cast.harbor))).split("<main")[1]
        assert [word for word in words if word in page] == [], view
    assert "1 group" in text_of(cast.client("visitor").get(coming("week", cast.harbor)))
    make_enrolment(closed, cast.people["client"])
    page = text_of(cast.client("client").get(coming("week", cast.harbor))).split("<main")[1]
    assert [word for word in words if word not in page] == ["Safe house", "Quiet room"]


def test_searching_for_a_confidential_place_or_a_hidden_group_finds_nothing(cast):
    safe = make_location(cast.harbor, name="Lantern house", is_confidential=True)
    make_group(cast.harbor, name={"en": "A"}, location=safe)
    make_group(cast.harbor, name={"en": "Lantern circle"}, visibility="members")
    address = coming("week", cast.harbor) + "&q=lantern"
    assert names_on(cast.client("visitor").get(address)) == []
    assert names_on(cast.client("coordinator").get(address)) == ["A", "Lantern circle"]


def test_words_from_an_address_are_not_said_by_the_page(cast):
    make_group(cast.harbor)
    page = text_of(cast.client("visitor").get(f"{coming('week', cast.harbor)}&q=call+5550100&for=call+5550100"))
    assert re.findall(r"[^\"]{20}call 5550100[^\"]", page) == []  # the search field holds it, nothing else does


def test_whoever_leads_a_group_sees_what_they_lead(cast):
    make_group(cast.harbor, name={"en": "Open"})
    led = make_group(cast.harbor, name={"en": "Led"}, visibility="members")
    make_facilitator(led, cast.people["peer_specialist"])
    address = coming("week", cast.harbor)
    assert names_on(cast.client("peer_specialist").get(address + "&leading=1")) == ["Led"]
    assert "What I lead" in text_of(cast.client("peer_specialist").get(address))
    assert "What I lead" not in text_of(cast.client("coordinator").get(address))
    assert names_on(cast.client("visitor").get(address + "&leading=1")) == []


# ---- htmx
def test_a_part_of_the_page_is_the_very_part_that_the_page_has(cast):
    make_group(cast.harbor, name={"en": "Tea"})
    visitor, address = cast.client("visitor"), coming("week", cast.harbor)
    whole, part = (text_of(visitor.get(address, headers=headers)) for headers in ({}, {"HX-Request": "true"}))
    begins = part.index('<div class="head">')
    assert part[begins:].strip() in whole and "<html" not in part and '<p id="found" hx-swap-oob' in part
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    answer = visitor.get(address, headers=back)
    assert "<html" in text_of(answer) and "HX-Request" in answer["Vary"]


# ---- time
def test_a_session_that_is_over_says_so_and_one_to_come_does_not(cast):
    zone, now = zone_at(12), timezone.now()
    house, day = make_location(cast.harbor, zone=zone), now.astimezone(ZoneInfo(zone)).date()
    for name, hours in (("Gone", -2), ("Coming", 2)):
        put(make_group(cast.harbor, name={"en": name}, location=house, starts_on=day), now + timedelta(hours=hours))
    page = text_of(cast.client("visitor").get(f"{SCHEDULE}?view=list&day={day}&zone={zone}"))
    rows = re.findall(r'<li class="row timed( over)?">.*?<h3 class="name"><a [^>]*>([^<]*)</a>(.*?)</li>', page)
    told = {name: (bool(over), ">Over<" in rest) for over, name, rest in reversed(rows)}
    assert told["Gone"] == (True, True) and told["Coming"] == (False, False)


@pytest.mark.parametrize(
    ("day", "starts", "minutes", "said"),
    [
        (date(2026, 11, 1), time(0, 30), 120, ("12:30 am", "to 1:30")),  # the clock goes back at two
        (date(2026, 11, 1), time(1, 30), 60, ("1:30 am", "to 1:30")),
        (date(2027, 3, 14), time(1, 30), 60, ("1:30 am", "to 3:30")),  # and forward
        (date(2027, 3, 14), time(2, 30), 60, ("3:30 am", "to 4:30")),
    ],
)
def test_in_the_nights_when_the_clocks_change_times_are_those_on_the_wall(cast, day, starts, minutes, said):
    group = make_group(cast.harbor, location=make_location(cast.harbor, zone="America/Chicago"), weekday=3)
    put(group, resolve(datetime.combine(day, starts), "America/Chicago"), minutes)
    with open_scope(cast.harbor.pk):
        around = resolve(datetime.combine(day, time()), "America/Chicago")
        (row,) = selectors.schedule(cast.actor("visitor"), around, around + timedelta(hours=5))
        shown = Shown("America/New_York", "en", "en", cast.actor("visitor"))
        words = shown.row(row, shown.wall(row.starts_at, shown.zone_of(row)))
    assert (words["starts"], words["until"]) == said


# ---- what it costs
def full_monday(organization):
    """The first Monday of next month."""
    first = (timezone.now().astimezone(ZoneInfo(organization.zone)).date().replace(day=1) + timedelta(days=32)).replace(
        day=1
    )
    return first + timedelta(days=-first.weekday() % 7)


def full(view, organization):
    """The address of a view that has every session of `fill` in it."""
    monday = full_monday(organization)
    return f"{SCHEDULE}?view={view}&" + {"month": f"month={monday:%Y-%m}", "week": f"week={monday}"}.get(
        view, f"day={monday}"
    )


def fill(cast, sessions):
    """So many more weekly groups, of which each has one session in the week of `full_monday`."""
    template = make_group(cast.harbor, name={"en": "Support group", "es": "Grupo de apoyo"}, weekday=1, capacity=12)
    room = make_room(template.location)
    monday = full_monday(cast.harbor)
    kinds = [{"has_asl": True}, {"languages": ["es"]}, {"has_captions": True, "format": "online"}, {"room": room}]
    with open_scope(cast.harbor.pk):
        made = type(template).objects.bulk_create(
            type(template)(
                organization=cast.harbor, name={"en": f"Recovery support group {n}"}, location=template.location,
                weekday=n % 7 + 1, starts=time(9 + n % 10, 30), minutes=90, starts_on=date(2020, 1, 1), capacity=12,
                audience={"en": "Family and friends"} if n % 3 else {}, **kinds[n % 4],
            )
            for n in range(sessions)
        )  # fmt: skip
        Session.objects.bulk_create(
            Session(
                organization=cast.harbor, group=group, on=monday + timedelta(days=n % 7),
                slot=monday + timedelta(days=n % 7), starts_at=starts, ends_at=starts + timedelta(minutes=90),
            )
            for n, group in enumerate(made)
            for starts in [resolve(datetime.combine(monday + timedelta(days=n % 7), group.starts), cast.harbor.zone)]
        )  # fmt: skip


def test_a_view_asks_the_same_number_of_queries_with_one_session_and_with_five_hundred(cast):
    make_enrolment(make_group(cast.harbor, capacity=3), cast.people["client"])

    def counts():
        found = {}
        for person in ("visitor", "client", "coordinator"):
            browser = cast.client(person)
            for view in VIEWS:
                address = full(view, cast.harbor) + "&q=support&part=eve"
                browser.get(address)
                with CaptureQueriesContext(connection) as queries:
                    text_of(browser.get(address))
                found[person, view] = len(queries)
                rows = [query for query in queries if "groups_session" in query["sql"]]
                assert len(rows) == 1, (person, view)
        return found

    few = counts()
    fill(cast, 200)
    assert counts() == few
    fill(cast, 300)
    assert counts() == few


@pytest.mark.parametrize("view", VIEWS)
def test_the_first_view_with_five_hundred_sessions_stays_below_60_kilobytes_over_the_wire(cast, view):
    fill(cast, 500)
    answer = cast.client("visitor").get(full(view, cast.harbor), headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    assert page.count("Recovery support group") == 500
    wire = len(answer.content)
    for name in re.findall(r'(?:href|src)="/static/([^"]+?)"', page):
        if found := finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name)):
            with open(found, "rb") as file:  # noqa: PTH123  a path of the finder
                wire += len(gzip.compress(file.read(), 9))
    assert wire <= 60_000


def test_a_session_called_off_says_in_every_view_when_the_group_meets_next(cast):
    group = make_group(cast.harbor, name={"en": "Tea"}, weekday=1, also_on=[2, 3, 4, 5, 6, 7])
    with open_scope(cast.harbor.pk):
        for session in group.sessions.filter(starts_at__gt=timezone.now()).order_by("on")[8:10]:
            services.cancel_session(session=session, actor=SYSTEM, reason={"en": "The house is closed."})
    for view in ("list", "month"):
        page = "".join(
            text_of(cast.client("visitor").get(f"{SCHEDULE}?view={view}&{name}={day}"))
            for name, day in (("day", timezone.now().date() + timedelta(days=7)),)
        )
        assert "<s>" in page and "Next time: " in page, view
