"""The private PostgreSQL and Redis that serve where no server of one's own is named.

`addresses` says where they listen and who logs in (settings read it), `services` starts, attaches to and
stops them, `roles` makes the three database roles, `processes` binds a child to its parent's life.
"""

from peerplatform.embedded.addresses import (
    EMBEDDED_ROLES,
    broker_url,
    database_roles,
    database_settings,
    local_secret,
    redis_url,
)
from peerplatform.embedded.errors import EmbeddedError
from peerplatform.embedded.roles import RolesError, ensure_roles
from peerplatform.embedded.services import EmbeddedServices

__all__ = [
    "EMBEDDED_ROLES",
    "EmbeddedError",
    "EmbeddedServices",
    "RolesError",
    "broker_url",
    "database_roles",
    "database_settings",
    "ensure_roles",
    "local_secret",
    "redis_url",
]
