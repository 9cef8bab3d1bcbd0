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
        from accounts.my.area import register_entry
        from content.services import publication_guards
        from contributions import checks, signal_handlers  # noqa: F401 - the checks register on import
        from contributions.guards import refuse_own
        from contributions.personal_data import register_personal_data
        from contributions.workflow import ensure_workflow_after_migrate

        signal_handlers.connect()
        register_personal_data()
        explanation = _("What you have contributed, where it stands, and what comes next.")
        register_entry("contributions", _("My contributions"), "contributions:list", 10, explanation)
        if refuse_own not in publication_guards:
            publication_guards.append(refuse_own)
        post_migrate.connect(ensure_workflow_after_migrate, dispatch_uid="contributions.workflow")
