"""The catalogues can be read, have no fuzzy entry, and keep every placeholder of the text they translate."""

import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def problems(path: Path) -> list[str]:
    """What is wrong with one catalogue."""
    found = []
    for entry in polib.pofile(str(path)):
        where = f"{path.relative_to(ROOT)}: {entry.msgid[:60]!r}"
        if entry.obsolete:
            continue
        if entry.fuzzy:
            found.append(f"{where} is fuzzy")
        # a plural form may leave its number out ("one place left"), so only plain entries keep everything
        if entry.msgstr and set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(entry.msgstr)):
            found.append(f"{where} has other placeholders in its translation")
    return found


def main() -> int:
    found = [problem for path in sorted((ROOT / "locale").rglob("*.po")) for problem in problems(path)]
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
