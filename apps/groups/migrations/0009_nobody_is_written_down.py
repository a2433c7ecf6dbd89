"""Where nobody's name is ever written down, the database takes no name: nobody is in such a group, and nobody came."""

from django.db import migrations

ANONYMOUS = """
CREATE FUNCTION groups_nobody_written_down() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  which bigint;
BEGIN
  IF TG_TABLE_NAME = 'groups_enrolment' THEN
    IF NEW.ended_at IS NOT NULL THEN
      RETURN NEW;
    END IF;
    which := NEW.group_id;
  ELSE
    SELECT group_id INTO which FROM groups_session WHERE id = NEW.session_id;
  END IF;
  PERFORM 1 FROM groups_supportgroup WHERE id = which AND is_anonymous FOR SHARE;
  IF FOUND THEN
    RAISE EXCEPTION 'nobody is written down in this group'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_nobody_written_down', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_nobody_written_down BEFORE INSERT OR UPDATE ON groups_enrolment
  FOR EACH ROW EXECUTE FUNCTION groups_nobody_written_down();
CREATE TRIGGER groups_nobody_written_down BEFORE INSERT ON groups_attendance
  FOR EACH ROW EXECUTE FUNCTION groups_nobody_written_down();

CREATE FUNCTION groups_anonymous_has_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.is_anonymous AND NOT OLD.is_anonymous AND EXISTS (
    SELECT 1 FROM groups_enrolment WHERE group_id = NEW.id AND ended_at IS NULL
  ) THEN
    RAISE EXCEPTION 'people are written down in this group'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_anonymous_has_nobody', TABLE = 'groups_supportgroup';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_anonymous_has_nobody BEFORE UPDATE OF is_anonymous ON groups_supportgroup
  FOR EACH ROW EXECUTE FUNCTION groups_anonymous_has_nobody();
"""
NOT_ANONYMOUS = """
DROP TRIGGER groups_anonymous_has_nobody ON groups_supportgroup;
DROP FUNCTION groups_anonymous_has_nobody();
DROP TRIGGER groups_nobody_written_down ON groups_attendance;
DROP TRIGGER groups_nobody_written_down ON groups_enrolment;
DROP FUNCTION groups_nobody_written_down();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0008_templates")]
    operations = [migrations.RunSQL(ANONYMOUS, NOT_ANONYMOUS)]
