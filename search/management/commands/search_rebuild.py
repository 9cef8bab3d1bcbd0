"""``manage.py search_rebuild``: index everything anew, while the site goes on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import maintenance
from search.backends import RebuildRefusedError, SearchBackend, SearchUnavailableError, all_backends, get_backend

_BAR = 30


class Command(BaseCommand):
    """Index every published item anew and drop from the index what should not be there."""

    help = "Index every published item anew, in every engine in use; safe to run at any time, to interrupt, and twice."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take ``--engine`` and ``--rollback``."""
        parser.add_argument("--engine", default="", help="embedded or elasticsearch (default: every engine in use)")
        parser.add_argument(
            "--rollback", action="store_true", help="go back to Elasticsearch's index from before the last rebuild"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the rebuild; raises CommandError (exit code 1) when it could not be done or items are missing."""
        try:
            engines = [get_backend(options["engine"])] if options["engine"] else list(all_backends())
            if options["rollback"]:
                self._roll_back(engines)
                return
            failed = sum(self._rebuild(engine) for engine in engines)
        except (LookupError, SearchUnavailableError, RebuildRefusedError, maintenance.RebuildRunningError) as problem:
            raise CommandError(str(problem)) from None
        if failed:
            message = f"{failed} items could not be indexed."
            raise CommandError(message)

    def _rebuild(self, engine: SearchBackend) -> int:
        shown = self.stdout.isatty()

        def progress(done: int, total: int) -> None:
            if shown:
                share = min(done / total, 1.0) if total else 1.0
                bar = "#" * int(_BAR * share)
                self.stdout.write(f"\r{engine.name} [{bar:<{_BAR}}] {done} of {total}", ending="")
                self.stdout.flush()

        report = maintenance.rebuild(engine, progress)
        self.stdout.write(f"{chr(13) if shown else ''}{engine.name}: {len(report.indexed)} items indexed.")
        for uid, problem in report.failed:
            self.stderr.write(f"{uid}: {problem}")
        return len(report.failed)

    def _roll_back(self, engines: list[SearchBackend]) -> None:
        for engine in engines:
            roll_back = getattr(engine, "roll_back", None)
            if roll_back is None:
                continue
            name = roll_back()
            drift = maintenance.find_drift(engine)
            maintenance.repair(drift, engine)
            self.stdout.write(f"{engine.name}: back to {name}, brought up to date.")
            return
        message = "Only Elasticsearch keeps an earlier index, and it is not in use."
        raise CommandError(message)
