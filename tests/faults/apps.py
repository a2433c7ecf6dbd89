"""Makes the workers know the tests' purpose, and their beat tick every second."""

from django.apps import AppConfig


class FaultsConfig(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        from apps.messaging import tasks
        from tests.faults import purpose  # noqa: F401  importing it registers the purpose

        tasks.BEAT["send_due"] |= {"schedule": 1.0}
