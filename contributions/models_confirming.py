"""The question to an item's owner whether it is still right, and how far it has come."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from content.models import ContentItem

    Base = models.QuerySet[Any, Any]
else:
    Base = models.QuerySet


class ConfirmationRequestQuerySet(Base):
    """Questions to owners."""

    def about(self, item: "ContentItem") -> Self:
        """Questions about ``item``, the latest first."""
        kind = ContentType.objects.get_for_model(item)
        return self.filter(item_type=kind, item_id=item.pk).order_by("-review_on")

    def waiting(self) -> Self:
        """Questions without an answer, the oldest first."""
        return self.filter(answered_at=None).order_by("asked_at", "pk")

    def to_remind(self, before: dt.datetime) -> Self:
        """Unanswered ones asked before that moment, of which nobody has been reminded."""
        return self.waiting().filter(reminded_at=None, asked_at__lte=before)

    def to_mark(self, before: dt.datetime) -> Self:
        """Unanswered ones reminded of before that moment, whose owner does not know yet that the page says so."""
        return self.waiting().filter(marked_at=None, reminded_at__lte=before)

    def to_archive(self, before: dt.datetime) -> Self:
        """Unanswered ones whose item has been marked since before that moment."""
        return self.waiting().filter(archived_at=None, marked_at__lte=before)


class Step(models.TextChoices):
    """What somebody is told about an item; the value is the name of the e-mail about a single one."""

    ASKED = "confirm", _("asked")
    REMINDED = "confirm_reminder", _("reminded")
    MARKED = "confirm_marked", _("marked")
    ARCHIVED = "confirm_archived", _("archived")


class ConfirmationRequest(models.Model):
    """One question about one item and one review date.

    Each step counts from the one before, so that no owner hears of the archive before the reminder, however long the
    worker stood still. ``answered_at`` is also set when the question has settled itself: the item was confirmed in the
    office, withdrawn, or is gone.
    """

    item_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    item_id = models.PositiveBigIntegerField()
    item = GenericForeignKey("item_type", "item_id")
    review_on = models.DateField(_("review due"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    reminded_at = models.DateTimeField(_("reminded"), null=True)
    marked_at = models.DateTimeField(_("marked"), null=True)
    archived_at = models.DateTimeField(_("archived"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = ConfirmationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to an owner")
        verbose_name_plural = _("questions to owners")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["item_type", "item_id", "review_on"], name="one_question_per_review_date")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["answered_at", "asked_at"], name="question_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.item_type_id}-{self.item_id} {self.review_on:%Y-%m-%d}"


class ConfirmationNotice(models.Model):
    """What a person has yet to be told about a question: written with the step, gone with the e-mail that tells it.

    An e-mail takes up all that one person has to be told, so that nobody gets many letters on one day.
    """

    question = models.ForeignKey(ConfirmationRequest, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20, choices=Step.choices)

    class Meta:
        verbose_name = _("notice to an owner")
        verbose_name_plural = _("notices to owners")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["question", "person", "step"], name="one_notice_per_step_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.step}"
