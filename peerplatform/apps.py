"""The project as an app: its commands, its static files (the design system), and Celery's app."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "peerplatform"
    label = "peerplatform"

    def ready(self) -> None:
        """Make Celery's app the one that `shared_task` finds, and tell the operator's page how things stand."""
        from apps.portal.registry import register_health
        from peerplatform import celery, checks  # noqa: F401  imported for their effect
        from peerplatform.health import problems

        register_health(problems)
