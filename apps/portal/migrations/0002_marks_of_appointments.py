"""A client's calendar hears of their appointments: one mark a statement and client, in the change's transaction."""

from django.db import migrations

MARKS = """
CREATE FUNCTION portal_mark_appointments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO groups_feedmark (organization_id, topic, subject)
  SELECT DISTINCT organization_id, 'client', client_id FROM changed
  UNION ALL SELECT organization_id, 'appointment', id FROM changed;  -- its LAST-MODIFIED
  RETURN NULL;
END;
$$;
CREATE TRIGGER portal_mark_new AFTER INSERT ON care_appointment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION portal_mark_appointments();
CREATE TRIGGER portal_mark_changed AFTER UPDATE ON care_appointment REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION portal_mark_appointments();
"""
UNDONE = """
DROP TRIGGER portal_mark_changed ON care_appointment;
DROP TRIGGER portal_mark_new ON care_appointment;
DROP FUNCTION portal_mark_appointments();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_calendar_links"),
        ("care", "0001_appointments_and_follow_ups"),
        ("groups", "0006_rules_as_sql"),
    ]
    operations = [migrations.RunSQL(MARKS, UNDONE)]
