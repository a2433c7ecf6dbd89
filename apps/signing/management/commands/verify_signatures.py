"""Prove that nothing signed has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from apps.access.work import SystemCommand
from apps.organizations.models import Organization
from apps.signing.heads import read_heads
from apps.signing.verification import Problem, Verification, verify


class Command(SystemCommand):
    help = (
        "Check every organization's chain of signatures: bytes, links and gaps; apart from it, whether the live rows "
        "still say what was signed; with --heads, whether exported heads still stand. Names the first broken link of "
        "each chain. Exit status 1 when anything does not hold."
    )
    reason = "the chain of every organization is verified"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--heads", type=Path, action="append", default=[], metavar="FILE", help="an exported file")
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heads = [head for file in options["heads"] for head in read_heads(file)]
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        organizations = list(Organization.objects.order_by("pk"))
        found = [verify(organization, heads) for organization in organizations]
        known = {each.organization for each in found}
        lost = sorted({head.organization for head in heads} - known)
        if options["json"]:
            self.stdout.write(json.dumps({"organizations": [each.as_dict() for each in found], "lost": lost}))
        else:
            for each in found:
                self._tell(each)
            for organization in lost:
                self.stdout.write(f"BROKEN  {organization}: a head was exported and the organization is gone")
        if lost or not all(each.holds for each in found):
            raise CommandError("what was signed has been changed", returncode=1)

    def _tell(self, found: Verification) -> None:
        erased = f", {found.erased} erased" if found.erased else ""
        state = "holds " if not found.chain else "BROKEN"
        self.stdout.write(f"{state}  {found.name}: {found.checked} signatures{erased}")
        if found.chain:
            self._list("first broken link", found.chain)
        if found.live:
            self.stdout.write(f"DIFFERS {found.name}: {found.compared} compared with the live rows")
            self._list("first difference", found.live)

    def _list(self, title: str, problems: list[Problem]) -> None:
        first, *more = problems
        place = f" ({first.kind} {first.row_id}, version {first.version})" if first.kind else ""
        self.stdout.write(f"        {title}: {first.words}{place}")
        if more:
            self.stdout.write(f"        and {len(more)} more")
