"""Organizations, who works there, where they meet, and what holds them apart."""

from apps.organizations.models.files import Logo, StoredFile
from apps.organizations.models.organization import Host, Organization, OrganizationRole, RoleCapability
from apps.organizations.models.people import Invitation, Membership, Person
from apps.organizations.models.places import Bed, Location, Reservation, Room
from apps.organizations.models.policies import PolicyAcknowledgement, PolicyDocument, PolicyVersion
from apps.organizations.models.private import Bar, Declaration, Deputy, Seal
from apps.organizations.models.programmes import Programme
from apps.organizations.models.restoring import SecondFactorRestoring
from apps.organizations.models.sheets import SheetExport, SheetImport, SheetImportRow
from apps.organizations.models.staff import Absence, StaffProfile
from apps.organizations.models.support import SupportSession

__all__ = [
    "Absence",
    "Bar",
    "Bed",
    "Declaration",
    "Deputy",
    "Host",
    "Invitation",
    "Location",
    "Logo",
    "Membership",
    "Organization",
    "OrganizationRole",
    "Person",
    "PolicyAcknowledgement",
    "PolicyDocument",
    "PolicyVersion",
    "Programme",
    "Reservation",
    "RoleCapability",
    "Room",
    "Seal",
    "SheetExport",
    "SheetImport",
    "SheetImportRow",
    "StaffProfile",
    "SecondFactorRestoring",
    "StoredFile",
    "SupportSession",
]
