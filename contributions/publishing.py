"""What the end of a review does; Wagtail imports this before any model is there, so it imports nothing itself."""

from typing import Any


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish what the last stage approved; Wagtail calls this when a workflow has been passed.

    Raises PermissionDenied when ``user`` may not publish, ValidationError naming every field that is not ready.
    """
    from content.services import publish

    item = workflow_state.content_object
    if getattr(item, "is_content_item", False):
        publish(item=item, user=user)
    else:
        item.get_latest_revision().publish(user=user)
