"""The workflow that every registered type goes through, and what its end does."""

from typing import Any, Final

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Workflow, WorkflowContentType, WorkflowTask

from accounts.permissions import Role
from contributions.models import ReviewTask
from contributions.registry import all_types
from contributions.stages import Stage

#: Written into the database: shown to editors in Wagtail's own pages.
WORKFLOW_NAME: Final = "Validation of contributions"
_GROUPS: Final = {
    Stage.FACTS: (Role.COUNTRY_COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR),
    Stage.DECISION: (Role.EDITOR, Role.ADMINISTRATOR),
}


@transaction.atomic
def ensure_workflow() -> Workflow:
    """Make the workflow with its two stages and give it to every registered type; may run any number of times."""
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW_NAME, defaults={"active": True})
    for place, stage in enumerate(Stage):
        task, _made = ReviewTask.objects.get_or_create(stage=stage, defaults={"name": stage.value, "active": True})
        task.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in _GROUPS[stage]])
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": place})
    for kind in all_types():
        content_type = ContentType.objects.get_for_model(kind.model_class(), for_concrete_model=False)
        WorkflowContentType.objects.update_or_create(content_type=content_type, defaults={"workflow": workflow})
    return workflow


def ensure_workflow_after_migrate(sender: Any, **kwargs: Any) -> None:
    """Receiver of ``post_migrate``; runs once, for this app, which comes after those it needs."""
    if sender.name == "contributions" and kwargs.get("plan") is not None:
        ensure_workflow()
