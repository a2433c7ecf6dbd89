"""Migrations go back and forth on a database that stands, not only from an empty one to the newest."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from peerplatform import logins


@pytest.mark.django_db(transaction=True)
def test_templates_are_taken_back_and_brought_again_with_the_keys_that_lead_to_them():
    loader = MigrationLoader(connection)
    name = next(name for app, name in loader.disk_migrations if app == "groups" and name.endswith("_templates"))
    (before,) = [node.key[1] for node in loader.graph.node_map["groups", name].parents if node.key[0] == "groups"]
    connection.close()
    with logins.using("owner"):
        try:
            call_command("migrate", "groups", before, verbosity=0)
            assert "groups_grouptemplate" not in connection.introspection.table_names()
        finally:
            call_command("migrate", verbosity=0)
        tables = connection.introspection.table_names()
        with connection.cursor() as cursor:
            columns = {
                row.name for row in connection.introspection.get_table_description(cursor, "groups_supportgroup")
            }
    connection.close()
    assert "groups_grouptemplate" in tables
    assert {"template_id", "topics", "is_anonymous"} <= columns
