"""What every page's frame shows: whose house it is, the ways to reach somebody now, and where one can go."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.access import registry
from apps.access.actor import Actor, actor_of
from apps.kit.brand import BRAND, BRAND_DARK, brand_version
from apps.kit.text import TranslatedText
from apps.organizations.choices import Feature
from apps.portal.selectors import hats_of
from apps.supervision.selectors import supervises_clinically

__all__ = ["features", "frame", "leads_somewhere", "own_words", "rails", "work_links"]

Link = tuple[str, str, bool]

# Pages that belong to an entry of the rail and stand under another address.
_BESIDE = {"/schedule/": ("/groups/",), "/staff/": ("/follow-ups/", "/people/me/")}
PLATFORM_NAME = "Peer Platform"
_NUMBER = re.compile(r"\+?\(?[0-9][0-9 ().-]{5,}[0-9]")


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's context. A view's own context overrides any of it.

    Asks nothing of the database for a visitor; for somebody signed in, who they are here: two queries a request.

    `request.organization` may be absent or None (the platform's own host, an error before it was found), and
    so may `request.user`. A page that does not exist yet is absent from the frame.
    """
    organization = getattr(request, "organization", None)
    rail, rail_end = rails(request)
    return {
        "organization_name": _name(organization),
        "home_url": "/",
        "foot_links": [(_("Your rights"), reverse("organizations:policies"))] if organization is not None else [],
        "logo_url": _logo_url(organization),
        "offered_languages": getattr(organization, "offered_languages", None),
        "own_words": own_words(organization),
        "features": features(request),
        "brand_url": _brand_url(organization),
        "crisis_lines": _crisis_lines(organization),
        "quick_exit": getattr(organization, "quick_exit", True),
        "rail": rail,
        "rail_end": rail_end,
        "sign_out_url": "/accounts/logout/" if _exists("/accounts/logout/") else "",
    }


def rails(request: HttpRequest) -> tuple[list[Link], list[Link]]:
    """Where this reader can go: the rail, and its end. Staff pages and client pages never stand side by side.

    Somebody with two hats gets the rail of the pages they are on, and one quiet way to the other ones.
    """
    organization, user, path = getattr(request, "organization", None), getattr(request, "user", None), request.path
    call = own_words(organization)
    groups = (call["groups"], "/schedule/")

    def links(wanted: list[tuple[str, str]]) -> list[Link]:
        return _links([(label, url) for label, url in wanted if leads_somewhere(request, url)], path)

    if user is None or not user.is_authenticated:
        sign_in = "/accounts/login/"
        found: list[tuple[str, str]] = []
        if organization is not None:
            found = [(_("Welcome"), "/"), groups, (_("To read"), "/materials/")]
        return links(found), links([(_("Sign in"), sign_in)])
    hats, actor = hats_of(request), actor_of(request).at_work()
    own_sign_in = (_("My sign-in"), "/accounts/sign-in/")
    if hats.operates:
        return links([(_("Platform"), "/operator/")]), links([own_sign_in])
    if organization is None:
        return [], links([own_sign_in])
    if hats.client and (path.startswith("/me/") or not hats.works):
        found, other = [(_("Next"), "/me/"), groups, (_("To read"), "/materials/")], hats.several
    elif hats.family and (path.startswith("/family/") or not hats.works):
        found, other = [(_("Family"), "/family/"), groups], hats.several
    elif hats.works:
        found, other = work_links(actor, call), hats.several
    else:
        found, other = [(_("Welcome"), "/"), groups], False
    end = [(_("My other pages"), "/")] if other else []
    return links(found), links([*end, own_sign_in])


def own_words(organization: Any) -> dict[str, str]:
    """What this organization calls clients, peer specialists and groups, in the reader's language; else our words.

    For headings and links, where a word stands alone; inside sentences the platform's own words stay, since a word put
    into a sentence of another language would be bent wrong.
    """
    ours = {
        "client": _("Client"), "clients": _("People"), "specialist": _("Peer specialist"),
        "specialists": _("Peer specialists"), "group": _("Group"), "groups": _("Groups"),
    }  # fmt: skip
    if not getattr(organization, "words", None):
        return ours
    own = {key: organization.word(key.removesuffix("s"), many=key.endswith("s")) for key in ours}
    # "own_groups" is there only where the organization has a word: for headings that say more with our word.
    return ours | {key: word for key, word in own.items() if word} | {f"own_{key}": word for key, word in own.items()}


def features(request: HttpRequest) -> dict[str, bool]:
    """Which features a page may speak of, for templates: `{% if features.materials %}`."""
    organization, user = getattr(request, "organization", None), getattr(request, "user", None)
    off = getattr(organization, "features_off", None) or ()
    found = {str(feature): feature not in off for feature in Feature}
    found[Feature.PUBLIC_SCHEDULE] |= bool(user and user.is_authenticated)
    return found


def leads_somewhere(request: HttpRequest, path: str) -> bool:
    """Whether an address has a page that is not turned off here."""
    name = _name_of(path.partition("?")[0])
    return bool(name) and not registry.absent(request, name)


def work_links(actor: Actor, call: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """The pages of those who work here that this person may open, in the rail's order."""
    call = call or own_words(None)
    wanted = (
        (_("Today"), "/staff/", True),
        (call["clients"], "/clients/", actor.can_any("view_clients", "give_care")),
        (call["groups"], "/schedule/", True),
        (_("Visits"), "/appointments/", actor.can_any("view_appointments", "give_care")),
        (
            _("Supervision"),
            "/supervision/",
            actor.can_any("view_supervision", "write_supervision", "sign_supervision", "read_supervision")
            or (actor.can("view_groups") and supervises_clinically(actor)),
        ),
        (_("Certificate"), "/certifications/", actor.can_any("view_certifications", "hold_certification")),
        (_("To read"), "/materials/", actor.can("view_materials")),
        (_("Shared"), "/shares/", True),
        (_("Administration"), "/admin/", actor.can("enter_admin")),
    )
    return [(label, url) for label, url, may_open in wanted if may_open and _exists(url)]


def _links(wanted: list[tuple[str, str]], path: str) -> list[Link]:
    """(label, address, whether it is this page or one under it) of those that lead to a page."""
    return [(label, url, _holds(url, path)) for label, url in wanted if _exists(url)]


def _holds(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith((url, *_BESIDE.get(url, ())))


def _name(organization: Any) -> TranslatedText | str:
    """Its name, which is in its own first language on every page, whatever the page is in."""
    name = getattr(organization, "name", "")
    return TranslatedText.of(name, getattr(organization, "language", "") or "en") if name else PLATFORM_NAME


def _brand_url(organization: Any) -> str:
    """The address of the organization's stylesheet, with a word that changes with its colours."""
    brand = getattr(organization, "brand", "") or ""
    brand_dark = getattr(organization, "brand_dark", "") or ""
    if not brand or not brand_dark or (brand, brand_dark) == (BRAND, BRAND_DARK) or not _exists("/brand.css"):
        return ""
    return f"/brand.css?v={brand_version(brand, brand_dark)}"


def _logo_url(organization: Any) -> str:
    """The address of the organization's picture, or "". No question to the database: the row repeats the file's id."""
    logo = getattr(organization, "logo", None)
    return reverse("organizations:file", args=[logo]) if logo else ""


def _crisis_lines(organization: Any) -> list[Any]:
    """The organization's own ways, after 988: what it wrote, with the number in it if it has one; to call, to text, to
    sign."""
    lines = []
    text = getattr(organization, "crisis_text", None)
    if text:
        words = text.best(get_language() or settings.LANGUAGE_CODE)[0] if hasattr(text, "best") else str(text)
        number = _NUMBER.search(words)
        lines += [{"label": text, "url": f"tel:{_digits(number[0])}" if number else ""}] if words else []
    if call := getattr(organization, "crisis_call", ""):
        lines.append({"label": _("Call us"), "number": call, "url": f"tel:{_digits(call)}"})
    if sms := getattr(organization, "crisis_sms", ""):
        lines.append({"label": _("Text us"), "number": sms, "url": f"sms:{_digits(sms)}"})
    if sign := getattr(organization, "crisis_sign", ""):
        if sign.startswith("https://"):
            lines.append({"label": _("Sign language by video, with us"), "url": sign})
        else:
            lines.append({"label": _("Sign language by video, with us"), "number": sign, "url": f"tel:{_digits(sign)}"})
    return lines


def _digits(number: str) -> str:
    return re.sub(r"[^+0-9]", "", number)


@lru_cache(maxsize=256)
def _name_of(path: str) -> str:
    """The name of the page at an address, "" where there is none; it cannot change while the process runs."""
    try:
        return str(resolve(path).view_name)
    except Resolver404:
        return ""


def _exists(path: str) -> bool:
    """Whether the address leads to a page."""
    return bool(_name_of(path))
