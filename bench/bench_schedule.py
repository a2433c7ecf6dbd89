"""The public schedule, through every middleware, against a bare view that writes the same rows and text."""

from __future__ import annotations

import re
from datetime import time, timedelta
from typing import Any

from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import path
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.scope import open_scope, system_scope
from apps.groups.models import Session, SupportGroup
from apps.groups.selectors import seats_taken
from apps.groups.services import add_group
from apps.organizations.models import Host, Location, Organization
from apps.organizations.services import create_organization
from bench.measure import Result, alternate, result

HOST = "bench-schedule.localhost"
GROUPS = 500
SAMPLES = 40
SYSTEM = Actor.for_system("the benchmark's data is loaded")
ROW = (
    '<li class="row timed"><p><time datetime="{{ row.starts_at|date:"c" }}"><b>{{ row.starts_at|date:"g:i a" }}</b>'
    ' <span class="second nowrap">to {{ row.ends_at|date:"g:i" }}</span></time></p><div><h3 class="name">'
    '<a href="/groups/{{ row.group__public_id }}/">{{ row.group__name.en }}</a></h3>'
    '<p class="second">{{ row.place }}</p>'
    '<p class="stamps"><span class="stamp">{{ row.taken }} places left</span></p></div></li>'
)


def _load(groups: int) -> Organization:
    """An organization with that many weekly groups; kept between runs."""
    host = Host.objects.filter(domain=HOST).first()
    with transaction.atomic(), system_scope("the benchmark's data is loaded"):
        organization = (
            Organization.objects.get(pk=host.organization_id)
            if host
            else create_organization(
                actor=SYSTEM, domain=HOST, name="Bench", short_name="Bench", zone="America/Chicago"
            )
        )
    with transaction.atomic(), open_scope(organization.pk):
        location = Location.objects.filter(name="House").first() or Location.objects.create(
            organization=organization, name="House", zone="America/Chicago"
        )
        for number in range(SupportGroup.objects.count(), groups):
            add_group(
                actor=SYSTEM,
                organization_id=organization.pk,
                name={"en": f"Support group {number}"},
                location=location,
                weekday=number % 7 + 1,
                starts=time(9 + number % 11, 30),
                capacity=12,
                starts_on=timezone.localdate(),
            )
    return organization


def _bare(organization: Organization, page: str, start: Any, end: Any) -> Any:
    """The bare view: the served page with its list taken out and written again from `.values()`."""
    before, after = page.split('<div class="shelf-names"', 1)[0], page.rsplit("</section>", 1)[1]
    flat = Template(before + "{% for row in rows %}" + ROW + "{% endfor %}" + after)

    def view(request: HttpRequest) -> HttpResponse:
        with transaction.atomic(), open_scope(organization.pk):
            rows = (
                Session.objects.filter(starts_at__gte=start, starts_at__lt=end)
                .order_by("starts_at", "id")
                .annotate(place=Coalesce("location__name", "group__location__name"), taken=seats_taken())
                .values("starts_at", "ends_at", "group__public_id", "group__name", "place", "taken")
            )
            return HttpResponse(flat.render(Context({"rows": list(rows)})))

    return view


def _served(handler: BaseHandler, address: str, urlconf: Any = None) -> Any:
    """A function that asks for the address once and returns the page."""

    def ask() -> str:
        request = RequestFactory(headers={"host": HOST}).get(address)
        if urlconf is not None:
            request.urlconf = urlconf
        response: Any = handler.get_response(request)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        return response.content.decode()

    return ask


PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@override_settings(STORAGES=PLAIN_FILES)  # the files' hashed names are made by collectstatic, which did not run here
def run(scale: float) -> list[Result]:
    """One week of five hundred groups, asked in turns; warm, caches of pages do not exist on either side."""
    organization = _load(max(10, int(GROUPS * scale)))
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    start = timezone.now().replace(hour=6, minute=0, second=0) + timedelta(days=(monday - timezone.localdate()).days)
    whole = BaseHandler()
    whole.load_middleware()
    ours = _served(whole, f"/schedule/?week={monday.isoformat()}")
    page = ours()
    with override_settings(MIDDLEWARE=[]):
        plain = BaseHandler()
        plain.load_middleware()
    view = _bare(organization, page, start, start + timedelta(days=7))
    bare = _served(plain, "/bare/", (path("bare/", view),))
    rows = [len(re.findall('<li class="row', text)) for text in (page, bare())]
    samples = max(10, int(SAMPLES * min(scale, 1)))
    mine, limit = alternate(ours, bare, samples=samples)
    note = f"warm, {rows[0]} rows against {rows[1]}"
    name = "the schedule page, requests a second"
    return [result(name, 1 / mine, 1 / limit, unit="1/s", op=">=", bar=0.5, samples=samples, note=note)]
