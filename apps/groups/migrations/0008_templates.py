"""Templates of groups, an organization's own, and what a group takes from one: leaders, payer, topics."""

import apps.access.constraints
import apps.access.scoped
import apps.kit.search
import apps.kit.text
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.fields.json
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('groups', '0007_what_a_template_says'),
        ('organizations', '0012_capability_to_erase'),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('leaders_needed', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where one is enough.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='how many lead it')),
                ('leader_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('trained_peer', 'a trained peer'), ('curriculum', 'somebody certified to teach this course'), ('family_member', 'a family member'), ('licensed', 'a licensed professional beside the peer')], max_length=13), blank=True, default=list, size=None, verbose_name='among those who lead it')),
                ('is_billable', models.BooleanField(db_default=False, default=False, verbose_name='billed to a payer')),
                ('payer_limit', models.PositiveSmallIntegerField(blank=True, help_text='In one group. Payers differ: look into the contract.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='most people the payer pays for')),
                ('interpreter_on_request', models.BooleanField(db_default=False, default=False, verbose_name='an interpreter comes when somebody asks')),
                ('is_anonymous', models.BooleanField(db_default=False, default=False, help_text='As in twelve-step meetings: no attendance and no list of members.', verbose_name='nobody’s name is ever written down')),
                ('curriculum_version', models.CharField(blank=True, help_text='So that one knows later what was taught.', max_length=60, verbose_name='version of the course')),
                ('topics', apps.kit.text.TranslatedTextField(blank=True, help_text='One a line: the first time, the second time, and so on. The same lines in each language.', verbose_name='topics')),
                ('topics_in_order', models.BooleanField(db_default=True, default=True, help_text='Untick it where people choose the topic each time.', verbose_name='topics come in this order')),
                ('feedback_questions', apps.kit.text.TranslatedTextField(blank=True, help_text='One a line.', verbose_name='questions to ask at the end')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', apps.kit.text.TranslatedTextField(verbose_name='name')),
                ('description', apps.kit.text.TranslatedTextField(blank=True, help_text='Two or three plain sentences.', verbose_name='what it is like')),
                ('audience', apps.kit.text.TranslatedTextField(blank=True, help_text='For example: family and friends, or 18 to 25.', verbose_name='who it is for')),
                ('membership', models.CharField(choices=[('drop_in', 'Drop-in: come when you like'), ('cohort', 'The same people from beginning to end'), ('residential', 'Residential: people stay there'), ('one_to_one', 'One to one'), ('matched', 'A matched pair'), ('school', 'A team at a school')], default='drop_in', max_length=11, verbose_name='how people belong to it')),
                ('takes_new', models.BooleanField(default=True, verbose_name='new people may join after it has begun')),
                ('visibility', models.CharField(choices=[('public', 'Everybody: it is on the public schedule'), ('members', 'Only those who are in it, and staff')], default='public', max_length=10, verbose_name='who may find it')),
                ('attendance_mode', models.CharField(choices=[('named', 'Names'), ('alias', 'An alias that each chooses, no names'), ('head_count', 'How many, no names'), ('none', 'Nothing')], default='named', max_length=10, verbose_name='what is written down about who came')),
                ('format', models.CharField(choices=[('in_person', 'In person'), ('online', 'Online'), ('phone', 'By phone'), ('hybrid', 'In person and online')], default='in_person', max_length=10, verbose_name='how people take part')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('en', 'English'), ('es', 'Español'), ('zh-hans', '中文'), ('vi', 'Tiếng Việt'), ('ar', 'العربية')], max_length=10), blank=True, default=list, size=None, verbose_name='languages spoken')),
                ('has_captions', models.BooleanField(default=False, verbose_name='live captions')),
                ('has_asl', models.BooleanField(default=False, verbose_name='American Sign Language interpreter')),
                ('is_free', models.BooleanField(default=True, verbose_name='free')),
                ('frequency', models.CharField(choices=[('weekly', 'By the week'), ('monthly', 'By the month, on a weekday')], default='weekly', max_length=7, verbose_name='how often')),
                ('interval', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='every so many weeks or months')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'), (6, 'Saturday'), (7, 'Sunday')]), blank=True, default=list, help_text='Leave empty where each group has a day of its own.', size=None, verbose_name='always on')),
                ('days_in_row', models.PositiveSmallIntegerField(default=1, help_text='1 for all but courses and retreats of several whole days.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='days one after another')),
                ('times', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where it goes on.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(400)], verbose_name='ends after so many times')),
                ('needs_last_day', models.BooleanField(default=False, help_text='The end of a school year, say.', verbose_name='ends on a day that is named when it starts')),
                ('minutes', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(720)], verbose_name='for how many minutes')),
                ('capacity', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where everybody who comes is welcome.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='places')),
                ('minimum', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where it takes place for one.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='fewest people it takes place with')),
                ('has_waitlist', models.BooleanField(default=True, verbose_name='keeps a waiting list when it is full')),
                ('youngest', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='from age')),
                ('oldest', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='to age')),
                ('needs_guardian_consent', models.BooleanField(default=False, verbose_name='a parent or guardian agrees for everybody under 18')),
                ('needs_certified', models.BooleanField(default=False, verbose_name='whoever leads it needs a certification')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='where its figures are from')),
                ('based_on', models.CharField(blank=True, editable=False, max_length=40)),
                ('search', apps.kit.search.FoldedSearchField(blank=True, default='', editable=False, sources=['name', 'description', 'audience'])),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('archived_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'template',
                'verbose_name_plural': 'templates',
                'ordering': ['search', 'id'],
            },
        ),
        migrations.CreateModel(
            name='GroupTemplateHistory',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('leaders_needed', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where one is enough.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='how many lead it')),
                ('leader_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('trained_peer', 'a trained peer'), ('curriculum', 'somebody certified to teach this course'), ('family_member', 'a family member'), ('licensed', 'a licensed professional beside the peer')], max_length=13), blank=True, default=list, size=None, verbose_name='among those who lead it')),
                ('is_billable', models.BooleanField(db_default=False, default=False, verbose_name='billed to a payer')),
                ('payer_limit', models.PositiveSmallIntegerField(blank=True, help_text='In one group. Payers differ: look into the contract.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='most people the payer pays for')),
                ('interpreter_on_request', models.BooleanField(db_default=False, default=False, verbose_name='an interpreter comes when somebody asks')),
                ('is_anonymous', models.BooleanField(db_default=False, default=False, help_text='As in twelve-step meetings: no attendance and no list of members.', verbose_name='nobody’s name is ever written down')),
                ('curriculum_version', models.CharField(blank=True, help_text='So that one knows later what was taught.', max_length=60, verbose_name='version of the course')),
                ('topics', apps.kit.text.TranslatedTextField(blank=True, help_text='One a line: the first time, the second time, and so on. The same lines in each language.', verbose_name='topics')),
                ('topics_in_order', models.BooleanField(db_default=True, default=True, help_text='Untick it where people choose the topic each time.', verbose_name='topics come in this order')),
                ('feedback_questions', apps.kit.text.TranslatedTextField(blank=True, help_text='One a line.', verbose_name='questions to ask at the end')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', apps.kit.text.TranslatedTextField(verbose_name='name')),
                ('description', apps.kit.text.TranslatedTextField(blank=True, help_text='Two or three plain sentences.', verbose_name='what it is like')),
                ('audience', apps.kit.text.TranslatedTextField(blank=True, help_text='For example: family and friends, or 18 to 25.', verbose_name='who it is for')),
                ('membership', models.CharField(choices=[('drop_in', 'Drop-in: come when you like'), ('cohort', 'The same people from beginning to end'), ('residential', 'Residential: people stay there'), ('one_to_one', 'One to one'), ('matched', 'A matched pair'), ('school', 'A team at a school')], default='drop_in', max_length=11, verbose_name='how people belong to it')),
                ('takes_new', models.BooleanField(default=True, verbose_name='new people may join after it has begun')),
                ('visibility', models.CharField(choices=[('public', 'Everybody: it is on the public schedule'), ('members', 'Only those who are in it, and staff')], default='public', max_length=10, verbose_name='who may find it')),
                ('attendance_mode', models.CharField(choices=[('named', 'Names'), ('alias', 'An alias that each chooses, no names'), ('head_count', 'How many, no names'), ('none', 'Nothing')], default='named', max_length=10, verbose_name='what is written down about who came')),
                ('format', models.CharField(choices=[('in_person', 'In person'), ('online', 'Online'), ('phone', 'By phone'), ('hybrid', 'In person and online')], default='in_person', max_length=10, verbose_name='how people take part')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('en', 'English'), ('es', 'Español'), ('zh-hans', '中文'), ('vi', 'Tiếng Việt'), ('ar', 'العربية')], max_length=10), blank=True, default=list, size=None, verbose_name='languages spoken')),
                ('has_captions', models.BooleanField(default=False, verbose_name='live captions')),
                ('has_asl', models.BooleanField(default=False, verbose_name='American Sign Language interpreter')),
                ('is_free', models.BooleanField(default=True, verbose_name='free')),
                ('frequency', models.CharField(choices=[('weekly', 'By the week'), ('monthly', 'By the month, on a weekday')], default='weekly', max_length=7, verbose_name='how often')),
                ('interval', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='every so many weeks or months')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(choices=[(1, 'Monday'), (2, 'Tuesday'), (3, 'Wednesday'), (4, 'Thursday'), (5, 'Friday'), (6, 'Saturday'), (7, 'Sunday')]), blank=True, default=list, help_text='Leave empty where each group has a day of its own.', size=None, verbose_name='always on')),
                ('days_in_row', models.PositiveSmallIntegerField(default=1, help_text='1 for all but courses and retreats of several whole days.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)], verbose_name='days one after another')),
                ('times', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where it goes on.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(400)], verbose_name='ends after so many times')),
                ('needs_last_day', models.BooleanField(default=False, help_text='The end of a school year, say.', verbose_name='ends on a day that is named when it starts')),
                ('minutes', models.PositiveSmallIntegerField(default=90, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(720)], verbose_name='for how many minutes')),
                ('capacity', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where everybody who comes is welcome.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='places')),
                ('minimum', models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where it takes place for one.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='fewest people it takes place with')),
                ('has_waitlist', models.BooleanField(default=True, verbose_name='keeps a waiting list when it is full')),
                ('youngest', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='from age')),
                ('oldest', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='to age')),
                ('needs_guardian_consent', models.BooleanField(default=False, verbose_name='a parent or guardian agrees for everybody under 18')),
                ('needs_certified', models.BooleanField(default=False, verbose_name='whoever leads it needs a certification')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='where its figures are from')),
                ('based_on', models.CharField(blank=True, editable=False, max_length=40)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('archived_at', models.DateTimeField(editable=False, null=True)),
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
            name='curriculum_version',
            field=models.CharField(blank=True, help_text='So that one knows later what was taught.', max_length=60, verbose_name='version of the course'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='feedback_questions',
            field=apps.kit.text.TranslatedTextField(blank=True, help_text='One a line.', verbose_name='questions to ask at the end'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='interpreter_on_request',
            field=models.BooleanField(db_default=False, default=False, verbose_name='an interpreter comes when somebody asks'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='is_anonymous',
            field=models.BooleanField(db_default=False, default=False, help_text='As in twelve-step meetings: no attendance and no list of members.', verbose_name='nobody’s name is ever written down'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='is_billable',
            field=models.BooleanField(db_default=False, default=False, verbose_name='billed to a payer'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='leader_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('trained_peer', 'a trained peer'), ('curriculum', 'somebody certified to teach this course'), ('family_member', 'a family member'), ('licensed', 'a licensed professional beside the peer')], max_length=13), blank=True, default=list, size=None, verbose_name='among those who lead it'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='leaders_needed',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where one is enough.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='how many lead it'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='made_from',
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='payer_limit',
            field=models.PositiveSmallIntegerField(blank=True, help_text='In one group. Payers differ: look into the contract.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='most people the payer pays for'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='topics',
            field=apps.kit.text.TranslatedTextField(blank=True, help_text='One a line: the first time, the second time, and so on. The same lines in each language.', verbose_name='topics'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='topics_in_order',
            field=models.BooleanField(db_default=True, default=True, help_text='Untick it where people choose the topic each time.', verbose_name='topics come in this order'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='curriculum_version',
            field=models.CharField(blank=True, help_text='So that one knows later what was taught.', max_length=60, verbose_name='version of the course'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='feedback_questions',
            field=apps.kit.text.TranslatedTextField(blank=True, help_text='One a line.', verbose_name='questions to ask at the end'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='interpreter_on_request',
            field=models.BooleanField(db_default=False, default=False, verbose_name='an interpreter comes when somebody asks'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='is_anonymous',
            field=models.BooleanField(db_default=False, default=False, help_text='As in twelve-step meetings: no attendance and no list of members.', verbose_name='nobody’s name is ever written down'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='is_billable',
            field=models.BooleanField(db_default=False, default=False, verbose_name='billed to a payer'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='leader_kinds',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('trained_peer', 'a trained peer'), ('curriculum', 'somebody certified to teach this course'), ('family_member', 'a family member'), ('licensed', 'a licensed professional beside the peer')], max_length=13), blank=True, default=list, size=None, verbose_name='among those who lead it'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='leaders_needed',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Leave empty where one is enough.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='how many lead it'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='made_from',
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='payer_limit',
            field=models.PositiveSmallIntegerField(blank=True, help_text='In one group. Payers differ: look into the contract.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='most people the payer pays for'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='topics',
            field=apps.kit.text.TranslatedTextField(blank=True, help_text='One a line: the first time, the second time, and so on. The same lines in each language.', verbose_name='topics'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='topics_in_order',
            field=models.BooleanField(db_default=True, default=True, help_text='Untick it where people choose the topic each time.', verbose_name='topics come in this order'),
        ),
        migrations.AddField(
            model_name='grouptemplate',
            name='organization',
            field=apps.access.scoped.OrganizationKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='supportgroup',
            name='template',
            field=apps.access.scoped.ScopedForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='groups.grouptemplate', verbose_name='template'),
        ),
        migrations.AddField(
            model_name='supportgrouphistory',
            name='template',
            field=apps.access.scoped.ScopedForeignKey(db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='groups.grouptemplate', verbose_name='template'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "curriculum_version", "description", "ends_on", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "join_link", "languages", "leader_kinds", "leaders_needed", "location_id", "made_from", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "template_id", "times", "topics", "topics_in_order", "visibility", "weekday", "youngest") VALUES (NEW."also_on", NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."capacity", NEW."created_at", NEW."curriculum_version", NEW."description", NEW."ends_on", NEW."feedback_questions", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interpreter_on_request", NEW."interval", NEW."is_anonymous", NEW."is_billable", NEW."is_free", NEW."join_link", NEW."languages", NEW."leader_kinds", NEW."leaders_needed", NEW."location_id", NEW."made_from", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."oldest", NEW."organization_id", NEW."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."positions", NEW."programme_id", NEW."public_id", NEW."room_id", NEW."rule_from", NEW."starts", NEW."starts_on", NEW."takes_new", NEW."template_id", NEW."times", NEW."topics", NEW."topics_in_order", NEW."visibility", NEW."weekday", NEW."youngest"); RETURN NULL;', hash='f606b710eb90f3ebdb860d0a9cd3e7fc7587208d', operation='INSERT', pgid='pgtrigger_insert_insert_cb244', table='groups_supportgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."also_on" IS DISTINCT FROM (NEW."also_on") OR OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."attendance_mode" IS DISTINCT FROM (NEW."attendance_mode") OR OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."curriculum_version" IS DISTINCT FROM (NEW."curriculum_version") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."feedback_questions" IS DISTINCT FROM (NEW."feedback_questions") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."frequency" IS DISTINCT FROM (NEW."frequency") OR OLD."has_asl" IS DISTINCT FROM (NEW."has_asl") OR OLD."has_captions" IS DISTINCT FROM (NEW."has_captions") OR OLD."has_waitlist" IS DISTINCT FROM (NEW."has_waitlist") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."interpreter_on_request" IS DISTINCT FROM (NEW."interpreter_on_request") OR OLD."interval" IS DISTINCT FROM (NEW."interval") OR OLD."is_anonymous" IS DISTINCT FROM (NEW."is_anonymous") OR OLD."is_billable" IS DISTINCT FROM (NEW."is_billable") OR OLD."is_free" IS DISTINCT FROM (NEW."is_free") OR OLD."join_link" IS DISTINCT FROM (NEW."join_link") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."leader_kinds" IS DISTINCT FROM (NEW."leader_kinds") OR OLD."leaders_needed" IS DISTINCT FROM (NEW."leaders_needed") OR OLD."location_id" IS DISTINCT FROM (NEW."location_id") OR OLD."made_from" IS DISTINCT FROM (NEW."made_from") OR OLD."membership" IS DISTINCT FROM (NEW."membership") OR OLD."minimum" IS DISTINCT FROM (NEW."minimum") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."needs_certified" IS DISTINCT FROM (NEW."needs_certified") OR OLD."needs_guardian_consent" IS DISTINCT FROM (NEW."needs_guardian_consent") OR OLD."oldest" IS DISTINCT FROM (NEW."oldest") OR OLD."organization_id" IS DISTINCT FROM (NEW."organization_id") OR OLD."payer_limit" IS DISTINCT FROM (NEW."payer_limit") OR OLD."positions" IS DISTINCT FROM (NEW."positions") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."room_id" IS DISTINCT FROM (NEW."room_id") OR OLD."rule_from" IS DISTINCT FROM (NEW."rule_from") OR OLD."starts" IS DISTINCT FROM (NEW."starts") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."takes_new" IS DISTINCT FROM (NEW."takes_new") OR OLD."template_id" IS DISTINCT FROM (NEW."template_id") OR OLD."times" IS DISTINCT FROM (NEW."times") OR OLD."topics" IS DISTINCT FROM (NEW."topics") OR OLD."topics_in_order" IS DISTINCT FROM (NEW."topics_in_order") OR OLD."visibility" IS DISTINCT FROM (NEW."visibility") OR OLD."weekday" IS DISTINCT FROM (NEW."weekday") OR OLD."youngest" IS DISTINCT FROM (NEW."youngest"))', func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "curriculum_version", "description", "ends_on", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "join_link", "languages", "leader_kinds", "leaders_needed", "location_id", "made_from", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "template_id", "times", "topics", "topics_in_order", "visibility", "weekday", "youngest") VALUES (NEW."also_on", NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."capacity", NEW."created_at", NEW."curriculum_version", NEW."description", NEW."ends_on", NEW."feedback_questions", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interpreter_on_request", NEW."interval", NEW."is_anonymous", NEW."is_billable", NEW."is_free", NEW."join_link", NEW."languages", NEW."leader_kinds", NEW."leaders_needed", NEW."location_id", NEW."made_from", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."oldest", NEW."organization_id", NEW."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."positions", NEW."programme_id", NEW."public_id", NEW."room_id", NEW."rule_from", NEW."starts", NEW."starts_on", NEW."takes_new", NEW."template_id", NEW."times", NEW."topics", NEW."topics_in_order", NEW."visibility", NEW."weekday", NEW."youngest"); RETURN NULL;', hash='0f82057f0c6170731b3c48539dfbe92580ff4941', operation='UPDATE', pgid='pgtrigger_update_update_11ef9', table='groups_supportgroup', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='supportgroup',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_supportgrouphistory" ("also_on", "archived_at", "attendance_mode", "audience", "capacity", "created_at", "curriculum_version", "description", "ends_on", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "join_link", "languages", "leader_kinds", "leaders_needed", "location_id", "made_from", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "positions", "programme_id", "public_id", "room_id", "rule_from", "starts", "starts_on", "takes_new", "template_id", "times", "topics", "topics_in_order", "visibility", "weekday", "youngest") VALUES (OLD."also_on", OLD."archived_at", OLD."attendance_mode", OLD."audience", OLD."capacity", OLD."created_at", OLD."curriculum_version", OLD."description", OLD."ends_on", OLD."feedback_questions", OLD."format", OLD."frequency", OLD."has_asl", OLD."has_captions", OLD."has_waitlist", OLD."id", OLD."interpreter_on_request", OLD."interval", OLD."is_anonymous", OLD."is_billable", OLD."is_free", OLD."join_link", OLD."languages", OLD."leader_kinds", OLD."leaders_needed", OLD."location_id", OLD."made_from", OLD."membership", OLD."minimum", OLD."minutes", OLD."name", OLD."needs_certified", OLD."needs_guardian_consent", OLD."oldest", OLD."organization_id", OLD."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."positions", OLD."programme_id", OLD."public_id", OLD."room_id", OLD."rule_from", OLD."starts", OLD."starts_on", OLD."takes_new", OLD."template_id", OLD."times", OLD."topics", OLD."topics_in_order", OLD."visibility", OLD."weekday", OLD."youngest"); RETURN NULL;', hash='d9370848fbb04c3e6fabc2364f1ad0d310debe3c', operation='DELETE', pgid='pgtrigger_delete_delete_0b4ec', table='groups_supportgroup', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='groups_grouptemplate_org_id'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('template__isnull', True), ('made_from', ''), _connector='OR'), name='groups_group_one_template'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('leaders_needed__isnull', True), models.Q(('leaders_needed__gte', 1), ('leaders_needed__lte', 20)), _connector='OR'), ('leader_kinds__contained_by', ['trained_peer', 'curriculum', 'family_member', 'licensed'])), name='groups_group_leaders', violation_error_message='One to twenty people lead it.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('payer_limit__isnull', True), models.Q(('is_billable', True), ('payer_limit__gte', 1)), _connector='OR'), name='groups_group_payer', violation_error_message='Say that it is billed, or leave the payer’s limit empty.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(('is_anonymous', False), ('attendance_mode__in', ('head_count', 'none')), _connector='OR'), name='groups_group_anonymous', violation_error_message='Where nobody’s name is ever written down, count heads at most.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership', 'matched'), _negated=True), models.Q(('capacity', 2), ('capacity__isnull', False)), _connector='OR'), name='groups_group_pair', violation_error_message='A matched pair has two places.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership', 'one_to_one'), _negated=True), ('capacity__isnull', True), ('capacity', 1), _connector='OR'), name='groups_group_one', violation_error_message='One to one has one place.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership__in', ('one_to_one', 'matched')), _negated=True), ('visibility', 'members'), _connector='OR'), name='groups_group_private', violation_error_message='Only those who are in it may find a pair or a one-to-one.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership', 'school'), _negated=True), ('needs_guardian_consent', True), models.Q(('youngest__gte', 18), ('youngest__isnull', False)), _connector='OR'), name='groups_group_school', violation_error_message='At a school a parent or guardian agrees for everybody under 18.'),
        ),
        migrations.AddConstraint(
            model_name='supportgroup',
            constraint=apps.access.constraints.CompositeForeignKey(field='template', name='groups_supportgroup_template_org'),
        ),
        migrations.AddField(
            model_name='grouptemplatehistory',
            name='organization',
            field=apps.access.scoped.OrganizationKey(db_constraint=False, editable=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organizations.organization', verbose_name='organization'),
        ),
        migrations.AddField(
            model_name='grouptemplatehistory',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='history', related_query_name='history_row', to='groups.grouptemplate'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.UniqueConstraint(models.F('organization'), django.db.models.fields.json.KeyTextTransform('en', 'name'), condition=models.Q(('archived_at__isnull', True)), name='groups_template_name', violation_error_message='A template with this name already exists.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('interval__gte', 1), ('interval__lte', 12), ('minutes__gte', 10), ('minutes__lte', 720), models.Q(('times__isnull', True), models.Q(('times__gte', 1), ('times__lte', 400)), _connector='OR'), ('weekdays__contained_by', [1, 2, 3, 4, 5, 6, 7])), name='groups_template_when'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('days_in_row', 1), models.Q(('days_in_row__gte', 2), ('days_in_row__lte', 7), ('frequency', 'weekly'), ('interval', 1), ('times__isnull', False), ('weekdays__len', 0)), _connector='OR'), name='groups_template_in_row', violation_error_message='Days one after another are counted, every week, and have no weekdays of their own.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('weekdays__len', 0), ('frequency', 'weekly'), _connector='OR'), name='groups_template_weekdays', violation_error_message='Fixed weekdays are for what meets by the week.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__isnull', True), models.Q(('capacity__gte', 1), models.Q(('attendance_mode__in', ('head_count', 'none')), _negated=True)), _connector='OR'), name='groups_template_places_need_names', violation_error_message='Places can be counted only where names are written down.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('minimum__isnull', True), models.Q(('minimum__gte', 1), models.Q(('capacity__isnull', True), ('minimum__lte', models.F('capacity')), _connector='OR')), _connector='OR'), name='groups_template_minimum', violation_error_message='The fewest people can’t be more than the places.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('youngest__isnull', True), ('oldest__isnull', True), ('oldest__gte', models.F('youngest')), _connector='OR'), name='groups_template_ages', violation_error_message='The oldest can’t be younger than the youngest.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('leaders_needed__isnull', True), models.Q(('leaders_needed__gte', 1), ('leaders_needed__lte', 20)), _connector='OR'), ('leader_kinds__contained_by', ['trained_peer', 'curriculum', 'family_member', 'licensed'])), name='groups_template_leaders', violation_error_message='One to twenty people lead it.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('payer_limit__isnull', True), models.Q(('is_billable', True), ('payer_limit__gte', 1)), _connector='OR'), name='groups_template_payer', violation_error_message='Say that it is billed, or leave the payer’s limit empty.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(('is_anonymous', False), ('attendance_mode__in', ('head_count', 'none')), _connector='OR'), name='groups_template_anonymous', violation_error_message='Where nobody’s name is ever written down, count heads at most.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership', 'matched'), _negated=True), models.Q(('capacity', 2), ('capacity__isnull', False)), _connector='OR'), name='groups_template_pair', violation_error_message='A matched pair has two places.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership', 'one_to_one'), _negated=True), ('capacity__isnull', True), ('capacity', 1), _connector='OR'), name='groups_template_one', violation_error_message='One to one has one place.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership__in', ('one_to_one', 'matched')), _negated=True), ('visibility', 'members'), _connector='OR'), name='groups_template_private', violation_error_message='Only those who are in it may find a pair or a one-to-one.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membership', 'school'), _negated=True), ('needs_guardian_consent', True), models.Q(('youngest__gte', 18), ('youngest__isnull', False)), _connector='OR'), name='groups_template_school', violation_error_message='At a school a parent or guardian agrees for everybody under 18.'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplate',
            constraint=apps.access.constraints.RowWall(name='groups_grouptemplate_wall'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grouptemplate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_grouptemplatehistory" ("archived_at", "attendance_mode", "audience", "based_on", "capacity", "created_at", "curriculum_version", "days_in_row", "description", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "languages", "leader_kinds", "leaders_needed", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "needs_last_day", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "takes_new", "times", "topics", "topics_in_order", "visibility", "weekdays", "youngest") VALUES (NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."based_on", NEW."capacity", NEW."created_at", NEW."curriculum_version", NEW."days_in_row", NEW."description", NEW."feedback_questions", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interpreter_on_request", NEW."interval", NEW."is_anonymous", NEW."is_billable", NEW."is_free", NEW."languages", NEW."leader_kinds", NEW."leaders_needed", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."needs_last_day", NEW."oldest", NEW."organization_id", NEW."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'insert\', NEW."id", NEW."public_id", NEW."source", NEW."takes_new", NEW."times", NEW."topics", NEW."topics_in_order", NEW."visibility", NEW."weekdays", NEW."youngest"); RETURN NULL;', hash='42266c1b98d7d3d722708f1885aba9b22fbad9e5', operation='INSERT', pgid='pgtrigger_insert_insert_a0bb0', table='groups_grouptemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grouptemplate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."attendance_mode" IS DISTINCT FROM (NEW."attendance_mode") OR OLD."audience" IS DISTINCT FROM (NEW."audience") OR OLD."based_on" IS DISTINCT FROM (NEW."based_on") OR OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."curriculum_version" IS DISTINCT FROM (NEW."curriculum_version") OR OLD."days_in_row" IS DISTINCT FROM (NEW."days_in_row") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."feedback_questions" IS DISTINCT FROM (NEW."feedback_questions") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."frequency" IS DISTINCT FROM (NEW."frequency") OR OLD."has_asl" IS DISTINCT FROM (NEW."has_asl") OR OLD."has_captions" IS DISTINCT FROM (NEW."has_captions") OR OLD."has_waitlist" IS DISTINCT FROM (NEW."has_waitlist") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."interpreter_on_request" IS DISTINCT FROM (NEW."interpreter_on_request") OR OLD."interval" IS DISTINCT FROM (NEW."interval") OR OLD."is_anonymous" IS DISTINCT FROM (NEW."is_anonymous") OR OLD."is_billable" IS DISTINCT FROM (NEW."is_billable") OR OLD."is_free" IS DISTINCT FROM (NEW."is_free") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."leader_kinds" IS DISTINCT FROM (NEW."leader_kinds") OR OLD."leaders_needed" IS DISTINCT FROM (NEW."leaders_needed") OR OLD."membership" IS DISTINCT FROM (NEW."membership") OR OLD."minimum" IS DISTINCT FROM (NEW."minimum") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."needs_certified" IS DISTINCT FROM (NEW."needs_certified") OR OLD."needs_guardian_consent" IS DISTINCT FROM (NEW."needs_guardian_consent") OR OLD."needs_last_day" IS DISTINCT FROM (NEW."needs_last_day") OR OLD."oldest" IS DISTINCT FROM (NEW."oldest") OR OLD."organization_id" IS DISTINCT FROM (NEW."organization_id") OR OLD."payer_limit" IS DISTINCT FROM (NEW."payer_limit") OR OLD."public_id" IS DISTINCT FROM (NEW."public_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."takes_new" IS DISTINCT FROM (NEW."takes_new") OR OLD."times" IS DISTINCT FROM (NEW."times") OR OLD."topics" IS DISTINCT FROM (NEW."topics") OR OLD."topics_in_order" IS DISTINCT FROM (NEW."topics_in_order") OR OLD."visibility" IS DISTINCT FROM (NEW."visibility") OR OLD."weekdays" IS DISTINCT FROM (NEW."weekdays") OR OLD."youngest" IS DISTINCT FROM (NEW."youngest"))', func='INSERT INTO "groups_grouptemplatehistory" ("archived_at", "attendance_mode", "audience", "based_on", "capacity", "created_at", "curriculum_version", "days_in_row", "description", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "languages", "leader_kinds", "leaders_needed", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "needs_last_day", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "takes_new", "times", "topics", "topics_in_order", "visibility", "weekdays", "youngest") VALUES (NEW."archived_at", NEW."attendance_mode", NEW."audience", NEW."based_on", NEW."capacity", NEW."created_at", NEW."curriculum_version", NEW."days_in_row", NEW."description", NEW."feedback_questions", NEW."format", NEW."frequency", NEW."has_asl", NEW."has_captions", NEW."has_waitlist", NEW."id", NEW."interpreter_on_request", NEW."interval", NEW."is_anonymous", NEW."is_billable", NEW."is_free", NEW."languages", NEW."leader_kinds", NEW."leaders_needed", NEW."membership", NEW."minimum", NEW."minutes", NEW."name", NEW."needs_certified", NEW."needs_guardian_consent", NEW."needs_last_day", NEW."oldest", NEW."organization_id", NEW."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'update\', NEW."id", NEW."public_id", NEW."source", NEW."takes_new", NEW."times", NEW."topics", NEW."topics_in_order", NEW."visibility", NEW."weekdays", NEW."youngest"); RETURN NULL;', hash='516ec0ccdfe8113dced9c1915790bb04015aab7c', operation='UPDATE', pgid='pgtrigger_update_update_238e2', table='groups_grouptemplate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='grouptemplate',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "groups_grouptemplatehistory" ("archived_at", "attendance_mode", "audience", "based_on", "capacity", "created_at", "curriculum_version", "days_in_row", "description", "feedback_questions", "format", "frequency", "has_asl", "has_captions", "has_waitlist", "id", "interpreter_on_request", "interval", "is_anonymous", "is_billable", "is_free", "languages", "leader_kinds", "leaders_needed", "membership", "minimum", "minutes", "name", "needs_certified", "needs_guardian_consent", "needs_last_day", "oldest", "organization_id", "payer_limit", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "public_id", "source", "takes_new", "times", "topics", "topics_in_order", "visibility", "weekdays", "youngest") VALUES (OLD."archived_at", OLD."attendance_mode", OLD."audience", OLD."based_on", OLD."capacity", OLD."created_at", OLD."curriculum_version", OLD."days_in_row", OLD."description", OLD."feedback_questions", OLD."format", OLD."frequency", OLD."has_asl", OLD."has_captions", OLD."has_waitlist", OLD."id", OLD."interpreter_on_request", OLD."interval", OLD."is_anonymous", OLD."is_billable", OLD."is_free", OLD."languages", OLD."leader_kinds", OLD."leaders_needed", OLD."membership", OLD."minimum", OLD."minutes", OLD."name", OLD."needs_certified", OLD."needs_guardian_consent", OLD."needs_last_day", OLD."oldest", OLD."organization_id", OLD."payer_limit", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, NOW(), \'delete\', OLD."id", OLD."public_id", OLD."source", OLD."takes_new", OLD."times", OLD."topics", OLD."topics_in_order", OLD."visibility", OLD."weekdays", OLD."youngest"); RETURN NULL;', hash='912463adbd209e8251778b52721e3c845a79a7ea', operation='DELETE', pgid='pgtrigger_delete_delete_9978d', table='groups_grouptemplate', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='grouptemplatehistory',
            constraint=apps.access.constraints.RowWall(name='groups_grouptemplatehistory_wall'),
        ),
        migrations.AddConstraint(
            model_name='grouptemplatehistory',
            constraint=apps.access.constraints.AppendOnly(name='groups_grouptemplatehistory_append_only'),
        ),
    ]
