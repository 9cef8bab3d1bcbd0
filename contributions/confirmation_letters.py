"""The e-mails to owners, and the signed link in them that confirms without signing in."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.core import signing
from django.urls import reverse
from django.utils import timezone, translation

from contributions.models_confirming import ConfirmationNotice, ConfirmationRequest, Step
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


def send(person: "User", notices: "Sequence[ConfirmationNotice]") -> None:
    """Queue one e-mail with all that ``person`` has to be told, in the transaction that takes the notices up."""
    items: list[Any] = [notice.question.item for notice in notices]
    entries = [_entry(notice.question, item, person, notice.step) for notice, item in zip(notices, items, strict=True)]
    key = f"{notices[0].pk}-{notices[-1].pk}:{person.pk}"
    if len(entries) == 1:
        _queue(entries[0].step, key, person, _about_one(entries[0]))
        return
    groups = [(step.value, [entry for entry in entries if entry.step == step]) for step in Step]
    context = {
        "item": entries[0].item,
        "others": len(entries) - 1,
        "groups": [group for group in groups if group[1]],
        "days": LINK_DAYS,
    }
    _queue("confirm_many", key, person, context)


def send_new_link(question: ConfirmationRequest, item: "ContentItem", person: "User") -> None:
    """Queue the question once more with a link that works, at most once a day, to the address that was asked."""
    key = f"{question.pk}:again:{timezone.localdate():%Y-%m-%d}:{person.pk}"
    _queue("confirm", key, person, _about_one(_entry(question, item, person, Step.ASKED)))


@dataclass(frozen=True, slots=True)
class Entry:
    """What an e-mail says of one item to one person."""

    step: str
    item: "ContentItem"
    last_confirmed: dt.date
    #: Whether it is the person's own, and whether they are asked only because there is nobody else.
    is_contributor: bool
    is_editor: bool
    address: str
    public_address: str


def _entry(question: ConfirmationRequest, item: "ContentItem", person: "User", step: str) -> Entry:
    with translation.override(person.interface_language):
        address = absolute(reverse("contributions:confirm", args=[token_for(question, person)]))
        public = absolute(item.get_absolute_url())
    return Entry(
        step=step,
        item=item,
        last_confirmed=item.last_confirmed or question.review_on,
        is_contributor=item.contributor_id == person.pk,
        is_editor=not person.country_codes & set(item.country_codes()),
        address=address,
        public_address=public,
    )


def _about_one(entry: Entry) -> dict[str, Any]:
    names = ("item", "is_contributor", "is_editor", "last_confirmed", "address", "public_address")
    return {name: getattr(entry, name) for name in names} | {"days": LINK_DAYS}


def _queue(template: str, key: str, person: "User", context: dict[str, Any]) -> None:
    enqueue(
        key=f"confirmation:{key}",
        kind=template.replace("_", "-"),
        to=person.email,
        language=person.interface_language,
        template=f"contributions/mail/{template}",
        context={"person": person, **context},
        recipient_id=person.pk,
    )
