"""What somebody who leaves holds here: their places on care teams."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.actor import Actor
from apps.access.policy import may
from apps.clients import services
from apps.clients.models import CareTeamMember, ClientRecord, Grievance
from apps.clients.selectors import who_may_answer
from apps.kit.dates import format_day
from apps.organizations.models import Person
from apps.organizations.registry import Holding
from apps.organizations.selectors import staff, staff_who_can


def held() -> QuerySet[CareTeamMember]:
    """Every place on a care team."""
    return CareTeamMember.objects.filter(ended_at__isnull=True)


def held_by(person: Person) -> QuerySet[CareTeamMember]:
    """The care teams this person is on now."""
    rows = held().filter(person=person)
    return rows.select_related("client__person").order_by("client__person__name", "pk")


def words(row: CareTeamMember) -> tuple[str, str]:
    return row.client.person.name, _("first contact") if row.leads else ""


def is_alone(row: CareTeamMember) -> bool:
    """Whether nobody else supports a client who is still with us: then somebody must."""
    others = CareTeamMember.objects.filter(client=row.client_id, ended_at__isnull=True).exclude(pk=row.pk)
    return row.client.archived_at is None and not others.exists()


def hand_over(row: CareTeamMember, to: Person | None, actor: Actor) -> None:
    """Take one off the team and put the other on it, as first contact where the first was."""
    leads, client = row.leads, row.client
    services.leave_care_team(member=row, actor=actor)
    if to is None:
        return
    standing = CareTeamMember.objects.filter(client=client, person=to, ended_at__isnull=True).first()
    services.join_care_team(client=client, person=to, actor=actor, leads=leads or bool(standing and standing.leads))
    if to.user_id and not may(Actor(to.user_id, client.organization_id), "view", client):
        raise ValidationError(_("Choose somebody else for this."))  # a private rule; whose and why is told to nobody


CARE_TEAMS = Holding(
    name="care_teams",
    title=gettext_lazy("Care teams"),
    held_by=held_by,
    words=words,
    hand_over=hand_over,
    takers=lambda person: staff_who_can("give_care"),
    without=gettext_lazy("Nobody: the rest of the team goes on"),
    needs_somebody=is_alone,
    concerns="give_care",
    reads=lambda rows: ClientRecord.objects.filter(pk__in={row.client_id for row in rows}),
    held=held,
    holder="person",
    whose="client__person",
)


def open_grievances() -> QuerySet[Grievance]:
    """Every grievance that somebody is to answer."""
    return Grievance.objects.filter(owner__isnull=False, ended_at__isnull=True)


def grievances_of(person: Person) -> QuerySet[Grievance]:
    """Grievances that this person is to answer."""
    rows = open_grievances().filter(owner=person)
    return rows.select_related("client__person", "about_person").order_by("due_on", "pk")


def grievance_words(row: Grievance) -> tuple[str, str]:
    return row.client.person.name, _("answer by %(day)s") % {"day": format_day(row.due_on)}


def hand_over_grievance(row: Grievance, to: Person | None, actor: Actor) -> None:
    """Somebody else answers: never whom it is about, nor somebody who must not see the client."""
    if to is None or not who_may_answer(row.client, row.about_person).filter(pk=to.pk).exists():
        raise ValidationError(_("Choose somebody else for this."))
    services.work_on_grievance(
        grievance=row, actor=actor, state=row.state, owner=to, about_person=row.about_person, outcome=row.outcome
    )


GRIEVANCES = Holding(
    name="grievances",
    title=gettext_lazy("Grievances they answer"),
    held_by=grievances_of,
    words=grievance_words,
    hand_over=hand_over_grievance,
    takers=lambda person: staff("administrator").order_by("name", "pk"),
    concerns="manage_members",
    reads=lambda rows: ClientRecord.objects.filter(pk__in={row.client_id for row in rows}),
    held=open_grievances,
    holder="owner",
    whose="client__person",
)
