"""The waiting list with its offers, replies to sessions, and guardians’ consents."""

import apps.access.constraints
import apps.access.scoped
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
        ('groups', '0009_nobody_is_written_down'),
        ('organizations', '0014_capability_to_keep_apart'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='GuardianConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('on_paper', models.BooleanField(default=False, verbose_name='on paper')),
                ('agreed_on', models.DateField(verbose_name='agreed on')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'guardian’s consent',
                'verbose_name_plural': 'guardians’ consents',
                'ordering': ['-agreed_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='GuardianConsentHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('on_paper', models.BooleanField(default=False, verbose_name='on paper')),
                ('agreed_on', models.DateField(verbose_name='agreed on')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Rsvp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_coming', models.BooleanField(verbose_name='comes')),
                ('said_at', models.DateTimeField(auto_now=True, verbose_name='said')),
            ],
            options={
                'verbose_name': 'reply to a session',
                'verbose_name_plural': 'replies to sessions',
            },
        ),
        migrations.CreateModel(
            name='RsvpHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('is_coming', models.BooleanField(verbose_name='comes')),
                ('said_at', models.DateTimeField(auto_now=True, verbose_name='said')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='WaitlistEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('asked', 'The office talks to them first'), ('waiting', 'Waits for a place'), ('offered', 'Has an offer'), ('joined', 'Is in the group'), ('declined', 'Said no to the offer'), ('expired', 'The offer ended without an answer'), ('left', 'Took themself off the list'), ('turned_down', 'The office took them off the list'), ('over', 'The group is over')], max_length=11, verbose_name='state')),
                ('rank', models.BigIntegerField(editable=False)),
                ('place', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='place')),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('asked_at', models.DateTimeField(editable=False, null=True)),
                ('offered_at', models.DateTimeField(editable=False, null=True, verbose_name='offered')),
                ('offer_until', models.DateTimeField(editable=False, null=True, verbose_name='offer ends')),
                ('reason', models.CharField(blank=True, help_text='Only the office reads this.', max_length=200, verbose_name='why the office changed it')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'verbose_name': 'waiting list entry',
                'verbose_name_plural': 'waiting list',
                'ordering': ['group', 'rank', 'id'],
            },
        ),
        migrations.CreateModel(
            name='WaitlistEntryHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('state', models.CharField(choices=[('asked', 'The office talks to them first'), ('waiting', 'Waits for a place'), ('offered', 'Has an offer'), ('joined', 'Is in the group'), ('declined', 'Said no to the offer'), ('expired', 'The offer ended without an answer'), ('left', 'Took themself off the list'), ('turned_down', 'The office took them off the list'), ('over', 'The group is over')], max_length=11, verbose_name='state')),
                ('rank', models.BigIntegerField(editable=False)),
                ('place', models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='place')),
                ('entered_at', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('asked_at', models.DateTimeField(editable=False, null=True)),
                ('offered_at', models.DateTimeField(editable=False, null=True, verbose_name='offered')),
                ('offer_until', models.DateTimeField(editable=False, null=True, verbose_name='offer ends')),
                ('reason', models.CharField(blank=True, help_text='Only the office reads this.', max_length=200, verbose_name='why the office changed it')),
                ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='ended')),
            ],
            options={
                'abstract': False,
            },
        ),
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
            name='offer_hours',
            field=models.PositiveSmallIntegerField(db_default=24, default=24, help_text='The night does not count.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='hours that an offered place is held'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='offer_hours',
            field=models.PositiveSmallIntegerField(db_default=24, default=24, help_text='The night does not count.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='hours that an offered place is held'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "curriculum_version", "description", "ends_on", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "join_link", "languages", "leader_kinds", "leaders_needed", "location_id", "made_from", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "offer_hours", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "template_id", "times", "topics", "topics_in_order", "visibility", "weekday", "youngest") VALUES (NEW."also_on", NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."capacity", NEW."created_at", NEW."curriculum_version", NEW."description", NEW."ends_on", NEW."feedback_questions", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interpreter_on_request", NEW."interval", NEW."is_anonymous", NEW."is_billable", NEW."is_free", NEW."join_link", NEW."languages", NEW."leader_kinds", NEW."leaders_needed", NEW."location_id", NEW."made_from", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."offer_hours", NEW."oldest", NEW."organization_id", NEW."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."positions", NEW."programme_id", NEW."public_id", NEW."room_id", NEW."rule_from", NEW."starts", NEW."starts_on", NEW."takes_new", NEW."template_id", NEW."times", NEW."topics", NEW."topics_in_order", NEW."visibility", NEW."weekday", NEW."youngest"); RETURN NULL;', hash='6f922018dceb00f2d0f903c418357f081fc8e9bc', operation='INSERT', pgid='pgtrigger_insert_insert_cb244', table='groups_supportgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."also_on" IS DISTINCT FROM (NEW."also_on") OR OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."attendance_mode" IS DISTINCT FROM (NEW."attendance_mode") OR OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."curriculum_version" IS DISTINCT FROM (NEW."curriculum_version") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."feedback_questions" IS DISTINCT FROM (NEW."feedback_questions") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."frequency" IS DISTINCT FROM (NEW."frequency") OR OLD."has_asl" IS DISTINCT FROM (NEW."has_asl") OR OLD."has_captions" IS DISTINCT FROM (NEW."has_captions") OR OLD."has_waitlist" IS DISTINCT FROM (NEW."has_waitlist") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."interpreter_on_request" IS DISTINCT FROM (NEW."interpreter_on_request") OR OLD."interval" IS DISTINCT FROM (NEW."interval") OR OLD."is_anonymous" IS DISTINCT FROM (NEW."is_anonymous") OR OLD."is_billable" IS DISTINCT FROM (NEW."is_billable") OR OLD."is_free" IS DISTINCT FROM (NEW."is_free") OR OLD."join_link" IS DISTINCT FROM (NEW."join_link") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."leader_kinds" IS DISTINCT FROM (NEW."leader_kinds") OR OLD."leaders_needed" IS DISTINCT FROM (NEW."leaders_needed") OR OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."made_from" IS DISTINCT FROM (NEW."made_from") OR OLD."membership" IS DISTINCT FROM (NEW."membership") OR OLD."minimum" IS DISTINCT FROM (NEW."minimum") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."needs_certified" IS DISTINCT FROM (NEW."needs_certified") OR OLD."needs_guardian_consent" IS DISTINCT FROM (NEW."needs_guardian_consent") OR OLD."offer_hours" IS DISTINCT FROM (NEW."offer_hours") OR OLD."oldest" IS DISTINCT FROM (NEW."oldest") OR OLD."organization_id" IS DISTINCT FROM (NEW."organization_id") OR OLD."payer_limit" IS DISTINCT FROM (NEW."payer_limit") OR OLD."positions" IS DISTINCT FROM (NEW."positions") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."rule_from" IS DISTINCT FROM (NEW."rule_from") OR OLD."starts" IS DISTINCT FROM (NEW."starts") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."takes_new" IS DISTINCT FROM (NEW."takes_new") OR OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."times" IS DISTINCT FROM (NEW."times") OR OLD."topics" IS DISTINCT FROM (NEW."topics") OR OLD."topics_in_order" IS DISTINCT FROM (NEW."topics_in_order") OR OLD."visibility" IS DISTINCT FROM (NEW."visibility") OR OLD."weekday" IS DISTINCT FROM (NEW."weekday") OR OLD."youngest" IS DISTINCT FROM (NEW."youngest"))', func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "curriculum_version", "description", "ends_on", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "join_link", "languages", "leader_kinds", "leaders_needed", "location_id", "made_from", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "offer_hours", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "template_id", "times", "topics", "topics_in_order", "visibility", "weekday", "youngest") VALUES (NEW."also_on", NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."capacity", NEW."created_at", NEW."curriculum_version", NEW."description", NEW."ends_on", NEW."feedback_questions", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interpreter_on_request", NEW."interval", NEW."is_anonymous", NEW."is_billable", NEW."is_free", NEW."join_link", NEW."languages", NEW."leader_kinds", NEW."leaders_needed", NEW."location_id", NEW."made_from", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."offer_hours", NEW."oldest", NEW."organization_id", NEW."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."positions", NEW."programme_id", NEW."public_id", NEW."room_id", NEW."rule_from", NEW."starts", NEW."starts_on", NEW."takes_new", NEW."template_id", NEW."times", NEW."topics", NEW."topics_in_order", NEW."visibility", NEW."weekday", NEW."youngest"); RETURN NULL;', hash='0013d9c3eb678069018e9dbbb335440916f32669', operation='UPDATE', pgid='pgtrigger_update_update_11ef9', table='groups_supportgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "curriculum_version", "description", "ends_on", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "join_link", "languages", "leader_kinds", "leaders_needed", "location_id", "made_from", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "offer_hours", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "template_id", "times", "topics", "topics_in_order", "visibility", "weekday", "youngest") VALUES (OLD."also_on", OLD."archived_at", OLD."attendance_mode", OLD."audience", OLD."capacity", OLD."created_at", OLD."curriculum_version", OLD."description", OLD."ends_on", OLD."feedback_questions", OLD."format", OLD."frequency", OLD."has_asl", OLD."has_captions", OLD."has_waitlist", OLD."id", OLD."interpreter_on_request", OLD."interval", OLD."is_anonymous", OLD."is_billable", OLD."is_free", OLD."join_link", OLD."languages", OLD."leader_kinds", OLD."leaders_needed", OLD."location_id", OLD."made_from", OLD."membership", OLD."minimum", OLD."minutes", OLD."name", OLD."needs_certified", OLD."needs_guardian_consent", OLD."offer_hours", OLD."oldest", OLD."organization_id", OLD."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."positions", OLD."programme_id", OLD."public_id", OLD."room_id", OLD."rule_from", OLD."starts", OLD."starts_on", OLD."takes_new", OLD."template_id", OLD."times", OLD."topics", OLD."topics_in_order", OLD."visibility", OLD."weekday", OLD."youngest"); RETURN NULL;', hash='506dd1dacc338e4612078114a1640c48e9c41611', operation='DELETE', pgid='pgtrigger_delete_delete_0b4ec', table='groups_supportgroup', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('offer_hours__gte', 1), ('offer_hours__lte', 168)), name='groups_group_offers'),
        ),
        migrations.AddField(
            model_name='guardianconsent',
            name='group',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='groups.supportgroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='guardianconsent',
            name='guardian',
            field=apps.access.scoped.ScopedForeignKey(blank=True, help_text='Empty where it is on paper and the guardian is not written down here.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents_given', to='organizations.person', verbose_name='parent or guardian'),
        ),
        migrations.AddField(
            model_name='guardianconsent',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='guardianconsent',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guardian_consents', to='organizations.person', verbose_name='for whom'),
        ),
        migrations.AddField(
            model_name='guardianconsent',
            name='recorded_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='guardianconsenthistory',
            name='group',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.supportgroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='guardianconsenthistory',
            name='guardian',
            field=apps.access.scoped.ScopedForeignKey(blank=True, db_constraint=False, help_text='Empty where it is on paper and the guardian is not written down here.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='parent or guardian'),
        ),
        migrations.AddField(
            model_name='guardianconsenthistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='guardianconsenthistory',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='for whom'),
        ),
        migrations.AddField(
            model_name='guardianconsenthistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.guardianconsent'),
        ),
        migrations.AddField(
            model_name='guardianconsenthistory',
            name='recorded_by',
            field=models.ForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rsvps', to='organizations.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='rsvp',
            name='session',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rsvps', to='groups.session', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='rsvphistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='rsvphistory',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='rsvphistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.rsvp'),
        ),
        migrations.AddField(
            model_name='rsvphistory',
            name='session',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.session', verbose_name='session'),
        ),
        migrations.AddField(
            model_name='waitlistentry',
            name='group',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waiting', to='groups.supportgroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='waitlistentry',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='waitlistentry',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='waits_for', to='organizations.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='waitlistentryhistory',
            name='group',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.supportgroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='waitlistentryhistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='waitlistentryhistory',
            name='person',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='waitlistentryhistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.waitlistentry'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization', 'group', 'person'), name='groups_one_consent', violation_error_message='A consent stands already.'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('guardian__isnull', False), ('on_paper', True), _connector='OR'), name='groups_consent_from_somebody', violation_error_message='Say who agreed, or that it is on paper.'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.CheckConstraint(condition=models.Q(('guardian__isnull', True), models.Q(('guardian', models.F('person')), _negated=True), _connector='OR'), name='groups_consent_not_ones_own', violation_error_message='Somebody else has to agree.'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=apps.access.constraints.RowWall(name='groups_guardianconsent_wall'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_guardianconsent_org_id'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=apps.access.constraints.CompositeForeignKey(field='group', name='groups_guardianconsent_group_org'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=apps.access.constraints.CompositeForeignKey(field='person', name='groups_guardianconsent_person_org'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsent',
            constraint=apps.access.constraints.CompositeForeignKey(field='guardian', name='groups_guardianconsent_guardian_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_guardianconsenthistory" ("agreed_on", "ended_at", "group_id", "guardian_id", "id", "on_paper", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_by_id") VALUES (NEW."agreed_on", NEW."ended_at", NEW."group_id", NEW."guardian_id", NEW."id", NEW."on_paper", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."recorded_by_id"); RETURN NULL;', hash='8a7d9b058e947dbf59c6e104d7aec11bb15b0f54', operation='INSERT', pgid='pgtrigger_insert_insert_7aeb6', table='groups_guardianconsent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_guardianconsenthistory" ("agreed_on", "ended_at", "group_id", "guardian_id", "id", "on_paper", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_by_id") VALUES (NEW."agreed_on", NEW."ended_at", NEW."group_id", NEW."guardian_id", NEW."id", NEW."on_paper", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."recorded_by_id"); RETURN NULL;', hash='7661059f85aedeeccc8eda33a2664e2fc4017d24', operation='UPDATE', pgid='pgtrigger_update_update_31049', table='groups_guardianconsent', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='guardianconsent',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_guardianconsenthistory" ("agreed_on", "ended_at", "group_id", "guardian_id", "id", "on_paper", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "recorded_by_id") VALUES (OLD."agreed_on", OLD."ended_at", OLD."group_id", OLD."guardian_id", OLD."id", OLD."on_paper", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."recorded_by_id"); RETURN NULL;', hash='bccaf976393ca419a39dec94cb02224d676cce80', operation='DELETE', pgid='pgtrigger_delete_delete_b1f45', table='groups_guardianconsent', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='guardianconsenthistory',
            constraint=apps.access.constraints.RowWall(name='groups_guardianconsenthistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='guardianconsenthistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_guardianconsenthistory_append_only'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.UniqueConstraint(fields=('organization', 'session', 'person'), name='groups_reply_once'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=apps.access.constraints.RowWall(name='groups_rsvp_wall'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_rsvp_org_id'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=apps.access.constraints.CompositeForeignKey(field='session', name='groups_rsvp_session_org'),
        ),
        migrations.AddConstraint(
            model_name='rsvp',
            constraint=apps.access.constraints.CompositeForeignKey(field='person', name='groups_rsvp_person_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rsvp',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_rsvphistory" ("id", "is_coming", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "session_id") VALUES (NEW."id", NEW."is_coming", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."said_at", NEW."session_id"); RETURN NULL;', hash='b5ee0f25f4fa7edf569bd45a005f48702d5cb953', operation='INSERT', pgid='pgtrigger_insert_insert_ac289', table='groups_rsvp', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rsvp',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_rsvphistory" ("id", "is_coming", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "session_id") VALUES (NEW."id", NEW."is_coming", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."said_at", NEW."session_id"); RETURN NULL;', hash='b57792bd1bb96d47d97d42b1bc883c5a13bee771', operation='UPDATE', pgid='pgtrigger_update_update_120b4', table='groups_rsvp', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rsvp',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_rsvphistory" ("id", "is_coming", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "session_id") VALUES (OLD."id", OLD."is_coming", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."said_at", OLD."session_id"); RETURN NULL;', hash='30c06c302c92b1ae205660f70fe252ec7e56f6f0', operation='DELETE', pgid='pgtrigger_delete_delete_f99d7', table='groups_rsvp', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='rsvphistory',
            constraint=apps.access.constraints.RowWall(name='groups_rsvphistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='rsvphistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_rsvphistory_append_only'),
        ),
        migrations.AddIndex(
            model_name='waitlistentry',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['group', 'rank', 'id'], name='groups_waiting_open'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organization', 'group', 'person'), name='groups_waits_once', violation_error_message='This person is on the list already.'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'offered')), fields=('group', 'place'), name='groups_place_offered_once'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ('asked', 'waiting', 'offered'))), models.Q(models.Q(('state__in', ('asked', 'waiting', 'offered')), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='groups_waiting_ended'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('offer_until__gt', models.F('offered_at')), ('offered_at__isnull', False), ('state', 'offered')), models.Q(models.Q(('state', 'offered'), _negated=True), ('place__isnull', True)), _connector='OR'), name='groups_waiting_offer'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'asked'), _negated=True), ('asked_at__isnull', False), _connector='OR'), name='groups_waiting_asked'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=apps.access.constraints.RowWall(name='groups_waitlistentry_wall'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_waitlistentry_org_id'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=apps.access.constraints.CompositeForeignKey(field='group', name='groups_waitlistentry_group_org'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentry',
            constraint=apps.access.constraints.CompositeForeignKey(field='person', name='groups_waitlistentry_person_org'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistentry',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_waitlistentryhistory" ("asked_at", "ended_at", "entered_at", "group_id", "id", "offer_until", "offered_at", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "rank", "reason", "state") VALUES (NEW."asked_at", NEW."ended_at", NEW."entered_at", NEW."group_id", NEW."id", NEW."offer_until", NEW."offered_at", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."place", NEW."public_id", NEW."rank", NEW."reason", NEW."state"); RETURN NULL;', hash='b3821a65b180a6326d7af67c726399844eb340b8', operation='INSERT', pgid='pgtrigger_insert_insert_e8541', table='groups_waitlistentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistentry',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "groups_waitlistentryhistory" ("asked_at", "ended_at", "entered_at", "group_id", "id", "offer_until", "offered_at", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "rank", "reason", "state") VALUES (NEW."asked_at", NEW."ended_at", NEW."entered_at", NEW."group_id", NEW."id", NEW."offer_until", NEW."offered_at", NEW."organization_id", NEW."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."place", NEW."public_id", NEW."rank", NEW."reason", NEW."state"); RETURN NULL;', hash='fa1070240a5d9c99e6c0820dedacf7e71445c4ed', operation='UPDATE', pgid='pgtrigger_update_update_8dee8', table='groups_waitlistentry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='waitlistentry',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_waitlistentryhistory" ("asked_at", "ended_at", "entered_at", "group_id", "id", "offer_until", "offered_at", "organization_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "public_id", "rank", "reason", "state") VALUES (OLD."asked_at", OLD."ended_at", OLD."entered_at", OLD."group_id", OLD."id", OLD."offer_until", OLD."offered_at", OLD."organization_id", OLD."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."place", OLD."public_id", OLD."rank", OLD."reason", OLD."state"); RETURN NULL;', hash='e196c185e2210739bf147e7e4f9b3e3c87e312fe', operation='DELETE', pgid='pgtrigger_delete_delete_ac1e1', table='groups_waitlistentry', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='waitlistentryhistory',
            constraint=apps.access.constraints.RowWall(name='groups_waitlistentryhistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='waitlistentryhistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_waitlistentryhistory_append_only'),
        ),
    ]
