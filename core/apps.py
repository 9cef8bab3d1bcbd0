"""App configuration of ``core``."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """The kernel."""

    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Have the variants of a picture made, and the text of a file read, when it is saved."""
        from django.db.models.signals import post_save

        from core.documents import on_document_saved
        from core.pictures import on_picture_saved

        post_save.connect(on_picture_saved, sender="core.PortalImage", dispatch_uid="core.pictures")
        post_save.connect(on_document_saved, sender="core.PortalDocument", dispatch_uid="core.documents")
