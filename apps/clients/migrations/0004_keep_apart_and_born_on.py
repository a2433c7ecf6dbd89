"""Pairs of people who are kept apart in groups, and when a client was born."""

import apps.access.constraints
import apps.access.scoped
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0003_erasures'),
        ('organizations', '0014_capability_to_keep_apart'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeepApart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('why', models.CharField(blank=True, help_text='Only coordinators read this. It can stay empty.', max_length=500, verbose_name='why')),
                ('is_strict', models.BooleanField(default=True, help_text='Untick it where they may be in one group and coordinators only want to know.', verbose_name='never in one group')),
                ('since', models.DateField(verbose_name='since')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'pair kept apart',
                'verbose_name_plural': 'pairs kept apart',
                'ordering': ['-since', '-id'],
            },
        ),
        migrations.CreateModel(
            name='KeepApartHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('why', models.CharField(blank=True, help_text='Only coordinators read this. It can stay empty.', max_length=500, verbose_name='why')),
                ('is_strict', models.BooleanField(default=True, help_text='Untick it where they may be in one group and coordinators only want to know.', verbose_name='never in one group')),
                ('since', models.DateField(verbose_name='since')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='clientrecord',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='clientrecord',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='clientrecord',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='clientrecord',
            name='born_on',
            field=models.DateField(blank=True, help_text='Only where a group asks for an age. Nobody has to say it.', null=True, verbose_name='born on'),
        ),
        migrations.AddField(
            model_name='clientrecordhistory',
            name='born_on',
            field=models.DateField(blank=True, help_text='Only where a group asks for an age. Nobody has to say it.', null=True, verbose_name='born on'),
        ),
        migrations.AlterField(
            model_name='familylink',
            name='tie',
            field=models.CharField(choices=[('parent', 'Parent'), ('guardian', 'Legal guardian'), ('partner', 'Partner'), ('sibling', 'Brother or sister'), ('child', 'Son or daughter'), ('friend', 'Friend'), ('other', 'Someone close')], max_length=20, verbose_name='what they are to the client'),
        ),
        migrations.AlterField(
            model_name='familylinkhistory',
            name='tie',
            field=models.CharField(choices=[('parent', 'Parent'), ('guardian', 'Legal guardian'), ('partner', 'Partner'), ('sibling', 'Brother or sister'), ('child', 'Son or daughter'), ('friend', 'Friend'), ('other', 'Someone close')], max_length=20, verbose_name='what they are to the client'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrecord',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clients_clientrecordhistory" ("archived_at", "born_on", "created_at", "id", "location_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "since") VALUES (NEW."archived_at", NEW."born_on", NEW."created_at", NEW."id", NEW."location_id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."since"); RETURN NULL;', hash='3950311c7098d31183f99429db7e7ad5843781d2', operation='INSERT', pgid='pgtrigger_insert_insert_9651b', table='clients_clientrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrecord',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clients_clientrecordhistory" ("archived_at", "born_on", "created_at", "id", "location_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "since") VALUES (NEW."archived_at", NEW."born_on", NEW."created_at", NEW."id", NEW."location_id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."since"); RETURN NULL;', hash='6729be8cd2e1192a0ba339db41f921ef125142fd', operation='UPDATE', pgid='pgtrigger_update_update_6275c', table='clients_clientrecord', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='clientrecord',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clients_clientrecordhistory" ("archived_at", "born_on", "created_at", "id", "location_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "since") VALUES (OLD."archived_at", OLD."born_on", OLD."created_at", OLD."id", OLD."location_id", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."since"); RETURN NULL;', hash='843c78feb2e8121dc68f815723ee843c223b6e35', operation='DELETE', pgid='pgtrigger_delete_delete_49667', table='clients_clientrecord', when='AFTER')),
        ),
        migrations.AddField(
            model_name='keepapart',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='keepapart',
            name='person_a',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apart_first', to='organizations.person', verbose_name='one'),
        ),
        migrations.AddField(
            model_name='keepapart',
            name='person_b',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='apart_second', to='organizations.person', verbose_name='the other'),
        ),
        migrations.AddField(
            model_name='keepaparthistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='keepaparthistory',
            name='person_a',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='one'),
        ),
        migrations.AddField(
            model_name='keepaparthistory',
            name='person_b',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='the other'),
        ),
        migrations.AddField(
            model_name='keepaparthistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='clients.keepapart'),
        ),
        migrations.AddIndex(
            model_name='keepapart',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['person_b'], name='clients_apart_other'),
        ),
        migrations.AddConstraint(
            model_name='keepapart',
            constraint=models.CheckConstraint(condition=models.Q(('person_a__lt', models.F('person_b'))), name='clients_apart_lower_first'),
        ),
        migrations.AddConstraint(
            model_name='keepapart',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization', 'person_a', 'person_b'), name='clients_apart_once', violation_error_message='These two are kept apart already.'),
        ),
        migrations.AddConstraint(
            model_name='keepapart',
            constraint=apps.access.constraints.RowWall(name='clients_keepapart_wall'),
        ),
        migrations.AddConstraint(
            model_name='keepapart',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='clients_keepapart_org_id'),
        ),
        migrations.AddConstraint(
            model_name='keepapart',
            constraint=apps.access.constraints.CompositeForeignKey(field='person_a', name='clients_keepapart_person_a_org'),
        ),
        migrations.AddConstraint(
            model_name='keepapart',
            constraint=apps.access.constraints.CompositeForeignKey(field='person_b', name='clients_keepapart_person_b_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keepapart',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clients_keepaparthistory" ("ended_at", "id", "is_strict", "organization_id", "person_a_id", "person_b_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "since", "why") VALUES (NEW."ended_at", NEW."id", NEW."is_strict", NEW."organization_id", NEW."person_a_id", NEW."person_b_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."since", NEW."why"); RETURN NULL;', hash='41f8ac31d5ccf900a8b1f174c1bf85863f062c15', operation='INSERT', pgid='pgtrigger_insert_insert_545f2', table='clients_keepapart', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keepapart',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "clients_keepaparthistory" ("ended_at", "id", "is_strict", "organization_id", "person_a_id", "person_b_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "since", "why") VALUES (NEW."ended_at", NEW."id", NEW."is_strict", NEW."organization_id", NEW."person_a_id", NEW."person_b_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."since", NEW."why"); RETURN NULL;', hash='76dc5480101692b93d92efa5b0c8ceeab29f073b', operation='UPDATE', pgid='pgtrigger_update_update_cd0b2', table='clients_keepapart', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='keepapart',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "clients_keepaparthistory" ("ended_at", "id", "is_strict", "organization_id", "person_a_id", "person_b_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "since", "why") VALUES (OLD."ended_at", OLD."id", OLD."is_strict", OLD."organization_id", OLD."person_a_id", OLD."person_b_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."since", OLD."why"); RETURN NULL;', hash='7b2c7a170d317a26afd20315ac6c991018f1ca4b', operation='DELETE', pgid='pgtrigger_delete_delete_feed1', table='clients_keepapart', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='keepaparthistory',
            constraint=apps.access.constraints.RowWall(name='clients_keepaparthistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='keepaparthistory',
            constraint=apps.access.constraints.AppendOnly(name='clients_keepaparthistory_append_only'),
        ),
    ]
