"""How a contribution passes from stage to stage, whoever moves it: the desk, Wagtail's own pages, the clock."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.crypto import get_random_string
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from contributions.models import Contribution, Event, Review, ReviewTask, State
from contributions.registry import type_of
from contributions.reviewers import coordinators_for
from contributions.services.events import record_event
from contributions.stages import Stage, working_days
from core.dates import add_working_days

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem


def contribution_of(item: "ContentItem", user: "User | None") -> Contribution:
    """Return the contribution under review for ``item``; one is made for what was sent in from the office itself."""
    known = Contribution.objects.about(item).open().first()
    if known is not None:
        found: Contribution = known
        if found.state == State.CHANGES_REQUESTED:
            # Sent in again from the office, after changes that a reviewer has made there.
            found.state = State.IN_REVIEW
            found.save(update_fields=["state"])
            record_event(found, Event.Kind.RESUBMITTED, actor=user)
        return found
    kind = type_of(item)
    if kind is None:
        message = f"{type(item).__name__} is not open to contributions."
        raise LookupError(message)
    now = timezone.now()
    contribution = Contribution.objects.create(
        type=kind.code,
        contributor=user,
        start_token=f"office-{get_random_string(32)}",
        is_correction=item.first_published_at is not None,
        state=State.IN_REVIEW,
        title=item.title,
        language=item.language,
        item_type=ContentType.objects.get_for_model(item),
        item_id=item.pk,
        submitted_at=now,
    )
    record_event(contribution, Event.Kind.SUBMITTED, actor=user)
    return contribution


def begin_stage(task: ReviewTask, workflow_state: Any, user: "User | None") -> Review:
    """Begin ``task`` for the item of ``workflow_state``, or leave it out where nobody can do it, and say so."""
    revision = workflow_state.content_object.get_latest_revision()
    item = revision.as_object()
    contribution = contribution_of(item, user or workflow_state.requested_by)
    review = Review(
        workflow_state=workflow_state, revision=revision, task=task, contribution=contribution, stage=task.stage
    )
    if task.stage == Stage.FACTS and not coordinators_for(item, without=contribution.contributor_id).exists():
        review.status = TaskState.STATUS_SKIPPED
        review.finished_at = timezone.now()
        review.save()
        record_event(contribution, Event.Kind.STAGE_SKIPPED, stage=task.stage)
        return review
    review.due_at = add_working_days(timezone.now(), working_days(Stage(task.stage)))
    _carry_over(review)
    review.save()
    contribution.stage = task.stage
    contribution.save(update_fields=["stage"])
    record_event(contribution, Event.Kind.STAGE_STARTED, stage=task.stage)
    task_submitted.send(sender=Review, instance=review, user=user)
    return review


def _carry_over(review: Review) -> None:
    """Leave a stage that begins again after changes with whoever asked for them."""
    former = (
        Review.objects.filter(contribution=review.contribution, stage=review.stage)
        .exclude(pk=review.pk)
        .exclude(claimed_by=None)
        .order_by("-pk")
        .first()
    )
    if former is not None and former.status == TaskState.STATUS_REJECTED:
        review.claimed_by, review.claimed_at = former.claimed_by, timezone.now()


def close_published(item: "ContentItem", user: Any) -> None:
    """Close whatever was under review of ``item`` when it is published, by the desk or past it."""
    rows = Contribution.objects.select_for_update().about(item)
    for contribution in rows.filter(state__in=(State.IN_REVIEW, State.CHANGES_REQUESTED)):
        contribution.state, contribution.stage = State.PUBLISHED, ""
        contribution.decided_at = timezone.now()
        contribution.save()
        record_event(contribution, Event.Kind.PUBLISHED, actor=user)


def restore_public_version(item: "ContentItem", user: "User | None") -> None:
    """Make the published text the latest version again, after a correction of it was declined or withdrawn.

    Without this the next editor would go on writing on what nobody wanted.
    """
    if not item.live or item.live_revision_id is None or item.live_revision_id == item.latest_revision_id:
        return
    revision = item.live_revision.as_object().save_revision(user=user, changed=False, log_action=False)
    type(item)._default_manager.filter(pk=item.pk).update(live_revision=revision, has_unpublished_changes=False)
