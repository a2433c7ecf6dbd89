"""Reads of the records of who holds which credential."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.policy import visible_to
from apps.certifications.choices import EXPIRING_DAYS, LETS_WORK, STATUS_STEPS, Status
from apps.certifications.models import (
    Certification,
    CertificationExtension,
    CertificationStep,
    CertificationTerm,
    CredentialLevel,
    EvidenceDocument,
    StaffAttestation,
)
from apps.certifications.rules import LevelKind
from apps.certifications.selectors.requirements import present_rule_sets
from apps.organizations.models import Organization, Person


def certifications_for(actor: Actor) -> QuerySet[Certification]:
    """The certifications this actor may see, those that end first at the top."""
    return (
        visible_to(Certification, actor)
        .filter(archived_at__isnull=True)
        .select_related("person", "credential")
        .prefetch_related("steps", "terms__extensions")
        .order_by("expires_on", "person__name", "pk")
    )


def own_certifications(actor: Actor) -> QuerySet[Certification]:
    """The actor's own certifications."""
    rows = certifications_for(actor)
    return rows.filter(person__user_id=actor.user_id) if actor.user_id else rows.none()


def expiring(rows: QuerySet[Certification], today: date) -> QuerySet[Certification]:
    """Those that let somebody work and end within 90 days of `today`, ended ones included."""
    return rows.filter(status__in=LETS_WORK, expires_on__lte=today + timedelta(days=EXPIRING_DAYS))


def ended(rows: QuerySet[Certification], today: date) -> QuerySet[Certification]:
    """Those that would let somebody work, had they not ended before `today`."""
    return rows.filter(status__in=LETS_WORK, expires_on__lt=today)


def state_on(day: date) -> Subquery:
    """The state of a record (of the outer query) on a day: where its last step until then led."""
    steps = CertificationStep.objects.filter(certification_id=OuterRef("pk"), on__lte=day)
    return Subquery(steps.order_by("-number").values("to_status")[:1])


def covered_on(day: date) -> Exists:
    """Whether a term of a record (of the outer query), or an extension granted by then, covers a day."""
    granted = CertificationExtension.objects.filter(term_id=OuterRef("pk"), granted_on__lte=day, until__gte=day)
    return Exists(
        CertificationTerm.objects.filter(
            Q(last_day__isnull=True) | Q(last_day__gte=day),
            Q(ends_on__isnull=True) | Q(ends_on__gte=day) | Exists(granted),
            certification_id=OuterRef("pk"),
            starts_on__lte=day,
        )
    )


def letting_work_on(day: date) -> QuerySet[Certification]:
    """The certifications that let their holders work on a day of service, by state and term on that very day."""
    rows = Certification.objects.filter(covered_on(day), archived_at__isnull=True)
    return rows.alias(state_then=state_on(day)).filter(state_then__in=LETS_WORK)


def valid_on(person_id: int, day: date) -> QuerySet[Certification]:
    """The certifications that let this person work on a day of service."""
    return letting_work_on(day).filter(person_id=person_id)


def without_valid(person_ids: Iterable[int], day: date) -> set[int]:
    """Of these people those whom no certification lets work on a day. One query."""
    people = set(person_ids)
    return people - set(letting_work_on(day).filter(person_id__in=people).values_list("person_id", flat=True))


def holders(person_ids: Iterable[int]) -> set[int]:
    """Of these people those of whom a certification is written down, whether it holds or not. One query."""
    rows = Certification.objects.filter(person_id__in=set(person_ids), archived_at__isnull=True)
    return set(rows.values_list("person_id", flat=True))


def today_of(organization_id: int) -> date:
    """Today by the calendar of an organization."""
    return day_there(Organization.objects.only("zone").get(pk=organization_id))


def day_there(organization: Organization) -> date:
    """The same, of one that is here already."""
    return timezone.localdate(timezone=ZoneInfo(str(organization.zone)))


def extensions_allowed(certification: Certification) -> int | None:
    """How many extensions the requirements of its level allow; None where that is not known."""
    sets = present_rule_sets([certification.credential_id])
    level = provisional_levels([certification.credential_id]).get(certification.credential_id, "")
    code = level if certification.status == Status.PROVISIONAL else ""
    found = sets.get((certification.credential_id, code))
    return found.terms.extensions if found else None


def provisional_levels(credential_ids: Iterable[int]) -> dict[int, str]:
    """The provisional level of each credential that has one, by its code. One query."""
    levels = CredentialLevel.objects.filter(
        credential_id__in=list(credential_ids), kind=LevelKind.PROVISIONAL, retired_at__isnull=True
    )
    return dict(levels.order_by("-position").values_list("credential_id", "code"))


def steps_from(certification: Certification) -> list[tuple[str, str]]:
    """(value, words) of the states that a record may move to."""
    return [(str(to), str(Status(to).label)) for to in STATUS_STEPS[certification.status]]


def history_of(certification: Certification) -> QuerySet[CertificationStep]:
    """The steps of a record, the newest first."""
    return certification.steps.order_by("-number")


def documents(actor: Actor) -> QuerySet[EvidenceDocument]:
    """The documents that the actor may open and that were not put away."""
    return visible_to(EvidenceDocument, actor).filter(archived_at__isnull=True).select_related("file", "certification")


def documents_of(actor: Actor, certification: Certification) -> QuerySet[EvidenceDocument]:
    """The documents behind a record that the actor may open, the newest first."""
    return documents(actor).filter(certification=certification)


def attestations_of(actor: Actor, person: Person) -> QuerySet[StaffAttestation]:
    """What a person attests of themself and has not taken back, as far as the actor may see it."""
    return visible_to(StaffAttestation, actor).filter(person=person, withdrawn_on__isnull=True)
