"""The wall-time functions (apps.kit.walltime) and the table of one-use keys (apps.kit.once)."""

from django.db import migrations, models

# STABLE, not IMMUTABLE: governments change the rules of a zone, so no index and no generated column may keep an
# answer. Not STRICT, and one expression each, so that the planner can fold them into the calling statement.
WALL_TIME = """
CREATE FUNCTION kit_instant(wall timestamp, zone text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
-- AT TIME ZONE takes the second of an ambiguous time. The offset of the day before gives the first, if that reads
-- back as the same wall time; else the time is not ambiguous, or it is skipped and AT TIME ZONE moves it forward.
RETURN CASE
  WHEN (((wall - interval '1 day') AT TIME ZONE zone) + interval '24 hours') AT TIME ZONE zone = wall
  THEN ((wall - interval '1 day') AT TIME ZONE zone) + interval '24 hours'
  ELSE wall AT TIME ZONE zone
END;

CREATE FUNCTION kit_in_hours(at timestamptz, zone text, opens time, closes time) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
  WHEN opens < closes
  THEN (at AT TIME ZONE zone)::time >= opens AND (at AT TIME ZONE zone)::time < closes
  WHEN opens > closes
  THEN (at AT TIME ZONE zone)::time >= opens OR (at AT TIME ZONE zone)::time < closes
  WHEN opens = closes THEN false
END;

CREATE FUNCTION kit_opening(day date, at timestamptz, zone text, opens time, closes time) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
  WHEN kit_instant(day + opens, zone) >= at
    AND kit_in_hours(kit_instant(day + opens, zone), zone, opens, closes)
  THEN kit_instant(day + opens, zone)
  -- The opening time may come a second time in the night when clocks go back.
  WHEN ((day + opens) AT TIME ZONE zone) >= at
    AND kit_in_hours((day + opens) AT TIME ZONE zone, zone, opens, closes)
  THEN (day + opens) AT TIME ZONE zone
END;

CREATE FUNCTION kit_next_sending_time(at timestamptz, zone text, opens time, closes time) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
  WHEN kit_in_hours(at, zone, opens, closes) THEN at
  WHEN opens <> closes THEN COALESCE(
    kit_opening((at AT TIME ZONE zone)::date - 1, at, zone, opens, closes),
    kit_opening((at AT TIME ZONE zone)::date, at, zone, opens, closes),
    kit_opening((at AT TIME ZONE zone)::date + 1, at, zone, opens, closes),
    kit_opening((at AT TIME ZONE zone)::date + 2, at, zone, opens, closes)
  )
END;
"""
NO_WALL_TIME = """
DROP FUNCTION kit_next_sending_time(timestamptz, text, time, time);
DROP FUNCTION kit_opening(date, timestamptz, text, time, time);
DROP FUNCTION kit_in_hours(timestamptz, text, time, time);
DROP FUNCTION kit_instant(timestamp, text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(WALL_TIME, NO_WALL_TIME, elidable=False),
        migrations.CreateModel(
            name="UsedKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(unique=True, verbose_name="key")),
                ("used_at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="used at")),
                ("user_id", models.BigIntegerField(blank=True, null=True, verbose_name="user")),
                ("result", models.TextField(blank=True, default="", verbose_name="result")),
            ],
            options={"verbose_name": "used key", "verbose_name_plural": "used keys"},
        ),
    ]
