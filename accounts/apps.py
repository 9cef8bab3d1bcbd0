"""App configuration of ``accounts``."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users and roles."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Keep the groups' permissions equal to the table after every migration."""
        from accounts.roles import sync_groups_after_migrate

        post_migrate.connect(sync_groups_after_migrate, dispatch_uid="accounts.sync_groups")
