"""Which version of a contribution a reviewer sees, and which earlier one it is compared with."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Revision

from contributions.models import Contribution, Look, State

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem

MINE, LAST, PUBLISHED = "mine", "last", "published"
#: What is compared with, the most useful first.
COMPARISONS: Final = (MINE, LAST, PUBLISHED)


@dataclass(frozen=True, slots=True)
class Version:
    """An item as one revision holds it; ``revision`` is None for an item that has none."""

    item: "ContentItem"
    revision: int | None


@dataclass(frozen=True, slots=True)
class Base:
    """An earlier version to compare with."""

    code: str
    label: str
    version: Version


def shown_version(contribution: Contribution) -> Version:
    """Return the version under review, or, where nothing waits for a decision, the one last decided on."""
    item: Any = contribution.item
    if contribution.state != State.IN_REVIEW:
        look = Look.objects.filter(contribution=contribution).order_by("-at").first()
        review = contribution.reviews.order_by("-pk").first()
        keys = [look.revision_id if look else None, review.revision_id if review else None]
        for key in keys:
            found = _version(contribution, key)
            if found is not None:
                return found
    return _version(contribution, item.latest_revision_id) or Version(item, None)


def _version(contribution: Contribution, key: int | None) -> Version | None:
    revision = _revisions(contribution).filter(pk=key).first() if key else None
    return Version(revision.as_object(), revision.pk) if revision is not None else None


def _revisions(contribution: Contribution) -> Any:
    return Revision.objects.filter(
        base_content_type_id=contribution.item_type_id, object_id=str(contribution.item_id)
    ).select_related("content_type", "base_content_type")


def bases(contribution: Contribution, user: "User", shown: Version) -> dict[str, tuple[str, int]]:
    """Return what ``shown`` can be compared with: (label, key of the revision) by code, the most useful first."""
    found: dict[str, tuple[str, int]] = {}
    looks = list(Look.objects.filter(contribution=contribution).select_related("user").order_by("-at"))
    mine = next((look for look in looks if look.user_id == user.pk), None)
    if mine is not None:
        found[MINE] = (_("Since you last decided on it, %(date)s") % {"date": _day(mine.at)}, mine.revision_id)
    if looks and looks[0].user_id != user.pk:
        # Who contributed it is not told here who reviews it.
        name = "" if contribution.contributor_id == user.pk else looks[0].user.get_full_name()
        values = {"who": name or _("another reviewer"), "date": _day(looks[0].at)}
        found[LAST] = (_("Since %(who)s decided on it, %(date)s") % values, looks[0].revision_id)
    item: Any = contribution.item
    if item.live and item.live_revision_id:
        found[PUBLISHED] = (_("Against the published version"), item.live_revision_id)
    return {code: pair for code, pair in found.items() if pair[1] != shown.revision}


def _day(moment: dt.datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def chosen_base(contribution: Contribution, choices: dict[str, tuple[str, int]], code: str) -> Base | None:
    """Return the version to compare with: the one asked for, else the most useful there is; None without any."""
    order = ([code] if code in choices else []) + [known for known in COMPARISONS if known in choices]
    for known in order:
        label, key = choices[known]
        version = _version(contribution, key)
        if version is not None:
            return Base(known, label, version)
    return None
