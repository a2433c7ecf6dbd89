"""Beginning with a new organization, so that its director can take over from there."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.scope import open_scope
from apps.organizations import selectors
from apps.organizations.choices import Role
from apps.organizations.models import Host, Organization
from apps.organizations.services.invitations import invite
from apps.organizations.services.members import add_membership, add_person
from apps.organizations.services.organizations import create_organization

HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")


@transaction.atomic
def found_organization(
    *, actor: Actor, domain: str, administrator: str, email: str, **fields: str
) -> tuple[Organization, str]:
    """Make an organization with its host and roles, and invite its first administrator. Returns it and the link.

    Only system work does this. Raises ValidationError by field: a host that is none or is taken, no zone, no address;
    then nothing is made.
    """
    domain = domain.strip().lower()
    if not HOST_NAME.fullmatch(domain):
        raise ValidationError({"host": _("Write a host name, such as example.org, without a port.")})
    if Host.objects.filter(domain=domain).exists():
        raise ValidationError({"host": _("This host leads to an organization already.")})
    organization = create_organization(actor=actor, domain=domain, **fields)
    with open_scope(organization.pk, service="found_organization"):
        person = add_person(
            actor=actor, organization_id=organization.pk, name=administrator, language=organization.language
        )
        today = timezone.localdate(timezone=ZoneInfo(organization.zone))
        add_membership(actor=actor, person=person, role=Role.ADMINISTRATOR, starts_on=today)
        _invitation, token = invite(person=person, email=email, actor=actor)
    return organization, selectors.link_to(organization, reverse("organizations:join", args=[token]))
