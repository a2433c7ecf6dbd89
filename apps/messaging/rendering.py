"""Writing a message in its reader's language, at the moment it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.mime.image import MIMEImage
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import select_template
from django.urls import reverse
from django.utils import translation

from apps.messaging.choices import Kind, LedgerChannel
from apps.messaging.models import Message
from apps.messaging.services.optouts import stop_token
from apps.organizations.selectors import link_at, picture_for_mail

__all__ = ["Written", "write"]

PICTURE = "picture@peer-platform"  # the name of the organization's picture within one mail


@dataclass(frozen=True)
class Written:
    """A message ready to leave: `mail` for an e-mail, `text` for a text message."""

    pk: int
    person_id: int | None
    channel: str
    address: str
    mail: EmailMultiAlternatives | None = None
    text: str = ""


def write(message: Message, *, template: str, address: str, domain: str, facts: Mapping[str, Any]) -> Written:
    """Write one message in its language. Raises TemplateDoesNotExist or what the template raises.

    `domain` is the organization's host, "" for the platform's own messages without a stop link. Every template gets
    `name` (what to call the person here), `organization_name`, `organization_phone`, `zone`, `brand`, `home_url`,
    `picture` (the address of the organization's picture within the mail) and `stop_url`, besides the purpose's own
    facts, which win. The picture travels inside the mail and not as a link: opening the mail asks nobody for anything,
    so nobody learns when, where and on what it was read, and it shows where links to pictures are blocked.
    """
    organization = message.organization
    stop_url = ""
    if message.kind == Kind.ORDINARY and domain:
        stop_url = link_at(domain, reverse("messaging_stop", args=[stop_token(message)]))
    person = message.person
    context = {
        "name": (message.contact_point and message.contact_point.alias) or (person and person.greeting_name) or "",
        "organization_name": organization.short_name,
        "organization_phone": str(organization.phone or ""),
        "zone": (person and person.zone) or organization.zone,
        "brand": organization.brand,
        "home_url": link_at(domain, "/") if domain else "",
        "stop_url": stop_url,
        **facts,
    }
    with translation.override(message.language):
        if message.channel == LedgerChannel.SMS:
            text = _render("sms", template, message.step, ".txt", context)
            return Written(message.pk, message.person_id, message.channel, address, text=" ".join(text.split()))
        context["subject"] = " ".join(_render("email", template, message.step, ".subject.txt", context).split())
        mail = EmailMultiAlternatives(
            subject=context["subject"],
            body=_render("email", template, message.step, ".txt", context).strip() + "\n",
            from_email=_sender(organization.short_name),
            to=[address],
            headers=_headers(message, stop_url),
        )
        picture = picture_for_mail(organization)
        context["picture"] = f"cid:{PICTURE}" if picture else ""
        mail.attach_alternative(_render("email", template, message.step, ".html", context), "text/html")
        if picture:
            part = MIMEImage(picture.content, picture.kind)
            part.add_header("Content-ID", f"<{PICTURE}>")
            part.add_header("Content-Disposition", "inline", filename=f"picture.{picture.kind}")
            mail.attach(part)
            mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # the picture is a part of the page, not a file beside it
    return Written(message.pk, message.person_id, message.channel, address, mail=mail)


def _render(folder: str, template: str, step: str, suffix: str, context: Mapping[str, Any]) -> str:
    names = [f"{folder}/{template}.{step}{suffix}", f"{folder}/{template}{suffix}"]
    return select_template(names).render(dict(context))


def _sender(short_name: str) -> str:
    return formataddr((short_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def _headers(message: Message, stop_url: str) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if stop_url:  # RFC 8058: one click in the mail program stops them, without a page
        headers["List-Unsubscribe"] = f"<{stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
