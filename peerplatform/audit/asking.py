"""Asking one address and keeping of the answer what two answers are compared by."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from django.contrib import admin
from django.core.cache import cache
from django.db import connection, transaction
from django.forms import BaseForm, BaseFormSet, ModelChoiceField
from django.http import HttpResponseForbidden
from django.template.base import Template
from django.test import Client, utils
from django.urls import reverse

from apps.access.scope import open_scope
from peerplatform import urls
from peerplatform.audit.walls import first_wall_alone, second_wall_alone

__all__ = ["Answer", "Page", "ask", "choices_in", "forms_on", "written"]

# What is another each time, in whatever page: form tokens, one-use keys, nonces.
_FRESH = re.compile(
    rb'name="csrfmiddlewaretoken" value="\w+"|csrfToken[^,}]*|once=[0-9a-f-]{36}'
    rb'|name="(\w+-)?once"[^>]*|nonce="[^"]*"|"X-CSRFToken": ?"\w+"'
)
_UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass
class Answer:
    """What came back: the status, the words without what is another each time, the tables written to."""

    status: int | str
    body: bytes
    place: str = ""
    wrote: frozenset[str] = frozenset()
    response: Any = None

    @property
    def refused(self) -> bool:
        return isinstance(self.status, str) or self.status >= 400 or self.place == reverse("account_login")

    def differs(self, other: Answer) -> str:
        """In what two answers differ, in words; "" where they read alike."""
        if self.status != other.status:
            return f"{self.status} and not {other.status}"
        if self.wrote != other.wrote:
            return f"writes to {sorted(self.wrote ^ other.wrote)}"
        if self.place != other.place:
            return f"leads to {self.place} and not to {other.place}"
        if self.body == other.body:
            return ""
        pairs = enumerate(zip(self.body, other.body, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), min(len(self.body), len(other.body)))
        mine, theirs = (part[max(0, at - 40) : at + 60].decode(errors="replace") for part in (self.body, other.body))
        return f"reads {' '.join(mine.split())!r} and not {' '.join(theirs.split())!r}"


def ask(
    browser: Client,
    path: str,
    *,
    wall: int | None,
    data: dict[str, Any] | None = None,
    post: bool = False,
    hide: tuple[str, ...] = (),
    cold: bool = True,
    lean: bool = False,
) -> Answer:
    """The answer to one request, which is undone.

    `wall` None lowers the second wall, an organization's id leaves it alone. `hide` are words of the question (ids,
    names) that the answer may repeat. `cold` empties the cache first. `lean` leaves out what costs a third of a page
    and is the same for every question put to it: the administration's navigation, and the telling of contexts.
    """
    if cold:
        cache.clear()
    browser.cookies.pop("messages", None)
    status: int | str
    with (
        second_wall_alone(wall) if wall is not None else first_wall_alone(),
        bare() if lean else nullcontext(),
        transaction.atomic(),
    ):
        before = written() if post else {}
        try:
            response: Any = (browser.post if post else browser.get)(path, data or {}, secure=True)
            status = response.status_code
        except Exception as error:  # noqa: BLE001  one page that fails must not hide what the others answer
            response, status = None, f"raised {type(error).__name__}"
        wrote = frozenset(t for t, n in written().items() if n != before.get(t)) if post and response else frozenset()
        body = b""
        if response is not None:
            body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    place = response.headers.get("Location", "") if response is not None else ""
    for word in (path, *hide):
        for form in {word, quote(word), quote(word, safe=""), word.replace("&", "&amp;")}:
            body, place = body.replace(form.encode(), b"*"), place.replace(form, "*")
    return Answer(status, _FRESH.sub(b"", body), place.split("?")[0], wrote, response)


@contextmanager
def bare() -> Iterator[None]:
    """Pages without the administration's navigation, refusals without a page, templates that do not tell their context.

    The page of a refusal is one and the same everywhere, and drawing it is a third of what a refusal costs.
    """
    template: Any = Template
    telling = template._render
    template._render = utils._TestState.saved_data.template_render  # type: ignore[attr-defined]  # Django's own mark
    site: Any = admin.site
    listed = site.get_app_list

    def of_one_app(request: Any, app_label: str | None = None) -> list[Any]:
        return listed(request, app_label) if app_label else []

    rail: Any = patch.object(site, "get_sidebar_list", lambda request: [])
    apps = patch.object(site, "get_app_list", of_one_app)
    refusal = patch.object(urls, "handler403", lambda request, exception: HttpResponseForbidden(), create=True)
    try:
        with rail, apps, refusal:
            yield
    finally:
        template._render = telling


def written() -> dict[str, int]:
    """How many rows this transaction has written to each table, those undone too."""
    with open_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


@dataclass
class Page:
    """One form of a page as a browser would send it, and the links' and filters' parameters."""

    action: str = ""
    post: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    button: tuple[str, str] | None = None


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Page] = []
        self.parameters: set[str] = set()
        self._select = self._text = ""
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        name = said.get("name", "")
        if tag == "form":
            self.forms.append(Page(said.get("action", ""), said.get("method", "get").lower() == "post"))
            self._open = True
        elif tag == "a" and "?" in said.get("href", ""):
            self.parameters |= set(re.findall(r"[?&](\w+)=", said["href"]))
        if not self._open or not self.forms:
            return
        form = self.forms[-1]
        if tag == "input" and name:
            self._input(form, name, said)
        elif tag == "button" and name and form.button is None:
            form.button = (name, said.get("value", ""))
        elif tag == "select" and name:
            self._select = name
            form.data.setdefault(name, "")
        elif tag == "option" and self._select and ("selected" in said or form.data[self._select] == ""):
            form.data[self._select] = said.get("value", "")
        elif tag == "textarea" and name:
            self._text = name
            form.data[name] = ""

    def _input(self, form: Page, name: str, said: dict[str, str]) -> None:
        kind = said.get("type", "text")
        if kind == "submit":
            form.button = form.button or (name, said.get("value", ""))
        elif kind not in ("checkbox", "radio", "file", "image", "button") or "checked" in said:
            form.data[name] = said.get("value", "on" if kind in ("checkbox", "radio") else "")

    def handle_data(self, data: str) -> None:
        if self._text and self.forms:
            self.forms[-1].data[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""


def forms_on(answer: Answer) -> tuple[list[Page], set[str]]:
    """The forms of a page as a browser would send them, and the names of the parameters that it offers to a GET."""
    parser = _Forms()
    parser.feed(answer.response.content.decode(errors="replace"))
    offered = {name for form in parser.forms if not form.post for name in form.data}
    return [form for form in parser.forms if form.post], parser.parameters | offered


def choices_in(response: Any) -> dict[str, tuple[Any, str]]:
    """What each field of the page's forms chooses among: its name in the page -> the model, and how a row is named."""
    found: dict[str, tuple[Any, str]] = {}
    seen: set[int] = set()

    def look(value: Any, depth: int = 0) -> None:
        if id(value) in seen or depth > 3:
            return
        seen.add(id(value))
        if isinstance(value, BaseFormSet):
            for form in [*value.forms, value.empty_form]:
                look(form, depth + 1)
        elif isinstance(value, BaseForm):
            for name, one in value.fields.items():
                if isinstance(one, ModelChoiceField) and one.queryset is not None:
                    found[value.add_prefix(name)] = (one.queryset.model, one.to_field_name or "pk")
        elif isinstance(value, list | tuple):
            for one in value[:20]:
                look(one, depth + 1)
        else:
            for name in ("form", "formset"):
                inner = getattr(value, name, None)
                if isinstance(inner, BaseForm | BaseFormSet):
                    look(inner, depth + 1)

    for layer in response.context or ():
        for part in getattr(layer, "dicts", [layer]):
            for value in part.values() if isinstance(part, dict) else ():
                look(value)
    return found
