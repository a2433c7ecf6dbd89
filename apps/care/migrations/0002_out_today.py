"""Days on which somebody is out or a house is closed, what they touch, and who is told."""

import apps.access.constraints
import apps.access.scoped
import apps.kit.walltime
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0001_appointments_and_follow_ups'),
        ('groups', '0007_what_a_template_says'),
        ('organizations', '0012_capability_to_erase'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Disruption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('out', 'Somebody is out'), ('closed', 'A house is closed')], max_length=10, verbose_name='what')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('zone', apps.kit.walltime.TimeZoneField(verbose_name='time zone')),
                ('state', models.CharField(choices=[('asked', 'Waits for a decision'), ('stands', 'Stands'), ('ended', 'Taken back')], default='asked', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken back')),
                ('absence', apps.access.scoped.ScopedForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disruptions', to='organizations.absence')),
                ('asked_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closure', apps.access.scoped.ScopedForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disruptions', to='groups.closure')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disruptions', to='organizations.location', verbose_name='which house')),
                ('organization', apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization')),
                ('person', apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disruptions', to='organizations.person', verbose_name='who is out')),
            ],
            options={
                'verbose_name': 'day out or closed',
                'verbose_name_plural': 'days out or closed',
                'ordering': ['-starts_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='DisruptionHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(choices=[('out', 'Somebody is out'), ('closed', 'A house is closed')], max_length=10, verbose_name='what')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('zone', apps.kit.walltime.TimeZoneField(verbose_name='time zone')),
                ('state', models.CharField(choices=[('asked', 'Waits for a decision'), ('stands', 'Stands'), ('ended', 'Taken back')], default='asked', max_length=10, verbose_name='state')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='asked')),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken back')),
                ('absence', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.absence')),
                ('asked_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('closure', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.closure')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('location', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.location', verbose_name='which house')),
                ('organization', apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization')),
                ('person', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='who is out')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='care.disruption')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DisruptionItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('decision', models.CharField(choices=[('substitute', 'Somebody else does it'), ('moved', 'At another time'), ('elsewhere', 'At another place, or by phone'), ('called_off', 'Called off'), ('left', 'Left as it is'), ('open', 'Waits for a decision')], max_length=10, verbose_name='what was decided')),
                ('was_at', models.DateTimeField(editable=False)),
                ('was_until', models.DateTimeField(editable=False)),
                ('notice', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('restored_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken back')),
                ('appointment', apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disruptions', to='care.appointment', verbose_name='appointment')),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disruption', apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='care.disruption', verbose_name='day out or closed')),
                ('organization', apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization')),
                ('rebooked', apps.access.scoped.ScopedForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='care.appointment')),
                ('session', apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='disruptions', to='groups.session', verbose_name='session')),
                ('substitute', apps.access.scoped.ScopedForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.person', verbose_name='who does it instead')),
            ],
            options={
                'verbose_name': 'what a day out or closed touches',
                'verbose_name_plural': 'what days out or closed touch',
                'ordering': ['was_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DisruptionItemHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('decision', models.CharField(choices=[('substitute', 'Somebody else does it'), ('moved', 'At another time'), ('elsewhere', 'At another place, or by phone'), ('called_off', 'Called off'), ('left', 'Left as it is'), ('open', 'Waits for a decision')], max_length=10, verbose_name='what was decided')),
                ('was_at', models.DateTimeField(editable=False)),
                ('was_until', models.DateTimeField(editable=False)),
                ('notice', models.PositiveIntegerField(blank=True, editable=False, null=True)),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='decided')),
                ('restored_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='taken back')),
                ('appointment', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='care.appointment', verbose_name='appointment')),
                ('decided_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('disruption', apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='care.disruption', verbose_name='day out or closed')),
                ('organization', apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='care.disruptionitem')),
                ('rebooked', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='care.appointment')),
                ('session', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.session', verbose_name='session')),
                ('substitute', apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='who does it instead')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DisruptionNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('part', models.CharField(choices=[('concerned', 'It changes something for them'), ('decides', 'They have to decide')], default='concerned', max_length=10, verbose_name='why')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('first_at', models.DateTimeField(editable=False)),
                ('last_at', models.DateTimeField(editable=False)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('told_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('no_answer', 'Nobody answered; I left no message'), ('reached', 'I reached them'), ('left_message', 'I left a message where that is safe'), ('could_not_reach', 'I could not reach them in time')], max_length=20, verbose_name='what came of the call')),
                ('outcome_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='written down')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='calls')),
                ('disruption', apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='care.disruption', verbose_name='day out or closed')),
                ('organization', apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization')),
                ('outcome_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disruption_notices', to='organizations.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'somebody to tell',
                'verbose_name_plural': 'people to tell',
                'ordering': ['first_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='DisruptionNoticeHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('part', models.CharField(choices=[('concerned', 'It changes something for them'), ('decides', 'They have to decide')], default='concerned', max_length=10, verbose_name='why')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('first_at', models.DateTimeField(editable=False)),
                ('last_at', models.DateTimeField(editable=False)),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('told_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('no_answer', 'Nobody answered; I left no message'), ('reached', 'I reached them'), ('left_message', 'I left a message where that is safe'), ('could_not_reach', 'I could not reach them in time')], max_length=20, verbose_name='what came of the call')),
                ('outcome_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='written down')),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='calls')),
                ('disruption', apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='care.disruption', verbose_name='day out or closed')),
                ('organization', apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization')),
                ('outcome_by', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='person')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='care.disruptionnotice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='disruption',
            index=models.Index(fields=['organization', 'ends_at'], name='care_disruption_when'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='care_disruption_span'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closure__isnull', True), ('kind', 'out'), ('location__isnull', True), ('person__isnull', False)), models.Q(('absence__isnull', True), ('kind', 'closed'), ('location__isnull', False), ('person__isnull', True)), _connector='OR'), name='care_disruption_of_one'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('ended_at__isnull', True), ('state', 'asked')), models.Q(('decided_at__isnull', False), ('ended_at__isnull', True), ('state', 'stands')), models.Q(('ended_at__isnull', False), ('state', 'ended')), _connector='OR'), name='care_disruption_said_when'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('kind', 'out'), ('state', 'stands')), expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('starts_at'), models.F('ends_at'), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='care_out_once', violation_error_message='This is written down already for some of that time.'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('kind', 'closed'), ('state', 'stands')), expressions=[(models.Func(models.F('location'), models.F('location'), models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(models.F('starts_at'), models.F('ends_at'), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='care_closed_once', violation_error_message='This is written down already for some of that time.'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=apps.access.constraints.RowWall(name='care_disruption_wall'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='care_disruption_org_id'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=apps.access.constraints.CompositeForeignKey(field='person', name='care_disruption_person_org'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=apps.access.constraints.CompositeForeignKey(field='location', name='care_disruption_location_org'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=apps.access.constraints.CompositeForeignKey(field='absence', name='care_disruption_absence_org'),
        ),
        migrations.AddConstraint(
            model_name='disruption',
            constraint=apps.access.constraints.CompositeForeignKey(field='closure', name='care_disruption_closure_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruption',
            trigger=pgtrigger.compiler.Trigger(name='life', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{asked:stands,asked:ended,stands:ended}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='7b3b21bf4b9aa01af6269a4866c2e156697d990b', operation='UPDATE', pgid='pgtrigger_life_75d20', table='care_disruption', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruption',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "care_disruptionhistory" ("absence_id", "asked_at", "asked_by_id", "closure_id", "decided_at", "decided_by_id", "ended_at", "ended_by_id", "ends_at", "id", "kind", "location_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_at", "state", "zone") VALUES (NEW."absence_id", NEW."asked_at", NEW."asked_by_id", NEW."closure_id", NEW."decided_at", NEW."decided_by_id", NEW."ended_at", NEW."ended_by_id", NEW."ends_at", NEW."id", NEW."kind", NEW."location_id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."starts_at", NEW."state", NEW."zone"); RETURN NULL;', hash='855b94917d8b2969431813cee91d4dcc04824865', operation='INSERT', pgid='pgtrigger_insert_insert_901a4', table='care_disruption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruption',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "care_disruptionhistory" ("absence_id", "asked_at", "asked_by_id", "closure_id", "decided_at", "decided_by_id", "ended_at", "ended_by_id", "ends_at", "id", "kind", "location_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_at", "state", "zone") VALUES (NEW."absence_id", NEW."asked_at", NEW."asked_by_id", NEW."closure_id", NEW."decided_at", NEW."decided_by_id", NEW."ended_at", NEW."ended_by_id", NEW."ends_at", NEW."id", NEW."kind", NEW."location_id", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."starts_at", NEW."state", NEW."zone"); RETURN NULL;', hash='486db6f6ce424ef28293d809666685cd447cddf9', operation='UPDATE', pgid='pgtrigger_update_update_d5877', table='care_disruption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruption',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "care_disruptionhistory" ("absence_id", "asked_at", "asked_by_id", "closure_id", "decided_at", "decided_by_id", "ended_at", "ended_by_id", "ends_at", "id", "kind", "location_id", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "starts_at", "state", "zone") VALUES (OLD."absence_id", OLD."asked_at", OLD."asked_by_id", OLD."closure_id", OLD."decided_at", OLD."decided_by_id", OLD."ended_at", OLD."ended_by_id", OLD."ends_at", OLD."id", OLD."kind", OLD."location_id", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."starts_at", OLD."state", OLD."zone"); RETURN NULL;', hash='c310f69d2cd5a129448802d349ad4b229552232f', operation='DELETE', pgid='pgtrigger_delete_delete_fd31b', table='care_disruption', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='disruptionhistory',
            constraint=apps.access.constraints.RowWall(name='care_disruptionhistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='disruptionhistory',
            constraint=apps.access.constraints.AppendOnly(name='care_disruptionhistory_append_only'),
        ),
        migrations.AddIndex(
            model_name='disruptionitem',
            index=models.Index(fields=['session', 'notice'], name='care_item_session'),
        ),
        migrations.AddIndex(
            model_name='disruptionitem',
            index=models.Index(condition=models.Q(('decision', 'open')), fields=['organization'], name='care_item_open'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appointment__isnull', True), ('session__isnull', False)), models.Q(('appointment__isnull', False), ('notice__isnull', True), ('session__isnull', True)), _connector='OR'), name='care_item_of_one'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.UniqueConstraint(fields=('organization', 'disruption', 'session'), name='care_item_once_a_session'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.UniqueConstraint(fields=('organization', 'disruption', 'appointment'), name='care_item_once_a_visit'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', 'substitute'), ('substitute__isnull', False)), models.Q(models.Q(('decision', 'substitute'), _negated=True), ('substitute__isnull', True)), _connector='OR'), name='care_item_substitute'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decision', 'open')), models.Q(models.Q(('decision', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='care_item_decided'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.CheckConstraint(condition=models.Q(('rebooked__isnull', True), ('restored_at__isnull', False), _connector='OR'), name='care_item_rebooked'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=apps.access.constraints.RowWall(name='care_disruptionitem_wall'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='care_disruptionitem_org_id'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=apps.access.constraints.CompositeForeignKey(field='disruption', name='care_disruptionitem_disruption_org'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=apps.access.constraints.CompositeForeignKey(field='session', name='care_disruptionitem_session_org'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=apps.access.constraints.CompositeForeignKey(field='appointment', name='care_disruptionitem_appointment_org'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=apps.access.constraints.CompositeForeignKey(field='substitute', name='care_disruptionitem_substitute_org'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitem',
            constraint=apps.access.constraints.CompositeForeignKey(field='rebooked', name='care_disruptionitem_rebooked_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruptionitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "care_disruptionitemhistory" ("appointment_id", "decided_at", "decided_by_id", "decision", "disruption_id", "id", "notice", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "rebooked_id", "restored_at", "session_id", "substitute_id", "was_at", "was_until") VALUES (NEW."appointment_id", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."disruption_id", NEW."id", NEW."notice", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."rebooked_id", NEW."restored_at", NEW."session_id", NEW."substitute_id", NEW."was_at", NEW."was_until"); RETURN NULL;', hash='08f3d9a68dd048459084b1492568185b222d33f8', operation='INSERT', pgid='pgtrigger_insert_insert_d927a', table='care_disruptionitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruptionitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "care_disruptionitemhistory" ("appointment_id", "decided_at", "decided_by_id", "decision", "disruption_id", "id", "notice", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "rebooked_id", "restored_at", "session_id", "substitute_id", "was_at", "was_until") VALUES (NEW."appointment_id", NEW."decided_at", NEW."decided_by_id", NEW."decision", NEW."disruption_id", NEW."id", NEW."notice", NEW."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."rebooked_id", NEW."restored_at", NEW."session_id", NEW."substitute_id", NEW."was_at", NEW."was_until"); RETURN NULL;', hash='cfc726b824efa0c90c916a9b6ef103549ccc6582', operation='UPDATE', pgid='pgtrigger_update_update_5cbda', table='care_disruptionitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruptionitem',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "care_disruptionitemhistory" ("appointment_id", "decided_at", "decided_by_id", "decision", "disruption_id", "id", "notice", "organization_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "rebooked_id", "restored_at", "session_id", "substitute_id", "was_at", "was_until") VALUES (OLD."appointment_id", OLD."decided_at", OLD."decided_by_id", OLD."decision", OLD."disruption_id", OLD."id", OLD."notice", OLD."organization_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."rebooked_id", OLD."restored_at", OLD."session_id", OLD."substitute_id", OLD."was_at", OLD."was_until"); RETURN NULL;', hash='c8fb9a1baba352e264736c825829b44c26e0ff2f', operation='DELETE', pgid='pgtrigger_delete_delete_6fbe9', table='care_disruptionitem', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='disruptionitemhistory',
            constraint=apps.access.constraints.RowWall(name='care_disruptionitemhistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='disruptionitemhistory',
            constraint=apps.access.constraints.AppendOnly(name='care_disruptionitemhistory_append_only'),
        ),
        migrations.AddIndex(
            model_name='disruptionnotice',
            index=models.Index(condition=models.Q(('withdrawn_at__isnull', True), models.Q(('outcome__in', ['reached', 'left_message', 'could_not_reach']), _negated=True)), fields=['organization', 'first_at'], name='care_notice_open'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnotice',
            constraint=models.UniqueConstraint(fields=('organization', 'disruption', 'person', 'part'), name='care_notice_once_a_person'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnotice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', ''), ('outcome_at__isnull', True)), models.Q(models.Q(('outcome', ''), _negated=True), ('outcome_at__isnull', False)), _connector='OR'), name='care_notice_outcome_said_when'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnotice',
            constraint=apps.access.constraints.RowWall(name='care_disruptionnotice_wall'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnotice',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='care_disruptionnotice_org_id'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnotice',
            constraint=apps.access.constraints.CompositeForeignKey(field='disruption', name='care_disruptionnotice_disruption_org'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnotice',
            constraint=apps.access.constraints.CompositeForeignKey(field='person', name='care_disruptionnotice_person_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruptionnotice',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "care_disruptionnoticehistory" ("disruption_id", "first_at", "id", "last_at", "opened_at", "organization_id", "outcome", "outcome_at", "outcome_by_id", "part", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "told_at", "tries", "version", "withdrawn_at") VALUES (NEW."disruption_id", NEW."first_at", NEW."id", NEW."last_at", NEW."opened_at", NEW."organization_id", NEW."outcome", NEW."outcome_at", NEW."outcome_by_id", NEW."part", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."told_at", NEW."tries", NEW."version", NEW."withdrawn_at"); RETURN NULL;', hash='aba0cabe121c6ad2b83c3821c87c94c96ecf4d05', operation='INSERT', pgid='pgtrigger_insert_insert_7ffe2', table='care_disruptionnotice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruptionnotice',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "care_disruptionnoticehistory" ("disruption_id", "first_at", "id", "last_at", "opened_at", "organization_id", "outcome", "outcome_at", "outcome_by_id", "part", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "told_at", "tries", "version", "withdrawn_at") VALUES (NEW."disruption_id", NEW."first_at", NEW."id", NEW."last_at", NEW."opened_at", NEW."organization_id", NEW."outcome", NEW."outcome_at", NEW."outcome_by_id", NEW."part", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."told_at", NEW."tries", NEW."version", NEW."withdrawn_at"); RETURN NULL;', hash='5fc9d0f627bf0aaf004feb67d6a5c347072feae6', operation='UPDATE', pgid='pgtrigger_update_update_5dc3b', table='care_disruptionnotice', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='disruptionnotice',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "care_disruptionnoticehistory" ("disruption_id", "first_at", "id", "last_at", "opened_at", "organization_id", "outcome", "outcome_at", "outcome_by_id", "part", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "told_at", "tries", "version", "withdrawn_at") VALUES (OLD."disruption_id", OLD."first_at", OLD."id", OLD."last_at", OLD."opened_at", OLD."organization_id", OLD."outcome", OLD."outcome_at", OLD."outcome_by_id", OLD."part", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."told_at", OLD."tries", OLD."version", OLD."withdrawn_at"); RETURN NULL;', hash='5926376ecb76ed488228562eabbfbfabbf212d06', operation='DELETE', pgid='pgtrigger_delete_delete_05598', table='care_disruptionnotice', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='disruptionnoticehistory',
            constraint=apps.access.constraints.RowWall(name='care_disruptionnoticehistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='disruptionnoticehistory',
            constraint=apps.access.constraints.AppendOnly(name='care_disruptionnoticehistory_append_only'),
        ),
    ]
