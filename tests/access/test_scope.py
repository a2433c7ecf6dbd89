"""The first wall: without a scope nothing, with one only its own."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.access.scope import ScopeError, open_scope, system_scope
from apps.organizations.models import Location, Organization, Person, Room
from tests.factories.organizations import make_location, make_organization, make_person

pytestmark = pytest.mark.django_db


def test_a_query_without_a_scope_raises():
    with pytest.raises(ScopeError):
        list(Person.objects.all())


def test_a_query_sees_only_its_scope():
    here, there = make_organization(), make_organization()
    mine = make_person(here)
    make_person(there)
    with open_scope(here.pk):
        assert list(Person.objects.all()) == [mine]


def test_a_queryset_built_in_one_scope_reads_the_scope_it_is_evaluated_in():
    here, there = make_organization(), make_organization()
    make_person(here)
    theirs = make_person(there)
    with open_scope(here.pk):
        rows = Person.objects.order_by("pk")
    with open_scope(there.pk):
        assert list(rows) == [theirs]


def test_an_empty_scope_sees_nothing():
    make_person(make_organization())
    with open_scope():
        assert list(Person.objects.all()) == []


def test_a_row_of_another_organization_is_not_saved():
    here, there = make_organization(), make_organization()
    with open_scope(here.pk), pytest.raises(ScopeError):
        Person(organization=there, name="X").save()
    with open_scope(here.pk), pytest.raises(ScopeError):
        Person.objects.bulk_create([Person(organization=there, name="X")])


def test_a_row_never_moves_to_another_organization():
    here, there = make_organization(), make_organization()
    make_person(here)
    with system_scope("test"), pytest.raises(ScopeError):
        Person.objects.update(organization=there)


def test_the_organization_is_filled_from_a_scope_of_one():
    here = make_organization()
    with open_scope(here.pk):
        assert Person.objects.create(name="X").organization_id == here.pk


def test_organizations_are_scoped_themselves():
    here, _there = make_organization(), make_organization()
    with open_scope(here.pk):
        assert list(Organization.objects.all()) == [here]


def test_row_level_security_hides_rows_from_raw_sql():
    here, there = make_organization(), make_organization()
    make_person(here)
    make_person(there)
    with open_scope(here.pk), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT organization_id FROM organizations_person")
        assert cursor.fetchall() == [(here.pk,)]
        cursor.execute("SELECT DISTINCT organization_id FROM organizations_personhistory")
        assert cursor.fetchall() == [(here.pk,)]


def test_the_scope_is_set_again_after_a_rollback_to_a_savepoint():
    here, there = make_organization(), make_organization()
    make_person(here)
    theirs = make_person(there)
    with open_scope(here.pk):
        list(Person.objects.all())
        with pytest.raises(ZeroDivisionError), transaction.atomic(), open_scope(there.pk):
            assert list(Person.objects.all()) == [theirs]
            raise ZeroDivisionError
        assert Person.objects.get().organization_id == here.pk


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_begins_with_a_savepoint_carries_the_scope_too():
    here = make_organization()
    with open_scope(here.pk):
        for _time in range(2):  # what the first one had set is gone with it
            with transaction.atomic(), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT id FROM organizations_organization")
                assert cursor.fetchall() == [(here.pk,)]


def test_a_foreign_key_that_points_across_is_refused_by_the_database():
    here, there = make_organization(), make_organization()
    theirs = make_location(there)
    with open_scope(here.pk), pytest.raises(IntegrityError), transaction.atomic():
        Room(organization=here, location_id=theirs.pk, name="planted").save()
        connection.check_constraints()


def test_history_keeps_each_state_with_who_and_cannot_be_changed():
    here = make_organization()
    place = make_location(here, name="Old")
    with open_scope(here.pk, user_id=7):
        place.name = "New"
        place.save()
        assert list(place.history.order_by("pgh_id").values_list("pgh_label", "name")) == [
            ("insert", "Old"),
            ("update", "New"),
        ]
        assert place.history.last().pgh_context["user"] == 7
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            place.history.all().update(name="Never")
    assert Location is not None
