"""The two stages of validation."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Action


class Stage(models.TextChoices):
    """A stage: the country coordinator checks the facts, the editor decides on publication."""

    FACTS = "facts", _("Check of the facts by the country coordinator")
    DECISION = "decision", _("Decision by the editors")


#: What the permission table calls the work of a stage.
STAGE_ACTIONS: Final = {Stage.FACTS: Action.REVIEW_FACTS, Stage.DECISION: Action.DECIDE}


def working_days(stage: Stage) -> int:
    """Return how many working days ``stage`` has before its reviewers are reminded."""
    days: int = settings.REVIEW_WORKING_DAYS
    return days
