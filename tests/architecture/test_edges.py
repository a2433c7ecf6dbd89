"""What leaves the house: scheduled work has a scope and a record, pages carry nothing inline and ask no other host."""

import re
from pathlib import Path

import pytest

from apps.access.work import ScopedTask, SystemTask
from peerplatform.celery import app, beat_schedule

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_FOLDERS = ["apps", "bench", "docs", "locale", "peerplatform", "templates", "tests"]
NO_MARKUP = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->|\{%.*?%\}", re.S)
FORBIDDEN = {
    "an inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/(?:ld\+)?json\")", re.I),
    "an inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.I),
    "something loaded from another host": re.compile(r"\b(?:src|srcset|action)\s*=\s*[\"']?(?:https?:)?//", re.I),
    "a style sheet of another host": re.compile(r"<link\b[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//", re.I),
}
MAILS_HAVE_THEIR_STYLE_INSIDE = re.compile(r"(^|/)(mail|mails|email|emails|messages?|messaging)/")


def found_in(text: str) -> list[str]:
    text = NO_MARKUP.sub("", text)
    return [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_page_has_nothing_inline_and_loads_from_its_own_host(path):
    allowed = {"an inline style"} if MAILS_HAVE_THEIR_STYLE_INSIDE.search(str(path.relative_to(ROOT))) else set()
    assert set(found_in(path.read_text())) <= allowed


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('<p style="color: red">', ["an inline style"]),
        ("<script>alert(1)</script>", ["an inline script"]),
        ('<script src="/static/a.js" defer></script>', []),
        ('<button onclick="go()">', ["an inline handler"]),
        ('<img src="https://elsewhere.example/a.png">', ["something loaded from another host"]),
        ('<link rel="stylesheet" href="//elsewhere.example/a.css">', ["a style sheet of another host"]),
        ('<a href="https://988lifeline.org">988</a>', []),
        ("{# <script>said only here</script> #}", []),
        ('<p>{% day today style="short" %}</p>', []),
    ],
)
def test_what_a_page_may_not_have_is_found(text, wrong):
    assert found_in(text) == wrong


def test_scheduled_work_opens_a_scope_with_a_reason_and_records_each_run_under_its_name():
    app.loader.import_default_modules()
    schedule = beat_schedule()
    assert schedule
    for name, entry in schedule.items():
        task = app.tasks[entry["task"]]
        assert isinstance(task, SystemTask | ScopedTask), f"{name} has no scope"
        assert not isinstance(task, SystemTask) or task.reason, f"{name} does not say why it needs every organization"
        package = ROOT / Path(*task.__module__.split(".")[:-1])
        source = "".join(path.read_text() for path in sorted(package.rglob("*.py")))
        assert f'job_run("{name}")' in source, f"{name} leaves no JobRun of its name: nobody can tell that it is stale"


def test_no_file_leans_on_what_lies_beside_the_repository():
    outside = "../" + "shared"
    files = [path for folder in OWN_FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [ROOT / name for name in ("README.md", "Makefile", "pyproject.toml", "manage.py", ".ci/run", ".ci/check")]
    text = {".py", ".html", ".md", ".css", ".js", ".toml", ".txt", ".po", ".json", ".csv", ""}
    assert [
        str(path.relative_to(ROOT))
        for path in files
        if path.suffix in text and "__pycache__" not in path.parts and outside in path.read_text(errors="ignore")
    ] == []
