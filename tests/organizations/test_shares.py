"""Opening one record to one colleague for a time: the page, the lists, the end that comes by itself."""

import re
import uuid
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.models import AccessLog
from apps.access.policy import may, visible_to
from apps.access.scope import open_scope, system_scope
from apps.access.services import end_share, share
from apps.access.shares import shareable
from apps.clients.models import ClientRecordGrant
from apps.groups.models import Session, SupportGroup
from apps.materials.models import Material
from apps.organizations import services
from tests.cast import Cast
from tests.factories.clients import make_client
from tests.factories.groups import make_group
from tests.walls.matrix import World, materials

pytestmark = pytest.mark.django_db


def address(row) -> str:
    return reverse("organizations:share", args=[row._meta.label_lower, row.public_id])


def post(cast: Cast, name: str, row, person: str | int, until: date, **more):
    key = cast.people[person].pk if isinstance(person, str) else person
    form = {"person": key, "until": until.isoformat(), "reason": "", "once": str(uuid.uuid4())}
    return cast.client(name).post(address(row), form | more)


def friday() -> date:
    return timezone.localdate() + timedelta(days=3)


def test_a_coordinator_shares_one_client_with_one_colleague_until_friday(cast: Cast):
    client, other = make_client(cast.harbor), make_client(cast.harbor)
    partner = cast.client("partner")
    page = reverse("clients:detail", args=[client.public_id])
    assert partner.get(page).status_code == 404
    assert post(cast, "coordinator", client, "partner", friday(), reason="covers for Ana").status_code == 302
    assert partner.get(page).status_code == 200
    assert partner.get(reverse("clients:detail", args=[other.public_id])).status_code == 404
    listed = partner.get(reverse("organizations:shares")).content.decode()
    assert client.person.name in listed and "covers for Ana" in listed and other.person.name not in listed
    by_me = cast.client("coordinator").get(reverse("organizations:shares")).content.decode()
    assert "With Harbor Partner" in by_me


def test_a_share_ends_by_itself_after_its_day(cast: Cast):
    client = make_client(cast.harbor)
    post(cast, "coordinator", client, "partner", friday())
    with open_scope(cast.harbor.pk):
        (grant,) = ClientRecordGrant.objects.all()
        end = grant.until.astimezone(ZoneInfo(cast.harbor.zone))
        assert (end.date(), end.hour, end.minute) == (friday(), 23, 59)
        ClientRecordGrant.objects.update(until=timezone.now() - timedelta(seconds=1))
        assert not may(cast.actor("partner"), "view", client)
    browser = cast.client("partner")
    assert browser.get(reverse("clients:detail", args=[client.public_id])).status_code == 404
    assert client.person.name not in browser.get(reverse("organizations:shares")).content.decode()


def test_whoever_shared_it_ends_it_and_both_stand_in_the_log(cast: Cast):
    client = make_client(cast.harbor)
    post(cast, "coordinator", client, "partner", friday())
    browser = cast.client("coordinator")
    key = re.search(r'name="end" value="(\d+)"', browser.get(address(client)).content.decode())
    assert key and browser.post(address(client), {"end": key[1]}).status_code == 302
    assert cast.client("partner").get(reverse("clients:detail", args=[client.public_id])).status_code == 404
    with open_scope(cast.harbor.pk):
        told = AccessLog.objects.filter(action__contains="share").order_by("pk")
        assert [(row.action, row.row_id, row.user_id) for row in told] == [
            ("share", client.pk, cast.users["coordinator"].pk),
            ("end of share", client.pk, cast.users["coordinator"].pk),
        ]
        assert all(row.context["shared_with"] == cast.users["partner"].pk for row in told)


def test_several_shares_end_at_once_after_a_page_that_names_them(cast: Cast):
    people = ["partner", "observer", "translator"]
    clients = [make_client(cast.harbor, name=name) for name in ("Ana Onefold", "Bo Twofold", "Cy Threefold")]
    for client, person in zip(clients, people, strict=True):
        post(cast, "coordinator", client, person, friday())
    theirs, hidden = make_client(cast.harbor, name="Di Fourfold"), make_client(cast.harbor, name="Ed Fivefold")
    next_door = make_client(cast.aurora, name="Fay Sixfold")
    with open_scope(cast.harbor.pk):
        share(row=theirs, user=cast.users["partner"], actor=cast.actor("administrator"))
        post(cast, "coordinator", hidden, "partner", friday())
        services.declare_bar(barred=cast.people["coordinator"], subject=hidden.person, actor=cast.actor("coordinator"))
    with open_scope(cast.aurora.pk):
        share(row=next_door, user=cast.users["partner"], actor=Actor.for_system("a share next door"))
    with system_scope("the test names every share there is"):
        grants = {grant.content_object_id: grant.pk for grant in ClientRecordGrant.objects.all()}

    def standing() -> set[int]:
        with system_scope("the test counts what stands"):
            return set(ClientRecordGrant.objects.values_list("content_object_id", flat=True))

    browser, page = cast.client("coordinator"), reverse("organizations:end_shares")
    assert page in browser.get(reverse("organizations:shares")).content.decode()
    offered = browser.get(page).content.decode()
    assert all(client.person.name in offered for client in clients)
    assert not any(client.person.name in offered for client in (theirs, hidden, next_door))
    two = [f"clients.clientrecord-{grants[client.pk]}" for client in clients[:2]]
    forged = [f"clients.clientrecord-{grants[c.pk]}" for c in (theirs, hidden, next_door)]
    nothing = browser.post(page, {})
    assert nothing.status_code == 422 and "Choose at least one" in nothing.content.decode()
    assert browser.post(page, {"shares": [*forged, "clients.clientrecord-999999", "x"]}).status_code == 422
    sure = browser.post(page, {"shares": two + forged}).content.decode()
    assert "2 shares end now" in sure and "Ana Onefold" in sure and "Bo Twofold" in sure
    assert "Cy Threefold" not in sure and "Fourfold" not in sure and "Sixfold" not in sure
    assert standing() == grants.keys()
    for _again in range(2):
        assert browser.post(page, {"shares": two + forged, "yes": "1"}).status_code == 302
        assert standing() == grants.keys() - {client.pk for client in clients[:2]}
    with open_scope(cast.harbor.pk):
        assert AccessLog.objects.filter(action="end of share").count() == 2


def test_whoever_may_share_no_more_is_offered_none_to_end(cast: Cast):
    client = make_client(cast.harbor)
    with open_scope(cast.harbor.pk):
        ClientRecordGrant.objects.all().delete()
        share(row=client, user=cast.users["partner"], actor=Actor.for_system("as of an earlier role"))
        ClientRecordGrant.objects.update(granted_by=cast.users["auditor"])
        key = f"clients.clientrecord-{ClientRecordGrant.objects.get().pk}"
    browser, page = cast.client("auditor"), reverse("organizations:end_shares")
    assert "Nothing to end" in browser.get(page).content.decode()
    assert browser.post(page, {"shares": [key], "yes": "1"}).status_code == 302
    with open_scope(cast.harbor.pk):
        assert ClientRecordGrant.objects.count() == 1


def test_a_day_that_has_passed_and_a_colleague_next_door_are_refused_beside_the_field(cast: Cast):
    client = make_client(cast.harbor)
    late = post(cast, "coordinator", client, "partner", timezone.localdate() - timedelta(days=2))
    assert late.status_code == 422 and "This day has passed" in late.content.decode()
    stranger = post(cast, "coordinator", client, cast.neighbours["partner"].pk, friday(), reason="kept words")
    never = post(cast, "coordinator", client, 999_999_999, friday(), reason="kept words")
    for answer in (stranger, never):
        assert answer.status_code == 422 and "kept words" in answer.content.decode()
        assert answer.context["form"].errors["person"] == never.context["form"].errors["person"]
    with open_scope(cast.harbor.pk):
        assert not ClientRecordGrant.objects.exists()


def test_the_same_form_sent_twice_shares_once(cast: Cast):
    client, key = make_client(cast.harbor), str(uuid.uuid4())
    for _again in range(2):
        assert post(cast, "coordinator", client, "partner", friday(), once=key).status_code == 302
    with open_scope(cast.harbor.pk):
        assert ClientRecordGrant.objects.count() == 1
        assert AccessLog.objects.filter(action="share").count() == 1


def test_a_bar_is_stronger_than_a_share_and_the_list_does_not_tell(cast: Cast):
    client = make_client(cast.harbor)
    with open_scope(cast.harbor.pk):
        services.declare_bar(barred=cast.people["partner"], subject=client.person, actor=cast.actor("partner"))
    assert post(cast, "coordinator", client, "partner", friday()).status_code == 302
    browser = cast.client("partner")
    assert browser.get(reverse("clients:detail", args=[client.public_id])).status_code == 404
    assert client.person.name not in browser.get(reverse("organizations:shares")).content.decode()


def test_a_share_of_a_hidden_group_opens_the_group_and_its_sessions(cast: Cast):
    with open_scope(cast.harbor.pk):
        group = make_group(cast.harbor, visibility="members")
        translator = cast.actor("translator")
        assert not visible_to(SupportGroup, translator).filter(pk=group.pk).exists()
        share(row=group, user=cast.users["translator"], actor=cast.actor("administrator"))
        assert may(translator, "view", group) and not may(translator, "change", group)
        sessions = set(Session.objects.filter(group=group).values_list("pk", flat=True))
        assert sessions and set(visible_to(Session, translator).values_list("pk", flat=True)) == sessions
        end_share(row=group, user=cast.users["translator"], actor=cast.actor("administrator"))
        assert not may(translator, "view", group)


def test_a_shared_material_can_be_read(cast: Cast):
    with open_scope(cast.harbor.pk):
        material = materials.a_material(World(cast), cast.harbor)
        Material.objects.update(for_everybody=False)
        text = material.texts.get()
    page = reverse("materials:detail", args=[material.public_id])
    assert cast.client("partner").get(page).status_code == 404
    assert post(cast, "administrator", material, "partner", friday()).status_code == 302
    read = cast.client("partner").get(page)
    assert read.status_code == 200 and (text.state != "published" or text.title in read.content.decode())


def test_these_kinds_can_be_shared_and_no_others():
    assert {model._meta.label_lower for model in shareable()} == {
        "clients.clientrecord",
        "certifications.certification",
        "groups.supportgroup",
        "materials.material",
    }


def test_the_list_of_shares_asks_the_same_questions_for_one_and_for_many(cast: Cast):
    browser, counts = cast.client("partner"), []
    for many in (1, 20):
        with open_scope(cast.harbor.pk):
            for _each in range(many):
                share(row=make_client(cast.harbor), user=cast.users["partner"], actor=cast.actor("coordinator"))
        with CaptureQueriesContext(connection) as asked:
            browser.get(reverse("organizations:shares"))
        counts.append(len(asked))
    assert counts[0] == counts[1]
