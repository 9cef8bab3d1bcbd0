"""Make realistic content in any number."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from portal.demo.generator import generate


class Command(BaseCommand):
    """Generates practices, the same for the same seed, and fills the search index."""

    help = "Generate realistic published items of every type, the same for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, and from which seed."""
        parser.add_argument("--items", type=int, required=True, help="how many items of each type")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same items")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate with a line of progress, then rebuild the index."""
        for done in generate(options["items"], options["seed"]):
            self.stdout.write(f"\r{done} of {options['items']}", ending="")
            self.stdout.flush()
        self.stdout.write("")
        call_command("search_rebuild", verbosity=options["verbosity"])
