"""Pages of organizations: sign-in cards, invitations, files, sharing a record, policies, and private rules."""

from apps.organizations.views.cards import sign_in_card
from apps.organizations.views.entering import join, join_card, open_file
from apps.organizations.views.own import my_work
from apps.organizations.views.policies import policy_list, policy_page, policy_read
from apps.organizations.views.private import (
    closed,
    end_closed,
    end_keep_away,
    former_record,
    keep_away,
    name_deputy,
    open_record,
)
from apps.organizations.views.restoring import operator_second_steps, second_step
from apps.organizations.views.sharing import end_shares, share, share_list
from apps.organizations.views.support import support_end, support_list
from apps.organizations.views.unseen import unseen

__all__ = [
    "closed",
    "end_closed",
    "end_keep_away",
    "end_shares",
    "former_record",
    "join",
    "join_card",
    "keep_away",
    "my_work",
    "name_deputy",
    "open_file",
    "operator_second_steps",
    "open_record",
    "policy_list",
    "policy_page",
    "policy_read",
    "second_step",
    "share",
    "share_list",
    "sign_in_card",
    "support_end",
    "support_list",
    "unseen",
]
