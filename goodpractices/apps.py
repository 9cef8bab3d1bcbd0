"""App configuration of ``goodpractices``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoodPracticesConfig(AppConfig):
    """Good practices."""

    name = "goodpractices"
    verbose_name = _("Good practices")

    def ready(self) -> None:
        """Register upward: the kind of content, and what is indexed of it, its band on the home page."""
        from content.registry import register_kind
        from goodpractices import bands, search_documents, submissions
        from goodpractices.models import GoodPractice

        register_kind(GoodPractice)
        search_documents.register()
        submissions.register()
        bands.register()
