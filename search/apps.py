"""App configuration of ``search``."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import pgettext_lazy


class SearchConfig(AppConfig):
    """One search over everything."""

    name = "search"
    verbose_name = pgettext_lazy("heading", "Search")

    def ready(self) -> None:
        """Follow what content and taxonomy announce, and check that no kind of content was forgotten."""
        from search import receivers
        from search.registry import check_registrations

        receivers.connect()
        checks.register(check_registrations)
