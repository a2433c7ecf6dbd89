"""What the second wall stands on: the function that reads the scope, and the rights of the running roles."""

from django.conf import settings
from django.db import migrations


def _roles(schema_editor):
    quote = schema_editor.quote_name
    return {name: quote(role) for name, role in settings.DATABASE_ROLES.items()}


def grant(apps, schema_editor):
    schema_editor.execute(
        """
        GRANT USAGE ON SCHEMA public TO {runtime}, {system};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {runtime}, {system};
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {runtime}, {system};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {runtime}, {system};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {runtime}, {system};
        """.format(**_roles(schema_editor))
    )


def revoke(apps, schema_editor):
    schema_editor.execute(
        """
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM {runtime}, {system};
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM {runtime}, {system};
        """.format(**_roles(schema_editor))
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION app_orgs() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
                SELECT coalesce(nullif(current_setting('app.organizations', true), '')::bigint[], '{}')
            $$
            """,
            "DROP FUNCTION app_orgs()",
        ),
        migrations.RunPython(grant, revoke),
    ]
