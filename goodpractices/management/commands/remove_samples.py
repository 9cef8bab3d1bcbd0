"""Remove the sample practices."""

from typing import Any

from django.core.management.base import BaseCommand

from goodpractices.services import remove_samples


class Command(BaseCommand):
    """Deletes every practice marked as a sample."""

    help = "Delete the sample practices; everything else stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete and say how many."""
        self.stdout.write(f"{remove_samples(user=None)} samples removed.")
