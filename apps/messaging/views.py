"""Pages of messaging: the stop link of a message."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.messaging import registry, services
from apps.messaging.services.optouts import message_of_token


@csrf_exempt  # RFC 8058: the mail program posts without a page; the token, sent to the person alone, is the right
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the person can stop; a POST stops it, without signing in. A link that is not ours is 404.

    GET changes nothing, as mail programs and scanners follow links by themselves.
    """
    message = message_of_token(token)
    if message is None:
        raise Http404
    context = {"topic": registry.topic_words(message.topic) if message.topic else "", "stopped": ""}
    if request.method == "POST":
        everything = request.POST.get("what") == "everything" or not message.topic
        services.stop_by_token(token=token, everything=everything)
        context["stopped"] = "everything" if everything else "topic"
    return render(request, "messaging/stop.html", context)
