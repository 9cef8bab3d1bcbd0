"""The editors' answer to a contributor who asks for another look at a refusal, where the refusal stays."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Action, Role, may
from contributions.appeals import last_word, waits_for_answer
from contributions.errors import ConflictError, RefusedError
from contributions.models import Contribution, Event
from contributions.services.events import record_event
from contributions.services.reviewing import demand_reason

if TYPE_CHECKING:
    from accounts.models import User


def refused_by(contribution: Contribution) -> int | None:
    """Return the key of whoever declined it last."""
    last = contribution.events.filter(kind=Event.Kind.DECLINED).last()
    return last.actor_id if last is not None else None


def has_to_leave_it(user: "User", contribution: Contribution) -> bool:
    """Whether ``user`` declined it and another editor is there to answer; alone in the office, one has to."""
    if refused_by(contribution) != user.pk:
        return False
    editors = get_user_model()._default_manager.filter(is_active=True, groups__name=Role.EDITOR.value)
    return editors.exclude(pk__in=[user.pk, contribution.contributor_id or 0]).exists()


@transaction.atomic
def uphold(*, user: "User", key: int, reason: str) -> Contribution:
    """Leave a refusal as it is after another look at it; the contributor is told why, and cannot ask again.

    Raises PermissionDenied for who may not decide, for one's own, and for who declined it where another editor is
    there; RefusedError without a reason or when nobody has asked; ConflictError when somebody has answered already;
    Contribution.DoesNotExist out of reach.
    """
    text = demand_reason(reason)
    contribution: Contribution = Contribution.objects.reviewable_by(user).select_for_update(of=("self",)).get(pk=key)
    if contribution.contributor_id == user.pk or not may(user, Action.DECIDE, contribution.item):
        raise PermissionDenied
    last = last_word(contribution, contribution.events.all())
    if last is not None and last.kind == Event.Kind.UPHELD:
        raise ConflictError(_("%(who)s has answered already: the refusal stays.") % {"who": last.actor or "—"})
    if not waits_for_answer(last):
        raise RefusedError(_("Nobody waits for another look at this any more."))
    if has_to_leave_it(user, contribution):
        raise PermissionDenied
    record_event(contribution, Event.Kind.UPHELD, actor=user, reason=text)
    return contribution
