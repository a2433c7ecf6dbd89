"""An offered place counts as taken, whoever writes: one number is held once, by an offer or by somebody in the group."""

from django.db import migrations

HELD = """
CREATE OR REPLACE FUNCTION groups_place_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  places integer;
BEGIN
  IF NEW.ended_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  -- two writers of one group wait for each other here, so what the second one looks at is what the first one wrote
  SELECT capacity INTO places FROM groups_supportgroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
  IF places IS NOT NULL AND (NEW.place IS NULL OR NEW.place > places) THEN
    RAISE EXCEPTION 'the group has % places', places
      USING ERRCODE = '23514', CONSTRAINT = 'groups_place_within_capacity', TABLE = 'groups_enrolment';
  END IF;
  IF EXISTS (
    SELECT 1 FROM groups_waitlistentry w
    WHERE w.group_id = NEW.group_id AND w.ended_at IS NULL AND (w.person_id = NEW.person_id OR w.place = NEW.place)
  ) THEN
    RAISE EXCEPTION 'the place is offered, or the person is on the waiting list'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_place_held_once', TABLE = 'groups_enrolment';
  END IF;
  RETURN NEW;
END;
$$;

CREATE FUNCTION groups_waiting_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  places integer;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.ended_at IS NOT NULL AND
    (OLD.state, OLD.ended_at, OLD.group_id, OLD.person_id) IS DISTINCT FROM
    (NEW.state, NEW.ended_at, NEW.group_id, NEW.person_id) THEN
    RAISE EXCEPTION 'what has ended stays ended'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_waiting_stays_ended', TABLE = 'groups_waitlistentry';
  END IF;
  IF NEW.ended_at IS NOT NULL THEN
    RETURN NEW;
  END IF;
  SELECT capacity INTO places FROM groups_supportgroup WHERE id = NEW.group_id FOR NO KEY UPDATE;
  IF NEW.state = 'offered' AND places IS NOT NULL AND (NEW.place IS NULL OR NEW.place > places) THEN
    RAISE EXCEPTION 'the group has % places', places
      USING ERRCODE = '23514', CONSTRAINT = 'groups_offer_within_capacity', TABLE = 'groups_waitlistentry';
  END IF;
  IF EXISTS (
    SELECT 1 FROM groups_enrolment e
    WHERE e.group_id = NEW.group_id AND e.ended_at IS NULL AND (e.person_id = NEW.person_id OR e.place = NEW.place)
  ) THEN
    RAISE EXCEPTION 'the place is taken, or the person is in the group'
      USING ERRCODE = '23514', CONSTRAINT = 'groups_place_held_once', TABLE = 'groups_waitlistentry';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER groups_waiting_fits BEFORE INSERT OR UPDATE ON groups_waitlistentry
  FOR EACH ROW EXECUTE FUNCTION groups_waiting_fits();

CREATE OR REPLACE FUNCTION groups_capacity_holds_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.capacity IS NOT NULL AND (EXISTS (
    SELECT 1 FROM groups_enrolment
    WHERE group_id = NEW.id AND ended_at IS NULL AND (place IS NULL OR place > NEW.capacity)
  ) OR EXISTS (
    SELECT 1 FROM groups_waitlistentry
    WHERE group_id = NEW.id AND state = 'offered' AND (place IS NULL OR place > NEW.capacity)
  )) THEN
    RAISE EXCEPTION 'people are in the group whom % places do not hold', NEW.capacity
      USING ERRCODE = '23514', CONSTRAINT = 'groups_capacity_holds_everybody', TABLE = 'groups_supportgroup';
  END IF;
  RETURN NEW;
END;
$$;
"""
NOT_HELD = """
CREATE OR REPLACE FUNCTION groups_capacity_holds_everybody() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER groups_waiting_fits ON groups_waitlistentry;
DROP FUNCTION groups_waiting_fits();
CREATE OR REPLACE FUNCTION groups_place_within_capacity() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("groups", "0010_waiting_replies_and_consents")]
    operations = [migrations.RunSQL(HELD, NOT_HELD)]
