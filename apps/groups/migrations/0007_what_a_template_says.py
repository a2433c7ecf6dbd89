"""What a template says of a group: how people belong, ages, the fewest, a waiting list, a guardian's consent."""

import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0006_rules_as_sql'),
        ('organizations', '0012_capability_to_erase'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='supportgroup',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supportgroup',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='supportgroup',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='has_waitlist',
            field=models.BooleanField(db_default=True, default=True, verbose_name='keeps a waiting list when it is full'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='membership',
            field=models.CharField(choices=[('drop_in', 'Drop-in: come when you like'), ('cohort', 'The same people from beginning to end'), ('residential', 'Residential: people stay there'), ('one_to_one', 'One to one'), ('matched', 'A matched pair'), ('school', 'A team at a school')], db_default='drop_in', default='drop_in', max_length=11, verbose_name='how people belong to it'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='minimum',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where it takes place for one.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='fewest people it takes place with'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='needs_guardian_consent',
            field=models.BooleanField(db_default=False, default=False, verbose_name='a parent or guardian agrees for everybody under 18'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='oldest',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='to age'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='takes_new',
            field=models.BooleanField(db_default=True, default=True, help_text='Untick it where a group goes on with those who are in it.', verbose_name='open to new people'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='youngest',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='from age'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='has_waitlist',
            field=models.BooleanField(db_default=True, default=True, verbose_name='keeps a waiting list when it is full'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='membership',
            field=models.CharField(choices=[('drop_in', 'Drop-in: come when you like'), ('cohort', 'The same people from beginning to end'), ('residential', 'Residential: people stay there'), ('one_to_one', 'One to one'), ('matched', 'A matched pair'), ('school', 'A team at a school')], db_default='drop_in', default='drop_in', max_length=11, verbose_name='how people belong to it'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='minimum',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where it takes place for one.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='fewest people it takes place with'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='needs_guardian_consent',
            field=models.BooleanField(db_default=False, default=False, verbose_name='a parent or guardian agrees for everybody under 18'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='oldest',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='to age'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='takes_new',
            field=models.BooleanField(db_default=True, default=True, help_text='Untick it where a group goes on with those who are in it.', verbose_name='open to new people'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='youngest',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='from age'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "description", "ends_on", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interval", "is_free", "join_link", "languages", "location_id", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "oldest", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "times", "visibility", "weekday", "youngest") VALUES (NEW."also_on", NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."capacity", NEW."created_at", NEW."description", NEW."ends_on", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interval", NEW."is_free", NEW."join_link", NEW."languages", NEW."location_id", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."oldest", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."positions", NEW."programme_id", NEW."public_id", NEW."room_id", NEW."rule_from", NEW."starts", NEW."starts_on", NEW."takes_new", NEW."times", NEW."visibility", NEW."weekday", NEW."youngest"); RETURN NULL;', hash='5fdb8eebb45e285843b8bb5f6e94121007686847', operation='INSERT', pgid='pgtrigger_insert_insert_cb244', table='groups_supportgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."also_on" IS DISTINCT FROM (NEW."also_on") OR OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."attendance_mode" IS DISTINCT FROM (NEW."attendance_mode") OR OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."frequency" IS DISTINCT FROM (NEW."frequency") OR OLD."has_asl" IS DISTINCT FROM (NEW."has_asl") OR OLD."has_captions" IS DISTINCT FROM (NEW."has_captions") OR OLD."has_waitlist" IS DISTINCT FROM (NEW."has_waitlist") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."interval" IS DISTINCT FROM (NEW."interval") OR OLD."is_free" IS DISTINCT FROM (NEW."is_free") OR OLD."join_link" IS DISTINCT FROM (NEW."join_link") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."membership" IS DISTINCT FROM (NEW."membership") OR OLD."minimum" IS DISTINCT FROM (NEW."minimum") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."needs_certified" IS DISTINCT FROM (NEW."needs_certified") OR OLD."needs_guardian_consent" IS DISTINCT FROM (NEW."needs_guardian_consent") OR OLD."oldest" IS DISTINCT FROM (NEW."oldest") OR OLD."organization_id" IS DISTINCT FROM (NEW."organization_id") OR OLD."positions" IS DISTINCT FROM (NEW."positions") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."rule_from" IS DISTINCT FROM (NEW."rule_from") OR OLD."starts" IS DISTINCT FROM (NEW."starts") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."takes_new" IS DISTINCT FROM (NEW."takes_new") OR OLD."times" IS DISTINCT FROM (NEW."times") OR OLD."visibility" IS DISTINCT FROM (NEW."visibility") OR OLD."weekday" IS DISTINCT FROM (NEW."weekday") OR OLD."youngest" IS DISTINCT FROM (NEW."youngest"))', func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "description", "ends_on", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interval", "is_free", "join_link", "languages", "location_id", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "oldest", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "times", "visibility", "weekday", "youngest") VALUES (NEW."also_on", NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."capacity", NEW."created_at", NEW."description", NEW."ends_on", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interval", NEW."is_free", NEW."join_link", NEW."languages", NEW."location_id", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."oldest", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."positions", NEW."programme_id", NEW."public_id", NEW."room_id", NEW."rule_from", NEW."starts", NEW."starts_on", NEW."takes_new", NEW."times", NEW."visibility", NEW."weekday", NEW."youngest"); RETURN NULL;', hash='bf65882b7b9523e36b485bff5116eeb419c2a3c2', operation='UPDATE', pgid='pgtrigger_update_update_11ef9', table='groups_supportgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "description", "ends_on", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interval", "is_free", "join_link", "languages", "location_id", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "oldest", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "times", "visibility", "weekday", "youngest") VALUES (OLD."also_on", OLD."archived_at", OLD."attendance_mode", OLD."audience", OLD."capacity", OLD."created_at", OLD."description", OLD."ends_on", OLD."format", OLD."frequency", OLD."has_asl", OLD."has_captions", OLD."has_waitlist", OLD."id", OLD."interval", OLD."is_free", OLD."join_link", OLD."languages", OLD."location_id", OLD."membership", OLD."minimum", OLD."minutes", OLD."name", OLD."needs_certified", OLD."needs_guardian_consent", OLD."oldest", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."positions", OLD."programme_id", OLD."public_id", OLD."room_id", OLD."rule_from", OLD."starts", OLD."starts_on", OLD."takes_new", OLD."times", OLD."visibility", OLD."weekday", OLD."youngest"); RETURN NULL;', hash='8c592816d5229228bea5e6d0c5d4a59b3da2ca78', operation='DELETE', pgid='pgtrigger_delete_delete_0b4ec', table='groups_supportgroup', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('youngest__isnull', True), ('oldest__isnull', True), ('oldest__gte', models.F('youngest')), _connector='OR'), name='groups_group_ages', violation_error_message='The oldest can’t be younger than the youngest.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('minimum__isnull', True), models.Q(('minimum__gte', 1), models.Q(('capacity__isnull', True), ('minimum__lte', models.F('capacity')), _connector='OR')), _connector='OR'), name='groups_group_minimum', violation_error_message='The fewest people can’t be more than the places.'),
        ),
    ]
