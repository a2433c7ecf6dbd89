"""Who leads one session in another’s place."""

import apps.access.constraints
import apps.access.scoped
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0011_places_held_by_offers'),
        ('organizations', '0012_capability_to_erase'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SessionLeader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what they should know')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('instead_of', apps.access.scoped.ScopedForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person', verbose_name='in the place of')),
                ('organization', apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization')),
                ('person', apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='leads_sessions', to='organizations.person', verbose_name='who leads it this time')),
                ('session', apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to='groups.session', verbose_name='session')),
                ('set_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'substitute',
                'verbose_name_plural': 'substitutes',
            },
        ),
        migrations.CreateModel(
            name='SessionLeaderHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='what they should know')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(editable=False, null=True)),
                ('instead_of', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='in the place of')),
                ('organization', apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization')),
                ('person', apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='who leads it this time')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.sessionleader')),
                ('session', apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.session', verbose_name='session')),
                ('set_by', models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='sessionleader',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['person'], name='groups_substitute_person'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization', 'session', 'person'), name='groups_substitute_once', violation_error_message='This person leads the session already.'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=models.CheckConstraint(condition=models.Q(('instead_of__isnull', True), models.Q(('instead_of', models.F('person')), _negated=True), _connector='OR'), name='groups_substitute_another'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=apps.access.constraints.RowWall(name='groups_sessionleader_wall'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_sessionleader_org_id'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=apps.access.constraints.CompositeForeignKey(field='session', name='groups_sessionleader_session_org'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=apps.access.constraints.CompositeForeignKey(field='person', name='groups_sessionleader_person_org'),
        ),
        migrations.AddConstraint(
            model_name='sessionleader',
            constraint=apps.access.constraints.CompositeForeignKey(field='instead_of', name='groups_sessionleader_instead_of_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionleader',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_sessionleaderhistory" ("created_at", "ended_at", "id", "instead_of_id", "note", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "set_by_id") VALUES (NEW."created_at", NEW."ended_at", NEW."id", NEW."instead_of_id", NEW."note", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."session_id", NEW."set_by_id"); RETURN NULL;', hash='047250eecd0bb11001517b3fb8c79e45f6046ad9', operation='INSERT', pgid='pgtrigger_insert_insert_1006e', table='groups_sessionleader', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionleader',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_sessionleaderhistory" ("created_at", "ended_at", "id", "instead_of_id", "note", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "set_by_id") VALUES (NEW."created_at", NEW."ended_at", NEW."id", NEW."instead_of_id", NEW."note", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."session_id", NEW."set_by_id"); RETURN NULL;', hash='090ba44c28267629ed6438d1b013e0de1130417c', operation='UPDATE', pgid='pgtrigger_update_update_7ee7d', table='groups_sessionleader', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sessionleader',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_sessionleaderhistory" ("created_at", "ended_at", "id", "instead_of_id", "note", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "session_id", "set_by_id") VALUES (OLD."created_at", OLD."ended_at", OLD."id", OLD."instead_of_id", OLD."note", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."session_id", OLD."set_by_id"); RETURN NULL;', hash='f9ad993f1ae8784bec0f82664d73c7111dffc92a', operation='DELETE', pgid='pgtrigger_delete_delete_c6ca1', table='groups_sessionleader', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='sessionleaderhistory',
            constraint=apps.access.constraints.RowWall(name='groups_sessionleaderhistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='sessionleaderhistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_sessionleaderhistory_append_only'),
        ),
    ]
