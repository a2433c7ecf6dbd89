"""An operator reads an organization's records only in a support session: a reason, an hour, seen, read-only."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.scope import open_scope, system_scope
from apps.access.trail import Asked, trail
from apps.kit.once import new_key
from apps.messaging.models import Message
from apps.organizations import services
from apps.organizations.models import SupportSession
from tests.cast import Cast
from tests.factories.clients import make_client

pytestmark = pytest.mark.django_db


def open_session(cast: Cast) -> SupportSession:
    return services.open_support(
        organization_id=cast.harbor.pk, reason="The schedule looks wrong", operator=cast.users["operator"]
    )


def test_without_a_session_the_operator_sees_no_record(cast: Cast):
    client = make_client(cast.harbor)
    browser = cast.client("operator")
    for path in ("/clients/", "/admin/", "/staff/"):
        assert browser.get(path).status_code == 403
    assert browser.get(f"/clients/{client.public_id}/").status_code == 404


def test_a_session_is_opened_with_a_reason_and_the_administrators_are_told(cast: Cast):
    browser = cast.client("operator", host="localhost")
    address = "/operator/support/"
    assert browser.post(address, {"organization": cast.harbor.pk, "reason": " ", "once": new_key()}).status_code == 422
    form = {"organization": cast.harbor.pk, "reason": "The schedule looks wrong", "once": new_key()}
    assert b"harbor.localhost" in browser.post(address, form).content
    assert browser.post(address, form).status_code == 302
    with system_scope("both organizations are looked at"):
        (session,) = SupportSession.objects.all()
        assert (session.organization_id, session.operator) == (cast.harbor.pk, cast.users["operator"])
        assert session.until - session.started_at == timedelta(hours=1)
        told = Message.objects.filter(purpose="support_session")
        assert [(one.organization_id, one.user) for one in told] == [(cast.harbor.pk, cast.users["administrator"])]
    assert mail.outbox == []  # it leaves by the gate, after commit


def test_for_its_time_the_operator_reads_that_organization_and_changes_nothing(cast: Cast):
    client, theirs = make_client(cast.harbor, name="Ana"), make_client(cast.aurora, name="Bo")
    open_session(cast)
    browser = cast.client("operator")
    page = browser.get(f"/clients/{client.public_id}/").content.decode()
    assert "Ana" in page and "in a support session until" in page
    assert browser.get("/admin/clients/clientrecord/").status_code == 200
    assert browser.get("/admin/clients/clientrecord/add/").status_code == 403
    assert browser.get("/admin/trail/").status_code == 403
    for path in ("/materials/", f"/admin/clients/clientrecord/{client.pk}/change/", "/clients/"):
        assert browser.post(path, {"name": "Changed"}).status_code == 403
    elsewhere = cast.client("operator", host="aurora.localhost")
    assert elsewhere.get(f"/clients/{theirs.public_id}/").status_code == 404
    with open_scope(cast.harbor.pk):
        client.person.refresh_from_db()
        assert client.person.name == "Ana"


def test_each_page_that_is_opened_is_in_the_organizations_trail(cast: Cast):
    client = make_client(cast.harbor)
    session = open_session(cast)
    browser = cast.client("operator")
    browser.get("/clients/")
    browser.get(f"/clients/{client.public_id}/")
    with open_scope(cast.harbor.pk):
        lines = AccessLog.objects.filter(user_id=cast.users["operator"].pk, action="support", row_id=session.pk)
        paths = {line.context["path"] for line in lines}
        assert paths == {"/clients/", f"/clients/{client.public_id}/"}
        told = trail(cast.actor("administrator"), Asked(what="read", kind="clients.clientrecord"))
        assert {entry.who for entry in told} == {"operator@platform.example (runs the platform)"}


def test_it_ends_by_itself_after_an_hour(cast: Cast):
    session = open_session(cast)
    with open_scope(cast.harbor.pk):
        past = timezone.now() - timedelta(minutes=61)
        SupportSession.objects.filter(pk=session.pk).update(started_at=past, until=past + timedelta(hours=1))
    assert cast.client("operator").get("/clients/").status_code == 403


def test_an_administrator_sees_it_and_ends_it_at_once_and_nobody_else_does(cast: Cast):
    session = open_session(cast)
    operator, office = cast.client("operator"), cast.client("administrator")
    assert operator.get("/clients/").status_code == 200
    assert (
        "/support/" in office.get("/staff/").content.decode() and "/support/" in office.get("/admin/").content.decode()
    )
    assert "The schedule looks wrong" in office.get("/support/").content.decode()
    assert cast.client("auditor").post(f"/support/{session.public_id}/end/").status_code == 403
    assert cast.client("coordinator").post(f"/support/{session.public_id}/end/").status_code == 404
    assert operator.get("/clients/").status_code == 200
    for _again in range(2):
        assert office.post(f"/support/{session.public_id}/end/").status_code == 302
    assert operator.get("/clients/").status_code == 403
    assert "/support/" not in office.get("/staff/").content.decode()


def test_opening_another_one_ends_the_first(cast: Cast):
    open_session(cast)
    services.open_support(organization_id=cast.aurora.pk, reason="Mail", operator=cast.users["operator"])
    assert cast.client("operator").get("/clients/").status_code == 403
    assert cast.client("operator", host="aurora.localhost").get("/clients/").status_code == 200
    services.leave_support(operator=cast.users["operator"])
    assert cast.client("operator", host="aurora.localhost").get("/clients/").status_code == 403


def test_nobody_else_opens_one_and_the_database_holds_the_hour(cast: Cast):
    with pytest.raises(PermissionDenied):
        services.open_support(organization_id=cast.harbor.pk, reason="x", operator=cast.users["administrator"])
    with pytest.raises(ValidationError):
        services.open_support(organization_id=cast.harbor.pk, reason="  ", operator=cast.users["operator"])
    now = timezone.now()
    with system_scope("a session that is too long is tried"), pytest.raises(IntegrityError), transaction.atomic():
        SupportSession.objects.create(
            organization=cast.harbor,
            operator=cast.users["operator"],
            reason="x",
            started_at=now,
            until=now + timedelta(minutes=61),
        )


def test_somebody_who_no_longer_runs_the_platform_reads_nothing_more(cast: Cast):
    open_session(cast)
    operator = cast.users["operator"]
    operator.is_operator = False
    operator.save()
    assert cast.client("operator").get("/clients/").status_code == 403
