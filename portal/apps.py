"""App configuration of ``portal``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The composition root."""

    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Register the system checks; make the folders of the default broker, and follow changes of the page tree."""
        from django.db.models.signals import post_delete
        from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

        from portal import checks  # noqa: F401 - registers on import
        from portal.celery import make_queue_folders

        make_queue_folders()
        from portal.navigation import page_changed

        for signal in (page_published, page_unpublished, page_slug_changed, post_page_move, post_delete):
            signal.connect(page_changed, dispatch_uid="portal.navigation")
