"""On a developer's machine and in the demo."""

from peerplatform.settings.base import *  # noqa: F403  settings inherit by star import
