"""The mails about an account: which of the portal's templates says what allauth wants said, and to whom.

No mail repeats what somebody typed: whoever signs up with another person's address could make the portal say it.
"""

from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User

#: allauth's name → our template. What is not named here tells of a change of the account.
_TEMPLATES: Final[dict[str, str]] = {
    "account/email/email_confirmation": "confirm_address",
    "account/email/email_confirmation_signup": "confirm_address",
    "account/email/password_reset_code": "reset_password",
    "account/email/unknown_account": "no_account",
    "account/email/account_already_exists": "account_exists",
}
#: Codes are forgotten as soon as they are sent.
_WITH_CODE: Final = frozenset({"confirm_address", "reset_password"})


def _address_of(name: str) -> str:
    return f"{settings.BASE_URL}{reverse(name)}"


def _known(email: str, context: dict[str, Any]) -> User | None:
    user = context.get("user")
    if isinstance(user, User) and user.pk:
        return user
    return User.objects.filter(email=email.lower()).first()


def post(name: str, email: str, context: dict[str, Any]) -> None:
    """Put the mail that allauth calls ``name`` into the outbox, in the language of the person or of the page."""
    from core import mail
    from core.mail.models import Keeping

    person = _known(email, context)
    language = person.interface_language if person else (translation.get_language() or settings.LANGUAGE_CODE)[:2]
    template = _TEMPLATES.get(name, "account_changed")
    with translation.override(language):
        words = {
            "code": str(context.get("code", "")),
            "minutes": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT // 60,
            "event": name.rpartition("/")[2],
            "at": timezone.now().isoformat(),
            "sign_in_url": _address_of("account_login"),
            "sign_up_url": _address_of("account_signup"),
            "reset_url": _address_of("account_reset_password"),
        }
    mail.enqueue(
        key=f"accounts:{template}:{uuid4().hex}",
        kind=f"accounts.{template}",
        to=email,
        language=language,
        template=f"accounts/mail/{template}",
        context=words,
        recipient_id=person.pk if person else None,
        # A code that may have been sent already does no harm twice, and nobody gets in without it.
        resend_in_doubt=True,
        keeping=Keeping.ADDRESS if template in _WITH_CODE else Keeping.TEXT,
    )


def welcome(person: User) -> None:
    """Greet somebody whose address has just been confirmed for the first time."""
    from core import mail

    language = person.interface_language
    mail.enqueue(
        key=f"accounts:welcome:{person.pk}",
        kind="accounts.welcome",
        to=person.email,
        language=language,
        template="accounts/mail/welcome",
        context={
            "my_url": f"{settings.BASE_URL}/{language}/my/",
            "contribute_url": f"{settings.BASE_URL}/{language}/contribute/",
            "criteria_url": f"{settings.BASE_URL}/{language}/criteria/",
        },
        recipient_id=person.pk,
    )
