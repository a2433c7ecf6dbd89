"""What is forgotten when its time of keeping is over, under the owner's login, and what never earlier."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from apps.access.models import AccessLog, JobRun
from apps.access.scope import open_scope, system_scope
from apps.organizations.models import Organization
from peerplatform import due, logins
from tests.factories.organizations import make_organization

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timedelta(days=365.25)


def read_then(house, years):
    """A line of the log from so many years ago; the log takes its own time, so the owner puts it back."""
    with open_scope(house.pk), transaction.atomic():
        line = AccessLog.objects.create(organization=house, action="view", model="tests.thing", row_id=1)
    with logins.beside("owner") as owner, system_scope("the line is made old"), transaction.atomic(using=owner):
        AccessLog.objects.using(owner).filter(pk=line.pk).update(at=timezone.now() - years * YEAR)
    return line.pk


def lines():
    with system_scope("the log is read"), transaction.atomic():
        return set(AccessLog.objects.values_list("pk", flat=True))


def forget():
    with system_scope("the log is forgotten"):
        return due.forget_reads()


def test_a_read_is_forgotten_after_six_years_or_after_as_many_as_the_organization_keeps_records():
    six, ten = make_organization(), make_organization()
    with system_scope("one keeps longer"), transaction.atomic():
        Organization.objects.filter(pk=ten.pk).update(retention_years=10)
    kept = {read_then(six, 0), read_then(six, 5.99), read_then(ten, 6.1), read_then(ten, 9.9)}
    old = {read_then(six, 6.1), read_then(ten, 10.1)}
    assert lines() == kept | old
    assert forget() == 2
    assert lines() == kept
    assert forget() == 0
    assert list(JobRun.objects.filter(job="forget_reads").order_by("pk").values_list("did", flat=True)) == [2, 0]


def test_without_the_owners_login_nothing_goes_and_the_run_says_what_waits(monkeypatch):
    house = make_organization()
    old = read_then(house, 7)
    monkeypatch.setattr(logins, "has_owner", lambda: False)
    assert forget() == 0
    assert lines() == {old}
    assert list(JobRun.objects.filter(job="forget_reads").values_list("expected", "did")) == [(1, 0)]
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        call_command("erase_due")


def test_the_command_forgets_and_says_so_and_its_login_is_gone_after_it():
    house = make_organization()
    read_then(house, 7)
    out = StringIO()
    call_command("erase_due", stdout=out)
    assert "1 lines of the log of reads forgotten" in out.getvalue()
    assert lines() == set()
    line = read_then(house, 7)
    with pytest.raises(ProgrammingError), transaction.atomic(), open_scope(house.pk), connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_accesslog")
    assert lines() == {line}
