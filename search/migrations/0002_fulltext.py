"""The full-text tables, which Django has no model for: FTS5 on SQLite, a tsvector under GIN on PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CREATE = {
    # The tokens come ready-made; remove_diacritics 0 and the underscore keep FTS5 from analysing them again.
    "sqlite": (
        """CREATE VIRTUAL TABLE search_fts USING fts5(
        title, summary, body, grams, tokenize = "unicode61 remove_diacritics 0 tokenchars '_'")""",
    ),
    "postgresql": (
        "CREATE TABLE search_tokens (document_id bigint PRIMARY KEY, tokens tsvector NOT NULL, title tsvector NOT NULL)",
        # Kept in the row: out of line, the planner takes the table for tiny and reads all of it instead of the index.
        "ALTER TABLE search_tokens ALTER COLUMN tokens SET STORAGE MAIN",
        "CREATE INDEX search_tokens_gin ON search_tokens USING gin (tokens) WITH (fastupdate = off)",
        "CREATE INDEX search_tokens_title_gin ON search_tokens USING gin (title) WITH (fastupdate = off)",
    ),
}
DROP = {"sqlite": "DROP TABLE IF EXISTS search_fts", "postgresql": "DROP TABLE IF EXISTS search_tokens"}


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the table of the database in use."""
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop it again."""
    schema_editor.execute(DROP[schema_editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
