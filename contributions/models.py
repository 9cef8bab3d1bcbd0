"""A contribution and what happens to it: its events, the stages of its review, answers, notes and files."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from accounts.permissions import Action, may
from contributions.files import private_storage, stored_name
from contributions.models_confirming import ConfirmationNotice, ConfirmationRequest  # noqa: F401 - Django looks for models here
from contributions.querysets import ContributionQuerySet, ReviewQuerySet
from contributions.stages import STAGE_ACTIONS, Stage
from core.languages import CHOICES

if TYPE_CHECKING:
    from accounts.models import User
    from content.models import ContentItem
    from contributions.registry import SubmissionType


class State(models.TextChoices):
    """Where a contribution stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    CHANGES_REQUESTED = "changes-requested", _("Changes asked for")
    DECLINED = "declined", _("Declined")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: States in which the contributor may write.
EDITABLE = (State.DRAFT, State.CHANGES_REQUESTED, State.WITHDRAWN)


class Contribution(models.Model):
    """One contribution of one person: a new item, or a correction of a published one.

    While the contributor writes, ``data`` holds what was typed, valid or not. With the submission it becomes a version
    of ``item``, which is the truth from then on; when changes are asked for, ``data`` is filled from it again.
    """

    type = models.SlugField(_("type"), max_length=40)
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("contributor"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="contributions",
    )
    start_token = models.CharField(max_length=64, unique=True)
    is_correction = models.BooleanField(_("correction"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State.choices, default=State.DRAFT)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, blank=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    language = models.CharField(_("original language"), max_length=2, choices=CHOICES, blank=True)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    item_type = models.ForeignKey(ContentType, null=True, on_delete=models.SET_NULL, related_name="+")
    item_id = models.PositiveBigIntegerField(null=True)
    item = GenericForeignKey("item_type", "item_id")
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    saved_at = models.DateTimeField(_("saved"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    decided_at = models.DateTimeField(_("decided"), null=True)
    consented_at = models.DateTimeField(null=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["contributor", "-saved_at"], name="contribution_of_person"),
            models.Index(fields=["item_type", "item_id"], name="contribution_of_item"),
            models.Index(fields=["state", "submitted_at"], name="contribution_state"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled"))

    def get_absolute_url(self) -> str:
        """The contributor's page about it, in the active language."""
        from django.urls import reverse

        return reverse("contributions:detail", args=[self.pk])

    @property
    def kind(self) -> "SubmissionType":
        """The registered type. Raises LookupError when its app is gone."""
        from contributions.registry import get_type

        kind = get_type(self.type)
        if kind is None:
            message = f"Nothing is registered for contributions of the type {self.type!r}."
            raise LookupError(message)
        return kind

    @property
    def is_editable(self) -> bool:
        """Whether the contributor may write."""
        return self.state in EDITABLE


class Event(models.Model):
    """Something that happened to a contribution, as its contributor may know it."""

    class Kind(models.TextChoices):
        """What happened."""

        STARTED = "started", _("Begun")
        SUBMITTED = "submitted", _("Submitted")
        RESUBMITTED = "resubmitted", _("Submitted again")
        STAGE_STARTED = "stage-started", _("Waits for review")
        STAGE_SKIPPED = "stage-skipped", _("Stage left out")
        TAKEN_UP = "taken-up", _("Taken up")
        RELEASED = "released", _("Given back to the queue")
        REASSIGNED = "reassigned", _("Given to another reviewer")
        APPROVED = "approved", _("Stage passed")
        CHANGES_REQUESTED = "changes-requested", _("Changes asked for")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        APPEALED = "appealed", _("Another look asked for")
        APPEAL_REMINDED = "appeal-reminded", _("Editors reminded that another look is asked for")
        UPHELD = "upheld", _("Looked at again: the refusal stays")
        REOPENED = "reopened", _("Reopened")
        REMINDED = "reminded", _("Reviewers reminded")
        ESCALATED = "escalated", _("Passed on to the editors, the deadline has passed")
        PUBLISHED = "published", _("Published")

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("at", "pk")
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "at"], name="contribution_event_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class ReviewTask(AbstractGroupApprovalTask):
    """A stage of the review; who may do it is asked of the permission table, and it is done at the review desk."""

    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices, unique=True)

    class Meta:
        verbose_name = _("stage of the review")
        verbose_name_plural = _("stages of the review")

    @property
    def action(self) -> Action:
        """What the permission table calls this work."""
        return STAGE_ACTIONS[Stage(self.stage)]

    def get_task_state_class(self) -> type[TaskState]:
        """Return the class of this stage's states."""
        return Review

    def start(self, workflow_state: Any, user: Any = None) -> Any:
        """Begin the stage for an item, or leave it out where nobody can do it."""
        from contributions.services.stages import begin_stage

        return begin_stage(self, workflow_state, user)

    def get_actions(self, obj: Any, user: Any) -> list[Any]:
        """Offer nothing in Wagtail's own menus: decisions are made beside the checklist, at the review desk."""
        return []

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Whoever may do the stage may open the item."""
        return may(user, self.action, obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """Whether the item is closed to ``user`` while it is in review."""
        return not may(user, Action.EDIT, obj)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """Nothing: the queue of the review desk shows what waits."""
        return TaskState.objects.none()

    @classmethod
    def get_description(cls) -> Any:
        """What the stage is, for the editorial office."""
        return _("A stage of the validation of contributions, done at the review desk")


class Review(TaskState):
    """One passage of one contribution through one stage."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="reviews")
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="claimed_reviews"
    )
    claimed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(_("due"), null=True, db_index=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    @property
    def is_open(self) -> bool:
        """Whether the stage still waits for a decision."""
        return bool(self.status == TaskState.STATUS_IN_PROGRESS)

    @property
    def is_overdue(self) -> bool:
        """Whether its deadline has passed."""
        return self.is_open and self.due_at is not None and self.due_at < timezone.now()

    def reviewed_item(self) -> "ContentItem":
        """The item as the version under review holds it."""
        item: ContentItem = self.contribution.item.get_latest_revision_as_object()
        return item


class CriterionAnswer(models.Model):
    """A reviewer's answer to one published criterion."""

    class Verdict(models.TextChoices):
        """The possible answers."""

        MET = "met", _("Met")
        NOT_MET = "not-met", _("Not met")
        NOT_APPLICABLE = "not-applicable", _("Not applicable")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="answers")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    verdict = models.CharField(_("answer"), max_length=15, choices=Verdict.choices)
    note = models.TextField(_("note"), blank=True)
    answered_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["review", "code"], name="one_answer_per_review_and_criterion")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.verdict}"


class InternalNote(models.Model):
    """A note among reviewers, never shown to the contributor."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="internal_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(_("internal note"))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Look(models.Model):
    """The version of a contribution that a reviewer last acted on: what changed since is shown as a difference."""

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    revision_id = models.PositiveBigIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contribution", "user"], name="one_look_per_person_and_contribution")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.revision_id}"


class ContributionFile(models.Model):
    """A file that came with a draft; it is private until the contribution becomes a version of an item."""

    class Kind(models.TextChoices):
        """What the file is."""

        PHOTO = "photo", _("Photo")
        ATTACHMENT = "attachment", _("File")

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.FileField(storage=private_storage, upload_to=stored_name, max_length=300)
    name = models.CharField(_("name"), max_length=200)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    alternative = models.CharField(_("text alternative"), max_length=200, blank=True)
    size = models.PositiveIntegerField()
    #: A fingerprint of what was sent: the same file sent twice (a double click) is one file.
    digest = models.CharField(max_length=64)
    #: The picture or document of the portal it became with the submission.
    became = models.PositiveBigIntegerField(null=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["contribution", "kind", "digest"], name="one_row_per_file_of_contribution")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        """What the name ends in, without the dot."""
        return self.name.rpartition(".")[2].lower()


def contributor_name(user: "User | None") -> str:
    """The name that stands on what ``user`` contributed: empty unless the person has chosen to be named."""
    return user.get_full_name() if user is not None and user.credit_by_name and user.erased_at is None else ""
