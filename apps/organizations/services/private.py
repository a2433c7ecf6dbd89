"""Writes to private rules: who must not see whom, the deputy, and sealed records."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.actor import Actor
from apps.access.policy import may, require
from apps.access.services import job_run
from apps.accounts.services import use_card
from apps.kit.search import fold
from apps.organizations import selectors
from apps.organizations.choices import Role
from apps.organizations.models import Bar, Declaration, Deputy, Membership, Person, Seal
from apps.organizations.services.handing import hand_to_custodian


@transaction.atomic
def declare(
    *,
    actor: Actor,
    organization_id: int,
    barred: Person | None = None,
    subject: Person | None = None,
    name: str = "",
    kind: str = "",
) -> Declaration:
    """Hide one person's rows from another who works here, from now on, everywhere and whatever their role.

    `barred` is the staff member, `subject` the person they must not see; one of them may be left out and is then known
    by `name` alone: it holds for whoever has that name, now or later. What is returned, and how long it takes, tells
    nothing about whether that is anybody.

    Who works here declares for themself, a client about themself; somebody who keeps records for two persons that they
    can see. Raises PermissionDenied; ValidationError by field, and for an administrator's own while no deputy is named.
    Saying the same again while it stands changes nothing.
    """
    name = " ".join((name or str(subject or barred or "")).split())
    if not fold(name):
        raise ValidationError({"name": _("Write their first and last name.")})
    if not _may_declare(actor, barred, subject):
        raise PermissionDenied
    if barred is not None and subject is not None and barred.pk == subject.pk:
        raise ValidationError({"subject": _("These are the same person. Choose two.")})
    if barred is not None and not actor.system and _runs_it(barred) and barred.user_id == actor.user_id:
        deputy = selectors.deputy_now()
        if deputy is None or deputy.person.user_id == barred.user_id:
            raise ValidationError(
                {"deputy": _("You run this organization. Name a colleague who looks after private rules first.")}
            )
    same = Declaration.objects.filter(
        declared_by_id=actor.user_id, barred=barred, subject=subject, ended_at__isnull=True
    ).filter(Q() if barred and subject else Q(search=f" {fold(name)}"))
    if standing := same.first():
        return standing
    declaration = Declaration(
        organization_id=organization_id,
        barred=barred,
        subject=subject,
        name=name,
        kind=kind,
        declared_by_id=actor.user_id,
    )
    declaration.full_clean()
    declaration.save()
    if barred is not None and subject is not None:
        pairs = [(barred.pk, subject.pk)]
    elif barred is not None:
        pairs = [(barred.pk, pk) for pk in selectors.named_exactly(name).values_list("pk", flat=True)]
    else:
        assert subject is not None
        works = Membership.objects.values("person_id")
        pairs = [
            (pk, subject.pk) for pk in selectors.named_exactly(name).filter(pk__in=works).values_list("pk", flat=True)
        ]
    _bar([(declaration, one, other) for one, other in pairs])
    return declaration


def _may_declare(actor: Actor, barred: Person | None, subject: Person | None) -> bool:
    if actor.system:
        return True
    if barred is None and subject is None:
        return False
    if actor.user_id is not None and actor.user_id in {getattr(one, "user_id", None) for one in (barred, subject)}:
        return True
    both = barred is not None and subject is not None
    return (
        both
        and actor.can_any("manage_members", "manage_clients")
        and all(may(actor, "view", one) for one in (barred, subject) if one is not None)
    )


def _runs_it(person: Person) -> bool:
    return selectors.active_memberships().filter(person=person, role=Role.ADMINISTRATOR).exists()


def _bar(wanted: list[tuple[Declaration, int, int]]) -> int:
    """Let bars follow from declarations, as far as they do not stand yet. Returns how many were asked for."""
    rows = [
        Bar(
            organization_id=declaration.organization_id,
            declaration=declaration,
            barred_id=barred,
            subject_id=subject,
            declared_by_id=declaration.declared_by_id,
        )
        for declaration, barred, subject in wanted
        if barred != subject
    ]
    Bar.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def declare_bar(*, barred: Person, subject: Person, actor: Actor, kind: str = "") -> Bar:
    """Hide `subject` from `barred` from now on, everywhere: `declare` for two known persons. Returns the bar."""
    declaration = declare(
        actor=actor, organization_id=barred.organization_id, barred=barred, subject=subject, kind=kind
    )
    return Bar.objects.get(declaration=declaration, barred=barred, subject=subject, ended_at__isnull=True)


@transaction.atomic
def end_declaration(*, declaration: Declaration, actor: Actor) -> Declaration:
    """End a private rule and what follows from it. Only who declared it, the deputy, or system work may.

    Ending an ended one changes nothing. Raises PermissionDenied.
    """
    require(actor, "change", declaration)
    declaration = Declaration.objects.select_for_update().get(pk=declaration.pk)
    if declaration.ended_at is None:
        declaration.ended_at, declaration.ended_by_id = timezone.now(), actor.user_id
        declaration.save(update_fields=["ended_at", "ended_by"])
        Bar.objects.filter(declaration=declaration, ended_at__isnull=True).update(ended_at=declaration.ended_at)
    return declaration


def end_bar(*, bar: Bar, actor: Actor) -> Bar:
    """End a bar with the declaration it follows from. Raises PermissionDenied."""
    if bar.declaration is None:
        if not actor.system and bar.declared_by_id != actor.user_id:
            raise PermissionDenied
        bar.ended_at = bar.ended_at or timezone.now()
        bar.save(update_fields=["ended_at"])
        return bar
    end_declaration(declaration=bar.declaration, actor=actor)
    bar.refresh_from_db()
    return bar


def settle_bars_of(*, people: Sequence[Person]) -> int:
    """Let the bars stand that follow for these people from what was declared by name. May be run any number of times.

    Called with whatever writes people or their memberships. Returns how many follow.
    """
    by_name: dict[str, list[int]] = {}
    for person in people:
        by_name.setdefault(f" {fold(person.name)}", []).append(person.pk)
    standing = Declaration.objects.filter(search__in=by_name, ended_at__isnull=True)
    named = list(standing.exclude(Q(barred__isnull=False) & Q(subject__isnull=False)).select_for_update())
    if not named:
        return 0
    found = [pk for one in named for pk in by_name[one.search]]
    works = set(Membership.objects.filter(person__in=found).values_list("person_id", flat=True))
    return _bar(
        [
            (one, one.barred_id or pk, one.subject_id or pk)
            for one in named
            for pk in by_name[one.search]
            if one.barred_id is not None or pk in works
        ]
    )


def settle_every_bar() -> int:
    """The same for everybody, in the open scope (a system scope, every few minutes). Returns how many it looked at.

    Derived from present state, so twice, late or on two machines changes nothing.
    """
    with job_run("settle_bars") as run, transaction.atomic():
        named = Declaration.objects.filter(ended_at__isnull=True).exclude(
            Q(barred__isnull=False) & Q(subject__isnull=False)
        )
        wanted = []
        for one in named.select_for_update():
            people = selectors.named_exactly(one.name).filter(organization_id=one.organization_id)
            if one.barred_id is None:
                people = people.filter(pk__in=Membership.objects.values("person_id"))
            wanted += [(one, one.barred_id or pk, one.subject_id or pk) for pk in people.values_list("pk", flat=True)]
        run.expected = len(wanted)
        run.did = _bar(wanted)
    return run.did or 0


@transaction.atomic
def name_deputy(*, person: Person, actor: Actor) -> Deputy:
    """Let a colleague look after private rules, instead of whoever did. Raises PermissionDenied, or ValidationError.

    Somebody who runs the organization names them, and never themself.
    """
    if not actor.system:
        if not actor.can("manage_organization"):
            raise PermissionDenied
        if not selectors.could_be_deputy(actor).filter(pk=person.pk).exists():
            raise ValidationError({"person": _("Choose a colleague who keeps records, and not yourself.")})
    standing = Deputy.objects.select_for_update().filter(ended_at__isnull=True).first()
    if standing is not None:
        if standing.person_id == person.pk:
            return standing
        standing.ended_at = timezone.now()
        standing.save(update_fields=["ended_at"])
    return Deputy.objects.create(organization_id=person.organization_id, person=person, named_by_id=actor.user_id)


@transaction.atomic
def seal_record(*, subject: Person, custodian: Person, actor: Actor) -> Seal:
    """Close the former record of somebody who works here now to everybody but one custodian, whom they choose.

    Choosing another custodian moves it. Raises PermissionDenied where it is not the actor's own record, or they do not
    work here; ValidationError where the custodian is nobody who keeps records, or the actor themself, and where
    something that nobody else would see any more (a grievance) can't go to them.
    """
    works = selectors.active_memberships().filter(person__user_id=actor.user_id or 0).exclude(person=subject)
    if actor.user_id is None or subject.user_id != actor.user_id or not works.exists():
        raise PermissionDenied
    if not selectors.could_keep_sealed(actor).filter(pk=custodian.pk).exists():
        raise ValidationError({"custodian": _("Choose somebody who keeps records here.")})
    Person.objects.select_for_update().get(pk=subject.pk)
    standing = selectors.standing_seal(subject)
    if standing is not None and standing.custodian_id == custodian.pk:
        return standing
    if standing is not None:
        _end_seal(standing)
    seal = Seal.objects.create(organization_id=subject.organization_id, subject=subject, custodian=custodian)
    if not hand_to_custodian(seal=seal):
        raise ValidationError(
            {"custodian": _("Something that you asked for could not be answered by this person. Choose another one.")}
        )
    return seal


@transaction.atomic
def open_seal(*, subject: Person, actor: Actor) -> None:
    """Open a sealed record again to those whose part it is. Only the person themself may. Twice changes nothing."""
    if actor.user_id is None or subject.user_id != actor.user_id:
        raise PermissionDenied
    if (standing := selectors.standing_seal(subject)) is not None:
        _end_seal(standing)


def _end_seal(seal: Seal) -> None:
    seal.ended_at = timezone.now()
    seal.save(update_fields=["ended_at"])


@transaction.atomic
def bring_former_record(*, code: str, domain: str, actor: Actor) -> Person:
    """Join the record that somebody who works here has from before to the sign-in they use now. Returns its Person.

    The one-time card that was printed for them as a client is the proof, and is used up. From then on the one sign-in
    has two hats: the client pages are theirs, and no page for those who work here shows them the record. Raises
    PermissionDenied for somebody who does not work here; ValidationError, in the same words, for every card that does
    not work and for one that is not a former client's.
    """
    here = selectors.staff_person(actor)
    if here is None:
        raise PermissionDenied
    former = use_card(code=code, domain=domain.rsplit(":", 1)[0].lower())
    record = (
        Person.objects.select_for_update(of=("self",))
        .filter(~Exists(selectors.works_here()), user=former, organization_id=here.organization_id)
        .first()
        if former is not None
        else None
    )
    works = former is not None and selectors.active_memberships().filter(person__user=former).exists()
    if record is None or works:
        raise ValidationError({"card": _("This card can’t be used. Check the letters, or ask for a new one.")})
    record.user_id = actor.user_id
    record.save(update_fields=["user"])
    return record
