"""The office's pages about invitations: one form for a new colleague, what happens next, sending again, ending."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.actor import actor_of
from apps.access.admin import Bulk
from apps.access.policy import may_add, require, visible_to
from apps.kit.once import AlreadyUsed, OnceForm, use_once
from apps.organizations import services
from apps.organizations.choices import InvitationWay
from apps.organizations.forms import InviteForm
from apps.organizations.models import Invitation, Person
from apps.organizations.services.invitations import INVITATION_DAYS
from apps.organizations.views.leaving import put

LIST = "admin:organizations_invitation_changelist"


class InvitationPages:
    """Mixed into the admin of invitations. A printed code stands on the answer to its POST and never again."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<path:object_id>/next/", wrap(self.next_view), name="organizations_invitation_next"),
            path("<path:object_id>/again/", wrap(self.again_view), name="organizations_invitation_again"),
            path("<path:object_id>/end/", wrap(self.end_view), name="organizations_invitation_end"),
        ]
        return own + super().get_urls()  # type: ignore[misc]  # mixed into Django's admin classes

    # ---- inviting
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A new colleague; with `?person=` somebody whose record stands already and who has no sign-in yet."""
        actor = actor_of(request)
        if not may_add(actor, Invitation):
            raise PermissionDenied
        person = self._standing_person(request)
        today = timezone.now().astimezone(ZoneInfo(str(request.organization.zone))).date()  # type: ignore[attr-defined]  # the host middleware sets it
        form = InviteForm(request.POST or None, actor=actor, person=person, today=today)
        if request.method == "POST" and form.is_valid():
            values = {k: v for k, v in form.cleaned_data.items() if k != "once"}
            try:
                with transaction.atomic():
                    used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                    if person is not None:
                        invitation, token = services.invite(person=person, actor=actor, **values)
                    else:
                        invitation, token = services.invite_colleague(
                            actor=actor, organization_id=actor.organization_id or 0, **values
                        )
                    used.leads_to(_next(invitation))
            except AlreadyUsed as already:
                return redirect(already.result or LIST)
            except ValidationError as refused:
                put(form, refused)
            else:
                return self._sent(request, invitation, token)
        context = self._page(request, _("Invite somebody"), form=form, person=person, back_url=reverse(LIST))
        return TemplateResponse(request, "admin/organizations/invite.html", context)

    def _standing_person(self, request: HttpRequest) -> Person | None:
        asked = request.GET.get("person", "")
        if not asked:
            return None
        people = visible_to(Person, actor_of(request), "change").filter(user__isnull=True, archived_at__isnull=True)
        person: Person | None = people.filter(pk=asked).first() if asked.isdigit() else None
        if person is None:
            raise Http404
        return person

    def _sent(self, request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
        """After inviting: the page about what happens next; with a card, the card itself, this once."""
        if invitation.way == InvitationWay.CARD:
            return self._told(request, invitation, code=token)
        messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": invitation.email})
        return redirect(_next(invitation))

    def next_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Where an invitation stands and what happens next."""
        return self._told(request, self._invitation(request, object_id))

    def _told(self, request: HttpRequest, invitation: Invitation, code: str = "") -> HttpResponse:
        roles = invitation.person.memberships.filter(archived_at__isnull=True).select_related("location")
        context = self._page(
            request,
            _("What happens next"),
            subtitle=invitation.person.name,
            invitation=invitation,
            roles=roles,
            parts=[code[i : i + 4] for i in range(0, len(code), 4)],
            days=INVITATION_DAYS,
            zone=request.organization.zone,  # type: ignore[attr-defined]  # the host middleware sets it
            address=f"{request.get_host()}{reverse('organizations:join_card')}",
            back_url=reverse(LIST),
        )
        response = TemplateResponse(request, "admin/organizations/invited.html", context)
        response["Cache-Control"] = "no-store, private"
        return response

    # ---- sending again, ending
    def again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask first, then send the same invitation anew."""
        invitation = self._invitation(request, object_id)
        form = OnceForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            actor = actor_of(request)
            try:
                with transaction.atomic():
                    used = use_once(form.cleaned_data["once"], user_id=actor.user_id)
                    fresh, token = services.invite_again(invitation=invitation, actor=actor)
                    used.leads_to(_next(fresh))
                return self._sent(request, fresh, token)
            except AlreadyUsed as already:
                return redirect(already.result or LIST)
            except ValidationError as refused:
                form.add_error(None, refused)
        return self._ask(request, invitation, again=True, form=form)

    def end_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask first, then make the link or card useless."""
        invitation = self._invitation(request, object_id)
        if request.method == "POST":
            services.end_invitation(invitation=invitation, actor=actor_of(request))
            messages.success(request, _("The invitation was ended."))
            return redirect(LIST)
        return self._ask(request, invitation, again=False, form=OnceForm())

    def _ask(self, request: HttpRequest, invitation: Invitation, *, again: bool, form: OnceForm) -> HttpResponse:
        title = _("Send the invitation again?") if again else _("End the invitation?")
        context = self._page(request, title, row=invitation, again=again, form=form, back_url=reverse(LIST))
        return TemplateResponse(request, "admin/organizations/sure.html", context)

    # ---- what they share
    def _invitation(self, request: HttpRequest, object_id: str) -> Invitation:
        row: Invitation = self.get_object(request, object_id)  # type: ignore[attr-defined]  # mixed into an admin
        require(actor_of(request), "change", row)
        return row

    def _page(self, request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
        frame = {"title": title, "opts": self.opts, "module_name": str(capfirst(self.opts.verbose_name_plural))}
        return {**self.admin_site.each_context(request), **frame, **more}


def _send_again(request: HttpRequest, invitation: Invitation, values: dict[str, Any]) -> None:
    if invitation.way == InvitationWay.CARD:
        raise ValidationError(_("Cards are printed one at a time: open it and make another card."))
    if invitation.used_at is not None:
        raise ValidationError(_("It was accepted."))
    services.invite_again(invitation=invitation, actor=actor_of(request))


def _end(request: HttpRequest, invitation: Invitation, values: dict[str, Any]) -> None:
    if not invitation.is_open:
        raise ValidationError(_("It is not open any more."))
    services.end_invitation(invitation=invitation, actor=actor_of(request))


def _may_invite(page: Any, request: HttpRequest) -> bool:
    return may_add(actor_of(request), Invitation)


INVITATIONS = (
    Bulk(
        "send_again",
        gettext_lazy("send again"),
        gettext_lazy("Each gets a fresh link for seven days. The one they had before stops working."),
        _send_again,
        may=_may_invite,
    ),
    Bulk(
        "end_them",
        gettext_lazy("end"),
        gettext_lazy("The link or card opens nothing any more. The person stays on your list."),
        _end,
        may=_may_invite,
    ),
)


def _next(invitation: Invitation) -> str:
    return reverse("admin:organizations_invitation_next", args=[invitation.pk])
