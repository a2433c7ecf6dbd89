"""Every write to client records, care teams, family links and grievances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import ensure_still_visible, may_add, require, visible_to
from apps.clients.choices import GrievanceState
from apps.clients.models import CareTeamMember, ClientRecord, FamilyLink, Grievance
from apps.clients.selectors import who_may_answer
from apps.organizations.models import Location, Organization, Person
from apps.organizations.selectors import standing_seal
from apps.organizations.services import (
    add_people,
    add_person,
    change_people,
    ensure_works_here,
    settle_bars_of,
)

PERSON_FIELDS = ("name", "called", "pronouns", "language", "zone")


@transaction.atomic
def add_client(
    *,
    actor: Actor,
    organization_id: int,
    since: date,
    location: Location | None = None,
    born_on: date | None = None,
    **person: Any,
) -> ClientRecord:
    """Take somebody on as a client: a Person of their own, whatever else they are here.

    Raises PermissionDenied, or ValidationError by field; then nothing is written.
    """
    if not may_add(actor, ClientRecord):
        raise PermissionDenied
    human = add_person(actor=actor, organization_id=organization_id, **person)
    client = ClientRecord(
        organization_id=organization_id, person=human, since=since, location=location, born_on=born_on
    )
    client.full_clean()
    client.save()
    ensure_still_visible(actor, client)
    return client


@transaction.atomic
def change_client(*, client: ClientRecord, actor: Actor, **values: Any) -> ClientRecord:
    """Change a client's record or what is known of the person. Raises PermissionDenied, or ValidationError by field."""
    require(actor, "change", client)
    person = client.person
    for name, value in values.items():
        setattr(person if name in PERSON_FIELDS else client, name, value)
    person.full_clean()
    client.full_clean()
    person.save()
    client.save()
    settle_bars_of(people=[person])
    ensure_still_visible(actor, client)
    return client


@transaction.atomic
def add_clients(*, actor: Actor, clients: Sequence[dict[str, Any]]) -> list[ClientRecord]:
    """Take many people on as clients, in a few statements; `since` is today where none is given.

    Raises PermissionDenied; ValidationError where a value is none, and then nothing is written.
    """
    if not may_add(actor, ClientRecord):
        raise PermissionDenied
    people = add_people(actor=actor, people=[{n: v for n, v in one.items() if n in PERSON_FIELDS} for one in clients])
    rows = [
        ClientRecord(
            organization_id=actor.organization_id or 0,
            person=person,
            since=one.get("since") or timezone.localdate(),
            location_id=one.get("location_id"),
            born_on=one.get("born_on"),
        )
        for person, one in zip(people, clients, strict=True)
    ]
    made: list[ClientRecord] = list(ClientRecord.objects.bulk_create(rows, batch_size=500))
    seen = visible_to(ClientRecord, actor).filter(pk__in=[row.pk for row in made]).count()
    if seen != len(made):
        raise PermissionDenied
    return made


@transaction.atomic
def change_clients(*, actor: Actor, changes: Sequence[tuple[ClientRecord, dict[str, Any]]]) -> list[ClientRecord]:
    """Change many clients' records and what is known of these people. Raises PermissionDenied where the actor may not
    change one of them; ValidationError where a value is none."""
    rows = [row for row, _values in changes]
    allowed = visible_to(ClientRecord, actor, "change").filter(pk__in=[row.pk for row in rows]).count()
    if allowed != len(rows):
        raise PermissionDenied
    change_people(
        actor=actor,
        changes=[(row.person, {n: v for n, v in values.items() if n in PERSON_FIELDS}) for row, values in changes],
    )
    touched = []
    for row, values in changes:
        for name in ("since", "location_id", "born_on"):
            if name in values:
                setattr(row, name, values[name])
        if values.keys() - set(PERSON_FIELDS):
            touched.append(row)
    ClientRecord.objects.bulk_update(touched, ["since", "location", "born_on"], batch_size=500)
    return rows


@transaction.atomic
def join_care_team(
    *, client: ClientRecord, person: Person, actor: Actor, leads: bool = False, since: date | None = None
) -> CareTeamMember:
    """Put a staff member on a client's care team. Raises PermissionDenied, or ValidationError by field.

    Asking again for somebody who is on it changes only whether they lead.
    """
    if not may_add(actor, CareTeamMember):
        raise PermissionDenied
    ensure_works_here(person, field="person")
    standing = CareTeamMember.objects.filter(client=client, person=person, ended_at__isnull=True).first()
    member = standing or CareTeamMember(
        organization_id=client.organization_id, client=client, person=person, since=since or timezone.localdate()
    )
    member.leads = leads
    member.full_clean()
    member.save()
    return member


@transaction.atomic
def leave_care_team(*, member: CareTeamMember, actor: Actor) -> CareTeamMember:
    """Take a staff member off a care team; what they could see as part of it ends at once."""
    require(actor, "change", member)
    if member.ended_at is None:
        member.ended_at = timezone.now()
        member.leads = False
        member.save(update_fields=["ended_at", "leads"])
    return member


@transaction.atomic
def name_family(*, client: ClientRecord, person: Person, tie: str, actor: Actor, **shares: bool) -> FamilyLink:
    """Write down a family member whom the client named, and what the client shares with them.

    The client themself or somebody who keeps client records does it. Raises PermissionDenied; ValidationError where the
    family member is the client.
    """
    if not (may_add(actor, FamilyLink) or client.person.user_id == actor.user_id):
        raise PermissionDenied
    if person.pk == client.person_id:
        raise ValidationError({"person": _("This is the client. Choose the family member.")})
    link = FamilyLink(organization_id=client.organization_id, client=client, person=person, tie=tie, **shares)
    link.full_clean()
    link.save()
    return link


@transaction.atomic
def change_sharing(*, link: FamilyLink, actor: Actor, **shares: bool) -> FamilyLink:
    """Change what a client shares with a family member. It takes effect at once."""
    require(actor, "change", link)
    for name in ("shares_appointments", "shares_groups"):
        if name in shares:
            setattr(link, name, shares[name])
    link.save()
    return link


@transaction.atomic
def end_family_link(*, link: FamilyLink, actor: Actor) -> FamilyLink:
    """Stop sharing with a family member. Ending it twice changes nothing."""
    require(actor, "change", link)
    if link.ended_at is None:
        link.ended_at = timezone.now()
        link.save(update_fields=["ended_at"])
    return link


@transaction.atomic
def file_grievance(
    *, client: ClientRecord, actor: Actor, words: str, wish: str = "", about_person: Person | None = None
) -> Grievance:
    """Take a grievance, from the client or for them from somebody who sees their record.

    It gets an owner, the administrator with the fewest open ones whom it is not about and who may see the client, and
    the day by which it is answered. Where nobody fits it has no owner, which the first page of the administration says;
    with a sealed record, that nobody else would see, it is refused and what to do first is said.
    Raises PermissionDenied, or ValidationError by field.
    """
    require(actor, "view", client)
    own = client.person.user_id is not None and client.person.user_id == actor.user_id
    here = Organization.objects.get(pk=client.organization_id)
    today = timezone.now().astimezone(ZoneInfo(str(here.zone))).date()
    owner = who_may_answer(client, about_person).first()
    if owner is None and standing_seal(client.person) is not None:
        raise ValidationError(
            {
                "about_person": _(
                    "Only this person can see the record, so nobody else could answer. Choose another one to keep the"
                    " record first, or open it."
                )
            }
        )
    grievance = Grievance(
        organization_id=client.organization_id,
        client=client,
        words=words,
        wish=wish,
        about_person=about_person,
        taken_by_id=None if own else actor.user_id,
        owner=owner,
        due_on=today + timedelta(days=here.grievance_days),
    )
    grievance.full_clean()
    grievance.save()
    return grievance


@transaction.atomic
def work_on_grievance(
    *,
    grievance: Grievance,
    actor: Actor,
    state: str,
    owner: Person | None = None,
    about_person: Person | None = None,
    outcome: str = "",
) -> Grievance:
    """Say who answers, where it stands and what the answer is. What is answered or taken back stays as it is.

    Raises PermissionDenied, also where the actor would no longer see it; ValidationError by field where nobody would
    answer, somebody would answer for themselves, or an answer has no words.
    """
    require(actor, "change", grievance)
    grievance = Grievance.objects.select_for_update().get(pk=grievance.pk)
    if not grievance.is_open:
        raise ValidationError(_("This grievance has ended. Nothing about it changes any more."))
    if state == GrievanceState.WITHDRAWN:
        raise ValidationError({"state": _("Only the client takes a grievance back.")})
    if owner is None:
        raise ValidationError({"owner": _("Choose who answers.")})
    if about_person is not None and owner.user_id is not None and owner.user_id == about_person.user_id:
        raise ValidationError({"owner": _("Nobody answers a grievance about themselves.")})
    grievance.owner, grievance.about_person = owner, about_person
    grievance.state, grievance.outcome = state, outcome
    if state == GrievanceState.ANSWERED:
        grievance.ended_at = timezone.now()
    grievance.full_clean()
    grievance.save()
    ensure_still_visible(actor, grievance)
    return grievance


@transaction.atomic
def withdraw_grievance(*, grievance: Grievance, actor: Actor) -> Grievance:
    """The client takes their grievance back. One that has ended stays as it is."""
    require(actor, "withdraw", grievance)
    grievance = Grievance.objects.select_for_update().get(pk=grievance.pk)
    if grievance.is_open:
        grievance.state, grievance.ended_at = GrievanceState.WITHDRAWN, timezone.now()
        grievance.save()
    return grievance
