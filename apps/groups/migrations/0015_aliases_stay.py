"""A group that somebody joined under an alias never turns into one that shows names."""

from django.db import migrations

ALIASES = """
CREATE FUNCTION groups_aliases_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.attendance_mode = 'alias' AND NEW.attendance_mode = 'named' AND (
    EXISTS (SELECT 1 FROM groups_enrolment WHERE group_id = NEW.id)
    OR EXISTS (
      SELECT 1 FROM groups_attendance a JOIN groups_session s ON s.id = a.session_id
      WHERE s.group_id = NEW.id AND a.person_id IS NOT NULL
    )
  ) THEN
    RAISE EXCEPTION 'people came to this group under an alias'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_aliases_stay', TABLE = 'groups_supportgroup';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_aliases_stay BEFORE UPDATE OF attendance_mode ON groups_supportgroup
  FOR EACH ROW EXECUTE FUNCTION groups_aliases_stay();
"""
NO_ALIASES = """
DROP TRIGGER groups_aliases_stay ON groups_supportgroup;
DROP FUNCTION groups_aliases_stay();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0014_what_is_written_down")]
    operations = [migrations.RunSQL(ALIASES, NO_ALIASES)]
