"""Reads of clients, care teams and family links."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may, unbarred, visible_to
from apps.access.selectors import people_by_user
from apps.accounts.models import User
from apps.clients.choices import GUARDIANS, ErasureState
from apps.clients.models import CareTeamMember, ClientRecord, Erasure, FamilyLink, Grievance, KeepApart
from apps.kit.search import matches
from apps.kit.walltime import LocalDate
from apps.organizations.models import Bar, Person
from apps.organizations.selectors import staff, standing_seal, who_may


def clients_for(actor: Actor, search: str = "") -> QuerySet[ClientRecord]:
    """The clients this actor may see, with person, place and care team; those whose name matches `search` if given."""
    rows = (
        visible_to(ClientRecord, actor)
        .filter(archived_at__isnull=True)
        .select_related("person", "location")
        .prefetch_related(Prefetch("care_team", queryset=care_team_now(actor)))
    )
    return rows.filter(matches(search, "person__search"))


def records_seen(actor: Actor, persons: Iterable[int]) -> dict[int, UUID]:
    """Of these Person ids those whose record this actor may open, an archived one too, with its public id."""
    return dict(visible_to(ClientRecord, actor).filter(person_id__in=persons).values_list("person_id", "public_id"))


def care_team_now(actor: Actor) -> QuerySet[CareTeamMember]:
    """Who is on care teams now, the first contact first, for a reader who sees the client."""
    team = CareTeamMember.objects.filter(ended_at__isnull=True)
    return unbarred(team, actor).select_related("person").order_by("-leads", "pk")


def client_of(actor: Actor) -> ClientRecord | None:
    """The actor's own client record here, or None."""
    if actor.user_id is None:
        return None
    return ClientRecord.objects.filter(person__user_id=actor.user_id, archived_at__isnull=True).first()


def family_links_of(actor: Actor) -> QuerySet[FamilyLink]:
    """What clients share with this actor as their family now."""
    return FamilyLink.objects.filter(person__user_id=actor.user_id, ended_at__isnull=True).select_related(
        "client__person"
    )


def is_family(actor: Actor) -> bool:
    """Whether the actor is here as family: named by a client now or ever. The page reads the same either way."""
    return actor.user_id is not None and FamilyLink.objects.filter(person__user_id=actor.user_id).exists()


def pairs_apart() -> QuerySet[KeepApart]:
    """Pairs of people who are kept apart now. Not for showing: `visible_to` says who may see one."""
    return KeepApart.objects.filter(ended_at__isnull=True)


def pairs_of(client: ClientRecord, actor: Actor) -> QuerySet[KeepApart]:
    """From whom this client is kept apart, as far as this reader may see it."""
    rows = visible_to(pairs_apart(), actor).filter(Q(person_a=client.person_id) | Q(person_b=client.person_id))
    return rows.select_related("person_a", "person_b").order_by("-since", "-pk")


def wards_of(actor: Actor) -> QuerySet[FamilyLink]:
    """The clients for whom this actor is a parent or guardian."""
    return family_links_of(actor).filter(tie__in=GUARDIANS)


def persons_supported(actor: Actor) -> QuerySet[ClientRecord, dict[str, int]]:
    """The Person ids of the clients whose care team this actor is on, for messaging's contact ways and ledger."""
    if actor.user_id is None or not actor.can("give_care"):
        return ClientRecord.objects.none().values("person_id")
    team = CareTeamMember.objects.filter(client_id=OuterRef("pk"), person__user_id=actor.user_id, ended_at__isnull=True)
    return ClientRecord.objects.filter(Exists(team), archived_at__isnull=True).values("person_id")


def supported_by(person_id: int) -> QuerySet[ClientRecord]:
    """The clients whose care team this staff member is on."""
    return ClientRecord.objects.filter(
        Exists(CareTeamMember.objects.filter(client_id=OuterRef("pk"), person_id=person_id, ended_at__isnull=True)),
        archived_at__isnull=True,
    )


def grievances_of(client: ClientRecord) -> QuerySet[Grievance]:
    """A client's own grievances, the newest first."""
    return Grievance.objects.filter(client=client).select_related("owner").order_by("-received_at", "-pk")


def overdue_grievances(actor: Actor) -> QuerySet[Grievance]:
    """Open grievances past their day or without an owner, of those the actor sees: whom one is about learns nothing
    from a number either."""
    late = Q(due_on__lt=LocalDate(Now(), "organization__zone")) | Q(owner__isnull=True)
    return visible_to(Grievance, actor).filter(late, ended_at__isnull=True)


def team_once(client: ClientRecord) -> QuerySet[Person]:
    """Who is or was on a client's care team: whom a client may name without learning who else works here."""
    return Person.objects.filter(Exists(CareTeamMember.objects.filter(client=client, person_id=OuterRef("pk"))))


def who_may_answer(client: ClientRecord, about: Person | None = None) -> QuerySet[Person]:
    """Administrators who may own a client's grievance, the one with the fewest open ones first.

    Never the person it is about, nor another Person of the same human, nor somebody barred from the client. Where the
    client's record is sealed, its custodian alone: nobody else could read it.
    """
    barred = Bar.objects.filter(subject_id=client.person_id, ended_at__isnull=True)
    seal = standing_seal(client.person)
    people = staff().filter(pk=seal.custodian_id) if seal else staff("administrator")
    people = people.filter(organization_id=client.organization_id)
    people = people.exclude(pk__in=barred.values("barred_id"))
    if client.person.user_id is not None:
        people = people.exclude(user_id=client.person.user_id)
    if about is not None:
        people = people.exclude(pk=about.pk)
        if about.user_id is not None:
            people = people.exclude(user_id=about.user_id)
    open_ones = Count("grievances_owned", filter=Q(grievances_owned__ended_at__isnull=True))
    return people.annotate(open_ones=open_ones).order_by("open_ones", "pk")


def standing_erasure(client: ClientRecord) -> Erasure | None:
    """The erasure of this record that waits, is approved or was carried out; None where there is none."""
    waits = Q(state=ErasureState.ASKED, expires_at__gt=Now())
    rows = Erasure.objects.filter(waits | Q(state__in=[ErasureState.APPROVED, ErasureState.DONE]), client=client)
    return rows.select_related("asked_by", "approved_by").first()


def approved_erasures() -> QuerySet[Erasure]:
    """Erasures that two people have approved and that are not carried out, the oldest first."""
    return Erasure.objects.filter(state=ErasureState.APPROVED).order_by("approved_at", "pk")


def erasures_to_approve(actor: Actor) -> QuerySet[Erasure]:
    """Erasures that wait for this actor as the second of two."""
    waits = visible_to(Erasure, actor, "change").filter(state=ErasureState.ASKED, expires_at__gt=Now())
    return waits.exclude(asked_by_id=actor.user_id or 0)


def erasure_to_agree(actor: Actor) -> Erasure | None:
    """The erasure of the actor's own sealed record that waits for their yes, or None."""
    waits = visible_to(Erasure, actor, "agree").filter(state=ErasureState.ASKED, expires_at__gt=Now())
    return waits.exclude(asked_by_id=actor.user_id or 0).select_related("client__person", "organization").first()


def seconds_of(erasure: Erasure) -> list[User]:
    """Who may agree as the second of two: each other administrator who sees it; for a sealed record, whose it is."""
    asks = erasure.asked_by_id
    if standing_seal(erasure.client.person) is not None:
        whose = erasure.client.person.user
        return [whose] if whose is not None and whose.is_active and whose.pk != asks else []
    people = who_may("erase_records").filter(organization_id=erasure.organization_id, user__is_active=True)
    users = {person.user for person in people.exclude(user_id=asks).select_related("user") if person.user is not None}
    return sorted(
        (user for user in users if may(Actor(user.pk, erasure.organization_id), "change", erasure)),
        key=lambda user: user.pk,
    )


def names_in(actor: Actor, erasure: Erasure | None) -> dict[str, str]:
    """Who asked and who approved, by name as far as the actor may see them."""
    if erasure is None:
        return {}
    users = {"asked": erasure.asked_by_id, "approved": erasure.approved_by_id}
    names = people_by_user(actor, {user for user in users.values() if user})
    return {what: names.get(user, _("somebody who is not shown to you")) for what, user in users.items() if user}
