"""Celery's app. Each app's `tasks.py` may say in `BEAT` what runs on a schedule."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import Celery
from django.apps import apps

app = Celery("peerplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()
app.autodiscover_tasks()


def beat_schedule() -> dict[str, dict[str, Any]]:
    """The schedule gathered from every installed app: `BEAT = {name: {"task": path, "schedule": seconds}}`.

    Raises ValueError where two apps use one name.
    """
    gathered: dict[str, dict[str, Any]] = {}
    for config in apps.get_app_configs():
        if find_spec(f"{config.name}.tasks") is None:
            continue
        for name, entry in getattr(import_module(f"{config.name}.tasks"), "BEAT", {}).items():
            if name in gathered:
                raise ValueError(f"two apps schedule a task under the name {name!r}")
            gathered[name] = entry
    return gathered


@app.on_after_finalize.connect
def _use_beat_schedule(sender: Celery, **_kwargs: object) -> None:
    if apps.ready:
        sender.conf.beat_schedule = beat_schedule()
