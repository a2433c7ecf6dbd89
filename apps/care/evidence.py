"""Visits that took place, as evidence of peer support work for a certification."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from apps.care.choices import AppointmentState
from apps.care.models import Appointment
from apps.certifications.registry import Evidence, EvidenceKind, Unit
from apps.kit.walltime import LocalDate

HOUR = Decimal(3600)


def hours_of_contact(people: Sequence[int], day: date) -> Iterable[tuple[int, Evidence]]:
    """The hours of visits of these people that took place until a day, and with nobody named. One query."""
    rows = (
        Appointment.objects.filter(state=AppointmentState.KEPT, staff_id__in=people)
        .annotate(on=LocalDate(F("starts_at"), F("zone")))
        .filter(on__lte=day)
        .order_by("starts_at", "pk")
    )
    label = _("Visit")
    for person, pk, on, starts, ends in rows.values_list("staff_id", "pk", "on", "starts_at", "ends_at"):
        hours = Decimal(int((ends - starts).total_seconds())) / HOUR
        yield person, Evidence(EvidenceKind.WORK, hours, Unit.HOURS, "", on, on, label, f"care.appointment:{pk}")
