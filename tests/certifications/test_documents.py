"""Documents as evidence: what is refused, and who may open what was kept."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.access.scope import open_scope
from apps.certifications import selectors, services
from apps.certifications.models import EvidenceDocument
from apps.kit.uploads import LARGEST_UPLOAD, SizeGate
from apps.organizations.models import StoredFile
from tests.cast import PEOPLE, Cast
from tests.factories.certifications import a_pdf, an_upload, make_certification, make_document
from tests.factories.organizations import SYSTEM, actor_for, make_member, make_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def a_png(side: int = 10) -> bytes:
    size = side.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + size + size + b"\x00" * 20 + b"\x00\x00\x00\x00IEND\xaeB`\x82"


def a_bomb() -> bytes:
    """Ten megabytes of nothing in ten kilobytes, as an office document would have it."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"\x00" * 10_000_000)
        archive.writestr("word/document.xml", b"\x00" * 1000)
    return packed.getvalue()


HTML = b"<!doctype html><script>alert(1)</script>"
ATTACKS = {
    "a double ending that ends as a page": (a_pdf(), "diploma.pdf.html", "name"),
    "a double ending that hides a program": (a_pdf(), "diploma.exe.pdf", "name"),
    "no ending": (a_pdf(), "diploma", "name"),
    "a picture named as a PDF": (a_png(), "diploma.pdf", "name"),
    "HTML as PDF": (HTML, "diploma.pdf", "kind"),
    "HTML that begins as a PDF": (b"%PDF-1.7\n" + HTML, "diploma.pdf", "kind"),
    "HTML that begins as a PNG": (b"\x89PNG\r\n\x1a\n" + HTML, "diploma.png", "kind"),
    "a program": (b"MZ\x90\x00" + b"\x00" * 60, "diploma.pdf", "kind"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "diploma.png", "kind"),
    "a zip bomb": (a_bomb(), "diploma.docx", "kind"),
    "a zip bomb named as a PDF": (a_bomb(), "diploma.pdf", "kind"),
    "a picture that says it is huge": (a_png(100_000), "diploma.png", "kind"),
    "plain text": (b"I am certified, honest.", "diploma.txt", "kind"),
    "nothing": (b"", "diploma.pdf", "empty"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_upload_that_is_not_what_it_says_is_refused_and_leaves_nothing(attack, tmp_path):
    content, name, code = ATTACKS[attack]
    row = make_certification(make_member(make_organization()))
    with open_scope(row.organization_id):
        with pytest.raises(ValidationError) as refused:
            services.add_document(certification=row, actor=SYSTEM, upload=an_upload(content, name), kind="certificate")
        assert [one.code for one in refused.value.error_dict["upload"]] == [code]
        assert not EvidenceDocument.objects.exists() and not StoredFile.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../../etc/passwd.pdf", "..\\..\\boot.pdf", "/root/x.pdf", "a\x00b.pdf"])
def test_a_name_that_climbs_out_is_kept_by_its_last_part_under_a_path_of_its_own(name, tmp_path):
    row = make_certification(make_member(make_organization()))
    upload = an_upload()
    upload._name = name  # Django's own field strips it; this is what a handler of another kind might give
    with open_scope(row.organization_id):
        document = services.add_document(certification=row, actor=SYSTEM, upload=upload, kind="certificate")
    assert "/" not in document.file.name and "\\" not in document.file.name and "\x00" not in document.file.name
    (kept,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert kept.relative_to(tmp_path).as_posix() == document.file.path
    assert document.file.path == f"{row.organization_id}/{document.file.sha256[:2]}/{document.file.sha256}"


def test_two_hundred_megabytes_are_swallowed_at_the_gate_and_refused_in_words():
    gate = SizeGate()
    gate.new_file("upload", "big.pdf", "application/pdf", None, None)
    chunk = b"0" * 65536
    let_through = sum(len(gate.receive_data_chunk(chunk, at) or b"") for at in range(0, 200 * 2**20, 65536))
    assert LARGEST_UPLOAD <= let_through < LARGEST_UPLOAD + 65536
    cut_off = SimpleUploadedFile("big.pdf", a_pdf())
    cut_off.size = let_through
    with pytest.raises(ValidationError) as refused:
        services.checked_content(cut_off)
    assert refused.value.code == "large" and "20 MB" in refused.value.messages[0]


def test_a_refused_upload_says_why_beside_the_field(cast: Cast):
    row = make_certification(cast.people["peer_specialist"])
    address = reverse("certifications:change", args=[row.public_id, "document"])
    client = cast.client("peer_specialist")
    key = client.get(address).context["form"]["once"].value()
    answer = client.post(address, {"once": key, "kind": "certificate", "upload": an_upload(HTML, "diploma.pdf")})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["upload"]
    assert "Save it as a PDF or take a photo of it." in answer.content.decode()


def test_the_holder_adds_several_documents_and_a_second_click_adds_none(cast: Cast):
    row = make_certification(cast.people["peer_specialist"])
    address = reverse("certifications:change", args=[row.public_id, "document"])
    client = cast.client("peer_specialist")
    for content, name in ((a_pdf(), "certificate.pdf"), (a_png(), "photo.PNG")):
        key = client.get(address).context["form"]["once"].value()
        for _click in range(2):
            sent = {"once": key, "kind": "certificate", "upload": an_upload(content, name)}
            assert client.post(address, sent).status_code == 302
    with open_scope(cast.harbor.pk):
        assert set(EvidenceDocument.objects.values_list("file__name", flat=True)) == {"certificate.pdf", "photo.PNG"}
    page = client.get(reverse("certifications:detail", args=[row.public_id])).content.decode()
    assert "certificate.pdf" in page and "photo.PNG" in page


def test_a_documents_address_opens_for_nobody_without_the_permission(cast: Cast):
    document = make_document(make_certification(cast.people["peer_specialist"]))
    make_document(make_certification(cast.people["observer"]), "another one, so that there is something to leak")
    address = reverse("organizations:file", args=[document.file.public_id])
    opened = {name for name in PEOPLE if cast.client(name).get(address).status_code == 200}
    assert opened == {"administrator", "supervisor", "auditor", "peer_specialist"}
    assert cast.client("visitor").get(address).status_code == 302
    assert cast.client("stranger", "aurora.localhost").get(address).status_code == 404


def test_the_same_file_behind_two_records_stays_closed_to_the_other_holder(cast: Cast):
    mine = make_document(make_certification(cast.people["peer_specialist"]))
    other = make_document(make_certification(cast.people["observer"]))
    assert mine.file.sha256 == other.file.sha256
    address = reverse("organizations:file", args=[other.file.public_id])
    assert cast.client("peer_specialist").get(address).status_code == 404


def test_a_colleague_attaches_nothing_to_somebody_elses_record():
    here = make_organization()
    row = make_certification(make_member(here, "peer_specialist"))
    with open_scope(here.pk):
        with pytest.raises(PermissionDenied):
            services.add_document(
                certification=row,
                actor=actor_for(make_member(here, "peer_specialist")),
                upload=an_upload(),
                kind="certificate",
            )
        assert not selectors.documents_of(SYSTEM, row).exists()
