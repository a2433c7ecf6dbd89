"""Every write to organizations, people and places."""

from apps.organizations.services.cards import print_card
from apps.organizations.services.exports import MOST_AT_ONCE, exports_to_write, take_out, write_export
from apps.organizations.services.files import discard_files, remove_files, store_file
from apps.organizations.services.founding import found_organization
from apps.organizations.services.handing import hand_over_unseen
from apps.organizations.services.invitations import (
    accept_as_new_user,
    accept_invitation,
    end_invitation,
    invite,
    invite_again,
    invite_colleague,
)
from apps.organizations.services.leaving import WHOLE, Gone, Left, leave, look_ahead
from apps.organizations.services.look import check_logo, set_logo
from apps.organizations.services.many import add_memberships, add_people, change_people, keep_profiles
from apps.organizations.services.members import (
    add_membership,
    add_person,
    change_membership,
    change_person,
    end_membership,
    ensure_works_here,
    link_user,
    settle_every_membership,
    settle_role_groups,
)
from apps.organizations.services.organizations import (
    change_organization,
    create_organization,
    platform_organization,
    sync_roles,
)
from apps.organizations.services.places import one_at_a_time, release, reserve
from apps.organizations.services.plain import archive, store, take_back
from apps.organizations.services.policies import acknowledge, draft_or_current, write_policy
from apps.organizations.services.private import (
    bring_former_record,
    declare,
    declare_bar,
    end_bar,
    end_declaration,
    name_deputy,
    open_seal,
    seal_record,
    settle_bars_of,
    settle_every_bar,
)
from apps.organizations.services.restoring import (
    ask_restoring,
    confirm_restoring,
    end_restoring,
    use_restoring,
)
from apps.organizations.services.sheets import Otherwise, bring_in, undo_import, what_undoing_does
from apps.organizations.services.staff import keep_profile, take_back_absence, write_absence
from apps.organizations.services.support import end_support, leave_support, open_support

__all__ = [
    "ask_restoring",
    "confirm_restoring",
    "end_restoring",
    "use_restoring",
    "end_support",
    "leave_support",
    "open_support",
    "acknowledge",
    "draft_or_current",
    "write_policy",
    "MOST_AT_ONCE",
    "Otherwise",
    "add_memberships",
    "add_people",
    "bring_in",
    "change_people",
    "exports_to_write",
    "found_organization",
    "discard_files",
    "remove_files",
    "take_out",
    "write_export",
    "undo_import",
    "what_undoing_does",
    "Gone",
    "hand_over_unseen",
    "WHOLE",
    "Left",
    "ensure_works_here",
    "keep_profile",
    "keep_profiles",
    "leave",
    "look_ahead",
    "accept_as_new_user",
    "accept_invitation",
    "end_invitation",
    "invite",
    "invite_again",
    "invite_colleague",
    "settle_every_membership",
    "store_file",
    "add_membership",
    "add_person",
    "archive",
    "change_membership",
    "change_organization",
    "bring_former_record",
    "change_person",
    "check_logo",
    "create_organization",
    "declare",
    "declare_bar",
    "end_bar",
    "end_declaration",
    "name_deputy",
    "open_seal",
    "seal_record",
    "settle_bars_of",
    "settle_every_bar",
    "end_membership",
    "link_user",
    "platform_organization",
    "print_card",
    "one_at_a_time",
    "release",
    "reserve",
    "set_logo",
    "settle_role_groups",
    "store",
    "sync_roles",
    "take_back",
    "take_back_absence",
    "write_absence",
]
