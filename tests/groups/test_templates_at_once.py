"""Two colleagues at the same moment: one template of a name, and nobody meets an error page."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from apps.access.scope import open_scope
from apps.groups import services
from apps.groups.models import Enrolment, GroupTemplate, SupportGroup
from apps.groups.shipped import shipped_kinds
from tests.factories.groups import make_group
from tests.factories.organizations import SYSTEM, make_organization, make_person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(organization, *deeds):
    """What each deed gave or raised; all begin at the same moment."""
    ready, answers = threading.Barrier(len(deeds)), []

    def run(deed):
        try:
            with open_scope(organization.pk), transaction.atomic():
                ready.wait()
                answers.append(deed())
        except Exception as error:  # noqa: BLE001  whatever a thread met is what the test shows
            answers.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_kind_that_four_copy_at_once_is_one_template():
    with transaction.atomic():
        organization = make_organization()
    kind = shipped_kinds()["grief-group"]

    def copy():
        return services.take_kind(kind=kind, actor=SYSTEM, organization_id=organization.pk).pk

    answers = at_once(organization, *[copy] * 4)
    assert len(set(answers)) == 1
    with open_scope(organization.pk), transaction.atomic():
        assert GroupTemplate.objects.count() == 1


def test_a_name_that_two_give_at_once_is_given_once_and_the_other_is_told():
    with transaction.atomic():
        organization = make_organization()

    def name():
        row = GroupTemplate(organization_id=organization.pk)
        return services.store_template(template=row, actor=SYSTEM, name={"en": "Evening circle"}).pk

    answers = at_once(organization, name, name)
    assert sorted(type(answer).__name__ for answer in answers) == ["ValidationError", "int"]
    with open_scope(organization.pk), transaction.atomic():
        assert GroupTemplate.objects.count() == 1


def test_a_group_that_becomes_anonymous_while_somebody_joins_has_one_of_the_two():
    with transaction.atomic():
        organization = make_organization()
        group = make_group(organization)
        person = make_person(organization)
    answers = at_once(
        organization,
        lambda: services.enrol(group=group, person=person, actor=SYSTEM),
        lambda: services.change_group(group=group, actor=SYSTEM, is_anonymous=True, attendance_mode="none"),
    )
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 1, answers
    with open_scope(organization.pk), transaction.atomic():
        is_anonymous = SupportGroup.objects.get(pk=group.pk).is_anonymous
        assert Enrolment.objects.filter(group=group).exists() != is_anonymous
