"""System checks about people."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

#: The addresses of the demo accounts, whose one password is published.
DEMO_DOMAIN = "@portal.example"


@register(Tags.database)
def no_demo_accounts_in_production(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse accounts whose password everyone knows where DEBUG is off (runs with every migrate)."""
    if settings.DEBUG or not databases:
        return []
    from accounts.models import User

    if User._meta.db_table not in connections["default"].introspection.table_names():
        return []
    names = list(User.objects.filter(email__endswith=DEMO_DOMAIN, is_active=True).values_list("email", flat=True)[:3])
    if not names:
        return []
    hint = "Delete them, or set them inactive: their password stands in the README."
    return [Error(f"Demo accounts are active in production: {', '.join(names)}.", hint=hint, id="accounts.E001")]


@register(Tags.security)
def staff_has_second_factors_in_production(**kwargs: Any) -> list[CheckMessage]:
    """Who works for the portal signs in with a second factor, unless it is a demonstration."""
    if settings.DEBUG or settings.STAFF_SECOND_FACTOR:
        return []
    hint = "Leave STAFF_SECOND_FACTOR as portal/settings derives it: on wherever DEBUG is off."
    return [Error("Staff could sign in without a second factor.", hint=hint, id="accounts.E002")]
