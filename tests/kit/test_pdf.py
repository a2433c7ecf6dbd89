"""The shared paper of PDFs: every script that people here write, no boxes instead of names, nothing read as markup."""

import re
from pathlib import Path

import pytest
import typst
from django.conf import settings
from django.utils import translation

from apps.kit import pdf

PACKET = Path(pdf.APPS) / "certifications" / "data" / "packet.typ"
NOWHERE = "\U0010fffd"  # a private sign of the last plane: no font draws it


@pytest.fixture
def bare_machine(monkeypatch):
    """Only the fonts of the packages, as on a machine that has none of its own."""
    fonts = typst.Fonts(
        include_system_fonts=False, font_paths=[str(Path(package.__file__).parent) for package in pdf.PACKAGES]
    )
    monkeypatch.setattr(pdf, "_fonts", lambda: fonts)


def made(name, title="Packet", organization="Harbor"):
    words = {
        "requirements": "Requirements",
        "ledger": "Hours",
        "columns": ["Day", "What", "Kind", "Amount"],
        "empty": "None yet.",
        "attestation": "Attestation",
        "statement": "It is true.",
        "signs": ["The specialist"],
    }
    asked = {"depth": 1, "title": "Training", "need": "40", "standing": "met", "have": "", "evidence": [], "source": ""}
    told = {
        "facts": [["Name", name]],
        "requirements": [asked],
        "ledger": [["1 May", name, "Work", "2 hours"]],
        "totals": [],
        "attested": [],
        "words": words,
    }
    return pdf.make_pdf(PACKET, told, title=title, organization=organization)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Ánh", "محمد علي", "王小明 陳大文 山田 김민수", "नमिता", "Ελένη Олена", "✓ — “x”"]
)
def test_names_in_the_scripts_of_the_house_are_drawn_on_a_machine_without_fonts(bare_machine, name):
    assert made(name).startswith(b"%PDF-")


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_pdf_says_its_language_and_is_tagged_for_screen_readers(bare_machine, language):
    with translation.override(language):
        content = made("Ana", title="Título 证书 شهادة")
    assert b"pdfuaid:part" in content and b"/StructTreeRoot" in content
    said = re.search(rb"/Lang\s?\(([\w-]+)\)", content)
    assert said and said[1].decode().lower().startswith(language.split("-")[0])


def test_signs_that_no_font_has_are_named_and_no_pdf_is_made():
    with pytest.raises(pdf.MissingSigns) as refused:
        made(f"Ana {NOWHERE} Ruiz", organization="House \U0010fffc")
    assert set(refused.value.signs) == {NOWHERE, "\U0010fffc"}
    assert NOWHERE in refused.value.messages[0]


def test_signs_that_are_no_text_are_left_out():
    assert made("Ana\x00\x07\ufffe\ufdd0 Ruiz\ud800").startswith(b"%PDF-")


def test_nothing_that_is_told_is_read_as_markup(bare_machine):
    hostile = '#panic("x") #read("/kit/pdf.py") $x$ *b* = "\\'
    assert made(hostile, title=hostile, organization=hostile).startswith(b"%PDF-")


def test_a_fault_of_the_template_is_no_missing_sign(tmp_path):
    with pytest.raises(typst.TypstError):
        pdf.make_pdf(PACKET, {}, title="x", organization="y")
