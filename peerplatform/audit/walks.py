"""The walks of an audit: pages, rows, lists with their filters, forms with their choices, actions, autocompletes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.urls import reverse

from apps.access.actor import Actor
from apps.access.policy import policy_of, visible_to
from apps.access.scope import open_scope, system_scope
from apps.organizations.models import Person
from peerplatform.audit.addresses import NEVER_ID, NEVER_UUID, NOT_ASKED, OF_A_SIGN_IN, SECRETS, Address
from peerplatform.audit.asking import Answer, ask, choices_in, forms_on
from peerplatform.audit.houses import BARRED, Houses

__all__ = ["EVERYTHING", "Finding", "Walker"]

NEVER_NAME = "Zqxjwv Kzzqhx"
EVERYTHING = frozenset({"pages", "rows", "lists", "forms", "autocompletes"})


@dataclass(frozen=True)
class Finding:
    """One leak: which kind of walk found it, at which address, as whom, and how the answers differ."""

    walk: str
    address: str
    who: str
    told: str

    def __str__(self) -> str:
        return f"{self.walk}: {self.address} as {self.who}: {self.told}"


@dataclass
class Walker:
    """Asks everything as one person of the house that is asked."""

    houses: Houses
    who: str
    wants: Callable[[str], bool] = lambda name: True
    only: frozenset[str] = EVERYTHING
    known: set[Any] | None = None  # what others have asked: a forged question of the same rights is not asked again
    findings: list[Finding] = field(default_factory=list)
    statuses: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: int = 0

    def __post_init__(self) -> None:
        self.here, self.next_door = self.houses.here, self.houses.next_door
        self.browser = self.here.browser(self.who)
        self.wall = self.here.organization.pk
        with open_scope(self.wall):
            actor = self.here.actor(self.who)
            self.enters = actor.can("enter_admin")
            self.actor = actor
        with system_scope("an audit takes a name of the house next door"):
            known = Person.objects.filter(organization_id=self.here.organization.pk).values("name")
            theirs = Person.objects.filter(organization_id=self.next_door.organization.pk).exclude(name__in=known)
            self.their_name = theirs.order_by("user_id", "pk").values_list("name", flat=True)[0]

    # ---- asking
    def ask(self, path: str, *, lowered: bool, **more: Any) -> Answer:
        self.asked += 1
        return ask(self.browser, path, wall=None if lowered else self.wall, **more)

    def compare(self, walk: str, address: str, mine: Answer, wanted: Answer) -> None:
        if told := mine.differs(wanted):
            self.findings.append(Finding(walk, address, self.who, told))

    def note(self, address: str, kind: str, answer: Answer) -> None:
        word = "login" if answer.place == reverse("account_login") else str(answer.status)
        known = self.statuses.setdefault(address, {})
        told = {*known.get(kind, word).split("/"), word}
        if len(told) > 1:  # asked with rows of several kinds, of which the address is about one
            told.discard("404")
        known[kind] = "/".join(sorted(told))

    # ---- the walks
    def walk(self, all_of_them: list[Address]) -> None:
        """Everything."""
        for address in all_of_them:
            if not self.wants(address.name) or address.name in NOT_ASKED:
                continue
            if self.known is not None and address.is_admin and not self.enters:
                continue  # refused at the door whatever is asked
            fixed = address.fixed()
            for path in fixed:
                self.page(address, path)
            if fixed:
                continue
            if address.name not in SECRETS and "rows" in self.only:
                self.rows(address)
        if self.enters and "autocompletes" in self.only:
            self.autocompletes()

    def page(self, address: Address, path: str) -> None:
        """A page about no row: with the second wall lowered and a cache that the neighbours warmed, as without them."""
        if self.who != BARRED and "pages" in self.only and not address.name.endswith(("_changelist", "_add")):
            ask(self.next_door.browser(self.who), path, wall=None)
            mine = self.ask(path, lowered=True, cold=False)
        else:
            mine = self.ask(path, lowered=True)
        self.note(address.name, "page", mine)
        if mine.refused:
            return
        if "pages" in self.only:
            wanted = self.ask(path, lowered=False)
            if address.app in OF_A_SIGN_IN:  # each has secrets of its own: a challenge, a key for an app
                mine.body = wanted.body = b""
            self.compare("page", address.name, mine, wanted)
        if self.who == BARRED or mine.status != 200:
            return
        if "lists" in self.only and address.name.endswith("_changelist"):
            self.listing(address, path, mine)
        elif "lists" in self.only:
            self.parameters(address, path, mine)
        if "forms" in self.only:
            self.forms(address, path, mine)

    def rows(self, address: Address) -> None:
        """Pages about a row: next door's read like one that never was, one's own like the policies say."""
        kept_out = address.is_admin and not self.enters
        for _row, path, never in address.paths(self.next_door) if self.who != BARRED else ():
            mine = self.ask(path, lowered=True)
            self.note(address.name, "foreign", mine)
            self.compare("foreign row", address.name, mine, self.ask(never, lowered=False))
            if not kept_out:
                told = self.ask(path, lowered=True, post=True)
                self.compare("foreign row, posted", address.name, told, self.ask(never, lowered=False, post=True))
        if kept_out:
            return
        for row, path, never in address.paths(self.here):
            seen = self.sees(row)
            mine = self.ask(path, lowered=True)
            self.note(address.name, "own" if seen else "hidden", mine)
            if address.is_admin and mine.status == 403 and not seen:
                continue  # refused for everybody without a capability, before any look-up
            self.compare(
                "own row" if seen else "hidden row",
                address.name,
                mine,
                self.ask(path if seen else never, lowered=False),
            )
            if seen and mine.status == 200 and self.who != BARRED and "forms" in self.only:
                self.forms(address, path, mine)

    def sees(self, row: Any) -> bool:
        """Whether the policies let this person see a row of the house; a row without a policy is judged by its page."""
        if policy_of(type(row)) is None:
            return True
        with open_scope(self.wall, user_id=self.actor.user_id):
            actor = Actor(self.actor.user_id, self.wall)
            return visible_to(type(row), actor).filter(pk=row.pk).exists()

    def asked_before(self, *question: Any, about: Iterable[Any], actions: Iterable[str] = ()) -> bool:
        """Whether somebody with the very same rights over these models has asked this: the answer can't be another."""
        if self.known is None:
            return False
        key = (*question, self._rights(about, frozenset(actions)))
        if key in self.known:
            return True
        self.known.add(key)
        return False

    def _rights(self, about: Iterable[Any], actions: frozenset[str]) -> frozenset[tuple[str, str, int]]:
        """The rules of these models' policies that may hold for this person (for these actions, or for every one)."""
        found = set()
        with open_scope(self.wall):
            for model in about:
                policy = policy_of(model) if model is not None else None
                for action, rules in policy.rules.items() if policy else ():
                    for n, rule in enumerate(rules) if not actions or action in actions else ():
                        needed = getattr(rule, "capability", "")
                        if not needed or self.actor.can(needed):
                            found.add((model._meta.label, action, n))
                if policy and policy.add and not actions and self.actor.can(policy.add):
                    found.add((model._meta.label, "add", 0))
        return frozenset(found)

    def listing(self, address: Address, path: str, page: Answer) -> None:
        """A list of the administration: foreign ids in its filters and nested look-ups, foreign names in its search."""
        cl = page.response.context["cl"]
        model = cl.model
        with open_scope(self.wall, user_id=self.actor.user_id):
            actions = list(cl.model_admin.get_actions(page.response.wsgi_request))
        related = [model, *{key.related_model for key in model._meta.fields if key.is_relation}]
        filters = tuple(str(spec.title) for spec in cl.filter_specs)
        if self.asked_before("list", address.name, filters, tuple(actions), about=related, actions=["view"]):
            return
        looked_up = {one: pair for one, *pair in self._look_ups(model, cl)}
        for parameter, (theirs, never) in self._answered(looked_up, page).items():
            self.pair("filter", f"{address.name}?{parameter}", path, {parameter: theirs}, {parameter: never})
        self.pair("search", f"{address.name}?q", path, {"q": self.their_name}, {"q": NEVER_NAME})
        same = {"o": "-2.1", "all": "", **({f"{cl.date_hierarchy}__year": "2026"} if cl.date_hierarchy else {})}
        self.pair("list", f"{address.name}?{'&'.join(same)}", path, same, same)
        row = self._theirs(model)
        for action in actions:
            if row is not None:
                chosen = {"action": action, "index": "0", "select_across": "0", "sure": "yes", "once": str(uuid4())}
                self.pair(
                    "bulk action",
                    f"{address.name} {action}",
                    path,
                    {**chosen, "_selected_action": str(row.pk)},
                    {**chosen, "_selected_action": str(NEVER_ID)},
                    post=True,
                )

    def _answered(self, looked_up: dict[str, list[str]], page: Answer) -> dict[str, list[str]]:
        """Where `known` spares questions: these look-ups but for those that the list refuses by name, of which it is
        asked one."""
        cl, request = page.response.context["cl"], page.response.wsgi_request
        refused = [
            parameter
            for parameter, values in looked_up.items()
            if not any(cl.model_admin.lookup_allowed(parameter, value, request) for value in values)
        ]
        spared = refused[1:] if self.known is not None else ()
        return {parameter: values for parameter, values in looked_up.items() if parameter not in spared}

    def _look_ups(self, model: Any, cl: Any) -> Iterator[tuple[str, str, str]]:
        """(parameter, a value next door, one that never was) for each filter and each look-up across a key."""
        for spec in cl.filter_specs:
            declared: Any = vars(spec)
            row = self._theirs(getattr(declared.get("field"), "related_model", None))
            if row is not None and declared.get("lookup_kwarg"):
                yield declared["lookup_kwarg"], str(row.pk), str(NEVER_ID)
        for key in model._meta.fields:
            row = self._theirs(key.related_model) if key.is_relation else None
            if row is None:
                continue
            yield f"{key.name}__id__exact", str(row.pk), str(NEVER_ID)
            if key.name != "organization" and hasattr(row, "organization_id"):
                yield f"{key.name}__organization__id", str(row.organization_id), str(NEVER_ID)
            if any(f.name == "name" and isinstance(f, models.CharField) for f in key.related_model._meta.fields):
                yield f"{key.name}__name__startswith", str(row.name)[:12], NEVER_NAME[: len(str(row.name)[:12])]

        for back in model._meta.related_objects:
            row = self._theirs(back.related_model) if policy_of(back.related_model) is not None else None
            if row is not None and not back.hidden:
                yield f"{back.field.related_query_name()}__id__exact", str(row.pk), str(NEVER_ID)

    def _theirs(self, model: Any) -> Any:
        return self.next_door.rows.of(model) if model is not None and hasattr(model, "scope_field") else None

    def pair(self, walk: str, name: str, path: str, theirs: dict[str, str], never: dict[str, str], **more: Any) -> None:
        """Two questions that must be answered alike."""
        other = {key for key in theirs if theirs[key] != never.get(key)}
        lean = self.known is not None
        mine = self.ask(path, lowered=True, data=theirs, hide=_echoes(theirs, other), lean=lean, **more)
        wanted = self.ask(path, lowered=False, data=never, hide=_echoes(never, other), lean=lean, **more)
        self.compare(walk, name, mine, wanted)

    def parameters(self, address: Address, path: str, page: Answer) -> None:
        """A page of the portal: what it offers in its query, with ids and names of the house next door."""
        if address.is_admin or page.response.headers.get("Content-Type", "").split(";")[0] != "text/html":
            return
        _forms, offered = forms_on(page)
        offered -= {"page", "in", "next"}
        if self.asked_before("query", address.name, frozenset(offered), about=address.models(), actions=["view"]):
            return
        for name in sorted(offered):
            model = _model_called(name)
            row = self._theirs(model)
            if row is None:
                self.pair("query", f"{address.name}?{name}", path, {name: self.their_name}, {name: NEVER_NAME})
                continue
            self.pair("query", f"{address.name}?{name}", path, {name: str(row.pk)}, {name: str(NEVER_ID)})
            if hasattr(row, "public_id"):
                never = {name: str(NEVER_UUID)}
                self.pair("query", f"{address.name}?{name}", path, {name: str(row.public_id)}, never)

    def forms(self, address: Address, path: str, page: Answer) -> None:
        """Every form of a page, sent with a row of the house next door in each field that chooses one."""
        if page.response.streaming or b"<form" not in page.response.content:
            return
        choices = choices_in(page.response)
        pages, _offered = forms_on(page)
        for form in pages:
            target = form.action if form.action.startswith("/") else path
            data = dict(form.data)
            if form.button:
                data.setdefault(*form.button)
            if "take_out" in address.name or "export" in address.name:
                plain = {**data, "form": "csv"}  # a workbook says when it was made
                self.pair("export", address.name, target, plain, plain, post=True)
            self._tampered(address, target, data, choices)

    def _tampered(self, address: Address, target: str, data: dict[str, Any], choices: dict[str, Any]) -> None:
        """One form with a row of the house next door in every field that chooses one.

        Each field refuses on its own, so all of them are asked at once; only where the answer is another than for rows
        that never were is each asked alone, to name it.
        """
        foreign: dict[str, tuple[str, str]] = {}
        for html_name, (model, named_by) in choices.items():
            row = self._theirs(model)
            if row is not None and (html_name in data or "__prefix__" in html_name):
                theirs = getattr(row, named_by)
                foreign[html_name] = str(theirs), str(NEVER_UUID if isinstance(theirs, UUID) else NEVER_ID)
        models_chosen = {choices[name][0] for name in foreign}
        if not foreign or self.asked_before("form", address.name, target, frozenset(foreign), about=models_chosen):
            return
        before = len(self.findings)
        if len(foreign) > 1:
            self._sent("form", address.name, target, data, foreign)
        if len(foreign) == 1 or len(self.findings) > before:
            for html_name, values in foreign.items():
                walk = "inline" if "-" in html_name else "form field"
                what = f"{address.name} {html_name.replace('__prefix__', 'new')}"
                self._sent(walk, what, target, data, {html_name: values})

    def _sent(self, walk: str, what: str, target: str, data: Any, foreign: dict[str, tuple[str, str]]) -> None:
        mine, never = data, data
        for html_name, (theirs, other) in foreign.items():
            name, mine = _one_more(html_name, data, mine)
            _name, never = _one_more(html_name, data, never)
            mine, never = {**mine, name: theirs}, {**never, name: other}
        self.pair(walk, what, target, mine, never, post=True)

    def autocompletes(self) -> None:
        """The administration's autocomplete, for every key of every model it knows, with a name from next door."""
        path = reverse("admin:autocomplete")
        for model in admin.site._registry:
            for key in model._meta.fields:
                if not isinstance(key, models.ForeignKey) or not self.wants("admin:autocomplete"):
                    continue
                about = {
                    "app_label": model._meta.app_label,
                    "model_name": str(model._meta.model_name),
                    "field_name": key.name,
                }
                if self.asked_before("autocomplete", key, about=[model, key.related_model], actions=["view"]):
                    continue
                name = f"admin:autocomplete {model._meta.label_lower}.{key.name}"
                self.pair("autocomplete", name, path, {**about, "term": self.their_name}, {**about, "term": NEVER_NAME})


def _echoes(data: dict[str, str], other: set[str]) -> tuple[str, ...]:
    """How a page may repeat the values in which two questions differ: the longest first, an id never on its own."""
    found = set()
    for key in other:
        value = data[key]
        found |= {f"“{value}”", f'name="{key}" value="{value}"', f"{key}={value}", f"{key}={value.replace(' ', '+')}"}
        if not value.isdecimal():
            found |= {value, value.replace(" ", "+")}
    return tuple(sorted(found - {""}, key=len, reverse=True))


def _one_more(html_name: str, data: dict[str, Any], filled: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name of a field of a formset's empty form in one form more than in `data`, and `filled` announcing it."""
    if "__prefix__" not in html_name:
        return html_name, filled
    prefix = html_name.partition("-__prefix__")[0]
    many = int(data.get(f"{prefix}-TOTAL_FORMS") or 0)
    return html_name.replace("__prefix__", str(many)), {**filled, f"{prefix}-TOTAL_FORMS": str(many + 1)}


def _model_called(name: str) -> Any:
    """The kind of row that a parameter of that name most likely means."""
    for model in apps.get_models():
        if not hasattr(model, "scope_field") or policy_of(model) is None:
            continue
        if model._meta.model_name == name:
            return model
        for key in model._meta.fields:
            if key.name == name and key.is_relation and hasattr(key.related_model, "scope_field"):
                return key.related_model
    return None
