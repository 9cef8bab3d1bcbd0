"""The e-mails to owners, and the signed link in them that confirms without signing in."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation

from contributions.models_confirming import ConfirmationRequest
from core.addresses import absolute
from core.mail import enqueue

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem

_SALT: Final = "contributions.confirm"
#: How long the link in an e-mail works; afterwards it can still ask for a new one.
LINK_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says: which question, and who was asked; ``expired`` ones confirm nothing."""

    question: ConfirmationRequest
    person: "User"
    item: "ContentItem"
    expired: bool


def token_for(question: ConfirmationRequest, person: "User") -> str:
    """Return the signed part of the link that ``person`` gets."""
    return signing.TimestampSigner(salt=_SALT).sign(f"{question.pk}-{person.pk}")


def read_token(token: str) -> Link | None:
    """Return what a link says, or None when the portal has not made it or what it speaks of is gone."""
    signer = signing.TimestampSigner(salt=_SALT)
    try:
        text = signer.unsign(token)
    except signing.BadSignature:
        return None
    try:
        signer.unsign(token, max_age=dt.timedelta(days=LINK_DAYS))
        expired = False
    except signing.SignatureExpired:
        expired = True
    question_key, _dash, person_key = text.partition("-")
    question = ConfirmationRequest.objects.filter(pk=int(question_key)).first()
    person = get_user_model()._default_manager.filter(pk=int(person_key), is_active=True).first()
    item = question.item if question is not None else None
    if question is None or person is None or item is None or not item.live:
        return None
    return Link(question, person, item, expired)


def send(template: str, question: ConfirmationRequest, item: "ContentItem", people: "Iterable[User]") -> None:
    """Queue one of the e-mails about ``question`` to each of ``people``, inside the transaction of its step."""
    for person in people:
        _queue(template, f"{question.pk}:{template}:{person.pk}", question, item, person)


def send_new_link(question: ConfirmationRequest, item: "ContentItem", person: "User") -> None:
    """Queue the question once more with a link that works, at most once a day, to the address that was asked."""
    key = f"{question.pk}:again:{timezone.localdate():%Y-%m-%d}:{person.pk}"
    _queue("confirm", key, question, item, person)


def _queue(template: str, key: str, question: ConfirmationRequest, item: "ContentItem", person: "User") -> None:
    language = person.interface_language
    with translation.override(language):
        address = absolute(reverse("contributions:confirm", args=[token_for(question, person)]))
        public = absolute(item.get_absolute_url())
    enqueue(
        key=f"confirmation:{key}",
        kind=template.replace("_", "-"),
        to=person.email,
        language=language,
        template=f"contributions/mail/{template}",
        context={
            "person": person,
            "item": item,
            "is_contributor": item.contributor_id == person.pk,
            "last_confirmed": item.last_confirmed or question.review_on,
            "address": address,
            "public_address": public,
            "days": LINK_DAYS,
        },
        recipient_id=person.pk,
    )
