"""Celery's app gathers what each app schedules."""

import sys
from types import ModuleType

import pytest

from peerplatform import celery


def plant(monkeypatch, names):
    """Give the named apps a `tasks` module that schedules one thing each under the given name."""
    for app, name in names.items():
        module = ModuleType(f"{app}.tasks")
        module.BEAT = {name: {"task": f"{app}.tasks.run", "schedule": 60.0}}
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(celery, "find_spec", lambda name: name if name.removesuffix(".tasks") in names else None)


def test_the_schedule_is_gathered_from_the_apps(monkeypatch):
    plant(monkeypatch, {"apps.care": "unwind", "apps.outreach": "plan"})
    assert celery.beat_schedule() == {
        "unwind": {"task": "apps.care.tasks.run", "schedule": 60.0},
        "plan": {"task": "apps.outreach.tasks.run", "schedule": 60.0},
    }


def test_two_apps_cannot_schedule_under_one_name(monkeypatch):
    plant(monkeypatch, {"apps.care": "plan", "apps.outreach": "plan"})
    with pytest.raises(ValueError, match="'plan'"):
        celery.beat_schedule()


def test_only_json_is_taken_and_work_is_acknowledged_late():
    assert celery.app.conf.accept_content == ["json"]
    assert celery.app.conf.task_acks_late is True
