"""Who may see and change organizations, people and places."""

from collections.abc import Sequence

from django.db.models import Exists, Model, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from apps.access.actor import Actor
from apps.access.policy import Policy, Public, Relation, Role, identifying, register, visible_to
from apps.organizations.choices import EXPORT_DAYS, PolicyKind, Resource
from apps.organizations.models import (
    Absence,
    Bar,
    Bed,
    Declaration,
    Deputy,
    Invitation,
    Location,
    Logo,
    Membership,
    Organization,
    Person,
    PolicyAcknowledgement,
    PolicyDocument,
    PolicyVersion,
    Programme,
    Reservation,
    Room,
    Seal,
    SecondFactorRestoring,
    SheetExport,
    SheetImport,
    SheetImportRow,
    StaffProfile,
    StoredFile,
    SupportSession,
)
from apps.organizations.registry import file_holders, sheets
from apps.organizations.selectors import is_deputy, works_here, works_here_now

register(
    Policy(
        Organization,
        {
            "view": [Public(Q(archived_at__isnull=True))],
            "change": [Role("manage_organization")],
        },
    )
)

is_me = Relation("it is their own record", lambda actor: Q(user_id=actor.user_id), off_duty=True)
colleague = Relation("a colleague", lambda actor: Q(Exists(works_here())), capability="view_members")

register(
    Policy(
        Person,
        {
            "view": [is_me, colleague, Role("view_clients")],
            "change": [Relation("a colleague", lambda actor: Q(Exists(works_here())), capability="manage_members")],
            # to say, as one of two, that their second factor is lost
            "second_step": [
                Relation("a colleague", lambda actor: Q(Exists(works_here())), capability="manage_members")
            ],
            # to print a sign-in card
            "card": [
                Relation("a colleague", lambda actor: Q(Exists(works_here())), capability="manage_members"),
                Relation(
                    "somebody who does not work here",
                    lambda actor: ~Q(Exists(works_here())),
                    capability="manage_clients",
                ),
            ],
        },
        add="manage_members",
        identifies=["pk"],
    )
)
register(
    Policy(
        Membership,
        {
            "view": [
                Relation("it is their own record", lambda a: Q(person__user_id=a.user_id)),
                Role("view_members"),
            ],
            "change": [Role("manage_members")],
        },
        add="manage_members",
        identifies=["person"],
    )
)
register(
    Policy(
        SecondFactorRestoring,
        {"view": [Role("manage_members")], "change": [Role("manage_members")]},
        add="manage_members",
        identifies=["person"],
    )
)
register(
    Policy(
        Invitation,
        {"view": [Role("manage_members")], "change": [Role("manage_members")]},
        add="manage_members",
        identifies=["person"],
    )
)
register(
    Policy(
        Location,
        {
            "view": [Role("view_places"), Public(Q(is_confidential=False, archived_at__isnull=True))],
            "change": [Role("manage_places")],
        },
        add="manage_places",
    )
)
for place in (Room, Bed):
    register(
        Policy(
            place,
            {
                "view": [
                    Role("view_places"),
                    Public(Q(location__is_confidential=False, archived_at__isnull=True)),
                ],
                "change": [Role("manage_places")],
            },
            add="manage_places",
        )
    )

NOBODYS = Q(pk__in=())


def reserves(persons: Sequence[int]) -> Q:
    """True for reservations of one of these Persons."""
    found = NOBODYS
    for pk in persons:
        found |= Q(kind=Resource.PERSON, resource_key__contains=pk * 4)
    return found


register(
    Policy(
        Reservation,
        {"view": [Role("view_places")], "change": [Role("manage_places")]},
        add="manage_places",
        hides=reserves,
    )
)
register(
    Policy(
        Programme,
        {"view": [Public(Q(archived_at__isnull=True))], "change": [Role("manage_organization")]},
        add="manage_organization",
    )
)


register(Policy(Logo, {"view": [Public(Q())], "change": [Role("manage_organization")]}))

works_for_us = Relation("they work here", works_here_now)
published_rights = Q(kind=PolicyKind.RIGHTS, archived_at__isnull=True) & Q(
    Exists(PolicyVersion.objects.filter(document_id=OuterRef("pk"), published_at__isnull=False))
)
register(
    Policy(
        PolicyDocument,
        {
            "view": [works_for_us, Role("manage_organization"), Public(published_rights)],
            "change": [Role("manage_organization")],
        },
        add="manage_organization",
    )
)
register(
    Policy(
        PolicyVersion,
        {
            "view": [
                Relation("they work here", lambda actor: works_here_now(actor) & Q(published_at__isnull=False)),
                Role("manage_organization"),
                Public(
                    Q(
                        published_at__isnull=False,
                        document__kind=PolicyKind.RIGHTS,
                        document__archived_at__isnull=True,
                    )
                ),
            ],
            "change": [Role("manage_organization")],
        },
        add="manage_organization",
    )
)
register(
    Policy(
        PolicyAcknowledgement,
        {"view": [Relation("it is their own record", lambda a: Q(person__user_id=a.user_id)), Role("view_members")]},
        identifies=["person"],
    )
)


register(
    Policy(
        SupportSession,
        {"view": [Role("manage_organization"), Role("view_audit")], "end": [Role("manage_organization")]},
    )
)


class HeldBy:
    """Holds for a file while the person sees a row that holds it, whatever app the row belongs to."""

    def rows(self, actor: Actor, model: type[Model], action: str) -> Q:
        held = Q(pk__in=())
        for holder, field in file_holders():
            held |= Q(pk__in=visible_to(holder, actor).filter(**{f"{field}__isnull": False}).values(field))
        return held & Q(discarded_at__isnull=True)

    def words(self) -> str:
        return gettext("a record that holds it")


register(
    Policy(
        StaffProfile,
        {
            "view": [
                Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id)),
                Role("view_members"),
            ],
            "change": [Role("manage_members")],
        },
        add="manage_members",
        identifies=["person", "mentor"],
    )
)
register(
    Policy(
        Absence,
        {
            "view": [
                Relation("it is their own record", lambda actor: Q(person__user_id=actor.user_id)),
                Role("view_members"),
            ],
            # whoever keeps the calendar writes down who is away
            "change": [Role("book_appointments"), Role("manage_members")],
        },
        add="book_appointments",
        identifies=["person", "covered_by"],
    )
)


def held_about(persons: Sequence[int]) -> Q:
    """True for files that a row about one of these Persons holds, whoever else holds them too."""
    found = NOBODYS
    for holder, field in file_holders():
        rows = holder._default_manager.filter(pk__in=identifying(holder, persons), **{f"{field}__isnull": False})
        found |= Q(pk__in=rows.order_by().values(field))
    return found


register(Policy(StoredFile, {"view": [HeldBy()]}, hides=held_about))


class BringsIn:
    """Holds for sheets of the kinds that the person may bring in themself."""

    def rows(self, actor: Actor, model: type[Model], action: str) -> Q:
        if actor.user_id is None:
            return Q(pk__in=())
        path = "sheet__kind" if model is SheetImportRow else "kind"
        return Q(**{f"{path}__in": [sheet.kind for sheet in sheets() if sheet.may_bring_in(actor)]})

    def words(self) -> str:
        return gettext("a role that brings in such lists")


register(Policy(SheetImport, {"view": [BringsIn()], "change": [BringsIn()]}))
register(Policy(SheetImportRow, {"view": [BringsIn()]}, identifies=["person"]))
asked_for_it = Relation(
    "they asked for it", lambda a: Q(asked_by_id=a.user_id, asked_at__gt=timezone.now() - EXPORT_DAYS), "export"
)
register(Policy(SheetExport, {"view": [asked_for_it]}, add="export"))

# ---- private rules
WHOSE = "whoever declared it must be able to end it, and is often the very one it keeps out; nothing follows it here"


def _as_deputy(actor: Actor) -> Q:
    """Every declaration, but those about the deputy themself and those about somebody closed to them."""
    if not is_deputy(actor):
        return NOBODYS
    about = Bar.objects.filter(barred__user_id=actor.user_id, declaration__isnull=False).values("declaration_id")
    closed = actor.at_work().closed_persons
    theirs = Q(barred__isnull=False, barred__user_id=actor.user_id, barred__user_id__isnull=False)
    return ~theirs & ~Q(pk__in=about) & ~(Q(subject__isnull=False) & Q(subject_id__in=closed))


declared = Relation("they declared it", lambda actor: Q(declared_by_id=actor.user_id))
deputy = Relation("they look after private rules", _as_deputy)
register(
    Policy(
        Declaration,
        {"view": [declared, deputy], "change": [declared, deputy]},
        exempt={"barred": WHOSE, "subject": WHOSE},
    )
)
register(
    Policy(
        Bar,
        {"view": [Role("view_audit")]},
        identifies=["barred", "subject"],
        exempt={"declaration__barred": "the bar's own", "declaration__subject": "the bar's own"},
    )
)
register(
    Policy(
        Deputy,
        {"view": [Role("view_members")], "change": [Role("manage_organization")]},
        add="manage_organization",
        identifies=["person"],
    )
)
register(
    Policy(
        Seal,
        {
            "view": [
                Relation("it is their own record", lambda actor: Q(subject__user_id=actor.user_id)),
                Relation("the record is sealed to them", lambda actor: Q(custodian__user_id=actor.user_id)),
            ],
            "change": [Relation("it is their own record", lambda actor: Q(subject__user_id=actor.user_id))],
        },
        identifies=["subject", "custodian"],
    )
)
