"""Who may see and change what is sent when."""

from apps.access.policy import Policy, Role, register
from apps.outreach.models import OutreachStep

register(Policy(OutreachStep, {"view": [Role("view_messages")], "change": [Role("manage_outreach")]}))
