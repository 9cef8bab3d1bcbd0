"""App configuration of ``contributions``."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ContributionsConfig(AppConfig):
    """Contributions and their validation."""

    name = "contributions"
    verbose_name = _("Contributions")

    def ready(self) -> None:
        """Follow Wagtail's workflow, and keep the workflow of the registered types in the database."""
        from contributions import checks, signal_handlers  # noqa: F401 - the checks register on import
        from contributions.workflow import ensure_workflow_after_migrate

        signal_handlers.connect()
        post_migrate.connect(ensure_workflow_after_migrate, dispatch_uid="contributions.workflow")
