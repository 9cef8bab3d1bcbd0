"""What contributions say about publishing elsewhere in the portal."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contributions.models import Contribution, State

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem

#: States in which somebody else decides.
_OPEN = frozenset({State.IN_REVIEW, State.CHANGES_REQUESTED})
#: States in which nobody has agreed to publication: taking it back out of the review is no way around it.
_UNDECIDED = frozenset({State.DECLINED, State.WITHDRAWN})


def refuse_own(item: "ContentItem", user: "User") -> None:
    """Raise ValidationError when ``user`` would publish what they have contributed themselves.

    Once an item is public, a correction that came to nothing no longer stands in the way of an editor's own work.
    """
    if item.pk is None:
        return
    own = Contribution.objects.about(item).filter(contributor_id=user.pk).exclude(submitted_at=None).first()
    if own is not None and (own.state in _OPEN or (own.state in _UNDECIDED and not item.live)):
        raise ValidationError(_("Nobody decides on their own contribution: another editor has to publish it."))
