"""Writes to the ways people may be reached."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may, may_add, require
from apps.messaging.choices import Channel
from apps.messaging.models import ContactPoint, SendingRules
from apps.organizations.models import Person


def normalised(channel: str, address: str) -> str:
    """An address in the one form it is kept in. Raises ValidationError, on the field `address`, where it is none.

    E-mail in lower case; numbers as E.164, read as United States numbers where no country is given.
    """
    address = address.strip()
    if channel == Channel.EMAIL:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError({"address": _("This is not an e-mail address, like maria@example.org.")}) from error
        return address.lower()
    if channel in (Channel.SMS, Channel.PHONE):
        try:
            number = phonenumbers.parse(address, "US")
        except phonenumbers.NumberParseException as error:
            raise ValidationError({"address": _("Please add the area code, like 512 555 0142.")}) from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError({"address": _("Please add the area code, like 512 555 0142.")})
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    if not address:
        raise ValidationError({"address": _("Please write the address.")})
    return address


@transaction.atomic
def add_contact_point(*, person: Person, actor: Actor, **values: Any) -> ContactPoint:
    """Write down a way to reach a person; a preferred one takes the place of the preferred one before.

    People add their own. Raises PermissionDenied, or ValidationError by field.
    """
    if not (may_add(actor, ContactPoint) or _is_theirs(actor, person)):
        raise PermissionDenied
    point = ContactPoint(organization_id=person.organization_id, person=person)
    return _write(point, actor, values)


@transaction.atomic
def change_contact_point(*, point: ContactPoint, actor: Actor, **values: Any) -> ContactPoint:
    """Change a way to reach a person. Raises PermissionDenied, or ValidationError by field.

    A changed number has not been agreed to: consent given for the former one does not go over.
    """
    require(actor, "change", point)
    return _write(point, actor, values)


def _is_theirs(actor: Actor, person: Person) -> bool:
    return actor.user_id is not None and (person.user_id == actor.user_id or may(actor, "change", person))


def _write(point: ContactPoint, actor: Actor, values: dict[str, Any]) -> ContactPoint:
    before = point.address
    for name, value in values.items():
        setattr(point, name, value)
    point.address = normalised(point.channel, point.address)
    if before and point.address != before and "consent_at" not in values:
        point.consent_at, point.consent_wording_version, point.consent_by = None, "", None
    if point.consent_at and point.consent_by_id is None:
        point.consent_by_id = actor.user_id
    if point.is_preferred:
        for other in ContactPoint.objects.filter(
            person_id=point.person_id, is_preferred=True, archived_at__isnull=True
        ).exclude(pk=point.pk):
            other.is_preferred = False
            other.save(update_fields=["is_preferred"])
    point.full_clean()
    point.save()
    ensure_still_visible(actor, point)
    return point


@transaction.atomic
def record_consent(*, point: ContactPoint, actor: Actor, wording_version: str) -> ContactPoint:
    """Write down that the person agreed, now, to text messages at this number, and to which wording.

    Texts need recorded express consent, other than mail (47 CFR 64.1200(a)). Raises PermissionDenied.
    """
    return change_contact_point(
        point=point,
        actor=actor,
        consent_at=timezone.now(),
        consent_wording_version=wording_version,
        consent_by_id=actor.user_id,
    )


@transaction.atomic
def archive_contact_point(*, point: ContactPoint, actor: Actor) -> ContactPoint:
    """Put a way to reach a person away; what is planned there is not sent. Doing it twice changes nothing."""
    require(actor, "change", point)
    if point.archived_at is None:
        point.archived_at, point.is_preferred = timezone.now(), False
        point.save(update_fields=["archived_at", "is_preferred"])
    return point


@transaction.atomic
def change_sending_rules(*, organization_id: int, actor: Actor, **values: Any) -> SendingRules:
    """Set hours and limits of an organization. Raises PermissionDenied, or ValidationError by field."""
    rules = SendingRules.objects.select_for_update().filter(organization_id=organization_id).first()
    if rules is None and not may_add(actor, SendingRules):
        raise PermissionDenied
    if rules is not None:
        require(actor, "change", rules)
    rules = rules or SendingRules(organization_id=organization_id)
    for name, value in values.items():
        setattr(rules, name, value)
    rules.full_clean()
    rules.save()
    return rules
