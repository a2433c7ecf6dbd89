"""What the mechanisms of access need from higher apps, declared here and registered there in `AppConfig.ready`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

__all__ = [
    "absent",
    "capabilities_of",
    "closed_to",
    "dashboard",
    "names_of",
    "organizations_of",
    "persons_called",
    "register_absence",
    "register_bars",
    "register_capabilities",
    "register_dashboard",
    "register_people",
    "register_people_search",
    "register_share_page",
    "register_words",
    "share_page",
    "users_here",
    "words_for",
]

Capabilities = Callable[[int, int], frozenset[str]]
Bars = Callable[[int, bool], set[int]]
Users = Callable[[int], set[int]]
Names = Callable[[Any, set[int]], dict[int, str]]
SharePage = Callable[[Any], str]
Houses = Callable[[int], dict[int, str]]
PeopleSearch = Callable[[Any, str], set[int]]
Absence = Callable[[HttpRequest, str], bool]
Dashboard = Callable[[HttpRequest, dict[str, Any]], dict[str, Any]]

_capabilities: list[Capabilities] = []
_bars: list[Bars] = []
_words: dict[str, Any] = {}
_people: list[tuple[Users, Names]] = []
_share_pages: list[SharePage] = []
_houses: list[Houses] = []
_people_search: list[PeopleSearch] = []
_absence: list[Absence] = []
_dashboards: list[Dashboard] = []


def register_capabilities(source: Capabilities) -> None:
    """Register `source(user_id, organization_id) -> capabilities`. There is one source."""
    _capabilities[:] = [source]


def capabilities_of(user_id: int, organization_id: int) -> frozenset[str]:
    """The capabilities of a user in an organization; none where no source is registered (fails closed)."""
    return _capabilities[0](user_id, organization_id) if _capabilities else frozenset()


def register_bars(source: Bars) -> None:
    """Register `source(user_id, own) -> keys`, the keys of the Persons that are closed to the user now.

    `own` asks for somebody in their own matters: what is closed to them about themselves is left out then.
    """
    if source not in _bars:
        _bars.append(source)


def closed_to(user_id: int, own: bool = False) -> set[int]:
    """The keys of the Persons whose rows are hidden from the user."""
    return {pk for source in _bars for pk in source(user_id, own)}


def register_words(capability: str, words: Any) -> None:
    """Register plain words for a capability, used in explanations."""
    _words[capability] = words


def words_for(capability: str) -> str:
    """Plain words for a capability."""
    return str(_words.get(capability, capability))


def register_people(*, users: Users, names: Names, houses: Houses) -> None:
    """Register who is here, for the audit pages. There is one source.

    `users(organization_id)` gives the ids of everybody with a sign-in in the organization; `names(actor, user_ids)`
    what each of them is called, leaving out those whom the actor may not see; `houses(user_id)` the organizations that
    know a user, with their names (asked in a system scope).
    """
    _people[:] = [(users, names)]
    _houses[:] = [houses]


def organizations_of(user_id: int) -> dict[int, str]:
    """The organizations that know this user, by id, with their names. Needs a system scope."""
    return _houses[0](user_id) if _houses else {}


def users_here(organization_id: int) -> set[int]:
    """Everybody with a sign-in in the organization; nobody where no source is registered."""
    return _people[0][0](organization_id) if _people else set()


def names_of(actor: Any, user_ids: set[int]) -> dict[int, str]:
    """What users are called, as far as the actor (an `Actor`) may see."""
    return _people[0][1](actor, user_ids) if _people and user_ids else {}


def register_share_page(address: SharePage) -> None:
    """Register `address(row)`: the page on which one row is shared with one person. There is one."""
    _share_pages[:] = [address]


def share_page(row: Any) -> str:
    """The address of the page on which this row is shared; empty where nothing is registered."""
    return _share_pages[0](row) if _share_pages else ""


def register_people_search(search: PeopleSearch) -> None:
    """Register `search(actor, words) -> ids`: the Persons of that name whom the actor sees. There is one source."""
    _people_search[:] = [search]


def persons_called(actor: Any, words: str) -> frozenset[int]:
    """The ids of Persons whose name fits the words, of those whom the actor (an `Actor`) sees."""
    return frozenset(_people_search[0](actor, words)) if _people_search else frozenset()


def register_absence(check: Absence) -> None:
    """Register `check(request, view_name)`: whether a page is turned off for this request. There is one source."""
    _absence[:] = [check]


def absent(request: HttpRequest, view_name: str) -> bool:
    """Whether the page of this name is turned off here; no link may lead to it then."""
    return bool(_absence) and _absence[0](request, view_name)


def register_dashboard(make: Dashboard) -> None:
    """Register what the admin's first page shows: `make(request, context) -> context`, under keys of its own.

    The page's template is `admin/index.html`. Several may register; each gets what the one before returned.
    """
    if make not in _dashboards:
        _dashboards.append(make)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The context of the admin's first page."""
    for make in _dashboards:
        context = make(request, context)
    return context
