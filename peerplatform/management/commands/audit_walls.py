"""Try both walls of this installation: read the second one back, and ask every address with the neighbours' ids."""

from __future__ import annotations

import json
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from apps.access.scope import system_scope
from apps.access.walls import scoped_models, violations
from peerplatform.audit.run import Audit, audit


class Command(BaseCommand):
    help = (
        "Check that every table has its policy, every key between walled rows is composite and the running roles have"
        " no more rights than they need; then ask every page, list, form, action, history and file as each role with"
        " another organization's ids. Everything happens in one transaction that is rolled back: it changes nothing."
        " Prints who gets what where. Exit status 1 for a leak, or a model or address that it does not know."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--json", action="store_true", help="what was found, for a program")
        parser.add_argument("--database", action="store_true", help="only read the second wall back, in a second")
        parser.add_argument("--role", action="append", help="ask as this role only (may be given again)")
        parser.add_argument("--address", default="", help="ask only addresses whose name matches this expression")
        parser.add_argument("--here", type=int, help="id of the organization to ask (else the largest but one)")
        parser.add_argument("--next-door", type=int, help="id of the one it must not tell of (else the largest)")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic(), system_scope("the walls of every organization are checked"):
            broken = violations()
        told = Audit()
        if not options["database"]:
            expression = re.compile(options["address"])
            with tqdm(desc="audit", disable=options["verbosity"] == 0 or options["json"]) as bar:
                told = audit(
                    people=options["role"],
                    wants=lambda name: bool(expression.search(name)),
                    here=options["here"],
                    next_door=options["next_door"],
                    progress=lambda who: (bar.set_postfix_str(who), bar.update()),
                )
        self.stdout.write(_json(broken, told) if options["json"] else _words(broken, told, options["database"]))
        if broken or not told.ok:
            found = len(broken) + len(told.findings) + len(told.unknown)
            raise CommandError(f"{found} violations", returncode=1)


def _json(broken: list[str], told: Audit) -> str:
    return json.dumps(
        {
            "second_wall": broken,
            "unknown": told.unknown,
            "leaks": [vars(finding) for finding in told.findings],
            "untried": told.untried,
            "matrix": told.statuses,
            "asked": told.asked,
        }
    )


def _words(broken: list[str], told: Audit, database_only: bool) -> str:
    lines = []
    for address, people in sorted(told.statuses.items()):
        kinds = sorted({kind for one in people.values() for kind in one})
        for kind in kinds:
            by_status: dict[str, list[str]] = {}
            for who, known in people.items():
                if kind in known:
                    by_status.setdefault(known[kind], []).append(who)
            said = "; ".join(f"{status}: {', '.join(names)}" for status, names in sorted(by_status.items()))
            lines.append(f"{address} ({kind})  {said}")
    lines += [f"the second wall: {problem}" for problem in broken]
    lines += [f"unknown: {problem}" for problem in told.unknown]
    lines += [f"leak: {finding}" for finding in told.findings]
    if told.untried:
        lines.append(f"not tried, next door has no such row: {', '.join(told.untried)}")
    if not broken and told.ok:
        asked = "" if database_only else f", {told.asked} questions"
        lines.append(f"the walls stand: {len(scoped_models())} walled tables{asked}")
    return "\n".join(lines)
