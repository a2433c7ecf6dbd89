"""The admin's door: one sign-in page, one organization, and only pages that ask the policies."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from apps.access import registry
from apps.access.actor import actor_of
from apps.access.admin.base import OperatorAdmin, PolicyAdmin, runs_platform
from apps.access.admin.trail import TrailPages
from apps.kit.brand import BRAND, BRAND_DARK
from apps.kit.calling import called

__all__ = ["SECTIONS", "PeerAdminSite"]

# The sidebar's parts in their order. An admin page says `section = "people"`.
SECTIONS: dict[str, Any] = {
    "people": _("People"),
    "groups": called("group", _("Groups"), many=True),
    "care": _("Visits and follow-up"),
    "staff": _("Staff and certification"),
    "materials": _("Materials"),
    "messages": _("Messages"),
    "places": _("Places"),
    "organization": _("Organization"),
    "records": _("Records"),
    "platform": _("Platform"),
}


_TINTS = {"50": 6, "100": 12, "200": 22, "300": 40}  # how much of the colour is in it; the rest is white
_SHADES = {"700": 88, "800": 76, "900": 64, "950": 45}  # the rest is black


def _shades(brand: str, brand_dark: str) -> dict[str, str]:
    """The organization's two colours as the steps of unfold's palette.

    Unfold writes links in 600 on light pages and in 500 and 400 on dark ones: there stand the two colours themselves,
    whose contrast was checked when they were chosen.
    """
    tints = {step: f"color-mix(in srgb, {brand} {part}%, white)" for step, part in _TINTS.items()}
    shades = {step: f"color-mix(in srgb, {brand} {part}%, black)" for step, part in _SHADES.items()}
    return {**tints, "400": brand_dark, "500": brand_dark, "600": brand, **shades}


class PeerAdminSite(TrailPages, UnfoldAdminSite):
    """The administration of the one organization of this host."""

    site_title = _("Administration")
    site_header = _("Administration")
    index_title = _("Administration")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take only admins that ask the policies: libraries register theirs, which would show every organization."""
        if admin_class is not None and issubclass(admin_class, PolicyAdmin | OperatorAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return runs_platform(request) or actor_of(request).can("enter_admin")

    def get_urls(self) -> list[Any]:
        """Django's addresses without the jump by content type and id, which would ask no policy."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The frame's context, under the organization's own name."""
        organization = getattr(request, "organization", None)
        name = str(organization or self.site_title)
        context = {**super().each_context(request), "site_title": name, "site_header": name}
        brand, brand_dark = getattr(organization, "brand", BRAND), getattr(organization, "brand_dark", BRAND_DARK)
        context["colors"] = {**context["colors"], "primary": _shades(brand, brand_dark)}
        return context

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The first page: whatever higher apps have registered for it."""
        page = super().index(request, extra_context)
        page.context_data = registry.dashboard(request, page.context_data or {})
        return page

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """What this person may open, by what people do here; each admin page names its section."""
        groups: dict[str, list[dict[str, Any]]] = {section: [] for section in SECTIONS}
        for model, page in self._registry.items():
            if page.has_module_permission(request) and getattr(page, "in_sidebar", True):
                link = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
                groups.setdefault(getattr(page, "section", "records"), []).append(
                    {
                        "title": capfirst(getattr(page, "sidebar_title", "") or model._meta.verbose_name_plural),
                        "icon": getattr(page, "icon", "list"),
                        "link": link,
                        "active": request.path.startswith(link),
                        "has_permission": True,
                    }
                )
        return [
            {"title": SECTIONS.get(section, section), "separator": True, "items": items}
            for section, items in groups.items()
            if items
        ]

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The sidebar's search box: pages by name. Unfold's own remembers answers without their organization."""
        term = request.GET.get("s", "").strip().lower()
        results = self._search_apps(super().get_app_list(request), term) if term else []
        page = Paginator(results, 100).page(1)
        context = {"page_obj": page.paginator, "results": page, "page_counter": 0, "execution_time": 0}
        template = "command" if "extended" in request.GET else "search"
        return TemplateResponse(
            request, f"unfold/helpers/{template}_results.html", context, headers={"HX-Trigger": "search"}
        )

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:index")

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Nobody signed in: the one sign-in page, before any look-up. Signed in without the right: 403."""
        page = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not self.has_permission(request):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return update_wrapper(guarded, page)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signing in happens in one place; somebody signed in without the right gets 403, not another form."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", reverse("admin:index")), reverse("account_login"))
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect("admin:index")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_logout")
