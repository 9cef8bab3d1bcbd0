"""``manage.py search_check``: does the index hold what the database says it should?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import maintenance
from search.backends import SearchBackend, SearchUnavailableError, all_backends, get_backend
from search.models import IndexFailure, SearchOutbox

_SHOWN = 20


class Command(BaseCommand):
    """Compare uids and versions of index and database."""

    help = (
        "Compare the search index with the database: missing, stale and orphaned items. Exit code 1 when they differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--repair`` and ``--engine``."""
        parser.add_argument("--repair", action="store_true", help="bring the index in line with the database")
        parser.add_argument("--engine", default="", help="embedded or elasticsearch (default: every engine in use)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, repair when asked, and exit with 1 when a difference remains or an engine is out of reach."""
        try:
            engines = [get_backend(options["engine"])] if options["engine"] else list(all_backends())
        except LookupError as problem:
            raise CommandError(str(problem)) from None
        clean = [self._check(engine, repair=options["repair"]) for engine in engines]
        if not all(clean):
            sys.exit(1)

    def _check(self, engine: SearchBackend, *, repair: bool) -> bool:
        waiting = SearchOutbox.objects.filter(engine=engine.name).count()
        failed = IndexFailure.objects.filter(engine=engine.name).count()
        self.stdout.write(f"{engine.name}: {waiting} changes wait in the outbox, {failed} items are parked.")
        try:
            drift = maintenance.find_drift(engine)
            self._tell(drift)
            if repair and not drift.clean:
                done = maintenance.repair(drift, engine)
                self.stdout.write(f"Repaired: {done.indexed} indexed, {done.deleted} taken out, {done.failed} failed.")
                drift = maintenance.find_drift(engine)
                self._tell(drift)
        except SearchUnavailableError as problem:
            self.stderr.write(f"{engine.name} is out of reach or has no index: {problem}")
            return False
        return drift.clean

    def _tell(self, drift: maintenance.Drift) -> None:
        if drift.clean:
            self.stdout.write("Index and database agree.")
            return
        for name in ("missing", "stale", "orphaned"):
            uids: tuple[str, ...] = getattr(drift, name)
            more = " …" if len(uids) > _SHOWN else ""
            self.stdout.write(f"{name}: {len(uids)} {', '.join(uids[:_SHOWN])}{more}".rstrip())
