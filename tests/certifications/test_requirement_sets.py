"""Versions of requirements: a changed figure makes a new one, and an organization's own figure stands through it."""

import csv
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.urls import reverse

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.access.scope import open_scope
from apps.certifications import selectors, services
from apps.certifications.catalogue import SHIPPED
from apps.certifications.models import (
    CatalogueCredential,
    Certification,
    Requirement,
    RequirementOverride,
    RequirementSet,
)
from tests.factories.certifications import load_shipped, make_certification
from tests.factories.organizations import SYSTEM, make_member, make_organization, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(tmp_path):
    """The shipped table with California's training hours raised from 80 to 90."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["jurisdiction"] == "CA")["training_hours"] = "90"
    path = tmp_path / "changed.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def california():
    return CatalogueCredential.objects.get(jurisdiction="CA")


def training(credential):
    present = selectors.present_rule_sets([credential.pk])[credential.pk, ""]
    return next(rule for rule in present.rules if rule.code == "training")


def test_a_changed_figure_makes_a_new_version_and_the_old_one_stays_readable(changed):
    load_shipped()
    told = services.load_requirements(path=changed)
    assert told.requirements == {
        ("CA", "Certified Medi-Cal Peer Support Specialist", "", 1): {"training": ("80 hours", "90 hours")}
    }
    sets = RequirementSet.objects.filter(level__credential=california()).order_by("pk")
    assert [(one.replaced_at is None, one.requirements.get(code="training").amount) for one in sets] == [
        (False, Decimal(80)),
        (True, Decimal(90)),
    ]


def test_loading_again_makes_no_new_version():
    load_shipped()
    before = list(RequirementSet.objects.values_list("pk", "replaced_at"))
    told = services.load_requirements(path=SHIPPED)
    assert (told.new_sets, told.requirements, told.reciprocity) == ([], {}, [])
    assert list(RequirementSet.objects.values_list("pk", "replaced_at")) == before


def test_a_certification_keeps_its_credential_when_the_row_is_loaded_again(changed):
    load_shipped()
    organization = make_organization()
    held = make_certification(make_person(organization), credential=california())
    services.load_requirements(path=changed)
    with open_scope(organization.pk):
        assert Certification.objects.get().credential_id == held.credential_id == california().pk


def test_an_own_figure_stands_for_its_organization_only_and_no_catalogue_overwrites_it(changed):
    load_shipped()
    here, there = make_organization(), make_organization()
    with open_scope(here.pk):
        services.set_own_figure(
            actor=SYSTEM,
            organization_id=here.pk,
            credential=california(),
            requirement_code="training",
            amount=Decimal(100),
            reason="Letter of CalMHSA",
        )
    told = services.load_requirements(path=changed)
    assert len(told.own_figures) == 1
    assert "the catalogue said 80 hours and now says 90 hours" in told.own_figures[0]
    with open_scope(here.pk):
        rule = training(california())
        assert (rule.amount, rule.catalogue_amount, rule.overridden) == (Decimal(100), Decimal(90), True)
    with open_scope(there.pk):
        rule = training(california())
        assert (rule.amount, rule.overridden) == (Decimal(90), False)


def test_an_own_figure_stands_for_a_requirement_that_the_catalogue_has():
    load_shipped()
    organization = make_organization()
    with open_scope(organization.pk), pytest.raises(ValidationError, match="no such requirement"):
        services.set_own_figure(
            actor=SYSTEM,
            organization_id=organization.pk,
            credential=california(),
            requirement_code="gold",
            reason="Nobody",
        )


def test_an_own_figure_is_set_and_seen_by_those_whose_part_it_is(cast):
    load_shipped()
    told = {
        "organization_id": cast.harbor.pk,
        "credential": california(),
        "requirement_code": "work",
        "amount": Decimal(10),
        "reason": "A letter",
    }
    with open_scope(cast.harbor.pk):
        for name in ("supervisor", "peer_specialist", "client"):
            with pytest.raises(PermissionDenied):
                services.set_own_figure(actor=cast.actor(name), **told)
        services.set_own_figure(actor=cast.actor("administrator"), **told)
        seen = {name for name in cast.people if visible_to(RequirementOverride, cast.actor(name)).exists()}
    assert seen == {"administrator", "supervisor", "auditor"}
    with open_scope(cast.aurora.pk):
        assert not visible_to(RequirementOverride, Actor(cast.users["stranger"].pk, cast.aurora.pk)).exists()


def test_the_command_tells_the_figures_that_change(changed, capsys):
    call_command("load_requirements", verbosity=0)
    call_command("load_requirements", str(changed), "--dry-run")
    said = capsys.readouterr().out
    assert "training: 80 hours -> 90 hours" in said
    assert "(nothing was written)" in said
    assert california().training_hours == Decimal(80)


@pytest.mark.parametrize("what", ["of a level", "that only some ask"])
def test_an_administrator_writes_an_own_figure_for_a_level_and_for_what_only_some_ask(client, what):
    load_shipped()
    organization = make_organization(domain="centre.localhost")
    rows = Requirement.objects.filter(requirement_set__replaced_at__isnull=True, parent=None)
    plain = dict(selectors.plain_codes())
    of_level = rows.exclude(requirement_set__level__code="").filter(code__in=plain)
    of_some = rows.filter(requirement_set__level__code="").exclude(code__in=plain)
    row = (of_level if what == "of a level" else of_some).first()
    level = row.requirement_set.level
    client.force_login(make_member(organization, "administrator").user)
    asked = {
        "credential": level.credential_id, "level_code": level.code, "requirement_code": row.code, "required": "on",
        "amount": "7", "reason": "Letter of the board", "source_url": "",
    }  # fmt: skip
    url = reverse("admin:certifications_requirementoverride_add")
    elsewhere = CatalogueCredential.objects.exclude(levels__code=level.code)
    if what == "that only some ask":
        elsewhere = CatalogueCredential.objects.exclude(levels__sets__requirements__code=row.code)
    refused = client.post(url, {**asked, "credential": elsewhere.first().pk}, HTTP_HOST="centre.localhost")
    assert refused.status_code == 200
    assert "no such requirement" in refused.content.decode()
    answer = client.post(url, asked, HTTP_HOST="centre.localhost")
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    with open_scope(organization.pk):
        own = RequirementOverride.objects.get()
    assert (own.level_code, own.requirement_code, own.amount) == (level.code, row.code, Decimal(7))
    page = client.get(reverse("admin:certifications_requirementoverride_changelist"), HTTP_HOST="centre.localhost")
    assert page.status_code == 200
