"""A migrated, empty SQLite database made once per state of the migrations, and copied for every test process."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "var" / "test-databases"


def _sources() -> Iterator[Path]:
    yield ROOT / "requirements.txt"
    for app in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(app.path)
        # Not only migrations: some fill tables from the app's own Python and data files.
        if folder.is_relative_to(ROOT) and ".venv" not in folder.parts:
            yield from sorted(folder.glob("migrations/*.py"))
            yield from sorted(folder.glob("data/*"))
            yield from sorted(folder.glob("*.py"))


def _state() -> str:
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def place_migrated_database(target: Path) -> None:
    """Put a migrated database at ``target``; made on the first call after a change, under a lock."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = CACHE / f"{_state()}.sqlite3"
        if not template.exists():
            _make(template)
    shutil.copyfile(template, target)


def _make(template: Path) -> None:
    for old in sorted(CACHE.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-3]:
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft.sqlite3"
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{draft}", "DJANGO_SETTINGS_MODULE": "tests.settings"}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
            cwd=ROOT,
            env=environment,
            check=True,
            timeout=300,
        )
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"import sqlite3; sqlite3.connect({str(draft)!r}).execute('PRAGMA journal_mode=DELETE')",
            ],
            check=True,
        )
        shutil.copyfile(draft, template.with_suffix(".tmp"))
    template.with_suffix(".tmp").replace(template)


Contents = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def filled_by_migrations() -> Contents:
    """Return the rows of every table that migrations have filled: table → columns and rows."""
    contents: Contents = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table == "django_migrations" or table.startswith("search_fts"):
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - the database's own names
            rows = cursor.fetchall()
            if rows:
                contents[table] = [column[0] for column in cursor.description], rows
    return contents


def restore(contents: Contents) -> None:
    """Bring the tables back to what migrations made them: a test with real transactions leaves them empty."""
    if connection.vendor == "sqlite":
        name = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        for leftover in name.parent.glob(f"{name.name}-*"):
            leftover.unlink()
        place_migrated_database(name)
        return
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        # Rows come in no order that foreign keys would accept.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, (columns, rows) in contents.items():
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608 - the database's own names
            places = ", ".join(["%s"] * len(columns))
            names = ", ".join(map(quote, columns))
            listed = [[json.dumps(value) if isinstance(value, dict | list) else value for value in row] for row in rows]
            sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608 - as above
            cursor.executemany(sql, listed)
