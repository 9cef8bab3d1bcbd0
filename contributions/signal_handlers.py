"""Follows Wagtail's publishing and workflow where they move without the review desk."""

from typing import Any

from wagtail.models import TaskState, WorkflowState
from wagtail.signals import (
    published,
    task_submitted,
    workflow_approved,
    workflow_cancelled,
    workflow_rejected,
    workflow_submitted,
)

from content.models import ContentItem
from contributions.models import Contribution, Event, State
from contributions.services.confirming import settle_by_correction
from contributions.services.stages import close_published
from contributions.services.submitting import take_out
from contributions.signals import contribution_event
from core import cache

#: Wagtail's own workflow e-mails: they go out inside the request and lead to pages that contributors cannot open.
_WAGTAIL_MAILS = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification"),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification"),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification"),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification"),
)


def connect() -> None:
    """Connect the receivers and put Wagtail's e-mails out of service; called once, when the apps are ready."""
    published.connect(on_published, dispatch_uid="contributions.published")
    workflow_cancelled.connect(on_cancelled, dispatch_uid="contributions.cancelled")
    contribution_event.connect(on_event, dispatch_uid="contributions.statistics")
    for signal, sender, name in _WAGTAIL_MAILS:
        # Whichever app is ready first: the name is taken, and Wagtail's own receiver with it finds no place.
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(send_nothing, sender=sender, dispatch_uid=name)


def send_nothing(sender: Any, **kwargs: Any) -> None:
    """Stand where Wagtail would send an e-mail: ours are queued with the events of a contribution."""


def on_published(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Thank and close when an item is public, also when it was published past the desk."""
    if isinstance(instance, ContentItem) and instance.live:
        close_published(instance, getattr(kwargs.get("revision"), "published_by", None))


def on_cancelled(sender: Any, instance: WorkflowState, user: Any = None, **kwargs: Any) -> None:
    """Count a review that was cancelled in Wagtail's own pages as withdrawn."""
    item = instance.content_object
    if isinstance(item, ContentItem):
        for contribution in Contribution.objects.about(item).filter(state=State.IN_REVIEW):
            take_out(contribution, user)


def on_event(sender: Any, contribution: Contribution, event: Event, **kwargs: Any) -> None:
    """Have the public numbers counted anew; a published correction also says that the item is right."""
    cache.purge("statistics")
    if event.kind == Event.Kind.PUBLISHED:
        settle_by_correction(contribution)
