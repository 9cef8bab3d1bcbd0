"""What happens to an account through allauth's pages is written into the audit log."""

from typing import Any

from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest

from accounts import letters, services
from accounts.models import User
from core import audit


@transaction.atomic
def password_changed(sender: Any, user: User, request: HttpRequest, **kwargs: Any) -> None:
    """A password was changed, set, or reset: whoever was signed in with the former one no longer is."""
    services.end_sessions(person=user, but=str(request.session.session_key))
    audit.record(user=user, action="accounts.password-changed", instance=user)


def factor_added(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A second factor, or recovery codes, were added."""
    audit.record(user=user, action="accounts.factor-added", instance=user, after={"factor": str(authenticator.type)})


def factor_removed(sender: Any, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """A second factor was taken off."""
    audit.record(user=user, action="accounts.factor-removed", instance=user, before={"factor": str(authenticator.type)})


def address_changed(
    sender: Any,
    user: User,
    from_email_address: EmailAddress | None,
    to_email_address: EmailAddress,
    **kwargs: Any,
) -> None:
    """Somebody signs in with another address now."""
    former = from_email_address.email if from_email_address else ""
    if former and former != to_email_address.email:
        audit.record(
            user=user,
            action="accounts.address-changed",
            instance=user,
            before={"email": former},
            after={"email": to_email_address.email},
        )


@transaction.atomic
def address_confirmed(sender: Any, email_address: EmailAddress, **kwargs: Any) -> None:
    """An address turned out to be that person's; the first time they are welcomed."""
    person = email_address.user
    audit.record(user=person, action="accounts.address-confirmed", instance=person)
    if person.last_login is None:
        letters.welcome(person)


def signed_up(sender: Any, user: User, **kwargs: Any) -> None:
    """Somebody has an account; who comes from a provider has nothing more to confirm."""
    if EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists():
        letters.welcome(user)


def connect() -> None:
    """Listen."""
    account.user_signed_up.connect(signed_up, dispatch_uid="accounts.signed-up")
    account.password_changed.connect(password_changed, dispatch_uid="accounts.password-changed")
    account.password_set.connect(password_changed, dispatch_uid="accounts.password-set")
    account.password_reset.connect(password_changed, dispatch_uid="accounts.password-reset")
    account.email_changed.connect(address_changed, dispatch_uid="accounts.address-changed")
    account.email_confirmed.connect(address_confirmed, dispatch_uid="accounts.address-confirmed")
    second_factor.authenticator_added.connect(factor_added, dispatch_uid="accounts.factor-added")
    second_factor.authenticator_reset.connect(factor_added, dispatch_uid="accounts.factor-reset")
    second_factor.authenticator_removed.connect(factor_removed, dispatch_uid="accounts.factor-removed")
