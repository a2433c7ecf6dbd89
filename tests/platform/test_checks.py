"""`check --deploy` refuses a platform that knows the demo's people."""

import pytest

from apps.accounts.models import User
from peerplatform.checks import no_demo_sign_ins
from tests.factories.organizations import make_user


@pytest.mark.django_db
def test_a_demo_sign_in_fails_the_deployment_check_until_it_is_switched_off():
    make_user(email="someone@harbor.example.org")
    assert no_demo_sign_ins() == []
    make_user(email="coordinator@harbor.example")
    assert [error.id for error in no_demo_sign_ins()] == ["peerplatform.E002"]
    User.objects.filter(email="coordinator@harbor.example").update(is_active=False)
    assert no_demo_sign_ins() == []
