"""The end of an account: asked for, confirmed by e-mail, done after a week in which it can be taken back."""

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import SECOND_FACTOR_ROLES, Action, Role, may, roles_of
from accounts.privacy.models import GRACE, LINK_VALID, OPEN_STATES, ErasureRequest, ErasureState
from accounts.privacy.registry import registrations
from core import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)

_SALT: Final = "accounts.erasure"
#: A second e-mail with the link is not written sooner.
_PAUSE: Final = dt.timedelta(minutes=2)


class ErasureRefusedError(Exception):
    """The account cannot be erased as things stand; the message says what to do first."""


def obstacle(user: User) -> str:
    """Return why ``user`` cannot erase the account themselves, or an empty text."""
    roles = roles_of(user)
    if Role.ADMINISTRATOR in roles and not _other_administrators(user):
        return _("You are the only administrator. Make somebody else administrator before you leave.")
    if roles & SECOND_FACTOR_ROLES:
        return _(
            "You work for the portal. Ask an administrator to take your roles off first, "
            "so that nothing is left waiting for you."
        )
    return ""


def _other_administrators(user: User) -> bool:
    active = User.objects.filter(is_active=True).exclude(pk=user.pk)
    return active.filter(groups__name=Role.ADMINISTRATOR.value).exists() or active.filter(is_superuser=True).exists()


@transaction.atomic
def request_erasure(*, user: User, keep_credit: bool) -> ErasureRequest:
    """Write down that ``user`` wants the account erased, and send the link that confirms it.

    Asked again, the same request is kept with the new choice. Raises ErasureRefusedError.
    """
    if reason := obstacle(user):
        raise ErasureRefusedError(reason)
    # Two tabs at once: the second waits here for the first.
    User.objects.select_for_update().get(pk=user.pk)
    known = ErasureRequest.objects.filter(user=user, state__in=OPEN_STATES).first()
    if known is None:
        request = ErasureRequest.objects.create(user=user, keep_credit=keep_credit)
    elif known.state == ErasureState.CONFIRMED:
        return known
    else:
        request, wrote_at = known, known.asked_at
        request.keep_credit = keep_credit
        if timezone.now() - wrote_at < _PAUSE:
            request.save(update_fields=["keep_credit"])
            return request
        request.asked_at = timezone.now()
        request.save(update_fields=["keep_credit", "asked_at"])
    audit.record(user=user, action="accounts.erasure-asked", instance=request, after={"keep_credit": keep_credit})
    path = ("my:erase-confirm", [signing.dumps(request.pk, salt=_SALT)])
    _write(user, "erase_confirm", path, {"days": LINK_VALID.days, "grace": GRACE.days})
    return request


def of_token(token: str) -> ErasureRequest | None:
    """Return the request that a link stands for; None when it is not ours, too old, taken back or done."""
    try:
        key = signing.loads(token, salt=_SALT, max_age=LINK_VALID)
    except signing.BadSignature:
        return None
    return ErasureRequest.objects.filter(pk=key, state__in=OPEN_STATES).select_related("user").first()


@transaction.atomic
def confirm(*, request: ErasureRequest) -> ErasureRequest:
    """Fix the day on which the account is erased, and tell the person; whoever holds the link may. Once only."""
    row = ErasureRequest.objects.select_for_update().select_related("user").get(pk=request.pk)
    if row.state != ErasureState.ASKED:
        return row
    now = timezone.now()
    row.state, row.confirmed_at, row.due_at = ErasureState.CONFIRMED, now, now + GRACE
    row.save(update_fields=["state", "confirmed_at", "due_at"])
    audit.record(user=row.user, action="accounts.erasure-confirmed", instance=row, after={"due_at": row.due_at})
    with translation.override(row.user.interface_language):
        day = date_format(timezone.localtime(row.due_at), "DATE_FORMAT")
    _write(row.user, "erase_planned", ("my:data", []), {"day": day})
    return row


@transaction.atomic
def cancel(*, user: User) -> bool:
    """Take the request of ``user`` back; returns whether there was one."""
    row = ErasureRequest.objects.select_for_update().filter(user=user, state__in=OPEN_STATES).first()
    if row is None:
        return False
    row.state, row.ended_at = ErasureState.CANCELLED, timezone.now()
    row.save(update_fields=["state", "ended_at"])
    audit.record(user=user, action="accounts.erasure-cancelled", instance=row)
    return True


def erase_due() -> int:
    """Erase the accounts whose day has come; one that fails does not keep the others. Returns how many."""
    done = 0
    for key in list(ErasureRequest.objects.due().values_list("pk", flat=True)):
        try:
            done += erase(key)
        except Exception:
            logger.exception("The erasure %s failed.", key)
    return done


@transaction.atomic
def erase(key: int) -> bool:
    """Erase the account of the request with that key, when its day has come; returns whether it did.

    Everything or nothing: each registration erases what is its own, the person's row last. The row itself stays,
    empty and inactive, because contributions, notes and the audit log point at it.
    """
    request = ErasureRequest.objects.select_for_update().due().filter(pk=key).first()
    if request is None:
        return False
    user = User.objects.select_for_update().get(pk=request.user_id)
    if obstacle(user):
        logger.warning("The erasure %s waits: the person has a role again.", key)
        return False
    _carry_out(request, user, by=None)
    return True


def obstacle_for(person: User, by: User) -> str:
    """Return why ``by`` cannot erase the account of ``person``, or an empty text."""
    if person.erased_at is not None:
        return _("This account has been erased already.")
    if person.pk == by.pk:
        return _("You end your own account under “My data”, like everybody.")
    if roles_of(person) & SECOND_FACTOR_ROLES:
        return _(
            "This person works for the portal. Take the roles off first, so that nothing is left waiting for them."
        )
    return ""


@transaction.atomic
def erase_at_once(*, person: User, user: User) -> None:
    """Erase the account of ``person`` now, as ``user``, an administrator, has decided.

    Everything happens that happens when somebody asks for it themselves; who has asked to stay named on what is
    published, stays named. Raises PermissionDenied and ErasureRefusedError.
    """
    if not may(user, Action.MANAGE_PEOPLE):
        raise PermissionDenied
    row = User.objects.select_for_update().get(pk=person.pk)
    if reason := obstacle_for(row, user):
        raise ErasureRefusedError(reason)
    request = ErasureRequest.objects.select_for_update().filter(user=row, state__in=OPEN_STATES).first()
    _carry_out(request or ErasureRequest.objects.create(user=row), row, by=user)


def _carry_out(request: ErasureRequest, user: User, by: User | None) -> None:
    """Have each registration erase what is its own, and write down and tell that it is done."""
    address, language = user.email, user.interface_language
    for data in registrations():
        data.erase(user, keep_credit=request.keep_credit)
    request.state, request.ended_at = ErasureState.DONE, timezone.now()
    request.save(update_fields=["state", "ended_at"])
    audit.record(user=by, action="accounts.erased", instance=user)
    _receipt(request.pk, address, language, by_administrator=by is not None)


def _receipt(key: int, address: str, language: str, *, by_administrator: bool) -> None:
    """Tell the former address that it is done: the last e-mail, whose row is emptied once it is sent."""
    from core import mail
    from core.mail.models import Keeping

    mail.enqueue(
        key=f"accounts:erased:{key}",
        kind="accounts.erased",
        to=address,
        language=language,
        template="accounts/mail/erased",
        context={"by_administrator": by_administrator},
        keeping=Keeping.NOTHING,
    )


def _write(user: User, name: str, path: "tuple[str, list[Any]]", context: "Mapping[str, Any]") -> None:
    from core import mail

    with translation.override(user.interface_language):
        url = f"{settings.BASE_URL}{reverse(path[0], args=path[1])}"
    mail.enqueue(
        key=f"accounts:{name}:{uuid4().hex}",
        kind=f"accounts.{name.replace('_', '-')}",
        to=user.email,
        language=user.interface_language,
        template=f"accounts/mail/{name}",
        context={"url": url, **context},
        recipient_id=user.pk,
    )
