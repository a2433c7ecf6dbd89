"""The days of a rule as one SQL function, and what rises and is marked when something that calendars show changes."""

from django.db import migrations

# The days of one rule of RFC 5545 between `since` and `until`: FREQ=WEEKLY or MONTHLY (by weekday, BYDAY with numbers),
# INTERVAL, COUNT and UNTIL, with weeks that begin on Monday. A property test holds it equal to dateutil's.
RULE_DAYS = """
CREATE FUNCTION groups_rule_days(
  frequency text, every int, weekdays int[], positions int[], times int, first date, last date, since date, until date
) RETURNS SETOF date LANGUAGE sql IMMUTABLE AS $$
  WITH begun AS (
    SELECT first - (extract(isodow FROM first)::int - 1) AS week,
           make_date(extract(year FROM first)::int, extract(month FROM first)::int, 1) AS month,
           CASE WHEN times IS NULL THEN greatest(first, since) ELSE first END AS looked_from
  ), found AS (
    SELECT DISTINCT day FROM (
      SELECT week + 7 * every * k + (weekday - 1) AS day
      FROM begun,
        generate_series(greatest((looked_from - week) / (7 * every) - 1, 0), (until - week) / (7 * every)) AS k,
        unnest(weekdays) AS weekday
      WHERE frequency = 'weekly'
      UNION ALL
      SELECT CASE WHEN position > 0
          THEN start + (weekday - extract(isodow FROM start)::int + 7) % 7 + 7 * (position - 1)
          ELSE finish - (extract(isodow FROM finish)::int - weekday + 7) % 7 END AS day
      FROM begun,
        generate_series(
          greatest(((extract(year FROM looked_from) - extract(year FROM month)) * 12
            + extract(month FROM looked_from) - extract(month FROM month))::int / every - 1, 0),
          ((extract(year FROM until) - extract(year FROM month)) * 12
            + extract(month FROM until) - extract(month FROM month))::int / every) AS k,
        LATERAL (SELECT (month + make_interval(months => every * k))::date AS start) AS opening,
        LATERAL (SELECT (start + interval '1 month')::date - 1 AS finish) AS closing,
        unnest(weekdays) AS weekday, unnest(positions) AS position
      WHERE frequency = 'monthly'
        AND start + (weekday - extract(isodow FROM start)::int + 7) % 7 + 7 * (greatest(position, 1) - 1) <= finish
    ) AS every_day
    WHERE day >= first AND day <= until AND (last IS NULL OR day <= last)
  ), counted AS (SELECT day, row_number() OVER (ORDER BY day) AS number FROM found)
  SELECT day FROM counted WHERE day >= since AND (times IS NULL OR number <= times) ORDER BY day
$$;
"""
# The days on which groups meet, each with its instants: a group's rule and the earlier ones before it, without the days
# left out, with the extra ones. `wanted` NULL is every group in scope. A group that was put away has none.
DAYS = """
CREATE FUNCTION groups_days(since date, until date, wanted bigint[])
RETURNS TABLE (
  organization_id bigint, group_id bigint, day date, starts_at timestamptz, ends_at timestamptz
) LANGUAGE sql STABLE AS $$
  WITH chosen AS (
    SELECT g.*, place.zone FROM groups_supportgroup g JOIN organizations_location place ON place.id = g.location_id
    WHERE g.archived_at IS NULL AND (wanted IS NULL OR g.id = ANY(wanted))
  ), parts AS (
    SELECT g.id AS part_of, 1 AS rank, g.frequency::text AS frequency, g."interval"::int AS every,
      (g.weekday || g.also_on)::int[] AS weekdays, g.positions::int[] AS positions, g.times::int AS times,
      coalesce(g.rule_from, g.starts_on) AS first, g.ends_on AS last, g.starts, g.minutes
    FROM chosen g
    UNION ALL
    SELECT e.group_id, 0, e.frequency::text, e."interval"::int, e.weekdays::int[], e.positions::int[], e.times::int,
      e.starts_on, e.ends_on, e.starts, e.minutes
    FROM groups_earlierrule e JOIN chosen g ON g.id = e.group_id
  ), listed AS (
    SELECT p.part_of, of_rule.day, p.rank, p.starts, p.minutes
    FROM parts p, LATERAL groups_rule_days(
      p.frequency, p.every, p.weekdays, p.positions, p.times, p.first, p.last, since, until) AS of_rule (day)
    WHERE p.first <= until AND (p.last IS NULL OR p.last >= since)
    UNION ALL
    SELECT d.group_id, d."on", 2, coalesce(d.starts, g.starts), coalesce(d.minutes, g.minutes)
    FROM groups_groupdate d JOIN chosen g ON g.id = d.group_id
    WHERE d.kind = 'extra' AND d."on" BETWEEN since AND until
  ), best AS (SELECT DISTINCT ON (part_of, day) * FROM listed ORDER BY part_of, day, rank DESC)
  SELECT g.organization_id, g.id, best.day, began.at, began.at + make_interval(mins => best.minutes)
  FROM best JOIN chosen g ON g.id = best.part_of,
    LATERAL (SELECT kit_instant(best.day + best.starts, g.zone) AS at) AS began
  WHERE NOT EXISTS (
    SELECT FROM groups_groupdate d WHERE d.group_id = g.id AND d.kind = 'left_out' AND d."on" = best.day)
$$;
"""
APART = """
ALTER TABLE groups_earlierrule ADD CONSTRAINT groups_earlier_apart EXCLUDE USING gist (
  int8range(group_id, group_id, '[]') WITH &&, daterange(starts_on, ends_on, '[]') WITH &&);
"""
# SEQUENCE and LAST-MODIFIED of RFC 5545, held here whoever writes: they rise with what a calendar shows, never fall.
SEQUENCES = """
CREATE FUNCTION groups_session_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sequence := OLD.sequence;
  IF (NEW."on", NEW.starts_at, NEW.ends_at, NEW.state, NEW.reason, NEW.location_id, NEW.room_id, NEW.ended_with_group)
    IS DISTINCT FROM
    (OLD."on", OLD.starts_at, OLD.ends_at, OLD.state, OLD.reason, OLD.location_id, OLD.room_id, OLD.ended_with_group)
  THEN
    NEW.sequence := OLD.sequence + 1;
    NEW.changed_at := greatest(clock_timestamp(), OLD.changed_at);
  ELSE
    NEW.changed_at := OLD.changed_at;
  END IF;
  IF (NEW."on", NEW.starts_at, NEW.state, NEW.location_id) IS DISTINCT FROM
    (OLD."on", OLD.starts_at, OLD.state, OLD.location_id) AND 'held' NOT IN (NEW.state, OLD.state)
  THEN
    NEW.notice := OLD.notice + 1;
    NEW.notice_at := clock_timestamp();
    NEW.notice_for := least(OLD.starts_at, NEW.starts_at);
  ELSE
    NEW.notice := OLD.notice;
    NEW.notice_at := OLD.notice_at;
    NEW.notice_for := OLD.notice_for;
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_session_sequence BEFORE UPDATE ON groups_session
  FOR EACH ROW EXECUTE FUNCTION groups_session_sequence();

CREATE FUNCTION groups_group_sequence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence IS NOT DISTINCT FROM OLD.sequence + 1 AND pg_trigger_depth() > 1 THEN
    NEW.changed_at := greatest(clock_timestamp(), OLD.changed_at);  -- its location changed
  ELSIF (NEW.name, NEW.location_id, NEW.room_id, NEW.format, NEW.visibility)
    IS DISTINCT FROM (OLD.name, OLD.location_id, OLD.room_id, OLD.format, OLD.visibility)
  THEN
    NEW.sequence := OLD.sequence + 1;
    NEW.changed_at := greatest(clock_timestamp(), OLD.changed_at);
  ELSE
    NEW.sequence := OLD.sequence;
    NEW.changed_at := OLD.changed_at;
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_group_sequence BEFORE UPDATE ON groups_supportgroup
  FOR EACH ROW EXECUTE FUNCTION groups_group_sequence();

CREATE FUNCTION groups_location_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE groups_supportgroup g SET sequence = g.sequence + 1
  WHERE g.organization_id = NEW.organization_id AND g.archived_at IS NULL AND (g.location_id = NEW.id OR EXISTS (
    SELECT FROM groups_session s WHERE s.group_id = g.id AND s.location_id = NEW.id AND s.ends_at > now()));
  RETURN NULL;
END;
$$;
CREATE TRIGGER groups_location_changed AFTER UPDATE ON organizations_location FOR EACH ROW
  WHEN ((OLD.name, OLD.address, OLD.is_confidential) IS DISTINCT FROM (NEW.name, NEW.address, NEW.is_confidential))
  EXECUTE FUNCTION groups_location_changed();
"""
# One line a statement and subject, in the transaction of the change, whoever writes. Nobody is locked.
MARKS = """
CREATE FUNCTION groups_mark_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO groups_feedmark (organization_id, topic, subject)
  SELECT DISTINCT organization_id, 'group', group_id FROM changed;
  RETURN NULL;
END;
$$;
CREATE TRIGGER groups_mark_new AFTER INSERT ON groups_session REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION groups_mark_sessions();
CREATE TRIGGER groups_mark_changed AFTER UPDATE ON groups_session REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION groups_mark_sessions();
CREATE TRIGGER groups_mark_gone AFTER DELETE ON groups_session REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION groups_mark_sessions();

CREATE FUNCTION groups_mark_groups() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO groups_feedmark (organization_id, topic, subject)
  SELECT DISTINCT organization_id, 'group', id FROM changed;
  RETURN NULL;
END;
$$;
CREATE TRIGGER groups_mark_changed AFTER UPDATE ON groups_supportgroup REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION groups_mark_groups();

CREATE FUNCTION groups_mark_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO groups_feedmark (organization_id, topic, subject)
  SELECT DISTINCT organization_id, 'person', person_id FROM changed;
  RETURN NULL;
END;
$$;
CREATE TRIGGER groups_mark_new AFTER INSERT ON groups_enrolment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION groups_mark_people();
CREATE TRIGGER groups_mark_changed AFTER UPDATE ON groups_enrolment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION groups_mark_people();
"""
UNDONE = """
DROP TRIGGER groups_mark_changed ON groups_enrolment;
DROP TRIGGER groups_mark_new ON groups_enrolment;
DROP FUNCTION groups_mark_people();
DROP TRIGGER groups_mark_changed ON groups_supportgroup;
DROP FUNCTION groups_mark_groups();
DROP TRIGGER groups_mark_gone ON groups_session;
DROP TRIGGER groups_mark_changed ON groups_session;
DROP TRIGGER groups_mark_new ON groups_session;
DROP FUNCTION groups_mark_sessions();
DROP TRIGGER groups_location_changed ON organizations_location;
DROP FUNCTION groups_location_changed();
DROP TRIGGER groups_group_sequence ON groups_supportgroup;
DROP FUNCTION groups_group_sequence();
DROP TRIGGER groups_session_sequence ON groups_session;
DROP FUNCTION groups_session_sequence();
ALTER TABLE groups_earlierrule DROP CONSTRAINT groups_earlier_apart;
DROP FUNCTION groups_days(date, date, bigint[]);
DROP FUNCTION groups_rule_days(text, int, int[], int[], int, date, date, date, date);
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0005_recurrence_closures_and_feed_marks"), ("kit", "0001_initial")]
    operations = [migrations.RunSQL(RULE_DAYS + DAYS + APART + SEQUENCES + MARKS, UNDONE)]
