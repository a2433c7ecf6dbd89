from django.db import migrations

from apps.signing.sealing import function_sql


def renew(apps, schema_editor):
    """The body of a sealed row can be erased too while what it belongs to is closed."""
    schema_editor.execute(function_sql("signing_closed_with"))


class Migration(migrations.Migration):

    dependencies = [
        ('signing', '0001_the_chain'),
    ]

    operations = [migrations.RunPython(renew, migrations.RunPython.noop, elidable=False)]
