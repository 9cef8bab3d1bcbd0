"""The demo accounts; they exist only where DEBUG is on."""

from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import User
from accounts.permissions import Role
from taxonomy.models import Country

#: (local part, first name, last name, role, countries, language of messages)
ACCOUNTS: Final = (
    ("admin", "Alex", "Demo", Role.ADMINISTRATOR, (), "en"),
    ("editor", "Elena", "Demo", Role.EDITOR, (), "en"),
    ("coordinator-de", "Dirk", "Demo", Role.COUNTRY_COORDINATOR, ("DE",), "de"),
    ("coordinator-pl", "Paulina", "Demo", Role.COUNTRY_COORDINATOR, ("PL",), "en"),
    ("coordinator-fr", "Florence", "Demo", Role.COUNTRY_COORDINATOR, ("FR",), "fr"),
    ("contributor", "Carmen", "Demo", Role.CONTRIBUTOR, (), "en"),
    ("moderator", "Marek", "Demo", Role.MODERATOR, (), "en"),
)


def load_people() -> int:
    """Make the demo accounts with the one demo password; returns how many, 0 where DEBUG is off."""
    if not settings.DEBUG:
        return 0
    for name, first, last, role, countries, language in ACCOUNTS:
        email = f"{name}@portal.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, settings.DEMO_PASSWORD)
        user.first_name, user.last_name, user.interface_language = first, last, language
        user.is_superuser = role is Role.ADMINISTRATOR
        user.is_staff = user.is_superuser
        user.save()
        user.groups.set(Group.objects.filter(name=role.value))
        user.countries.set(Country.objects.filter(code__in=countries))
        # Nobody reads mail at these addresses: they count as confirmed.
        EmailAddress.objects.update_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return len(ACCOUNTS)
