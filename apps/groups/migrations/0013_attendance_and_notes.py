"""Attendance by alias and by head count, corrections, notes and materials of sessions."""

import apps.access.constraints
import apps.access.scoped
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0012_substitutes'),
        ('materials', '0001_initial'),
        ('organizations', '0012_capability_to_erase'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HeadCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('people', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(999)], verbose_name='how many')),
                ('correction', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='why it was corrected')),
                ('noted_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'head count',
                'verbose_name_plural': 'head counts',
            },
        ),
        migrations.CreateModel(
            name='HeadCountHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('people', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(999)], verbose_name='how many')),
                ('correction', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='why it was corrected')),
                ('noted_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SessionMaterial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'material of a group',
                'verbose_name_plural': 'materials of groups',
            },
        ),
        migrations.CreateModel(
            name='SessionMaterialHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('given_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SessionNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('done', models.TextField(help_text='No names and nothing about one person.', max_length=3000, verbose_name='what you did')),
                ('used', models.TextField(blank=True, max_length=1000, verbose_name='what you used')),
                ('for_next', models.TextField(blank=True, max_length=1000, verbose_name='for whoever leads next')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'note on a session',
                'verbose_name_plural': 'notes on sessions',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SessionNoteHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('done', models.TextField(help_text='No names and nothing about one person.', max_length=3000, verbose_name='what you did')),
                ('used', models.TextField(blank=True, max_length=1000, verbose_name='what you used')),
                ('for_next', models.TextField(blank=True, max_length=1000, verbose_name='for whoever leads next')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendance',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='enrolment',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='enrolment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='enrolment',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='supportgroup',
            name='groups_group_places_need_names',
        ),
        migrations.AddField(
            model_name='attendance',
            name='alias',
            field=models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='first name or alias'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='correction',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='why it was corrected'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='noted_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attendance',
            name='public_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name='attendance',
            name='told_us',
            field=models.BooleanField(db_default=False, default=False, verbose_name='said they can’t come'),
        ),
        migrations.AddField(
            model_name='attendance',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='attendancehistory',
            name='alias',
            field=models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='first name or alias'),
        ),
        migrations.AddField(
            model_name='attendancehistory',
            name='correction',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='why it was corrected'),
        ),
        migrations.AddField(
            model_name='attendancehistory',
            name='noted_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attendancehistory',
            name='public_id',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False),
        ),
        migrations.AddField(
            model_name='attendancehistory',
            name='told_us',
            field=models.BooleanField(db_default=False, default=False, verbose_name='said they can’t come'),
        ),
        migrations.AddField(
            model_name='attendancehistory',
            name='version',
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.AddField(
            model_name='enrolment',
            name='alias',
            field=models.CharField(blank=True, db_default='', default='', help_text='What they are called here.', max_length=40, verbose_name='alias'),
        ),
        migrations.AddField(
            model_name='enrolmenthistory',
            name='alias',
            field=models.CharField(blank=True, db_default='', default='', help_text='What they are called here.', max_length=40, verbose_name='alias'),
        ),
        migrations.AlterField(
            model_name='attendance',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='organizations.person', verbose_name='person'),
        ),
        migrations.AlterField(
            model_name='attendancehistory',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='person'),
        ),
        migrations.AlterField(
            model_name='supportgroup',
            name='attendance_mode',
            field=models.CharField(choices=[('named', 'Names'), ('alias', 'An alias that each chooses, no names'), ('head_count', 'How many, no names'), ('none', 'Nothing')], default='named', max_length=10, verbose_name='what is written down about who came'),
        ),
        migrations.AlterField(
            model_name='supportgrouphistory',
            name='attendance_mode',
            field=models.CharField(choices=[('named', 'Names'), ('alias', 'An alias that each chooses, no names'), ('head_count', 'How many, no names'), ('none', 'Nothing')], default='named', max_length=10, verbose_name='what is written down about who came'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_attendancehistory" ("alias", "came", "correction", "id", "noted_at", "noted_by_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "told_us", "version") VALUES (NEW."alias", NEW."came", NEW."correction", NEW."id", NEW."noted_at", NEW."noted_by_id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."session_id", NEW."told_us", NEW."version"); RETURN NULL;', hash='c6f7b6d2a2a945e1fe50133ef0cc1d95a11b5c67', operation='INSERT', pgid='pgtrigger_insert_insert_ec14f', table='groups_attendance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_attendancehistory" ("alias", "came", "correction", "id", "noted_at", "noted_by_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "told_us", "version") VALUES (NEW."alias", NEW."came", NEW."correction", NEW."id", NEW."noted_at", NEW."noted_by_id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."session_id", NEW."told_us", NEW."version"); RETURN NULL;', hash='cef9181108824d7b3efffb2b2a5f7a8a3f28a987', operation='UPDATE', pgid='pgtrigger_update_update_96fcb', table='groups_attendance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendance',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_attendancehistory" ("alias", "came", "correction", "id", "noted_at", "noted_by_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "told_us", "version") VALUES (OLD."alias", OLD."came", OLD."correction", OLD."id", OLD."noted_at", OLD."noted_by_id", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."session_id", OLD."told_us", OLD."version"); RETURN NULL;', hash='24229657ad7bcda63c1c71a1e842ecec5a11d437', operation='DELETE', pgid='pgtrigger_delete_delete_02ba8', table='groups_attendance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_enrolmenthistory" ("alias", "ended_at", "enrolled_at", "group_id", "id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id") VALUES (NEW."alias", NEW."ended_at", NEW."enrolled_at", NEW."group_id", NEW."id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."place", NEW."public_id"); RETURN NULL;', hash='dde3bb98677b8e3adddfb4c5fc49385f7e16f20d', operation='INSERT', pgid='pgtrigger_insert_insert_0d979', table='groups_enrolment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_enrolmenthistory" ("alias", "ended_at", "enrolled_at", "group_id", "id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id") VALUES (NEW."alias", NEW."ended_at", NEW."enrolled_at", NEW."group_id", NEW."id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."place", NEW."public_id"); RETURN NULL;', hash='5915fff4d094b9e61585b5fadd1e13f153068601', operation='UPDATE', pgid='pgtrigger_update_update_3d07b', table='groups_enrolment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='enrolment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_enrolmenthistory" ("alias", "ended_at", "enrolled_at", "group_id", "id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id") VALUES (OLD."alias", OLD."ended_at", OLD."enrolled_at", OLD."group_id", OLD."id", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."place", OLD."public_id"); RETURN NULL;', hash='371fb2ccafad2fbfb63ccebae46dc74f59245a05', operation='DELETE', pgid='pgtrigger_delete_delete_c1e1b', table='groups_enrolment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('alias', ''), _negated=True), _connector='OR'), name='groups_attendance_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('told_us', False), ('came', False), _connector='OR'), name='groups_attendance_told_us'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', True), models.Q(('attendance_mode__in', ['named', 'alias']), ('capacity__gte', 1)), _connector='OR'), name='groups_group_places_need_names', violation_error_message='Places can be counted only where names are written down.'),
        ),
        migrations.AddField(
            model_name='headcount',
            name='noted_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='headcount',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='headcount',
            name='session',
            field=apps.access.scoped.ScopedOneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='head_count', to='groups.session', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='headcounthistory',
            name='noted_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='headcounthistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='headcounthistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.headcount'),
        ),
        migrations.AddField(
            model_name='headcounthistory',
            name='session',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.session', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='sessionmaterial',
            name='given_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sessionmaterial',
            name='group',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='groups.supportgroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='sessionmaterial',
            name='material',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_groups', to='materials.material', verbose_name='material'),
        ),
        migrations.AddField(
            model_name='sessionmaterial',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='sessionmaterial',
            name='session',
            field=apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='materials', to='groups.session', verbose_name='only this session'),
        ),
        migrations.AddField(
            model_name='sessionmaterialhistory',
            name='given_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sessionmaterialhistory',
            name='group',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.supportgroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='sessionmaterialhistory',
            name='material',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='materials.material', verbose_name='material'),
        ),
        migrations.AddField(
            model_name='sessionmaterialhistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='sessionmaterialhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.sessionmaterial'),
        ),
        migrations.AddField(
            model_name='sessionmaterialhistory',
            name='session',
            field=apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.session', verbose_name='only this session'),
        ),
        migrations.AddField(
            model_name='sessionnote',
            name='author',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person', verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='sessionnote',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='sessionnote',
            name='session',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='groups.session', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='sessionnotehistory',
            name='author',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='sessionnotehistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='sessionnotehistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.sessionnote'),
        ),
        migrations.AddField(
            model_name='sessionnotehistory',
            name='session',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.session', verbose_name='session'),
        ),
        migrations.AddConstraint(
            model_name='headcount',
            constraint=models.CheckConstraint(condition=models.Q(('people__lte', 999)), name='groups_head_count_size'),
        ),
        migrations.AddConstraint(
            model_name='headcount',
            constraint=apps.access.constraints.RowWall(name='groups_headcount_wall'),
        ),
        migrations.AddConstraint(
            model_name='headcount',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_headcount_org_id'),
        ),
        migrations.AddConstraint(
            model_name='headcount',
            constraint=apps.access.constraints.CompositeForeignKey(field='session', name='groups_headcount_session_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='headcount',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_headcounthistory" ("correction", "id", "noted_at", "noted_by_id", "organization_id", "people", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id") VALUES (NEW."correction", NEW."id", NEW."noted_at", NEW."noted_by_id", NEW."organization_id", NEW."people", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."session_id"); RETURN NULL;', hash='5b4447d41a1f2da99fa326e7fe0deec7c2833dd8', operation='INSERT', pgid='pgtrigger_insert_insert_e639a', table='groups_headcount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='headcount',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_headcounthistory" ("correction", "id", "noted_at", "noted_by_id", "organization_id", "people", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id") VALUES (NEW."correction", NEW."id", NEW."noted_at", NEW."noted_by_id", NEW."organization_id", NEW."people", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."session_id"); RETURN NULL;', hash='037e70116ed42f8fe0f618a5300c7dbce64a3144', operation='UPDATE', pgid='pgtrigger_update_update_02683', table='groups_headcount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='headcount',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_headcounthistory" ("correction", "id", "noted_at", "noted_by_id", "organization_id", "people", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id") VALUES (OLD."correction", OLD."id", OLD."noted_at", OLD."noted_by_id", OLD."organization_id", OLD."people", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."session_id"); RETURN NULL;', hash='f5b64b16e0e3c8aaf8f33ea815c9a3c5ea2bb80b', operation='DELETE', pgid='pgtrigger_delete_delete_de0af', table='groups_headcount', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='headcounthistory',
            constraint=apps.access.constraints.RowWall(name='groups_headcounthistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='headcounthistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_headcounthistory_append_only'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterial',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization', 'group', 'session', 'material'), name='groups_material_once', nulls_distinct=False, violation_error_message='It is there already.'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterial',
            constraint=apps.access.constraints.RowWall(name='groups_sessionmaterial_wall'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterial',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_sessionmaterial_org_id'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterial',
            constraint=apps.access.constraints.CompositeForeignKey(field='group', name='groups_sessionmaterial_group_org'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterial',
            constraint=apps.access.constraints.CompositeForeignKey(field='session', name='groups_sessionmaterial_session_org'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterial',
            constraint=apps.access.constraints.CompositeForeignKey(field='material', name='groups_sessionmaterial_material_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionmaterial',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_sessionmaterialhistory" ("ended_at", "given_at", "given_by_id", "group_id", "id", "material_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id") VALUES (NEW."ended_at", NEW."given_at", NEW."given_by_id", NEW."group_id", NEW."id", NEW."material_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."session_id"); RETURN NULL;', hash='946fdb2b3f8c1d5fe92aac706130b4226ca7e427', operation='INSERT', pgid='pgtrigger_insert_insert_686be', table='groups_sessionmaterial', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionmaterial',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_sessionmaterialhistory" ("ended_at", "given_at", "given_by_id", "group_id", "id", "material_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id") VALUES (NEW."ended_at", NEW."given_at", NEW."given_by_id", NEW."group_id", NEW."id", NEW."material_id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."session_id"); RETURN NULL;', hash='e3b7cbf4847c790e639c6ec39e2843e1f4fe2e3f', operation='UPDATE', pgid='pgtrigger_update_update_c5b20', table='groups_sessionmaterial', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionmaterial',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_sessionmaterialhistory" ("ended_at", "given_at", "given_by_id", "group_id", "id", "material_id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id") VALUES (OLD."ended_at", OLD."given_at", OLD."given_by_id", OLD."group_id", OLD."id", OLD."material_id", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."session_id"); RETURN NULL;', hash='e3d45d02b41cac0cf413fbfd6de626f8efb803e2', operation='DELETE', pgid='pgtrigger_delete_delete_8ea20', table='groups_sessionmaterial', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterialhistory',
            constraint=apps.access.constraints.RowWall(name='groups_sessionmaterialhistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='sessionmaterialhistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_sessionmaterialhistory_append_only'),
        ),
        migrations.AddConstraint(
            model_name='sessionnote',
            constraint=apps.access.constraints.RowWall(name='groups_sessionnote_wall'),
        ),
        migrations.AddConstraint(
            model_name='sessionnote',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_sessionnote_org_id'),
        ),
        migrations.AddConstraint(
            model_name='sessionnote',
            constraint=apps.access.constraints.CompositeForeignKey(field='session', name='groups_sessionnote_session_org'),
        ),
        migrations.AddConstraint(
            model_name='sessionnote',
            constraint=apps.access.constraints.CompositeForeignKey(field='author', name='groups_sessionnote_author_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionnote',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_sessionnotehistory" ("author_id", "changed_at", "created_at", "done", "for_next", "id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "used", "version") VALUES (NEW."author_id", NEW."changed_at", NEW."created_at", NEW."done", NEW."for_next", NEW."id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."session_id", NEW."used", NEW."version"); RETURN NULL;', hash='02ec1f01b6b5a7e30d3cfc43b12b52b9a7f17ec6', operation='INSERT', pgid='pgtrigger_insert_insert_1c4f6', table='groups_sessionnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionnote',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_sessionnotehistory" ("author_id", "changed_at", "created_at", "done", "for_next", "id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "used", "version") VALUES (NEW."author_id", NEW."changed_at", NEW."created_at", NEW."done", NEW."for_next", NEW."id", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."session_id", NEW."used", NEW."version"); RETURN NULL;', hash='271d7b19100ccb84adb67aee07fa8ca125e0b44d', operation='UPDATE', pgid='pgtrigger_update_update_d1f28', table='groups_sessionnote', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionnote',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_sessionnotehistory" ("author_id", "changed_at", "created_at", "done", "for_next", "id", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "session_id", "used", "version") VALUES (OLD."author_id", OLD."changed_at", OLD."created_at", OLD."done", OLD."for_next", OLD."id", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."session_id", OLD."used", OLD."version"); RETURN NULL;', hash='7281a6310141a08cc91bae9b9fb806566f91a0a2', operation='DELETE', pgid='pgtrigger_delete_delete_80076', table='groups_sessionnote', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='sessionnotehistory',
            constraint=apps.access.constraints.RowWall(name='groups_sessionnotehistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='sessionnotehistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_sessionnotehistory_append_only'),
        ),
    ]
