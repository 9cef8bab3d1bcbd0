"""``manage.py search_check``: does the index hold what the database says it should?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search import services

_SHOWN = 20


class Command(BaseCommand):
    """Compare uids and versions of index and database."""

    help = (
        "Compare the search index with the database: missing, stale and orphaned items. Exit code 1 when they differ."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--repair``."""
        parser.add_argument("--repair", action="store_true", help="bring the index in line with the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, repair when asked, and exit with 1 when a difference remains."""
        drift = services.find_drift()
        self._tell(drift)
        if options["repair"] and not drift.clean:
            done = services.repair(drift)
            self.stdout.write(f"Repaired: {done.indexed} indexed, {done.deleted} taken out, {done.failed} failed.")
            drift = services.find_drift()
            self._tell(drift)
        if not drift.clean:
            sys.exit(1)

    def _tell(self, drift: services.Drift) -> None:
        if drift.clean:
            self.stdout.write("Index and database agree.")
            return
        for name in ("missing", "stale", "orphaned"):
            uids: tuple[str, ...] = getattr(drift, name)
            more = " …" if len(uids) > _SHOWN else ""
            self.stdout.write(f"{name}: {len(uids)} {', '.join(uids[:_SHOWN])}{more}".rstrip())
