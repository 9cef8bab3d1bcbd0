"""App configuration of ``accounts``."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users and roles."""

    name = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        """Keep the groups' permissions equal to the table after every migration."""
        from accounts import (
            checks,  # noqa: F401 - the checks register on import
            receivers,
        )
        from accounts.my.area import register_card, register_entry
        from accounts.my.data_views import erasure_card
        from accounts.privacy.office_data import register_office_data
        from accounts.privacy.own_data import register_own_data
        from accounts.roles import sync_groups_after_migrate

        # The class is not ours, so that its labels, migrations and templates stay where Wagtail looks for them.
        people: Any = apps.get_app_config("wagtailusers")
        people.user_viewset = "accounts.viewsets.PeopleViewSet"
        receivers.connect()
        explanation = _("Your name, organisation and languages, and what is public.")
        register_entry("profile", _("My profile"), "my:profile", 50, explanation)
        explanation = _("Download everything we keep of you, or erase your account.")
        register_entry("data", _("My data"), "my:data", 60, explanation)
        register_card(erasure_card, 0)
        register_own_data()
        register_office_data()
        post_migrate.connect(sync_groups_after_migrate, dispatch_uid="accounts.sync_groups")
