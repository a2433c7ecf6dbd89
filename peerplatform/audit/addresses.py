"""Every address of the platform, and what it takes. One whose arguments are unknown here fails the audit."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.access.shares import shareable
from peerplatform.audit.houses import House

__all__ = ["NEVER_ID", "NEVER_UUID", "NOT_ASKED", "OF_A_SIGN_IN", "SECRETS", "Address", "addresses", "unknown"]

NEVER_ID = 999_999_999
NEVER_UUID = uuid.UUID(int=0x4000_8000_0000_0000_0000 + 7, version=4)

_GROUP = "group join leave people add_person record_consent alias"
_SESSION = (
    "session check_in count_heads hold walk_in substitute notes give_material reply go_online change_session one_event"
)
# Addresses by a row's public id whose view lies in an app without such rows, or in one with many kinds of them: there
# the ids of its own kind are asked, and not those of every other kind, which no look-up of it could find.
ABOUT = {
    **{f"groups:{name}": ("groups.supportgroup",) for name in _GROUP.split()},
    **{f"groups:{name}": ("groups.session",) for name in _SESSION.split()},
    "groups:template": ("groups.grouptemplate",),
    "groups:start_from_template": ("groups.grouptemplate",),
    "groups:end_closure": ("groups.closure",),
    "groups:answer": ("groups.waitlistentry",),
    "groups:decide": ("groups.waitlistentry",),
    "groups:agree": ("groups.waitlistentry",),
    "groups:end_consent": ("groups.guardianconsent",),
    "record_visit": ("care.appointment",),
    "own_visit": ("care.appointment",),
    "cannot_come": ("care.appointment",),
    "stop_sharing": ("organizations.person",),
}
# Addresses whose word in the address is itself what lets somebody in: a secret, told to one person.
SECRETS = {
    "messaging_stop": "the link in a message to stop messages; the ledger keeps its hash",
    "group_offer": "the link in a message about an offered place; signed, and nothing of it is kept",
    "calendar_feed": "the link of a client's calendar; the database keeps its hash",
    "organizations:join": "the link of an invitation; the database keeps its hash",
}
# Addresses about no row that take a word, and the words that they know.
WORDS: dict[str, list[dict[str, str]]] = {
    "certifications:state": [{"code": "IL"}],
    "groups:code_file": [{"kind": "svg"}, {"kind": "png"}],
    "groups:kind": [{"key": "family-support"}],
    "groups:start_from_kind": [{"key": "family-support"}],
    "groups:take_kind": [{"key": "family-support"}],
    "admin:app_list": [{"app_label": "clients"}, {"app_label": "organizations"}],
    "admin:organizations_sheetimport_bring_in": [{"kind": "staff"}, {"kind": "clients"}],
    "admin:organizations_sheetexport_take_out": [{"kind": "staff"}, {"kind": "clients"}],
}
# Words that stand beside a row's id in an address, and one that its page knows.
BESIDE_A_ROW = {"certifications:change": {"deed": "check"}}
# Apps whose addresses are about the sign-in that asks: its sessions, its keys. They belong to no organization.
OF_A_SIGN_IN = ("accounts", "allauth")
# Addresses without a name of their own, and why they need no question.
NAMELESS = {"admin:(?P<url>.*)$": "the admin's answer to addresses that it does not know"}
# Left alone: asking would end or change the sign-in of the one who asks.
NOT_ASKED = {
    "account_logout": "ends the session that asks",
    "admin:logout": "leads to the page above",
}


@dataclass(frozen=True)
class Address:
    """One address: its name, its parameters with their converters, and the app of its view."""

    name: str
    parameters: tuple[tuple[str, str], ...]
    app: str

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    def fixed(self) -> list[str]:
        """The paths of an address about no row; none where it is about one."""
        if self.name in WORDS:
            return [reverse(self.name, kwargs=words) for words in WORDS[self.name]]
        return [reverse(self.name)] if not self.parameters else []

    def models(self) -> list[Any]:
        """The models whose rows it may be about."""
        if self.is_admin:
            _admin, _colon, rest = self.name.partition(":")
            return [m for m in apps.get_models() if rest.startswith(f"{m._meta.app_label}_{m._meta.model_name}_")]
        if self.name in ABOUT:
            return [apps.get_model(label) for label in ABOUT[self.name]]
        if any(name == "kind" for name, _kind in self.parameters):
            return shareable()
        return [m for m in apps.get_app_config(self.app).get_models() if _has_public_id(m)]

    def paths(self, house: House) -> Iterator[tuple[Any, str, str]]:
        """(row, its path, the path of a row that never was) for each row of the house that it may be about."""
        for model in self.models():
            row = house.rows.of(model) if hasattr(model, "scope_field") else None
            if row is not None:
                yield row, self._path(row, model), self._path(None, model)

    def _path(self, row: Any, model: Any) -> str:
        values: dict[str, Any] = {}
        for name, kind in self.parameters:
            if name in BESIDE_A_ROW.get(self.name, {}):
                values[name] = BESIDE_A_ROW[self.name][name]
            elif kind == "UUIDConverter":
                values[name] = row.public_id if row is not None else NEVER_UUID
            elif kind == "PathConverter":
                values[name] = str(row.pk) if row is not None else str(NEVER_ID)
            elif kind == "IntConverter":
                values[name] = 1
            else:
                values[name] = model._meta.label_lower
        return reverse(self.name, kwargs=values)


def _has_public_id(model: Any) -> bool:
    return any(field.name == "public_id" for field in model._meta.fields) and hasattr(model, "scope_field")


def addresses() -> list[Address]:
    """Every named address of the URL configuration."""
    found: dict[str, Address] = {}

    def walk(resolver: Any, namespace: str) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
            elif isinstance(entry, URLPattern):
                name = f"{namespace}{entry.name or entry.pattern}"
                converters = getattr(entry.pattern, "converters", {})
                module = getattr(entry.callback, "__module__", "").split(".")
                parameters = tuple((key, type(kind).__name__) for key, kind in converters.items())
                app = module[1] if module[0] == "apps" else module[0]
                if name not in NAMELESS and name != "admin:app_list":
                    found[name] = Address(name, parameters, app)

    walk(get_resolver(), "")
    found["admin:app_list"] = Address("admin:app_list", (), "admin")
    return list(found.values())


def unknown(all_of_them: list[Address]) -> list[str]:
    """What the audit does not know how to ask, in words."""
    problems = []
    for address in all_of_them:
        beside = BESIDE_A_ROW.get(address.name, {})
        kinds = {kind for name, kind in address.parameters if name not in beside}
        if not kinds or address.name in SECRETS or address.name in WORDS or address.app in OF_A_SIGN_IN:
            continue
        if kinds - {"UUIDConverter", "PathConverter", "IntConverter"} and dict(address.parameters).keys() != {
            "kind",
            "public_id",
        }:
            problems.append(
                f"{address.name} takes {dict(address.parameters)}, for which peerplatform/audit/addresses.py has no"
                " value"
            )
        elif not address.models():
            problems.append(
                f"{address.name} is about rows of a kind that peerplatform/audit/addresses.py does not name"
            )
    return problems
