"""``manage.py search_rebuild``: index everything anew, while the site goes on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import services


class Command(BaseCommand):
    """Index every published item anew and drop from the index what should not be there."""

    help = "Index every published item anew; safe to run at any time, and twice."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the rebuild; raises CommandError (exit code 1) when items could not be indexed."""
        report = services.rebuild()
        self.stdout.write(f"{len(report.indexed)} items indexed.")
        for uid, problem in report.failed:
            self.stderr.write(f"{uid}: {problem}")
        if report.failed:
            message = f"{len(report.failed)} items could not be indexed."
            raise CommandError(message)
