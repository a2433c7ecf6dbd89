"""`check --deploy` with the production settings, on an empty throw-away database of an embedded cluster."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from peerplatform.embedded import EMBEDDED_ROLES, EmbeddedServices
from peerplatform.embedded.addresses import DATABASE_NAME, redis_url, socket_dir
from peerplatform.settings.base import env


def main() -> int:
    """Migrate, then check; returns the exit status (warnings fail too)."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServices(Path(folder), throwaway=True):
        host = str(socket_dir(Path(folder))).replace("/", "%2F")
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "peerplatform.settings.production",
            "PEER_VAR_DIR": folder,
            "SECRET_KEY": "a-key-for-this-check-only-4f1d3c5b7a9e8d6c2b0f1e3d5c7b9a8f",
            "DATABASE_URL": f"postgres://{EMBEDDED_ROLES['runtime']}@{host}/{DATABASE_NAME}",
            "DATABASE_OWNER_URL": f"postgres://{EMBEDDED_ROLES['owner']}@{host}/{DATABASE_NAME}",
            "DATABASE_SYSTEM_ROLE": EMBEDDED_ROLES["system"],
            "REDIS_URL": redis_url(env, Path(folder)),
        }
        for command in (["migrate", "--verbosity=0"], ["check", "--deploy", "--fail-level=WARNING"]):
            done = subprocess.run([sys.executable, "manage.py", *command, "--no-color"], env=environment)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
