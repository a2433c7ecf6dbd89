"""`/demo/outbox/`: what was mailed and texted, to be read by whoever tries the demo. There is none outside it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from peerplatform import outbox

AT_MOST = 100
# A mail's markup styles itself inline and needs nothing else: no script, no picture, nothing fetched.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox"


@require_safe
@never_cache
def outbox_page(request: HttpRequest) -> HttpResponse:
    """Mails and texts, the newest first. `?to=` shows only those to one address, `?show=` one mail as it looks."""
    if not settings.DEMO:
        raise Http404
    if "show" in request.GET:
        return _as_it_looks(request)
    to = request.GET.get("to", "").strip().lower()
    received = [one for one in outbox.messages(None if to else AT_MOST) if to in one.to.lower()][:AT_MOST]
    return render(request, "demo/outbox.html", {"received": received, "to": to, "at_most": AT_MOST})


def _as_it_looks(request: HttpRequest) -> HttpResponse:
    for one in outbox.messages(None):
        if one.name == request.GET["show"] and one.html:
            response = HttpResponse(one.html)
            response["Content-Security-Policy"] = MAIL_POLICY
            response._csp_exempt = True  # type: ignore[attr-defined]  # the middleware's own mark
            return response
    raise Http404


urlpatterns = [path("demo/outbox/", outbox_page, name="demo_outbox")]
