"""PostgreSQL: a function that asks the full-text index, whatever the planner thinks of reading the table instead.

The planner counts the pages of the table alone. The tokens of most documents stand elsewhere, so it takes unpacking
all 20,000 documents (250 MB, 250 ms) for no dearer than asking the index for a common word (5 ms). Nor does it know
that other processes take longer to start than the answer takes to find. The settings of a function hold within it
only: no transaction is needed around a search, and no other query is planned in another way.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Without enable_indexscan = off it would read the whole table in the order of the primary key instead.
# One JSON array per demand: handing 10^5 rows to Python one by one would cost more than finding them.
CREATE = """
CREATE FUNCTION search_matches(place text, demand tsquery) RETURNS text
LANGUAGE plpgsql STABLE
SET enable_seqscan = off
SET enable_indexscan = off
SET max_parallel_workers_per_gather = 0
SET jit = off
AS $function$
DECLARE
    ids text;
BEGIN
    EXECUTE format('SELECT json_agg(document_id) FROM search_tokens WHERE %I @@ $1', place) INTO ids USING demand;
    RETURN coalesce(ids, '[]');
END
$function$
"""
DROP = "DROP FUNCTION IF EXISTS search_matches(text, tsquery)"


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the function; SQLite always asks its index."""
    if schema_editor.connection.vendor == "postgresql":
        # With parameters, even none, %I would be taken for the place of one.
        schema_editor.execute(CREATE, params=None)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop it again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0004_telling_column")]
    operations = [migrations.RunPython(create, drop)]
