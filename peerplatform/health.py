"""Whether this installation can do its work."""

from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone
from django.utils.module_loading import import_string

from apps.access.models import JobRun
from apps.messaging.selectors import standing_pause

STALE_AFTER = 5  # times its schedule
_looking_since = timezone.now()


def problems() -> list[str]:
    """What stands in the way, in words without personal data; an empty list when all is well.

    `READINESS_CHECKS` names functions without arguments that each return a list of further problems.
    """
    found = [*_database_problems(), *_redis_problems()]
    if not found:
        for name in settings.READINESS_CHECKS:
            found += import_string(name)()
    return found


def notes() -> list[str]:
    """What an operator should know though nothing is wrong. Empty when the database does not answer."""
    try:
        pause = standing_pause()
    except DatabaseError:
        return []
    return [f"sending is paused since {pause.since:%Y-%m-%d %H:%M} UTC"] if pause else []


def stale_jobs() -> list[str]:
    """Each scheduled job whose last run lies further back than five times its schedule.

    Counted from when this process began at the earliest, so a platform that starts after a night off is not
    called broken before beat has had its turn.
    """
    from peerplatform.celery import beat_schedule

    schedule: dict[str, dict[str, Any]] = beat_schedule()
    latest = dict(JobRun.objects.filter(job__in=schedule).values_list("job").annotate(Max("started_at")))
    now = timezone.now()
    found = []
    for job, entry in schedule.items():
        last = max(latest.get(job, _looking_since), _looking_since)
        if now - last > STALE_AFTER * timedelta(seconds=float(entry["schedule"])):
            found.append(
                f"{job} has not run since {latest[job]:%Y-%m-%d %H:%M} UTC" if job in latest else f"{job} never ran"
            )
    return found


def _database_problems() -> list[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return ["the database does not answer"]
    return []


def _redis_problems() -> list[str]:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2).ping()
    except redis.RedisError:
        return ["redis does not answer"]
    return []
