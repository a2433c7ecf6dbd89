"""Every write to client records, care teams, family links, grievances, erasures and pairs that are kept apart."""

from apps.clients.services.apart import change_apart, end_apart, keep_apart
from apps.clients.services.erasure import approve_erasure, ask_erasure, carry_out_erasure, end_erasure
from apps.clients.services.records import (
    PERSON_FIELDS,
    add_client,
    add_clients,
    change_client,
    change_clients,
    change_sharing,
    end_family_link,
    file_grievance,
    join_care_team,
    leave_care_team,
    name_family,
    withdraw_grievance,
    work_on_grievance,
)

__all__ = [
    "PERSON_FIELDS",
    "add_client",
    "add_clients",
    "approve_erasure",
    "ask_erasure",
    "carry_out_erasure",
    "change_apart",
    "change_client",
    "change_clients",
    "change_sharing",
    "end_apart",
    "end_erasure",
    "end_family_link",
    "file_grievance",
    "join_care_team",
    "keep_apart",
    "leave_care_team",
    "name_family",
    "withdraw_grievance",
    "work_on_grievance",
]
