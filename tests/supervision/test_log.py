"""The supervision log as a document, and the page on which anybody checks it."""

import hashlib
import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from apps.access.models import AccessLog
from apps.access.scope import open_scope
from apps.organizations.choices import Role
from apps.supervision import services
from apps.supervision.choices import NoteState
from apps.supervision.models import LogDocument
from apps.supervision.services.logs import normal_code, shown_code
from tests.factories.organizations import actor_for, make_member, make_organization
from tests.factories.supervision import make_note, make_plan

pytestmark = pytest.mark.django_db
ONCE = re.compile(r'name="once" value="([^"]+)"')
YEAR = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.fixture
def here():
    organization = make_organization(domain="centre.localhost")
    with open_scope(organization.pk):
        yield organization


@pytest.fixture
def plan(here):
    plan = make_plan(
        here,
        make_member(here, Role.PEER_SPECIALIST, name="Dana Whitfield"),
        make_member(here, Role.SUPERVISOR, name="Ruth Alvarez"),
    )
    make_note(plan, NoteState.SIGNED)
    make_note(plan, NoteState.SIGNED, held_on=date(2026, 2, 3), minutes=45)
    make_note(plan, NoteState.SUBMITTED, held_on=date(2026, 2, 10))
    return plan


def made(plan, **more):
    return services.make_log(
        person=plan.specialist, actor=actor_for(plan.specialist), check_url="https://x.example/check", **YEAR, **more
    )


def test_the_document_has_what_is_signed_and_its_code_finds_it_again(plan):
    row, pdf = made(plan)
    assert pdf[:5] == b"%PDF-"
    assert (row.sessions, row.minutes, len(row.signatures)) == (2, 105, 4)
    assert row.sha256 == hashlib.sha256(pdf).hexdigest()
    typed = shown_code(row.code).lower().replace("0", "o").replace("1", "l")
    checked = services.check_log(code=typed, content=pdf)
    assert (checked.holds, checked.same_file, checked.signatures) == (True, True, 4)
    assert services.check_log(code=row.code, content=pdf + b" ").holds is False
    assert services.check_log(code=row.code).same_file is None
    assert services.check_log(code="A" * 20) is None
    assert services.check_log(code="") is None
    assert AccessLog.objects.filter(action="export").count() == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [("printed_name", "Somebody Else"), ("content", b"{}"), ("hash", "a" * 64), ("meaning", "attested")],
)
def test_a_signature_that_is_not_what_it_was_is_named_by_its_number(plan, column, value):
    row, pdf = made(plan)
    number = row.signatures[1][0]
    # A temporary table of the same name is read in its place, as after somebody wrote past the seals of the real one.
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE signing_signature ON COMMIT DROP AS TABLE public.signing_signature")
        cursor.execute(f'UPDATE pg_temp.signing_signature SET "{column}" = %s WHERE number = %s', [value, number])  # noqa: S608  a literal of this test
    checked = services.check_log(code=row.code, content=pdf)
    assert checked.differ == (number,)
    assert not checked.holds


def test_a_log_is_never_changed_nor_deleted(plan):
    row, _pdf = made(plan)
    for statement in (
        "UPDATE supervision_logdocument SET sha256 = repeat('0', 64)",
        "DELETE FROM supervision_logdocument",
    ):
        with pytest.raises((ProgrammingError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert LogDocument.objects.get().sha256 == row.sha256


def test_one_takes_out_ones_own_and_others_only_with_the_right_to_take_out(here, plan):
    boss = make_member(here, Role.ADMINISTRATOR)
    for who, may in (
        (plan.specialist, True),
        (boss, True),
        (plan.supervisor, False),
        (make_plan(here).specialist, False),
    ):
        if may:
            services.make_log(person=plan.specialist, actor=actor_for(who), check_url="x", **YEAR)
            continue
        with pytest.raises(PermissionDenied):
            services.make_log(person=plan.specialist, actor=actor_for(who), check_url="x", **YEAR)
    assert LogDocument.objects.count() == 2


def test_the_pages_make_and_check_it_and_name_nobody_to_the_public(plan, client):
    client.defaults["HTTP_HOST"] = "centre.localhost"
    client.force_login(plan.specialist.user)
    page = reverse("supervision:log", args=[plan.specialist.public_id])
    text = client.get(page, {"since": "2026-01-01", "until": "2026-12-31"}).content.decode()
    assert "Ruth Alvarez" in text
    assert "Not signed yet" in text
    file = reverse("supervision:log_file", args=[plan.specialist.public_id])
    period = {"since": "2026-01-01", "until": "2026-12-31"}
    once = {"once": ONCE.search(client.get(page).content.decode())[1]}
    pdf = client.post(file, {"form": "pdf", **period, **once}).content
    again = client.post(file, {"form": "pdf", **period, **once}, follow=True)
    assert again.redirect_chain == [(f"{page}?since=2026-01-01&until=2026-12-31", 302)]
    assert "was made already" in again.content.decode()
    assert "incomplete" in client.post(file, {"form": "pdf", **period}, follow=True).content.decode()
    sheet = client.post(file, {"form": "csv", **period}).content.decode("utf-8-sig")
    assert sheet.count("2026-") >= 3
    with open_scope(plan.organization_id):
        row = LogDocument.objects.get()
    client.logout()
    check = reverse("supervision:check")
    answer = client.post(check, {"code": shown_code(row.code), "document": SimpleUploadedFile("log.pdf", pdf)})
    text = answer.content.decode()
    assert "It holds" in text
    assert row.sha256 in text
    for name in ("Dana", "Whitfield", "Ruth", "Alvarez"):
        assert name not in text
    other = SimpleUploadedFile("log.pdf", pdf + b"x")
    assert "It does not hold" in client.post(check, {"code": row.code, "document": other}).content.decode()
    assert "do not know this code" in client.post(check, {"code": "9" * 20}).content.decode()


def test_a_code_of_next_door_is_unknown_here(plan, client):
    row, _pdf = made(plan)
    make_organization(domain="elsewhere.localhost")
    client.defaults["HTTP_HOST"] = "elsewhere.localhost"
    assert "do not know this code" in client.post(reverse("supervision:check"), {"code": row.code}).content.decode()


def test_codes_are_read_as_people_type_them():
    assert normal_code(" abcde-fghjk-o1Il0 ") == "ABCDEFGHJK01110"
