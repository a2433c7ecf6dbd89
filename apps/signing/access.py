"""Who may see signatures as such. A record's page shows its own signatures to whoever may see the record."""

from apps.access.policy import Policy, Role, register
from apps.signing.models import Signature

register(Policy(Signature, {"view": [Role("view_audit")]}, identifies=["person"]))
