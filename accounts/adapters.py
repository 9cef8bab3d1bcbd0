"""Where the portal differs from allauth's defaults: addresses, mail, messages, secrets."""

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts import encryption, letters
from accounts.models import User
from core.visitors import visitor_address

#: What the page itself says already.
_SAID_BY_THE_PAGE: Final = frozenset(
    {
        "account/messages/logged_in.txt",
        "account/messages/logged_out.txt",
        "account/messages/email_confirmation_sent.txt",
    }
)


def _home() -> str:
    return f"/{(get_language() or settings.LANGUAGE_CODE)[:2]}/"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: e-mail addresses and passwords."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the visitor's address, also behind a proxy."""
        return visitor_address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes who asked for no page in particular: to what is theirs."""
        return f"{_home()}my/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes after signing up."""
        return f"{_home()}my/"

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes who has signed out."""
        return _home()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody goes whose password has been changed."""
        return f"{_home()}my/"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Keep a message for the next page, where there is a session to keep it in."""
        if message_template not in _SAID_BY_THE_PAGE and not request.session.is_empty():
            super().add_message(request, level, message_template, message_context, extra_tags, message)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the outbox, with the portal's own words."""
        letters.post(template_prefix, email, context)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell ``user`` of a change, also at an address that is theirs no longer."""
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Accounts of an OpenID Connect provider."""

    def list_apps(self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None) -> Any:
        """Return the provider of the settings alone: none can be added in the database."""
        from allauth.socialaccount.adapter import _build_apps_from_settings

        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets never stand in the database as they are."""

    def get_totp_label(self, user: User) -> str:
        """Return what an authenticator app calls the account."""
        return user.email

    def get_totp_issuer(self) -> str:
        """Return what an authenticator app calls the portal."""
        return str(settings.SITE_NAME)

    def encrypt(self, text: str) -> str:
        """Return ``text`` as it may be stored."""
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return what ``encrypt`` was given."""
        return encryption.decrypt(encrypted_text)
