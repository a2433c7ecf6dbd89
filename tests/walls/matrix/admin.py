"""The admin: one literal table of model, role and action, from which every address of every registered model follows.

`TABLE` has a row for each registered model: who sees its list, who may change a row, who may add one (those who may not
enter the admin at all get 403 everywhere), and how to make a row of an organization. What is not named is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from apps.access.models import AccessLog
from apps.organizations.models import Organization
from tests.walls.matrix import (
    ANSWERED,
    Line,
    Row,
    Status,
    World,
    at,
    care,
    certifications,
    clients,
    groups,
    materials,
    messaging,
    organizations,
    outreach,
    supervision,
    who,
)

ENTERS = "administrator coordinator auditor"
AUDITS = "administrator auditor"


@dataclass(frozen=True)
class Model:
    """One registered model: `view` opens list and page, `change` saves the page, `add` makes a new one.

    `make(world, organization)` gives the row's key.
    """

    view: str = ""
    change: str = ""
    add: str = ""
    make: Callable[[World, Organization], Any] | None = None
    archive: bool = False  # can be put away by those who change it
    shared: bool = False  # its rows belong to no organization, so there is no page about who changed or sees them
    reach: bool = False  # has a page about what its person reaches
    listing: Status = 200  # what the list answers to those who see it


def a_read(world: World, organization: Organization) -> AccessLog:
    """One line in the log of reads."""
    return world.once(
        ("a read", organization.pk),
        lambda: AccessLog.objects.create(
            organization=organization,
            action="view",
            model="organizations.organization",
            row_id=organization.pk,
            user_id=None,
        ),
    )


# model: (who sees, who changes, who adds, how one is made)
TABLE: dict[str, Model] = {
    "signing.signature": Model(view=AUDITS, make=supervision.a_signature),
    "supervision.supervisionplan": Model(
        view=AUDITS,
        change="administrator",
        add="administrator",
        make=lambda world, organization: supervision.a_plan(world, organization).pk,
    ),
    "supervision.supervisionrules": Model(
        view=AUDITS, change="administrator", add="administrator", archive=True, make=supervision.rules
    ),
    "supervision.supervisiontopic": Model(
        view=AUDITS,
        change="administrator",
        add="administrator",
        archive=True,
        make=lambda world, organization: supervision.a_topic(world, organization).pk,
    ),
    "supervision.signingrules": Model(
        view=AUDITS,
        change="administrator",
        add="administrator",
        make=lambda world, organization: supervision.signing_rules(world, organization).pk,
    ),
    "supervision.supervisionsession": Model(view=AUDITS, make=supervision.a_session),
    "groups.supportgroup": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: groups.a_group(world, organization).pk,
    ),
    "groups.session": Model(
        view=ENTERS,
        change="administrator coordinator",
        make=lambda world, organization: groups.a_group(world, organization).sessions.last().pk,
    ),
    "groups.grouptemplate": Model(
        view="administrator coordinator",
        change="administrator coordinator",
        add="administrator coordinator",
        archive=True,
        make=lambda world, organization: groups.a_template(world, organization).pk,
    ),
    "groups.enrolment": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: groups.an_enrolment(world, organization).pk,
    ),
    "organizations.organization": Model(
        view=ENTERS, change="administrator", listing=302, make=lambda world, organization: organization.pk
    ),
    "organizations.person": Model(
        view=ENTERS,
        change="administrator",
        add="administrator",
        reach=True,
        make=lambda world, organization: organizations.people_of(world, organization)["observer"].pk,
    ),
    "organizations.invitation": Model(
        view="administrator",
        add="administrator",
        make=lambda world, organization: organizations.an_invitation(world, organization)[0].pk,
    ),
    "organizations.absence": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        archive=True,
        make=lambda world, organization: organizations.an_absence(world, organization).pk,
    ),
    "organizations.location": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        archive=True,
        make=lambda world, organization: organizations.a_location(world, organization).pk,
    ),
    "organizations.room": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        archive=True,
        make=lambda world, organization: organizations.a_room(world, organization).pk,
    ),
    "organizations.programme": Model(
        view=ENTERS,
        change="administrator",
        add="administrator",
        archive=True,
        make=lambda world, organization: organizations.a_programme(world, organization).pk,
    ),
    "organizations.policydocument": Model(
        view=ENTERS,
        change="administrator",
        add="administrator",
        archive=True,
        make=lambda world, organization: organizations.a_policy(world, organization).pk,
    ),
    "clients.grievance": Model(
        view=AUDITS,
        change="administrator",
        make=lambda world, organization: clients.a_grievance(world, organization).pk,
    ),
    "clients.keepapart": Model(
        view="coordinator",
        change="coordinator",
        add="coordinator",
        make=lambda world, organization: clients.a_pair(world, organization).pk,
    ),
    "groups.waitlistentry": Model(view=ENTERS, make=lambda world, organization: groups.a_wait(world, organization).pk),
    "groups.rsvp": Model(view=ENTERS, make=lambda world, organization: groups.a_reply(world, organization).pk),
    "groups.guardianconsent": Model(
        view=ENTERS, make=lambda world, organization: groups.a_consent(world, organization).pk
    ),
    "clients.erasure": Model(view=AUDITS, make=lambda world, organization: clients.an_erasure(world, organization).pk),
    "organizations.sheetimport": Model(
        view="administrator coordinator", make=lambda world, organization: organizations.a_sheet(world, organization).pk
    ),
    "organizations.sheetexport": Model(
        view="administrator", make=lambda world, organization: organizations.a_long_list(world, organization).pk
    ),
    "access.accesslog": Model(
        view="administrator auditor", listing=302, make=lambda world, organization: a_read(world, organization).pk
    ),
    "messaging.message": Model(
        view=ENTERS, make=lambda world, organization: messaging.a_message(world, organization).pk
    ),
    "messaging.contactpoint": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: messaging.a_contact_point(world, organization).pk,
    ),
    "messaging.sendingrules": Model(
        view=ENTERS,
        change="administrator",
        add="administrator",
        make=lambda world, organization: messaging.sending_rules(world, organization).pk,
    ),
    "clients.clientrecord": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: clients.a_client(world, organization).pk,
    ),
    "clients.careteammember": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: clients.a_care_team_member(world, organization).pk,
    ),
    "clients.familylink": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: clients.a_family_link(world, organization).pk,
    ),
    "care.appointment": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: care.an_appointment(world, organization).pk,
    ),
    "care.followuptask": Model(
        view=ENTERS,
        change="administrator coordinator",
        make=lambda world, organization: care.a_follow_up(world, organization).pk,
    ),
    "outreach.outreachstep": Model(
        view=ENTERS,
        change="administrator",
        make=lambda world, organization: outreach.a_step(world, organization).pk,
    ),
    "certifications.certification": Model(
        view="administrator auditor",
        change="administrator",
        add="administrator",
        make=lambda world, organization: certifications.a_certification(world, organization).pk,
    ),
    "certifications.course": Model(
        view="administrator auditor",
        change="administrator",
        add="administrator",
        make=lambda world, organization: certifications.a_course(world, organization).pk,
    ),
    "certifications.evidenceentry": Model(
        view="administrator auditor",
        make=lambda world, organization: certifications.an_entry(world, organization).pk,
    ),
    "certifications.cataloguecredential": Model(
        view=AUDITS,
        shared=True,
        make=lambda world, organization: certifications.a_certification(world, organization).credential_id,
    ),
    "certifications.requirementoverride": Model(
        view="administrator auditor",
        change="administrator",
        add="administrator",
        make=lambda world, organization: certifications.an_own_figure(world, organization).pk,
        archive=True,
    ),
    "materials.material": Model(
        view=ENTERS,
        change="administrator",
        add="administrator",
        make=lambda world, organization: materials.a_material(world, organization).pk,
    ),
    "materials.materialtext": Model(
        view=ENTERS,
        change="administrator",
        make=lambda world, organization: materials.a_material(world, organization).texts.get().pk,
    ),
    "materials.materialshare": Model(
        view=ENTERS,
        change="administrator coordinator",
        add="administrator coordinator",
        make=lambda world, organization: materials.a_share(world, organization).pk,
    ),
}

# Lists that the operator alone opens, on the platform's own host.
OPERATOR: tuple[str, ...] = ("access.jobrun",)

SITE = [
    Line("admin:index", who(403, ok=ENTERS)),
    Line("admin:index", who(403, ok="operator"), host="platform"),
    Line("admin:search", who(403, ok=ENTERS), query="?s=loc"),
    Line("admin:trail", who(403, ok=AUDITS)),
    Line("admin:trail", who(403), host="platform", what="on the platform's own host "),
    Line("admin:trail_file", who(403, ok="administrator")),
    Line("admin:login", who(403, at(302, ENTERS))),
    Line("admin:logout", who(403, at(302, ENTERS))),
    Line("admin:password_change", who(403, at(302, ENTERS))),
    Line("admin:password_change_done", who(403, at(302, ENTERS))),
    Line("admin:jsi18n", who(403, ok=ENTERS)),
    Line("admin:autocomplete", who(403)),
    Line("admin:app_list", who(403, ok=ENTERS), fixed={"app_label": "clients"}),
]


def _both(*words: str) -> str:
    """Those who are named in all of them."""
    sets = [set(word.split()) for word in words]
    return " ".join(name for name in words[0].split() if all(name in one for one in sets))


def _lines(label: str, model: Model) -> list[Line]:
    name = "admin:" + label.replace(".", "_")
    unseen = at(404, ENTERS)
    lines = [
        Line(f"{name}_changelist", who(403, at(model.listing, model.view))),
        Line(f"{name}_add", who(403, ok=model.add)),
    ]

    def arguments(world: World, organization: Organization) -> dict[str, Any]:
        assert model.make is not None
        return {"object_id": str(world.once((label, organization.pk), lambda: model.make(world, organization)))}

    def about_row(address: str, seen: Row, **more: Any) -> Line:
        return Line(f"{name}_{address}", seen, foreign=who(403, unseen), make=arguments, shared=model.shared, **more)

    if model.make is None:
        return lines
    if model.archive:
        change = at(200, model.change)
        lines.append(about_row("archive", who(403, unseen, at(403, model.view), change)))
    audit = who(403, unseen, at(403, model.view), at(200, _both(model.view, AUDITS)))
    return [
        *lines,
        about_row("change", who(403, unseen, at(200, model.view))),
        about_row("change", who(403, unseen, at(403, model.view), at(ANSWERED, model.change)), method="post"),
        about_row("delete", who(403, unseen, at(403, model.view))),
        about_row("history", audit),
        *([about_row("reach", audit)] if model.reach else []),
        *([] if model.shared else [about_row("access", audit)]),
    ]


def _operator_lines(label: str) -> list[Line]:
    name = "admin:" + label.replace(".", "_")
    unseen = who(403, at(404, ENTERS))
    row: dict[str, Any] = {"make": lambda world, organization: {"object_id": "999"}}
    nobody = who(403)
    lines = [Line(f"{name}_changelist", who(403, ok="operator"), host="platform")]
    lines += [Line(f"{name}_{page}", nobody) for page in ("changelist", "add")]
    lines += [Line(f"{name}_{page}", unseen, foreign=unseen, **row) for page in ("change", "delete", "history")]
    return lines


def _sheet_lines() -> list[Line]:
    """Bringing in and taking out lists, and undoing what was brought in."""
    name = "admin:organizations_sheet"
    writers = {"staff": "administrator", "clients": "administrator coordinator"}
    lines = []
    for kind, writer in writers.items():
        page: dict[str, Any] = {"fixed": {"kind": kind}, "what": f"{kind} "}
        pasted = {"pasted": "Name\tRole\nNobody Yet\tObserver", "known_way": "leave", "confirm": "1", "once": uuid4()}
        lines += [
            Line(f"{name}import_bring_in", who(403, ok=writer), **page),
            Line(f"{name}import_bring_in", who(403, at(ANSWERED, writer)), method="post", data=pasted, **page),
            Line(f"{name}export_take_out", who(403, ok="administrator"), **page),
            Line(f"{name}export_take_out", who(403, ok="administrator"), method="post", data={"form": "csv"}, **page),
        ]
    held: dict[str, Any] = {"fixed": {"kind": "certifications"}, "what": "certifications "}
    lines += [  # only taken out
        Line(f"{name}import_bring_in", who(403), **held),
        Line(f"{name}export_take_out", who(403, ok="administrator"), **held),
    ]
    nothing: dict[str, Any] = {"fixed": {"kind": "nothing"}, "what": "no such list "}
    lines += [
        Line(f"{name}{page}", who(403, at(404, ENTERS)), **nothing) for page in ("import_bring_in", "export_take_out")
    ]

    def sheet(world: World, organization: Organization) -> dict[str, Any]:
        return {"object_id": str(organizations.a_sheet(world, organization).pk)}

    undo = who(403, at(404, ENTERS), at(200, "administrator coordinator"))
    unseen = who(403, at(404, ENTERS))
    return [
        *lines,
        Line(f"{name}import_undo", undo, foreign=unseen, make=sheet),
        Line(f"{name}import_undo", undo, foreign=unseen, make=sheet, method="post"),
    ]


LINES = [
    *SITE,
    *_sheet_lines(),
    *(line for label, model in TABLE.items() for line in _lines(label, model)),
    *(line for label in OPERATOR for line in _operator_lines(label)),
]
