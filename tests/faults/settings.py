"""The suite's settings for real workers and beats beside it: the same test database, a Redis that may be killed."""

import os

from peerplatform.settings.test import *  # noqa: F403  settings inherit by star import
from peerplatform.settings.test import DATABASES, INSTALLED_APPS

DATABASES["default"]["NAME"] = os.environ["FAULTS_DATABASE"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.FaultsConfig"]
