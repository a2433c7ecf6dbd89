"""Who may do what: the one literal table of capabilities and roles. `sync_roles` carries it into the database.

A capability is a permission on the Organization row. Family members and clients have no role: what they may see follows
from relations (see each app's `access.py`).
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.organizations.choices import Role

CAPABILITIES: dict[str, Promise | str] = {
    "enter_admin": _("open the administration pages"),
    "manage_organization": _("change the organization, its words and its settings"),
    "manage_members": _("invite members, change their roles and end them"),
    "manage_places": _("change locations and rooms"),
    "view_places": _("see locations and rooms, confidential ones too"),
    "view_members": _("see who works here"),
    "view_audit": _("read the history and the log of reads"),
    "manage_shares": _("share a record with one person"),
    "view_clients": _("see every client's record"),
    "manage_clients": _("add clients and change their records"),
    "erase_records": _("ask that a client's record is erased after its time of keeping, and approve it as the second"),
    "view_grievances": _("see grievances that are not about oneself"),
    "handle_grievances": _("answer grievances that are not about oneself"),
    "keep_apart": _("say who must not meet in a group, and see it"),
    "manage_care_team": _("say who is on a client's care team"),
    "manage_groups": _("make groups and change them"),
    "view_groups": _("see every group and its sessions"),
    "view_enrolments": _("see who is enrolled in every group"),
    "manage_enrolments": _("enrol people and end enrolments"),
    "lead_groups": _("lead groups"),
    "view_certifications": _("see every staff member's certification"),
    "manage_certifications": _("record and check certifications"),
    "hold_certification": _("hold a certification as a peer specialist"),
    "manage_materials": _("write and publish materials"),
    "view_materials": _("see every material"),
    "translate_materials": _("translate materials"),
    "share_materials": _("share a material with a client"),
    "view_supervision": _("see that supervision took place, when and whether it is signed"),
    "read_supervision": _("read every supervision note"),
    "plan_supervision": _("say who supervises whom"),
    "write_supervision": _("write one's own supervision notes"),
    "sign_supervision": _("sign supervision notes as supervisor"),
    "view_appointments": _("see every appointment"),
    "book_appointments": _("book and move appointments"),
    "give_care": _("meet clients and record what happened"),
    "view_followups": _("see every follow-up task"),
    "manage_followups": _("hand a follow-up task to somebody else"),
    "view_messages": _("see what was sent to whom and why"),
    "manage_messages": _("change message texts and sending hours"),
    "manage_outreach": _("change what is sent when"),
    "view_reports": _("see reports without names"),
    "export": _("take records out as a file"),
}

# Whoever holds one of these sees, changes or takes out records about people: where the organization asks for a second
# factor, they need one.
NEEDS_SECOND_FACTOR = frozenset(
    {
        "manage_organization",
        "manage_members",
        "view_audit",
        "manage_shares",
        "view_clients",
        "manage_clients",
        "erase_records",
        "view_grievances",
        "handle_grievances",
        "keep_apart",
        "manage_care_team",
        "view_enrolments",
        "manage_enrolments",
        "view_supervision",
        "read_supervision",
        "write_supervision",
        "sign_supervision",
        "view_appointments",
        "book_appointments",
        "give_care",
        "view_followups",
        "manage_followups",
        "view_messages",
        "export",
    }
)

_EVERY_STAFF = {"view_places", "view_members", "view_groups"}
_LOOKS = {capability for capability in CAPABILITIES if capability.startswith("view_")}

# What an operator may in a support session: look, where records are; never the trail of who looked, nor a file.
SUPPORT = frozenset(_LOOKS - {"view_audit", "view_grievances", "view_reports"} | {"enter_admin"})

ROLE_CAPABILITIES: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: frozenset(
        _LOOKS
        | {
            "enter_admin",
            "manage_organization",
            "manage_members",
            "manage_places",
            "manage_shares",
            "manage_clients",
            "erase_records",
            "handle_grievances",
            "manage_care_team",
            "manage_groups",
            "manage_enrolments",
            "manage_certifications",
            "manage_materials",
            "share_materials",
            "plan_supervision",
            "book_appointments",
            "manage_followups",
            "manage_messages",
            "manage_outreach",
            "export",
        }
    ),
    Role.COORDINATOR: frozenset(
        _EVERY_STAFF
        | {
            "enter_admin",
            "manage_places",
            "manage_shares",
            "view_clients",
            "manage_clients",
            "keep_apart",
            "manage_care_team",
            "manage_groups",
            "view_enrolments",
            "manage_enrolments",
            "view_materials",
            "share_materials",
            "view_appointments",
            "book_appointments",
            "view_followups",
            "manage_followups",
            "view_messages",
        }
    ),
    Role.SUPERVISOR: frozenset(
        _EVERY_STAFF
        | {
            "view_certifications",
            "view_supervision",
            "write_supervision",
            "sign_supervision",
            "give_care",
            "lead_groups",
            "view_followups",
            "manage_followups",
            "view_materials",
            "share_materials",
        }
    ),
    Role.PEER_SPECIALIST: frozenset(
        _EVERY_STAFF
        | {
            "hold_certification",
            "write_supervision",
            "give_care",
            "lead_groups",
            "view_materials",
            "share_materials",
        }
    ),
    Role.VOLUNTEER_FACILITATOR: frozenset({"view_places", "view_groups", "lead_groups"}),
    Role.CLINICAL_CONTACT: frozenset({"view_groups"}),
    Role.TRANSLATOR: frozenset({"view_materials", "translate_materials"}),
    Role.EVALUATOR: frozenset({"view_reports"}),
    Role.AUDITOR: frozenset(_LOOKS - {"view_reports"} | {"enter_admin", "read_supervision"}),
    Role.OBSERVER: frozenset({"view_groups"}),
    Role.PARTNER: frozenset({"view_groups"}),
}
