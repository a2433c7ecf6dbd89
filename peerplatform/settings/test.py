"""The test suite: a cluster of its own under `var/test-services`, and cheap password hashes."""

import os
from pathlib import Path

os.environ.setdefault("PEER_VAR_DIR", str(Path(__file__).resolve().parents[2] / "var" / "test-services"))

from peerplatform.settings.base import *  # noqa: E402, F403  settings inherit by star import

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
DEMO = True  # the demo's pages have walls too, on whichever server they are tested
DELIVERY_REQUIRED = False
EVEN_ANSWER_SECONDS = 0  # the test about it sets its own
LINK_SCHEME, LINK_PORT = "http", 8000  # whichever server the tests run on
