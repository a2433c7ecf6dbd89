"""The single-use way in."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.access.scope import open_scope
from apps.organizations import services
from apps.organizations.models import Invitation, Person
from tests.cast import SYSTEM, Cast
from tests.factories.organizations import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomer(cast: Cast) -> Person:
    with open_scope(cast.harbor.pk):
        person = services.add_person(actor=SYSTEM, organization_id=cast.harbor.pk, name="Noor New")
        services.add_membership(actor=SYSTEM, person=person, role="coordinator", starts_on="2026-01-01")
    return person


def test_an_invitation_works_once_and_gives_the_roles(cast, newcomer):
    with open_scope(cast.harbor.pk):
        _row, token = services.invite(person=newcomer, email="New@x.example", actor=cast.actor("administrator"))
        services.accept_as_new_user(token=token, password="three plain words")
        newcomer.refresh_from_db()
        assert newcomer.user.email == "new@x.example"
        assert newcomer.user.groups.count() == 1
        with pytest.raises(ValidationError):
            services.accept_invitation(token=token, user=make_user())
        newcomer.refresh_from_db()
        assert newcomer.user.email == "new@x.example"


def test_a_new_invitation_ends_the_former_one(cast, newcomer):
    with open_scope(cast.harbor.pk):
        _row, first = services.invite(person=newcomer, email="a@x.example", actor=cast.actor("administrator"))
        _row, second = services.invite(person=newcomer, email="b@x.example", actor=cast.actor("administrator"))
        with pytest.raises(ValidationError):
            services.accept_invitation(token=first, user=make_user())
        assert services.accept_invitation(token=second, user=make_user()) == newcomer


def test_an_old_an_ended_and_a_foreign_link_do_not_work(cast, newcomer):
    with open_scope(cast.harbor.pk):
        row, token = services.invite(person=newcomer, email="a@x.example", actor=cast.actor("administrator"))
    with open_scope(cast.aurora.pk), pytest.raises(ValidationError):
        services.accept_invitation(token=token, user=make_user())
    with open_scope(cast.harbor.pk):
        Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
        with pytest.raises(ValidationError):
            services.accept_invitation(token=token, user=make_user())
        Invitation.objects.filter(pk=row.pk).update(expires_at=timezone.now() + timedelta(days=1))
        services.end_invitation(invitation=row, actor=cast.actor("administrator"))
        services.end_invitation(invitation=row, actor=cast.actor("administrator"))
        with pytest.raises(ValidationError):
            services.accept_invitation(token=token, user=make_user())
        newcomer.refresh_from_db()
        assert newcomer.user is None


@pytest.mark.parametrize("name", ["coordinator", "auditor", "client", "stranger", "visitor"])
def test_only_who_manages_members_invites(cast, newcomer, name):
    with open_scope(cast.harbor.pk):
        with pytest.raises(PermissionDenied):
            services.invite(person=newcomer, email="a@x.example", actor=cast.actor(name))
        assert not Invitation.objects.exists()
