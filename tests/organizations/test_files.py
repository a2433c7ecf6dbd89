"""Kept files."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.access.models import JobRun
from apps.access.scope import open_scope, system_scope
from apps.certifications.services import put_document_away
from apps.organizations import services
from apps.organizations.models import StoredFile
from apps.organizations.services import files
from apps.organizations.services.files import content_type_of
from tests.cast import PEOPLE, SYSTEM, Cast
from tests.factories.certifications import a_pdf, make_certification, make_document

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def test_a_type_is_told_by_the_content_and_not_by_the_name():
    assert content_type_of(PNG) == "image/png"
    assert content_type_of(b"%PDF-1.7\n") == "application/pdf"
    assert content_type_of("¿Qué tal?".encode()) == "text/plain"
    assert content_type_of(b"MZ\x90\x00" + b"\x00" * 60) == ""


@given(st.binary(max_size=200))
def test_no_content_is_ever_called_something_a_browser_would_run(content):
    assert content_type_of(content) in ("", "text/plain") or "html" not in content_type_of(content)


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_an_organization(cast: Cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with open_scope(cast.harbor.pk):
        one = services.store_file(content=PNG, name="../../a.png", actor=SYSTEM, organization_id=cast.harbor.pk)
        two = services.store_file(content=PNG, name="b.png", actor=SYSTEM, organization_id=cast.harbor.pk)
    with open_scope(cast.aurora.pk):
        other = services.store_file(content=PNG, name="c.png", actor=SYSTEM, organization_id=cast.aurora.pk)
    assert one.path == two.path != other.path
    assert one.name == "a.png"
    assert len([f for f in tmp_path.rglob("*") if f.is_file()]) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00" + b"\x00" * 60])
def test_what_is_not_kept_leaves_nothing(cast: Cast, content, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with open_scope(cast.harbor.pk):
        with pytest.raises(ValidationError):
            services.store_file(content=content, name="a.png", actor=SYSTEM, organization_id=cast.harbor.pk)
        assert not StoredFile.objects.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_file_opens_for_whoever_sees_the_row_that_holds_it_and_closes_when_the_row_lets_go(
    cast: Cast, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    document = make_document(make_certification(cast.people["peer_specialist"]))
    address = reverse("organizations:file", args=[document.file.public_id])
    answers = {name: cast.client(name).get(address).status_code for name in PEOPLE}
    assert {name for name, status in answers.items() if status == 200} == {
        "administrator",
        "supervisor",
        "auditor",
        "peer_specialist",
    }
    assert answers.pop("visitor") == 302
    assert set(answers.values()) == {200, 404}
    page = cast.client("peer_specialist").get(address)
    assert b"".join(page) == a_pdf()
    assert {"no-store", "private"} <= set(page["Cache-Control"].split(", "))
    assert page["X-Content-Type-Options"] == "nosniff"
    assert cast.client("stranger", "aurora.localhost").get(address).status_code == 404

    with open_scope(cast.harbor.pk):
        put_document_away(document=document, actor=SYSTEM)
    assert cast.client("peer_specialist").get(address).status_code == 404


@pytest.mark.django_db
def test_bytes_that_another_row_holds_stay_on_the_disk_until_the_last_one_is_discarded(cast: Cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with open_scope(cast.harbor.pk):
        one, two = (
            services.store_file(content=PNG, name=name, actor=SYSTEM, organization_id=cast.harbor.pk)
            for name in ("a.png", "b.png")
        )
        services.discard_files(StoredFile.objects.filter(pk=one.pk))
    with system_scope("files are removed"):
        assert services.remove_files() == 1
        assert (tmp_path / one.path).exists()
        services.discard_files(StoredFile.objects.filter(pk=two.pk))
        assert services.remove_files() == 1
    assert not (tmp_path / two.path).exists()
    with open_scope(cast.harbor.pk):
        again = services.store_file(content=PNG, name="c.png", actor=SYSTEM, organization_id=cast.harbor.pk)
    assert (tmp_path / again.path).exists()


@pytest.mark.django_db
def test_one_file_that_cannot_be_deleted_keeps_no_other(cast: Cast, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    with open_scope(cast.harbor.pk):
        kept, gone = (
            services.store_file(content=text, name="a.txt", actor=SYSTEM, organization_id=cast.harbor.pk)
            for text in (b"one", b"two")
        )
        services.discard_files(StoredFile.objects.all())
    delete = files.default_storage.delete

    def sometimes(path):
        if path == kept.path:
            raise PermissionError
        delete(path)

    monkeypatch.setattr(files.default_storage, "delete", sometimes)
    with system_scope("files are removed"):
        assert services.remove_files() == 1
    assert (tmp_path / kept.path).exists() and not (tmp_path / gone.path).exists()
    with open_scope(cast.harbor.pk):
        assert set(StoredFile.objects.filter(removed_at__isnull=True)) == {kept}
    assert JobRun.objects.get(job="remove_files").errors == [f"file {kept.pk}: PermissionError"]
