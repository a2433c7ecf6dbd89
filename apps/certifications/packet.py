"""The certification packet: one person's way as a PDF, requirement by requirement with what each rests on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.certifications import wording
from apps.certifications.facts import AttestationKind, Evidence, EvidenceKind, Facts
from apps.certifications.models import Certification
from apps.certifications.progress import Progress, Standing, Verdict
from apps.kit.pdf import make_pdf

TEMPLATE = Path(__file__).resolve().parent / "data" / "packet.typ"
LEDGER = (EvidenceKind.WORK.value, EvidenceKind.SUPERVISION.value, EvidenceKind.PRACTICUM.value)


def packet_pdf(*, record: Certification, progress: Progress, facts: Facts, organization: str, day: date) -> bytes:
    """The packet in the active language. What is said in it is data and is never read as markup.

    Raises MissingSigns where no font has a sign of it.
    """
    told = _told(record, progress, facts, day)
    return make_pdf(TEMPLATE, told, title=progress.rules.name, organization=organization)


def _told(record: Certification, progress: Progress, facts: Facts, day: date) -> dict[str, Any]:
    counted = [piece for piece in facts.evidence if piece.kind in LEDGER and piece.confirmed and piece.ended_on <= day]
    counted.sort(key=lambda piece: (piece.ended_on, piece.source))
    credential = record.credential
    return {
        "facts": [
            [_("Name"), record.person.name],
            [_("State"), credential.jurisdiction],
            [_("Certifying body"), credential.certifying_body or str(Standing.UNKNOWN.label)],
            [_("Made on"), date_format(day)],
        ],
        "requirements": [line for verdict in progress.verdicts for line in _lines(verdict, 0)],
        "ledger": [_row(piece) for piece in counted],
        "totals": _totals(counted),
        "attested": _attested(facts, day),
        "words": {
            "requirements": _("Requirement by requirement"),
            "ledger": _("Hours, signed or confirmed"),
            "empty": _("No hours are confirmed yet."),
            "columns": [_("Day"), _("What"), _("Kind"), _("Amount")],
            "attestation": _("Attestation"),
            "statement": _("We attest that what stands here is true and complete as far as we know."),
            "signs": [
                _("The specialist: name, signature, day"),
                _("The supervisor: name, credential, signature, day"),
            ],
        },
    }


def _lines(verdict: Verdict, depth: int) -> list[dict[str, Any]]:
    rule = verdict.rule
    title = wording.title_of(rule)
    shown = verdict.have is not None and bool(rule.unit) and (verdict.need or 0) > 1
    citation = rule.citation
    source = (
        ", ".join(str(part) for part in (citation.title, citation.year) if part) if rule.required is not None else ""
    )
    return [
        {
            "depth": depth,
            "title": title[:1].upper() + title[1:],
            "need": wording.need_of(rule),
            "standing": str(Standing(verdict.standing).label),
            "have": wording.amount_words(verdict.have or Decimal(0), rule.unit) if shown else "",
            "evidence": [] if verdict.parts else [_label(piece) for piece in verdict.evidence],
            "source": source,
        },
        *(line for part in verdict.parts for line in _lines(part, depth + 1)),
    ]


def _label(piece: Any) -> str:
    if isinstance(piece, Evidence):
        return f"{date_format(piece.ended_on)}: {piece.label} ({wording.amount_words(piece.amount, piece.unit)})"
    name = getattr(piece, "name", "")
    return str(name) if name else _("Attested on %(day)s") % {"day": date_format(piece.attested_on)}


def _row(piece: Evidence) -> list[str]:
    kind = str(EvidenceKind(piece.kind).label)
    return [date_format(piece.ended_on), piece.label, kind, wording.amount_words(piece.amount, piece.unit)]


def _totals(pieces: list[Evidence]) -> list[str]:
    sums: dict[tuple[str, str], Decimal] = {}
    for piece in pieces:
        key = (piece.kind, piece.unit)
        sums[key] = sums.get(key, Decimal(0)) + piece.amount
    return [
        _("In all, %(kind)s: %(amount)s")
        % {"kind": EvidenceKind(kind).label, "amount": wording.amount_words(amount, unit)}
        for (kind, unit), amount in sorted(sums.items())
    ]


def _attested(facts: Facts, day: date) -> list[str]:
    """What the person attested, by kind and day only."""
    return [
        _("%(what)s: attested on %(day)s")
        % {"what": AttestationKind(said.kind).label.capitalize(), "day": date_format(said.attested_on)}
        for said in facts.attestations
        if said.attested_on <= day
    ]
