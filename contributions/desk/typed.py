"""What a reviewer has typed and not yet decided on: kept in the session, so that no other button loses it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from contributions.desk.forms import ReviewForm, typed_values
from contributions.models import CriterionAnswer, Review

if TYPE_CHECKING:
    from django.http import HttpRequest

_KEY: Final = "review-desk"


def keep(request: "HttpRequest", review: int, data: Mapping[str, str]) -> None:
    """Remember what ``data`` holds for the review with that key; only the latest review is remembered."""
    request.session[_KEY] = {"review": review, "at": timezone.now().isoformat(), "values": typed_values(data)}


def forget(request: "HttpRequest") -> None:
    """Forget it: a decision has been made."""
    request.session.pop(_KEY, None)


def recall(request: "HttpRequest", review: Review, saved: Sequence[CriterionAnswer]) -> dict[str, str]:
    """Return what was kept for ``review``; of the answers nothing when others have been saved since."""
    kept: dict[str, Any] = request.session.get(_KEY) or {}
    if kept.get("review") != review.pk:
        return {}
    values: dict[str, str] = kept.get("values", {})
    at = parse_datetime(str(kept.get("at", ""))) or dt.datetime.min.replace(tzinfo=dt.UTC)
    if any(answer.answered_at > at for answer in saved):
        return {"reason": values["reason"]} if "reason" in values else {}
    return values


def left_over(form: ReviewForm) -> list[tuple[str, str]]:
    """Return what was typed into a form that is not open any more: (label, text)."""
    found = [(_("Message to the contributor"), form.typed("reason")), (_("Internal note"), form.typed("note"))]
    found += [(row.criterion.name, form.typed(f"note-{row.criterion.code}")) for row in form.rows()]
    return [(label, text) for label, text in found if text.strip()]
