"""The catalogues can be read, have no fuzzy entry, and keep every placeholder of the text they translate.

`es` and `ar` have every string that the code has now, and what runs (`.mo`) is what is written (`.po`).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
WHOLE = ("es", "ar")  # the others grow with the materials
SOURCES = ("apps", "peerplatform", "templates")


def problems(path: Path) -> list[str]:
    """What is wrong with one catalogue."""
    found = []
    entries = polib.pofile(str(path))
    for entry in entries:
        where = f"{path.relative_to(ROOT)}: {entry.msgid[:60]!r}"
        if entry.obsolete:
            continue
        if entry.fuzzy:
            found.append(f"{where} is fuzzy")
        # a plural form may leave its number out ("one place left"), so only plain entries keep everything
        if entry.msgstr and set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(entry.msgstr)):
            found.append(f"{where} has other placeholders in its translation")
    compiled = {_key(entry): _said(entry) for entry in polib.mofile(str(path.with_suffix(".mo")))}
    if compiled != {_key(entry): _said(entry) for entry in entries.translated_entries()}:
        found.append(f"{path.relative_to(ROOT)} was not compiled since: manage.py compilemessages")
    return found


def _key(entry: polib.POEntry | polib.MOEntry) -> tuple[str, str]:
    return (entry.msgctxt or "", entry.msgid)


def _said(entry: polib.POEntry | polib.MOEntry) -> tuple[str, ...]:
    return (entry.msgstr, *(entry.msgstr_plural or {}).values())


def strings_of_the_code() -> set[tuple[str, str]]:
    """Context and text of everything that is marked for translation now."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        for name in SOURCES:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "es", "--no-location", "-v0"]
        subprocess.run(command, cwd=copy, check=True, env=os.environ | {"DJANGO_SETTINGS_MODULE": ""})
        return {_key(entry) for entry in polib.pofile(str(copy / "locale" / "es" / "LC_MESSAGES" / "django.po"))}


def missing() -> list[str]:
    """What the code says and `es` or `ar` does not; where gettext is not installed that is said, and not looked at."""
    if shutil.which("xgettext") is None:
        if os.environ.get("CI") == "true":
            return ["gettext is not installed: what is missing from the catalogues was not looked at"]
        sys.stderr.write("gettext is not installed: what is missing from the catalogues was not looked at\n")
        return []
    wanted = strings_of_the_code()
    found = []
    for language in WHOLE:
        entries = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
        known = {_key(entry) for entry in entries.translated_entries()}
        found += [f"locale/{language} lacks {text[:80]!r}" for _context, text in sorted(wanted - known)]
    return found


def main() -> int:
    found = [problem for path in sorted((ROOT / "locale").rglob("*.po")) for problem in problems(path)]
    found += missing()
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
