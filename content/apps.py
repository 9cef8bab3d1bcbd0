"""App configuration of ``content``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    """What every kind of content shares."""

    name = "content"
    verbose_name = _("Content")

    def ready(self) -> None:
        """Follow Wagtail's publishing, so that whatever publishes an item, its followers learn of it."""
        from content import checks, signal_handlers  # noqa: F401 - the checks register on import

        signal_handlers.connect()
