"""Nothing about people where a group keeps nothing; no silent change once a session is held; notes close in time."""

from django.db import migrations

RULES = """
CREATE FUNCTION groups_attendance_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stands text;
  keeps text;
BEGIN
  SELECT s.state, g.attendance_mode INTO stands, keeps
  FROM groups_session s JOIN groups_supportgroup g ON g.id = s.group_id WHERE s.id = NEW.session_id;
  IF TG_OP = 'INSERT' AND keeps NOT IN ('named', 'alias') THEN
    RAISE EXCEPTION 'nobody is written down in this group'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_attendance_needs_names', TABLE = 'groups_attendance';
  END IF;
  IF stands = 'held' AND (
    (TG_OP = 'INSERT' AND NEW.correction = '')
    OR (TG_OP = 'UPDATE' AND (OLD.came, OLD.told_us) IS DISTINCT FROM (NEW.came, NEW.told_us)
        AND (NEW.correction = '' OR NEW.version <= OLD.version))
  ) THEN
    RAISE EXCEPTION 'the session is held: an entry changes only with a reason'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_attendance_needs_reason', TABLE = 'groups_attendance';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_attendance_rules BEFORE INSERT OR UPDATE OF came, told_us ON groups_attendance
  FOR EACH ROW EXECUTE FUNCTION groups_attendance_rules();

CREATE FUNCTION groups_head_count_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stands text;
  keeps text;
BEGIN
  SELECT s.state, g.attendance_mode INTO stands, keeps
  FROM groups_session s JOIN groups_supportgroup g ON g.id = s.group_id WHERE s.id = NEW.session_id;
  IF TG_OP = 'INSERT' AND keeps = 'none' THEN
    RAISE EXCEPTION 'nobody is counted in this group'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_head_count_needs_counting', TABLE = 'groups_headcount';
  END IF;
  IF stands = 'held' AND NEW.correction = '' AND (TG_OP = 'INSERT' OR OLD.people <> NEW.people) THEN
    RAISE EXCEPTION 'the session is held: a count changes only with a reason'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_head_count_needs_reason', TABLE = 'groups_headcount';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_head_count_rules BEFORE INSERT OR UPDATE OF people ON groups_headcount
  FOR EACH ROW EXECUTE FUNCTION groups_head_count_rules();

CREATE FUNCTION groups_note_closes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF now() > (SELECT ends_at + interval '7 days' FROM groups_session WHERE id = OLD.session_id) THEN
    RAISE EXCEPTION 'the note is a week old: more can only be added'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_note_closes', TABLE = 'groups_sessionnote';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_note_closes BEFORE UPDATE OF done, used, for_next ON groups_sessionnote
  FOR EACH ROW EXECUTE FUNCTION groups_note_closes();
"""
NO_RULES = """
DROP TRIGGER groups_note_closes ON groups_sessionnote;
DROP FUNCTION groups_note_closes();
DROP TRIGGER groups_head_count_rules ON groups_headcount;
DROP FUNCTION groups_head_count_rules();
DROP TRIGGER groups_attendance_rules ON groups_attendance;
DROP FUNCTION groups_attendance_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0013_attendance_and_notes")]
    operations = [migrations.RunSQL(RULES, NO_RULES)]
