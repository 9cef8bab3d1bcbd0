"""A contribution as its contributor sees it: a line of steps with dates, and what comes next."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contributions.appeals import last_word
from contributions.models import Contribution, Event, Review, State
from contributions.stages import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """A step of the line: ``state`` is done, current, skipped, stopped or ahead."""

    label: "StrOrPromise"
    state: str
    state_label: "StrOrPromise"
    at: dt.datetime | None = None


def line(contribution: Contribution, events: "Sequence[Event]") -> list[ProgressStep]:
    """Return the steps from the draft to publication; ``events`` are those of the contribution, the oldest first."""
    steps = [ProgressStep(_("Written"), "done", _("done"), contribution.created_at)]
    steps.append(_submitted(contribution))
    steps += [_stage(contribution, events, stage) for stage in Stage]
    steps += _another_look(contribution, events)
    steps.append(_end(contribution))
    return steps


def _submitted(contribution: Contribution) -> ProgressStep:
    if contribution.submitted_at is None:
        return ProgressStep(_("Submitted"), "current", _("next"))
    return ProgressStep(_("Submitted"), "done", _("done"), contribution.submitted_at)


def _stage(contribution: Contribution, events: "Sequence[Event]", stage: Stage) -> ProgressStep:
    mine = [event for event in events if event.stage == stage.value]
    last = mine[-1] if mine else None
    label = stage.label
    if contribution.stage == stage.value:
        if contribution.state == State.CHANGES_REQUESTED:
            return ProgressStep(label, "stopped", _("changes asked for"), last.at if last else None)
        taken = any(event.kind == Event.Kind.TAKEN_UP for event in mine)
        return ProgressStep(label, "current", _("somebody is on it") if taken else _("waits"), _begun(mine))
    if last is None:
        return ProgressStep(label, "ahead", _("still to come"))
    if last.kind == Event.Kind.STAGE_SKIPPED:
        return ProgressStep(label, "skipped", _("left out: there is nobody to do it"), last.at)
    if last.kind == Event.Kind.APPROVED:
        return ProgressStep(label, "done", _("passed"), last.at)
    if last.kind == Event.Kind.DECLINED:
        return ProgressStep(label, "stopped", _("declined"), last.at)
    return ProgressStep(label, "ahead", _("still to come"))


def _begun(events: "Sequence[Event]") -> dt.datetime | None:
    return next((event.at for event in reversed(events) if event.kind == Event.Kind.STAGE_STARTED), None)


def _another_look(contribution: Contribution, events: "Sequence[Event]") -> list[ProgressStep]:
    """The step that there is only where a refusal was appealed against, until it is reopened."""
    last = last_word(contribution, events)
    if last is None or last.kind == Event.Kind.DECLINED:
        return []
    if last.kind == Event.Kind.APPEALED:
        return [ProgressStep(_("Another look"), "current", _("asked for, an editor will answer"), last.at)]
    return [ProgressStep(_("Another look"), "stopped", _("the refusal stays"), last.at)]


def _end(contribution: Contribution) -> ProgressStep:
    if contribution.state == State.PUBLISHED:
        return ProgressStep(_("Published"), "done", _("done"), contribution.decided_at)
    if contribution.state == State.DECLINED:
        return ProgressStep(_("Published"), "stopped", _("will not be published"), contribution.decided_at)
    return ProgressStep(_("Published"), "ahead", _("still to come"))


def elapsed(contribution: Contribution) -> str:
    """How long it has taken, or took, in days: "12 days"; empty before the submission, and once it is withdrawn."""
    if contribution.submitted_at is None or contribution.state == State.WITHDRAWN:
        return ""
    days = ((contribution.decided_at or timezone.now()) - contribution.submitted_at).days
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days} if days else _("less than a day")


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A criterion that was found not met, by its name in the reader's language, with what the reviewer noted."""

    name: str
    note: str


def open_points(contribution: Contribution) -> list[OpenPoint]:
    """Return what the last decision found not met; call it in the language of whoever reads it."""
    review = contribution.reviews.exclude(finished_at=None).order_by("-finished_at", "-pk").first()
    if review is None or contribution.state not in {State.CHANGES_REQUESTED, State.DECLINED}:
        return []
    return not_met(review)


def not_met(review: Review) -> list[OpenPoint]:
    """Return what ``review`` found not met, in the active language where the criterion is still published."""
    names = {text.code: text.name for text in review.contribution.kind.criteria(Stage(review.stage))}
    answers = review.answers.filter(verdict="not-met").order_by("pk")
    return [OpenPoint(names.get(answer.code, answer.name), answer.note) for answer in answers]


def told(events: "Sequence[Event]") -> list[Event]:
    """What happened, the latest first, without what is only of interest among reviewers."""
    hidden = {Event.Kind.RELEASED, Event.Kind.REASSIGNED}
    return [event for event in reversed(events) if event.kind not in hidden]
