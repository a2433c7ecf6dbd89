"""A lost second factor is restored by two different people together, once, within a day, and everybody is told."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.models import AccessLog
from apps.access.scope import open_scope, system_scope
from apps.accounts.services import set_totp
from apps.organizations import services
from apps.organizations.choices import Role
from apps.organizations.models import SecondFactorRestoring
from tests.accounts.conftest import browser, fresh_counts, sent
from tests.accounts.test_password import PASSWORD, sign_in
from tests.accounts.test_second_factor import SECRET, led_to
from tests.factories.organizations import actor_for, make_member, make_organization, make_user

__all__ = ["browser", "fresh_counts", "sent"]

pytestmark = pytest.mark.django_db

HOST = "aurora.localhost"


def member(house, role, name):
    return make_member(
        house, role, user=make_user(email=f"{name}@aurora.example", password=PASSWORD), name=name.title()
    )


@pytest.fixture
def aurora():
    return make_organization(name="Aurora", short_name="Aurora", domain=HOST, second_factor=True)


@pytest.fixture
def owner(aurora):
    return member(aurora, Role.ADMINISTRATOR, "owner")


@pytest.fixture
def deputy(aurora):
    return member(aurora, Role.ADMINISTRATOR, "deputy")


@pytest.fixture
def noor(aurora):
    found = member(aurora, Role.PEER_SPECIALIST, "noor")
    set_totp(user=found.user, secret=SECRET)
    return found


def ask(noor, by):
    with open_scope(noor.organization_id), transaction.atomic():
        return services.ask_restoring(person=noor, actor=actor_for(by), reason="She stood before me.")


def confirm(restoring, by, **more):
    with open_scope(restoring.organization_id), transaction.atomic():
        return services.confirm_restoring(restoring=restoring, actor=actor_for(by), **more)


def test_two_administrators_open_one_sign_in_on_this_host_which_forgets_the_lost_factor(
    noor, owner, deputy, browser, sent
):
    client = browser(HOST)
    sign_in(client, noor.user.email)
    assert "Go on without it" not in client.get("/accounts/2fa/").content.decode()
    assert client.post("/accounts/2fa/", {"restore": "1"}).status_code == 200
    restoring = ask(noor, owner)
    assert client.post("/accounts/2fa/", {"restore": "1"}).status_code == 200
    assert Authenticator.objects.filter(user=noor.user).exists()
    confirm(restoring, deputy)
    assert "Go on without it" in client.get("/accounts/2fa/").content.decode()
    assert Authenticator.objects.filter(user=noor.user).exists()
    elsewhere = make_organization(domain="elsewhere.localhost")
    other = browser("elsewhere.localhost")
    sign_in(other, noor.user.email)
    assert other.post("/accounts/2fa/", {"restore": "1"}).status_code == 200
    assert led_to(client.post("/accounts/2fa/", {"restore": "1"})) == "/"
    assert not Authenticator.objects.filter(user=noor.user).exists()
    assert led_to(client.get("/staff/")) == "/accounts/2fa/app/"
    set_totp(user=noor.user, secret=SECRET)
    again = browser(HOST)
    sign_in(again, noor.user.email)
    assert again.post("/accounts/2fa/", {"restore": "1"}).status_code == 200
    told = [(m["address"], m["context"]["event"]) for m in sent if m["kind"] == "security_notice"]
    assert [event for address, event in told if address == noor.user.email] == [
        "restoring_asked",
        "restoring_confirmed",
        "second_factor_removed",
    ]
    assert [event for address, event in told if address == deputy.user.email] == ["restoring_waits"]
    with system_scope("the test reads the log"):
        logged = AccessLog.objects.filter(row_id=noor.pk, action__startswith="second_factor").order_by("pk")
        assert list(logged.values_list("action", "user_id")) == [
            ("second_factor.asked", owner.user_id),
            ("second_factor.confirmed", deputy.user_id),
            ("second_factor.restored", noor.user_id),
        ]
    assert elsewhere.pk


def test_nobody_is_both_and_nobody_restores_their_own(noor, owner, deputy, aurora, sent):
    restoring = ask(noor, owner)
    coordinator = member(aurora, Role.COORDINATOR, "coordinator")
    stranger = make_member(make_organization(), Role.ADMINISTRATOR)
    for somebody in (owner, noor, coordinator, stranger):
        with pytest.raises(PermissionDenied):
            confirm(restoring, somebody)
        with pytest.raises(PermissionDenied):
            confirm(restoring, somebody, as_operator=True)
    set_totp(user=deputy.user, secret=SECRET)
    with pytest.raises(ValidationError):
        ask(deputy, deputy)
    with open_scope(aurora.pk):
        assert SecondFactorRestoring.objects.get().confirmed_by_id is None


def test_the_database_holds_two_different_people_a_day_and_the_order(noor, owner, deputy, aurora, sent):
    restoring = ask(noor, owner)
    now = timezone.now()
    for values in (
        {"confirmed_by": owner.user, "confirmed_at": now},
        {"confirmed_by": noor.user, "confirmed_at": now},
        {"confirmed_by": deputy.user},
        {"asked_by": noor.user},
        {"used_at": now},
        {"expires_at": restoring.asked_at + timedelta(hours=24, seconds=1)},
    ):
        with open_scope(aurora.pk), pytest.raises(IntegrityError), transaction.atomic():
            SecondFactorRestoring.objects.filter(pk=restoring.pk).update(**values)


def test_what_is_a_day_old_or_taken_back_opens_nothing(noor, owner, deputy, aurora, browser, sent):
    long_ago = timezone.now() - timedelta(hours=25)
    late = ask(noor, owner)
    confirm(late, deputy)
    with open_scope(aurora.pk):
        SecondFactorRestoring.objects.filter(pk=late.pk).update(
            asked_at=long_ago, expires_at=long_ago + timedelta(hours=24)
        )
    client = browser(HOST)
    sign_in(client, noor.user.email)
    assert client.post("/accounts/2fa/", {"restore": "1"}).status_code == 200
    fresh = ask(noor, owner)
    with open_scope(aurora.pk), transaction.atomic():
        services.end_restoring(restoring=fresh, actor=actor_for(owner))
    with pytest.raises(ValidationError):
        confirm(fresh, deputy)
    assert Authenticator.objects.filter(user=noor.user).exists()


def test_where_there_is_one_administrator_the_operator_is_the_second(noor, owner, browser, sent):
    operator = make_user(email="operator@platform.example", password=PASSWORD, is_operator=True)
    ask(noor, owner)
    client = browser("localhost")
    sign_in(client, operator.email)
    page = client.get("/operator/second-steps/")
    assert "Noor" in page.content.decode()
    with system_scope("the test reads"):
        restoring = SecondFactorRestoring.objects.get()
    wrong = client.post("/operator/second-steps/", {"restoring": restoring.public_id, "password": "wrong"})
    assert "not the password" in wrong.content.decode()
    done = client.post("/operator/second-steps/", {"restoring": restoring.public_id, "password": PASSWORD})
    assert done.status_code == 302
    with system_scope("the test reads"):
        restoring.refresh_from_db()
    assert restoring.confirmed_by_id == operator.pk


def test_the_operator_sees_nothing_where_two_administrators_can(noor, owner, deputy, browser, sent):
    operator = make_user(email="operator@platform.example", password=PASSWORD, is_operator=True)
    restoring = ask(noor, owner)
    client = browser("localhost")
    sign_in(client, operator.email)
    assert "Noor" not in client.get("/operator/second-steps/").content.decode()
    answer = client.post("/operator/second-steps/", {"restoring": restoring.public_id, "password": PASSWORD})
    assert answer.status_code == 404


def test_each_of_the_two_shows_again_who_they_are(noor, owner, deputy, aurora, browser, sent):
    with system_scope("test data is made"):
        aurora.second_factor = False
        aurora.save()
    page = f"/people/{noor.public_id}/second-step/"
    first, second = browser(HOST), browser(HOST)
    sign_in(first, owner.user.email)
    sign_in(second, deputy.user.email)
    typed = {"reason": "She stood before me."}
    assert "Please type your password" in first.post(page, typed).content.decode()
    refused = first.post(page, {**typed, "password": "wrong"}).content.decode()
    assert "not the password" in refused
    assert "She stood before me." in refused
    assert first.post(page, {"reason": "", "password": PASSWORD}).status_code == 200
    with open_scope(aurora.pk):
        assert not SecondFactorRestoring.objects.exists()
    assert first.post(page, {**typed, "password": PASSWORD})["Location"] == page
    assert "Another administrator confirms it" in first.get(page).content.decode()
    assert first.post(page, {"password": PASSWORD}).status_code == 403
    assert "Please type your password" in second.post(page, {}).content.decode()
    assert second.post(page, {"password": PASSWORD})["Location"] == page
    with open_scope(aurora.pk):
        restoring = SecondFactorRestoring.objects.get()
    assert (restoring.asked_by_id, restoring.confirmed_by_id) == (owner.user_id, deputy.user_id)
