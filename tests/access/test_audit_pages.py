"""Every row's two pages: what was changed by whom, and who can see it by which rule."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.access.reach import who_reaches
from apps.access.scope import open_scope
from apps.access.services import share
from apps.kit.dates import format_instant
from apps.organizations import services
from apps.organizations.models import Person
from tests.cast import Cast
from tests.factories.certifications import make_certification
from tests.factories.organizations import make_location

pytestmark = pytest.mark.django_db


def words(page) -> str:
    """The text of a page's main part, on one line."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def address(row, page: str) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def rows_of(page) -> dict[str, tuple[str, str]]:
    """The table of who can see it: name -> (yes or no, why)."""
    table = re.search(r'<table[^>]*id="reach".*?</table>', page.content.decode(), re.S)
    assert table
    found = re.findall(r"<th scope=.row.[^>]*>(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>(.*?)</td>", table[0], re.S)
    return {unescape(name): (sees.strip(), unescape(why).strip()) for name, sees, why in found}


def test_the_history_page_tells_each_change_newest_first_and_who_made_it(cast: Cast):
    place = make_location(cast.harbor, name="Quiet house", zone="America/Denver")
    browser = cast.client("coordinator")
    page = browser.get(address(place, "change"))
    fields = re.findall(r'<input[^>]*name="(rooms-[A-Z_]+)"[^>]*value="(\d*)"', page.content.decode())
    form = {"name": "Loud house", "zone": "America/Denver", **dict(fields)}
    answer = browser.post(address(place, "change"), form)
    assert answer.status_code == 302, answer.context["errors"]
    said = words(cast.client("auditor").get(address(place, "history")))
    changed, added = said.index("Harbor Coordinator changed"), said.index("added")
    assert changed < said.index("Quiet house Loud house") < added


def test_the_history_does_not_name_whom_its_reader_may_not_see(cast: Cast):
    row = make_certification(cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk, user_id=cast.users["coordinator"].pk):
        row.person.name = "Ana Newname"
        row.person.save()
    with open_scope(cast.harbor.pk):
        services.declare_bar(
            barred=cast.people["auditor"], subject=cast.people["coordinator"], actor=cast.actor("auditor")
        )
    person = row.person
    seen = words(cast.client("administrator").get(address(person, "history")))
    hidden = words(cast.client("auditor").get(address(person, "history")))
    assert "Ana Newname" in seen and "Harbor Coordinator changed" in seen
    assert "Harbor Coordinator" not in hidden and "somebody who is not shown to you changed" in hidden


def test_the_page_of_who_can_see_it_names_everybody_who_can_and_by_which_rule(cast: Cast):
    row = make_certification(cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        share(
            row=row,
            user=cast.users["clinical_contact"],
            actor=cast.actor("administrator"),
            until=timezone.now() + timedelta(days=3),
        )
        former = share(row=row, user=cast.users["partner"], actor=cast.actor("administrator"))
        type(former).objects.filter(pk=former.pk).update(until=timezone.now() - timedelta(minutes=1))
    said = rows_of(cast.client("auditor").get(address(row, "access")))
    until = format_instant(timezone.now() + timedelta(days=3), cast.harbor.zone).rsplit(",", 1)[0]
    assert said["Harbor Clinical Contact"][1].startswith(f"it was shared with this person, until {until}")
    said["Harbor Clinical Contact"] = (said["Harbor Clinical Contact"][0], "shared")
    role = "a role that allows: see every staff member's certification"
    assert said == {
        "Harbor Administrator": ("yes", role),
        "Harbor Supervisor": ("yes", role),
        "Harbor Auditor": ("yes", role),
        "Harbor Peer Specialist": ("yes", "a relation: it is their own record"),
        "Harbor Clinical Contact": ("yes", "shared"),
    }


def test_the_page_says_of_a_barred_person_only_that_a_private_rule_stands(cast: Cast):
    row = make_certification(cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        services.declare_bar(
            barred=cast.people["supervisor"],
            subject=cast.people["peer_specialist"],
            actor=cast.actor("supervisor"),
            kind="housemate",
        )
    page = cast.client("administrator").get(address(row, "access"))
    assert rows_of(page)["Harbor Supervisor"] == ("no", "a private rule")
    assert "housemate" not in page.content.decode()
    assert cast.client("supervisor").get(reverse("certifications:detail", args=[row.public_id])).status_code == 404


@pytest.mark.parametrize("name", ["administrator", "auditor"])
def test_what_the_page_says_is_what_the_policy_answers(cast: Cast, name: str):
    from apps.access.actor import Actor
    from apps.access.policy import may

    row = make_certification(cast.people["peer_specialist"])
    with open_scope(cast.harbor.pk):
        reach = who_reaches(row, actor=cast.actor(name))
        may_see = {
            person.name
            for person in Person.objects.filter(user__isnull=False)
            if may(Actor(person.user_id, cast.harbor.pk), "view", row)
        }
    assert {one.name for one in reach.people if not one.barred} == may_see and reach.complete
    assert reach.unseen == 0
