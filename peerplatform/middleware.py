"""Middleware of the whole platform: health for machines, and the admin's own content policy."""

from collections.abc import Callable
from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from peerplatform.health import notes, problems


class HealthMiddleware:
    """Answers `/healthz` (this process serves) and `/readyz` (so does what it needs) before hosts are looked
    at: a load balancer asks by address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path_info == "/readyz":
            found = problems()
            return JsonResponse({"ready": not found, "problems": found, "notes": notes()}, status=503 if found else 200)
        return self.get_response(request)


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere, and on `/admin/` what its look needs (it evaluates expressions)."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts: Any = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith("/admin/"):
            parts.update = (parts.update or {}) | settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts
