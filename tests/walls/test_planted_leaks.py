"""Ten leaks of the kinds that were seen elsewhere, each planted in a real page, each found by the audit and named."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.db.models import Count
from django.http import HttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, path

from apps.access import selectors as audit_pages
from apps.care import forms as care_forms
from apps.care import selectors as care_selectors
from apps.care.models import Appointment
from apps.certifications.models import CatalogueCredential
from apps.clients.models import ClientRecord
from apps.groups.admin import FacilitatorInline
from apps.materials import selectors as material_selectors
from apps.organizations.choices import Role
from apps.organizations.models import Location, Person
from peerplatform.audit.houses import BARRED
from peerplatform.audit.run import Finding, audit
from peerplatform.urls import urlpatterns as real_addresses
from tests.cast import Cast
from tests.walls.test_database import furnished  # noqa: F401  a fixture is used by its name

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
urlpatterns = list(real_addresses)  # with a page more, in one of the tests


def found(cast: Cast, addresses: str, who: str = Role.ADMINISTRATOR) -> list[Finding]:
    """What the audit finds at some addresses, as one person."""
    told = audit(
        people=[who],
        wants=lambda name: bool(re.fullmatch(addresses, name)),
        here=cast.harbor.pk,
        next_door=cast.aurora.pk,
    )
    assert told.asked > 1
    return told.findings


def walks(findings: list[Finding]) -> set[tuple[str, str]]:
    """Which walk found something at which address."""
    return {(one.walk, one.address) for one in findings}


def page_of(model: Any) -> Any:
    return type(admin.site._registry[model])


@pytest.fixture(autouse=True)
def nothing_leaks_without_a_plant(request: pytest.FixtureRequest, furnished: Cast):  # noqa: F811  the fixture
    """The same question is asked once before anything is planted, so that what is found afterwards is the plant."""
    addresses, who = request.node.get_closest_marker("asks").args
    assert found(furnished, addresses, who) == []


def asks(addresses: str, who: str = Role.ADMINISTRATOR) -> Any:
    return pytest.mark.asks(addresses, who)


@asks("admin:clients_clientrecord_change", BARRED)
def test_a_permission_asked_without_an_object(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    page = page_of(ClientRecord)
    monkeypatch.setattr(page, "get_object", lambda self, request, key, field=None: ClientRecord.objects.get(pk=key))
    monkeypatch.setattr(
        page, "has_view_permission", lambda self, request, obj=None: self.lists_for(self.actor(request))
    )
    leaks = found(furnished, "admin:clients_clientrecord_change", BARRED)
    assert ("hidden row", "admin:clients_clientrecord_change") in walks(leaks)
    assert {one.who for one in leaks} == {BARRED}


@asks("care:book")
def test_a_form_whose_queryset_belongs_to_its_class(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    monkeypatch.setattr(care_forms.BookForm.base_fields["location"], "queryset", Location._base_manager.all())
    true = care_forms._offer

    def forgets_the_place(form: Any, actor: Any) -> None:
        kept = form.fields["location"].queryset
        true(form, actor)
        form.fields["location"].queryset = kept

    monkeypatch.setattr(care_forms, "_offer", forgets_the_place)
    assert {("page", "care:book"), ("form field", "care:book location")} <= walks(found(furnished, "care:book"))


@asks("admin:certifications_cataloguecredential_changelist")
def test_a_nested_look_up(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    monkeypatch.setattr(page_of(CatalogueCredential), "lookup_allowed", lambda self, lookup, value, request: True)
    leaks = found(furnished, "admin:certifications_cataloguecredential_changelist")
    assert {leak.walk for leak in leaks} == {"filter"}
    assert any(leak.address.endswith("?certifications__id__exact") for leak in leaks)


@asks("admin:certifications_cataloguecredential_changelist")
def test_a_count_on_a_related_page(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    page = page_of(CatalogueCredential)
    true = page.get_queryset
    monkeypatch.setattr(
        page, "get_queryset", lambda self, request: true(self, request).annotate(n=Count("certifications"))
    )
    monkeypatch.setattr(page, "held", lambda self, row: row.n, raising=False)
    monkeypatch.setattr(page, "list_display", ("credential_name", "held"))
    leaks = walks(found(furnished, "admin:certifications_cataloguecredential_changelist"))
    assert ("page", "admin:certifications_cataloguecredential_changelist") in leaks


@asks("care:(move|appointment)")
def test_a_foreign_id_in_an_edit_address(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    everything = Appointment._base_manager.select_related(*care_selectors.WITH_EVERYTHING)
    monkeypatch.setattr(care_selectors, "appointments_for", lambda actor: everything.all())
    leaks = walks(found(furnished, "care:(move|appointment)"))
    assert {("foreign row", "care:appointment"), ("foreign row", "care:move")} <= leaks


@asks("admin:groups_supportgroup_change")
def test_an_inline(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    def everybody(self: Any, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "person":
            kwargs["queryset"] = Person._base_manager.all()
        return super(FacilitatorInline, self).formfield_for_foreignkey(db_field, request, **kwargs)

    monkeypatch.setattr(FacilitatorInline, "formfield_for_foreignkey", everybody)
    leaks = walks(found(furnished, "admin:groups_supportgroup_change"))
    assert ("inline", "admin:groups_supportgroup_change facilitators-new-person") in leaks


@asks("admin:organizations_location_changelist")
def test_a_bulk_action(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    @admin.action(description="Close")
    def close(page: Any, request: Any, queryset: Any) -> None:
        Location._base_manager.filter(pk__in=request.POST.getlist("_selected_action")).update(is_confidential=True)

    monkeypatch.setattr(page_of(Location), "actions", [close])
    leaks = walks(found(furnished, "admin:organizations_location_changelist"))
    assert ("bulk action", "admin:organizations_location_changelist close") in leaks


@asks("organizations_everybody_export|organizations:shares")
def test_an_export(furnished: Cast):  # noqa: F811  the fixture
    def export(request: Any) -> HttpResponse:
        names = Person._base_manager.order_by("pk").values_list("name", flat=True)
        return HttpResponse("\n".join(names), content_type="text/csv")

    urlpatterns.append(path("people/export/", export, name="organizations_everybody_export"))
    try:
        with override_settings(ROOT_URLCONF=__name__):
            leaks = walks(found(furnished, "organizations_everybody_export"))
    finally:
        urlpatterns.pop()
        clear_url_caches()
    assert leaks == {("page", "organizations_everybody_export")}


@asks("admin:organizations_location_history")
def test_a_history_page(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    def of_every_row(row: Any, *, actor: Any) -> Any:
        states = type(row).history.rel.related_model._base_manager.order_by("pgh_id")
        return [audit_pages.Change(one.pgh_created_at, "", "changed", [("name", "", one.name)]) for one in states]

    monkeypatch.setattr(audit_pages, "changes_of", of_every_row)
    leaks = walks(found(furnished, "admin:organizations_location_history"))
    assert ("own row", "admin:organizations_location_history") in leaks


@asks("materials:list", Role.PEER_SPECIALIST)
def test_a_cached_page(furnished: Cast, monkeypatch):  # noqa: F811  the fixture
    true = material_selectors.materials_for
    monkeypatch.setattr(
        material_selectors,
        "materials_for",
        lambda actor: cache.get_or_set("materials", lambda: list(true(actor))),
    )
    leaks = walks(found(furnished, "materials:list", Role.PEER_SPECIALIST))
    assert ("page", "materials:list") in leaks
