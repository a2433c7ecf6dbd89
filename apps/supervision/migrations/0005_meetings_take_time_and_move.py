"""A planned meeting takes the time of its people and its room, can be moved, and may have two who lead it."""

import apps.access.constraints
import apps.access.scoped
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0012_capability_to_erase'),
        ('supervision', '0004_rules_and_logs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetingperson',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetingperson',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='meetingperson',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supervisionmeeting',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supervisionmeeting',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supervisionmeeting',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='meetingperson',
            name='reservation',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='meetingpersonhistory',
            name='reservation',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='changed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='changed_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='leader_reservation',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='room',
            field=apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.room', verbose_name='room'),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='room_reservation',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='second',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leads_supervision_too', to='organizations.person', verbose_name='second supervisor'),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='second_reservation',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='supervisionmeeting',
            name='was_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='changed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='changed_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='leader_reservation',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='room',
            field=apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.room', verbose_name='room'),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='room_reservation',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='second',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='second supervisor'),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='second_reservation',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.reservation'),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='supervisionmeetinghistory',
            name='was_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='supervisionplan',
            name='clinical_supervisor',
            field=apps.access.scoped.ScopedForeignKey(blank=True, help_text='Reads the notes as well. Where two supervise together: the second of them, who signs as well.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supervises_clinically', to='organizations.person', verbose_name='clinical supervisor'),
        ),
        migrations.AlterField(
            model_name='supervisionplanhistory',
            name='clinical_supervisor',
            field=apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, help_text='Reads the notes as well. Where two supervise together: the second of them, who signs as well.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='clinical supervisor'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetingperson',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "supervision_meetingpersonhistory" ("attendance", "id", "meeting_id", "minutes", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason", "reservation_id", "session_id") VALUES (NEW."attendance", NEW."id", NEW."meeting_id", NEW."minutes", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."reason", NEW."reservation_id", NEW."session_id"); RETURN NULL;', hash='9f6afba0f23d7de6d98dc7b2b16a4aa134180c5d', operation='INSERT', pgid='pgtrigger_insert_insert_5207b', table='supervision_meetingperson', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetingperson',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "supervision_meetingpersonhistory" ("attendance", "id", "meeting_id", "minutes", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason", "reservation_id", "session_id") VALUES (NEW."attendance", NEW."id", NEW."meeting_id", NEW."minutes", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."plan_id", NEW."reason", NEW."reservation_id", NEW."session_id"); RETURN NULL;', hash='acf4c05613a855a6ad5f02ce27151a5f9924971c', operation='UPDATE', pgid='pgtrigger_update_update_c72b7', table='supervision_meetingperson', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='meetingperson',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "supervision_meetingpersonhistory" ("attendance", "id", "meeting_id", "minutes", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason", "reservation_id", "session_id") VALUES (OLD."attendance", OLD."id", OLD."meeting_id", OLD."minutes", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."reason", OLD."reservation_id", OLD."session_id"); RETURN NULL;', hash='e7d6a3d9006af9dca627ec0d66017b365b0a5b81', operation='DELETE', pgid='pgtrigger_delete_delete_d85d5', table='supervision_meetingperson', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supervisionmeeting',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "supervision_supervisionmeetinghistory" ("changed_at", "changed_by_id", "created_at", "form", "id", "leader_id", "leader_reservation_id", "minutes", "mode", "on", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "reason", "room_id", "room_reservation_id", "second_id", "second_reservation_id", "series", "shared", "starts", "starts_at", "state", "version", "was_at", "zone") VALUES (NEW."changed_at", NEW."changed_by_id", NEW."created_at", NEW."form", NEW."id", NEW."leader_id", NEW."leader_reservation_id", NEW."minutes", NEW."mode", NEW."on", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."place", NEW."public_id", NEW."reason", NEW."room_id", NEW."room_reservation_id", NEW."second_id", NEW."second_reservation_id", NEW."series", NEW."shared", NEW."starts", NEW."starts_at", NEW."state", NEW."version", NEW."was_at", NEW."zone"); RETURN NULL;', hash='d80a3aebfe521a0f8a61e9b4e539bf159ee84a09', operation='INSERT', pgid='pgtrigger_insert_insert_8ab1f', table='supervision_supervisionmeeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supervisionmeeting',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "supervision_supervisionmeetinghistory" ("changed_at", "changed_by_id", "created_at", "form", "id", "leader_id", "leader_reservation_id", "minutes", "mode", "on", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "reason", "room_id", "room_reservation_id", "second_id", "second_reservation_id", "series", "shared", "starts", "starts_at", "state", "version", "was_at", "zone") VALUES (NEW."changed_at", NEW."changed_by_id", NEW."created_at", NEW."form", NEW."id", NEW."leader_id", NEW."leader_reservation_id", NEW."minutes", NEW."mode", NEW."on", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."place", NEW."public_id", NEW."reason", NEW."room_id", NEW."room_reservation_id", NEW."second_id", NEW."second_reservation_id", NEW."series", NEW."shared", NEW."starts", NEW."starts_at", NEW."state", NEW."version", NEW."was_at", NEW."zone"); RETURN NULL;', hash='61d312fd553db3a3fc267e7d87238d796da2704d', operation='UPDATE', pgid='pgtrigger_update_update_74a58', table='supervision_supervisionmeeting', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supervisionmeeting',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "supervision_supervisionmeetinghistory" ("changed_at", "changed_by_id", "created_at", "form", "id", "leader_id", "leader_reservation_id", "minutes", "mode", "on", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "reason", "room_id", "room_reservation_id", "second_id", "second_reservation_id", "series", "shared", "starts", "starts_at", "state", "version", "was_at", "zone") VALUES (OLD."changed_at", OLD."changed_by_id", OLD."created_at", OLD."form", OLD."id", OLD."leader_id", OLD."leader_reservation_id", OLD."minutes", OLD."mode", OLD."on", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."place", OLD."public_id", OLD."reason", OLD."room_id", OLD."room_reservation_id", OLD."second_id", OLD."second_reservation_id", OLD."series", OLD."shared", OLD."starts", OLD."starts_at", OLD."state", OLD."version", OLD."was_at", OLD."zone"); RETURN NULL;', hash='e1ca3fda050bfe1f519cb06dfa85b2c3c492a78d', operation='DELETE', pgid='pgtrigger_delete_delete_42e5d', table='supervision_supervisionmeeting', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='meetingperson',
            constraint=apps.access.constraints.CompositeForeignKey(field='reservation', name='supervision_meetingperson_reservation_org'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=models.CheckConstraint(condition=models.Q(('second__isnull', True), models.Q(('mode', 'co_supervision'), models.Q(('second', models.F('leader')), _negated=True)), _connector='OR'), name='supervision_meeting_second'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=models.CheckConstraint(condition=models.Q(('room__isnull', True), ('place', 'in_person'), _connector='OR'), name='supervision_meeting_room', violation_error_message='A room is for meeting in person.'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['cancelled', 'missed']), _negated=True), models.Q(('leader_reservation__isnull', True), ('room_reservation__isnull', True), ('second_reservation__isnull', True)), _connector='OR'), name='supervision_meeting_frees'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=apps.access.constraints.CompositeForeignKey(field='second', name='supervision_supervisionmeeting_second_org'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=apps.access.constraints.CompositeForeignKey(field='room', name='supervision_supervisionmeeting_room_org'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=apps.access.constraints.CompositeForeignKey(field='leader_reservation', name='supervision_supervisionmeeting_leader_reservation_org'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=apps.access.constraints.CompositeForeignKey(field='second_reservation', name='supervision_supervisionmeeting_second_reservation_org'),
        ),
        migrations.AddConstraint(
            model_name='supervisionmeeting',
            constraint=apps.access.constraints.CompositeForeignKey(field='room_reservation', name='supervision_supervisionmeeting_room_reservation_org'),
        ),
    ]
