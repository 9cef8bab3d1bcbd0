"""What reviewers do: take up, answer the criteria, approve, ask for changes, decline, give away, reopen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.permissions import Action, Scope, may, scopes
from contributions.errors import ConflictError, RefusedError
from contributions.models import Contribution, CriterionAnswer, Event, InternalNote, Look, Review, State
from contributions.services.events import record_event
from contributions.services.stages import restore_public_version
from contributions.services.submitting import built, enter_workflow, refill, save_item
from contributions.stages import STAGE_ACTIONS, Stage

if TYPE_CHECKING:
    from accounts.models import User
    from contributions.registry import CriterionText


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer answered to one criterion; an empty ``verdict`` is no answer yet."""

    verdict: str
    note: str = ""


Answers = Mapping[str, Answer]


def locked(user: "User", key: int) -> Review:
    """Return the review with that key, locked until the transaction ends.

    Raises Review.DoesNotExist when it is out of the person's reach, and PermissionDenied when it is their own.
    """
    review: Review = Review.objects.within_reach(user).select_for_update(of=("self",)).get(pk=key)
    if review.contribution.contributor_id == user.pk:
        raise PermissionDenied
    return review


def _demand_open(review: Review) -> None:
    if review.is_open:
        return
    who = review.finished_by or _("the portal")
    when = date_format(timezone.localtime(review.finished_at), "DATETIME_FORMAT") if review.finished_at else ""
    raise ConflictError(_("This stage has been decided already, by %(who)s on %(when)s.") % {"who": who, "when": when})


def _demand_mine(review: Review, user: "User") -> None:
    if review.claimed_by_id not in {None, user.pk}:
        raise ConflictError(
            _("%(who)s has taken this up. Take it over first if you want to decide.") % {"who": review.claimed_by}
        )


def _demand_current(review: Review, revision_id: int) -> None:
    item = review.contribution.item
    if item.latest_revision_id != revision_id:
        raise ConflictError(
            _("The text has changed since you opened this page. Look at the changes, then decide; your notes are kept.")
        )


@transaction.atomic
def claim(*, user: "User", key: int, take_over: bool = False) -> Review:
    """Take a stage up, so that others see who is on it.

    Raises ConflictError when somebody else has taken it up already, unless ``take_over``.
    """
    review = locked(user, key)
    _demand_open(review)
    if review.claimed_by_id == user.pk:
        return review
    if not take_over:
        _demand_mine(review, user)
    first = not review.contribution.events.filter(kind=Event.Kind.TAKEN_UP, stage=review.stage).exists()
    review.claimed_by, review.claimed_at = user, timezone.now()
    review.save(update_fields=["claimed_by", "claimed_at"])
    kind = Event.Kind.TAKEN_UP if first else Event.Kind.REASSIGNED
    record_event(review.contribution, kind, actor=user, stage=review.stage)
    return review


@transaction.atomic
def release(*, user: "User", key: int) -> Review:
    """Give a stage back to the queue. Raises ConflictError when somebody else has taken it up."""
    review = locked(user, key)
    _demand_open(review)
    _demand_mine(review, user)
    if review.claimed_by_id is not None:
        review.claimed_by, review.claimed_at = None, None
        review.save(update_fields=["claimed_by", "claimed_at"])
        record_event(review.contribution, Event.Kind.RELEASED, actor=user, stage=review.stage)
    return review


def may_be_given_to(review: Review, other: "User") -> bool:
    """Whether ``other`` may do the stage: in reach by the permission table, and not their own contribution."""
    action = STAGE_ACTIONS[Stage(review.stage)]
    return other.pk != review.contribution.contributor_id and may(other, action, review.reviewed_item())


@transaction.atomic
def reassign(*, user: "User", key: int, to: "User") -> Review:
    """Give a stage to another reviewer. Raises PermissionDenied when that person may not do it."""
    review = locked(user, key)
    _demand_open(review)
    if Scope.ALL not in scopes(user, Action.DECIDE) and review.claimed_by_id not in {None, user.pk}:
        _demand_mine(review, user)
    if not may_be_given_to(review, to):
        raise PermissionDenied
    if review.claimed_by_id != to.pk:
        review.claimed_by, review.claimed_at = to, timezone.now()
        review.save(update_fields=["claimed_by", "claimed_at"])
        record_event(review.contribution, Event.Kind.REASSIGNED, actor=user, stage=review.stage)
    return review


@transaction.atomic
def save_answers(*, user: "User", key: int, answers: Answers) -> Review:
    """Keep answers that are not yet a decision. Raises ConflictError when the stage is decided or somebody else's."""
    review = locked(user, key)
    _demand_open(review)
    _demand_mine(review, user)
    _write_answers(review, answers)
    return review


def _criteria(review: Review) -> "dict[str, CriterionText]":
    return {text.code: text for text in review.contribution.kind.criteria(Stage(review.stage))}


def _write_answers(review: Review, answers: Answers) -> None:
    verdicts = set(CriterionAnswer.Verdict.values)
    for code, text in _criteria(review).items():
        answer = answers.get(code)
        if answer is None:
            continue
        if answer.verdict in verdicts:
            values = {"name": text.name, "verdict": answer.verdict, "note": answer.note[:2000]}
            CriterionAnswer.objects.update_or_create(review=review, code=code, defaults=values)


def _demand_answers(review: Review, *, approving: bool) -> None:
    held = {answer.code: answer for answer in review.answers.all()}
    messages: list[str] = []
    for code, text in _criteria(review).items():
        answer = held.get(code)
        if answer is None:
            messages.append(_("“%(criterion)s”: not answered yet.") % {"criterion": text.name})
        elif answer.verdict == CriterionAnswer.Verdict.NOT_MET:
            if approving and text.required:
                messages.append(
                    _("“%(criterion)s” is not met: ask for changes, or decline.") % {"criterion": text.name}
                )
            elif not answer.note.strip():
                messages.append(_("“%(criterion)s” is not met: say why in the note.") % {"criterion": text.name})
    if messages:
        raise RefusedError(messages)


def _decide(user: "User", key: int, answers: Answers, revision_id: int) -> Review:
    review = locked(user, key)
    _demand_open(review)
    _demand_mine(review, user)
    _write_answers(review, answers)
    _demand_current(review, revision_id)
    Look.objects.update_or_create(contribution=review.contribution, user=user, defaults={"revision_id": revision_id})
    if review.claimed_by_id is None:
        review.claimed_by, review.claimed_at = user, timezone.now()
        review.save(update_fields=["claimed_by", "claimed_at"])
    return review


def demand_reason(reason: str) -> str:
    """Return the reason as it is kept. Raises RefusedError for an empty one."""
    text = reason.strip()
    if not text:
        raise RefusedError(_("Say why, in words that help the contributor: they will read it."))
    return text


@transaction.atomic
def approve(*, user: "User", key: int, answers: Answers, revision_id: int, message: str = "") -> Review:
    """Pass the stage; the editors' approval publishes.

    Raises RefusedError with what stands against it (criteria unanswered or not met), ConflictError when somebody else
    was faster or the text has changed, and ValidationError when the item may not be published.
    """
    review = _decide(user, key, answers, revision_id)
    _demand_answers(review, approving=True)
    if review.stage == Stage.DECISION:
        _record_criteria(review)
    record_event(review.contribution, Event.Kind.APPROVED, actor=user, stage=review.stage, reason=message.strip())
    review.approve(user=user, comment=message.strip())
    return review


def _record_criteria(review: Review) -> None:
    """Write the answers into the version that is about to be published, as its quality profile."""
    item = review.reviewed_item()
    rows: Any = review.answers.all()
    review.contribution.kind.accepted(item, list(rows))
    item.save_revision(log_action=False)


@transaction.atomic
def ask_for_changes(*, user: "User", key: int, answers: Answers, revision_id: int, reason: str) -> Review:
    """Send the contribution back with reasons. Raises RefusedError without a reason, ConflictError as ``approve``."""
    text = demand_reason(reason)
    review = _decide(user, key, answers, revision_id)
    contribution = review.contribution
    contribution.state, contribution.stage = State.CHANGES_REQUESTED, review.stage
    refill(contribution)
    contribution.save()
    record_event(contribution, Event.Kind.CHANGES_REQUESTED, actor=user, stage=review.stage, reason=text)
    review.reject(user=user, comment=text)
    return review


@transaction.atomic
def decline(*, user: "User", key: int, answers: Answers, revision_id: int, reason: str) -> Review:
    """Decline the contribution with reasons; it can be reopened.

    Raises RefusedError without a reason, ConflictError as ``approve``.
    """
    text = demand_reason(reason)
    review = _decide(user, key, answers, revision_id)
    contribution = review.contribution
    contribution.state, contribution.stage = State.DECLINED, ""
    contribution.decided_at = timezone.now()
    # Kept as it was, should the decision be reopened.
    refill(contribution)
    contribution.save()
    record_event(contribution, Event.Kind.DECLINED, actor=user, stage=review.stage, reason=text)
    review.reject(user=user, comment=text, update=False)
    # The rejection itself must not ask the contributor for changes: the whole review ends here.
    review.workflow_state.cancel(user=user)
    restore_public_version(contribution.item, user)
    return review


@transaction.atomic
def reopen(*, user: "User", key: int, reason: str) -> Contribution:
    """Take a declined contribution into review again.

    Raises PermissionDenied, or RefusedError without a reason or when it is not declined.
    """
    text = demand_reason(reason)
    contribution: Contribution = Contribution.objects.reviewable_by(user).select_for_update(of=("self",)).get(pk=key)
    if contribution.contributor_id == user.pk or not may(user, Action.DECIDE, contribution.item):
        raise PermissionDenied
    if contribution.state != State.DECLINED:
        raise RefusedError(_("Only what was declined can be reopened."))
    contribution.state, contribution.decided_at = State.IN_REVIEW, None
    contribution.save()
    record_event(contribution, Event.Kind.REOPENED, actor=user, reason=text)
    item, _problems = built(contribution)
    save_item(contribution, item, user)
    enter_workflow(contribution, item, contribution.contributor)
    return contribution


@transaction.atomic
def add_note(*, user: "User", key: int, text: str) -> InternalNote:
    """Leave a note among reviewers, which the contributor never sees.

    Raises Contribution.DoesNotExist out of reach, PermissionDenied for one's own, RefusedError without a text.
    """
    contribution: Contribution = Contribution.objects.reviewable_by(user).get(pk=key)
    if contribution.contributor_id == user.pk:
        raise PermissionDenied
    if not text.strip():
        raise RefusedError(_("Write the note first."))
    return InternalNote.objects.create(contribution=contribution, author=user, text=text.strip()[:5000])
