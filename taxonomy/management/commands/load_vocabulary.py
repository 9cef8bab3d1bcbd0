"""Load the vocabulary from the repository."""

from typing import Any

from django.core.management.base import BaseCommand

from taxonomy.services import load_vocabulary


class Command(BaseCommand):
    """Write the list in ``taxonomy/data`` into the database; safe to run again."""

    help = "Load themes, topics, countries, languages and target groups from taxonomy/data; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many terms there are."""
        self.stdout.write(f"{load_vocabulary()} terms loaded.")
