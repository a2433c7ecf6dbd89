import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """Finds old lines of the log of reads. Made beside those who write, so outside a transaction."""

    atomic = False

    dependencies = [
        ('access', '0003_logs_by_organization'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='accesslog',
            index=django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='access_log_time'),
        ),
    ]
