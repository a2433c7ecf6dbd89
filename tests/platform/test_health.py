"""Health for machines, and the content policies."""

import json
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from apps.access.actor import Actor
from apps.access.models import JobRun
from apps.access.scope import system_scope
from apps.messaging.services import pause_sending
from peerplatform import health
from peerplatform.celery import beat_schedule
from peerplatform.middleware import ContentPolicyMiddleware, HealthMiddleware


@pytest.fixture(autouse=True)
def a_process_that_just_began(monkeypatch):
    """The suite's process is older than the time within which every job must have run once."""
    monkeypatch.setattr(health, "_looking_since", timezone.now())


def broken():
    return ["the planner has not run for an hour"]


def ask(path):
    return HealthMiddleware(lambda request: HttpResponse("page"))(RequestFactory().get(path, HTTP_HOST="10.0.0.7"))


def test_healthz_answers_any_host_without_a_database():
    assert (ask("/healthz").status_code, ask("/healthz").content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_answers_when_database_and_redis_do():
    answer = ask("/readyz")
    assert (answer.status_code, answer.content) == (200, b'{"ready": true, "problems": [], "notes": []}')


@pytest.mark.django_db
def test_readyz_fails_and_says_what_is_stale(settings):
    settings.READINESS_CHECKS = ["tests.platform.test_health.broken"]
    answer = ask("/readyz")
    assert answer.status_code == 503
    assert b"the planner has not run for an hour" in answer.content


@pytest.mark.django_db
def test_readyz_names_each_scheduled_job_without_a_recent_run(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(health, "_looking_since", now - timedelta(days=1))
    jobs = beat_schedule()
    JobRun.objects.bulk_create(JobRun(job=job) for job in jobs)
    assert json.loads(ask("/readyz").content)["problems"] == []

    JobRun.objects.filter(job="send_due").update(started_at=now - timedelta(minutes=6))
    JobRun.objects.filter(job="groups.plan_sessions").delete()
    answer = ask("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["problems"] == [
        problem
        for job in jobs
        for problem in {
            "send_due": [f"send_due has not run since {now - timedelta(minutes=6):%Y-%m-%d %H:%M} UTC"],
            "groups.plan_sessions": ["groups.plan_sessions never ran"],
        }.get(job, [])
    ]


@pytest.mark.django_db
def test_a_platform_that_just_started_waits_for_its_first_runs():
    JobRun.objects.update(started_at=timezone.now() - timedelta(days=1))
    assert json.loads(ask("/readyz").content)["problems"] == []


@pytest.mark.django_db
def test_readyz_says_that_sending_is_paused_and_stays_ready():
    with system_scope("the test pauses sending"):
        pause_sending(why="restored", actor=Actor.for_system("test"))
    answer = ask("/readyz")
    assert answer.status_code == 200
    assert json.loads(answer.content)["notes"][0].startswith("sending is paused since ")


@pytest.mark.django_db
def test_readyz_fails_where_redis_does_not_answer(settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock?db=0"
    assert b"redis does not answer" in ask("/readyz").content


def policy(path):
    respond = ContentPolicyMiddleware(lambda request: HttpResponse("page"))
    return respond(RequestFactory().get(path))["Content-Security-Policy"]


def test_pages_may_run_only_our_own_scripts_and_styles():
    assert "unsafe" not in policy("/schedule/")
    assert "default-src 'self'" in policy("/schedule/")


def test_the_admin_alone_may_evaluate_and_style_inline():
    assert "script-src 'self' 'unsafe-eval'" in policy("/admin/")
    assert "style-src 'self' 'unsafe-inline'" in policy("/admin/")
    assert "unsafe" not in policy("/administrators/")
