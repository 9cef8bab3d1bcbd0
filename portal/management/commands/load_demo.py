"""Fill an empty portal with its demo content."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.roles import sync_groups
from goodpractices.services import load_criteria
from portal.demo import contributions, pages, people, practices
from portal.models import HomePage
from taxonomy.services import load_vocabulary


class Command(BaseCommand):
    """Loads vocabulary, criteria, pages, practices and, where DEBUG is on, the demo accounts."""

    help = "Load the demo content into an empty portal; does nothing when there already is a home page."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything or nothing, then fill the search index."""
        with transaction.atomic():
            terms = load_vocabulary()
            criteria = load_criteria()
            accounts = people.load_people()
            if HomePage.objects.exists():
                self.stdout.write("There already is a home page; pages and practices stay as they are.")
                return
            page_count = pages.load_pages()
            sync_groups()
            vocabulary = practices.Terms()
            short = practices.load_short_records(vocabulary)
            samples = practices.load_samples(vocabulary)
            contributed = contributions.load_contributions()
        call_command("search_rebuild", verbosity=0)
        self.stdout.write(
            f"Loaded {terms} terms, {criteria} criteria, {page_count} pages, {short} short records, "
            f"{samples} samples, {contributed} contributions, {accounts} accounts."
        )
