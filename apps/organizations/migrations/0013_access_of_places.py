"""What a place has for those who need it: no steps, a toilet, a hearing loop, and so on."""

import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0012_capability_to_erase'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='location',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='location',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='location',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='location',
            name='access',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('step_free', 'No steps on the way in'), ('toilet', 'Accessible toilet'), ('hearing_loop', 'Hearing loop'), ('quiet_room', 'Quiet room'), ('low_scent', 'Free of perfume and scent'), ('parking', 'Accessible parking'), ('transit', 'Close to a bus or train')], max_length=12), blank=True, db_default=[], default=list, help_text='Tick only what is there every time: people choose a group by it.', size=None, verbose_name='what the place has'),
        ),
        migrations.AddField(
            model_name='locationhistory',
            name='access',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('step_free', 'No steps on the way in'), ('toilet', 'Accessible toilet'), ('hearing_loop', 'Hearing loop'), ('quiet_room', 'Quiet room'), ('low_scent', 'Free of perfume and scent'), ('parking', 'Accessible parking'), ('transit', 'Close to a bus or train')], max_length=12), blank=True, db_default=[], default=list, help_text='Tick only what is there every time: people choose a group by it.', size=None, verbose_name='what the place has'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_locationhistory" ("access", "access_notes", "address", "archived_at", "directions", "id", "is_confidential", "is_online", "name", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "zone") VALUES (NEW."access", NEW."access_notes", NEW."address", NEW."archived_at", NEW."directions", NEW."id", NEW."is_confidential", NEW."is_online", NEW."name", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."zone"); RETURN NULL;', hash='275767b33f5edc9ec69c9c7d5cef07aa9d778a0e', operation='INSERT', pgid='pgtrigger_insert_insert_83dfe', table='organizations_location', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "organizations_locationhistory" ("access", "access_notes", "address", "archived_at", "directions", "id", "is_confidential", "is_online", "name", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "zone") VALUES (NEW."access", NEW."access_notes", NEW."address", NEW."archived_at", NEW."directions", NEW."id", NEW."is_confidential", NEW."is_online", NEW."name", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."zone"); RETURN NULL;', hash='180af740f6e6fdd6e7ff4c13ba98627b8c54c5be', operation='UPDATE', pgid='pgtrigger_update_update_90cf8', table='organizations_location', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='location',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "organizations_locationhistory" ("access", "access_notes", "address", "archived_at", "directions", "id", "is_confidential", "is_online", "name", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "zone") VALUES (OLD."access", OLD."access_notes", OLD."address", OLD."archived_at", OLD."directions", OLD."id", OLD."is_confidential", OLD."is_online", OLD."name", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."zone"); RETURN NULL;', hash='83d5a08ce06ad7fb3011726cb7bbb62d8e63a25e', operation='DELETE', pgid='pgtrigger_delete_delete_4ea83', table='organizations_location', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='location',
            constraint=models.CheckConstraint(condition=models.Q(('access__contained_by', ['step_free', 'toilet', 'hearing_loop', 'quiet_room', 'low_scent', 'parking', 'transit'])), name='organizations_location_access'),
        ),
    ]
