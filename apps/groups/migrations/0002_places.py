"""A place's number lies within its group's capacity, whoever writes: with one number held once, no group is overfull."""

from django.db import migrations

PLACES = """
CREATE FUNCTION groups_place_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  places integer;
BEGIN
  IF NEW.ended_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  SELECT capacity INTO places FROM groups_supportgroup WHERE id = NEW.group_id FOR SHARE;
  IF places IS NOT NULL AND (NEW.place IS NULL OR NEW.place > places) THEN
    RAISE EXCEPTION 'the group has % places', places
      USING ERRCODE = '23514', CONSTRAINT = 'groups_place_within_capacity', TABLE = 'groups_enrolment';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_place_within_capacity BEFORE INSERT OR UPDATE ON groups_enrolment
  FOR EACH ROW EXECUTE FUNCTION groups_place_within_capacity();

CREATE FUNCTION groups_capacity_holds_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.capacity IS NOT NULL AND EXISTS (
    SELECT 1 FROM groups_enrolment
    WHERE group_id = NEW.id AND ended_at IS NULL AND (place IS NULL OR place > NEW.capacity)
  ) THEN
    RAISE EXCEPTION 'people are in the group whom % places do not hold', NEW.capacity
      USING ERRCODE = '23514', CONSTRAINT = 'groups_capacity_holds_everybody', TABLE = 'groups_supportgroup';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_capacity_holds_everybody BEFORE UPDATE OF capacity ON groups_supportgroup
  FOR EACH ROW EXECUTE FUNCTION groups_capacity_holds_everybody();
"""
NO_PLACES = """
DROP TRIGGER groups_capacity_holds_everybody ON groups_supportgroup;
DROP FUNCTION groups_capacity_holds_everybody();
DROP TRIGGER groups_place_within_capacity ON groups_enrolment;
DROP FUNCTION groups_place_within_capacity();
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial")]
    operations = [migrations.RunSQL(PLACES, NO_PLACES)]
