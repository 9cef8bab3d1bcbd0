"""PostgreSQL: title and summary in a column of their own, so that a demand on them opens no row of the whole text."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def add(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the column and its index; the worker builds the index of the portal anew and fills it."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_tokens ADD COLUMN telling tsvector NOT NULL DEFAULT ''")
        schema_editor.execute(
            "CREATE INDEX search_tokens_telling_gin ON search_tokens USING gin (telling) WITH (fastupdate = off)"
        )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the column."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE search_tokens DROP COLUMN telling")


class Migration(migrations.Migration):
    dependencies = [("search", "0003_engines_and_meaning")]
    operations = [migrations.RunPython(add, remove)]
