"""The abstract content item, and the addresses items once had."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from content.querysets import ContentItemQuerySet
from core.languages import CHOICES, ENDONYMS

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.utils.functional import _StrPromise


#: Where ``content.terms.read_codes`` leaves what it has read.
READ_CODES: Final = "_read_term_codes"


class Scope(models.TextChoices):
    """Where an item applies."""

    EU = "eu", _("The whole European Union")
    COUNTRIES = "countries", _("One or more countries")
    LOCAL = "local", _("A city or region")


class Status(models.TextChoices):
    """The state of an item in words a person understands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    CORRECTING = "correcting", _("Published, correction not yet public")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ARCHIVED = "archived", _("Archived")


class SlugHistory(models.Model):
    """A slug that an item once had: its old address redirects for ever."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    slug = models.SlugField(max_length=120, allow_unicode=False)
    until = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["content_type", "object_id", "slug"], name="one_row_per_former_slug")
        ]

    def __str__(self) -> str:
        return self.slug


class HeldFile(models.Model):
    """Says that a version of an item had a file: until a published item shows it, it is not for everybody."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    document = models.ForeignKey("core.PortalDocument", on_delete=models.CASCADE, related_name="+")

    # The item itself is what "used by" in the office should name.
    wagtail_reference_index_ignore = True

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "content_type", "object_id"], name="one_row_per_item_and_file")
        ]

    def __str__(self) -> str:
        return f"{self.content_type_id}-{self.object_id}: {self.document_id}"


class ContentItem(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel):
    """One item of any kind of content.

    ``kind`` is the prefix of the stable id, ``section`` the first part of the public address; both are set by the
    concrete model and never change once items are public.
    """

    is_content_item: ClassVar[bool] = True
    #: Fields that the audit log never repeats.
    private_fields: ClassVar[frozenset[str]] = frozenset()
    #: The fields that hold terms of the shared vocabulary.
    term_fields: ClassVar[tuple[str, ...]] = ("topics", "countries")
    #: The relations that lead to files of the item ("attachments__document"): drafts keep theirs to themselves.
    document_relations: ClassVar[tuple[str, ...]] = ()
    kind: ClassVar[str]
    section: ClassVar[str]

    title = models.CharField(_("title"), max_length=255)
    slug = models.SlugField(
        _("address"), max_length=120, blank=True, help_text=_("Made from the title; a changed address redirects.")
    )
    language = models.CharField(
        _("original language"),
        max_length=2,
        choices=CHOICES,
        default="en",
        help_text=_("The language this text is written in."),
    )
    summary = models.TextField(_("summary"), blank=True)
    english_title = models.CharField(
        _("English title"), max_length=255, blank=True, help_text=_("Shown as an unofficial translation.")
    )
    english_summary = models.TextField(
        _("English summary"), blank=True, help_text=_("Shown as an unofficial translation.")
    )
    topics: "ParentalManyToManyField[Any, Any]" = ParentalManyToManyField(
        "taxonomy.Topic", verbose_name=_("topics"), blank=True, related_name="+"
    )
    scope = models.CharField(_("geographic scope"), max_length=10, choices=Scope.choices, default=Scope.COUNTRIES)
    countries: "ParentalManyToManyField[Any, Any]" = ParentalManyToManyField(
        "taxonomy.Country", verbose_name=_("countries"), blank=True, related_name="+"
    )
    area = models.CharField(_("city or region"), max_length=160, blank=True)
    contributor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("contributor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contributor_credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("How the contributor is named on the page.")
    )
    source_url = models.URLField(_("source link"), max_length=500, blank=True)
    source_name = models.CharField(_("name of the source"), max_length=200, blank=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    confirmed_at = models.DateField(
        _("last confirmed"), null=True, blank=True, help_text=_("When the owner last said that this is still right.")
    )
    review_on = models.DateField(_("review due"), null=True, blank=True)
    #: The review date about which somebody was asked and nobody answered; a new review date takes the mark away.
    unanswered_review_on = models.DateField(null=True, blank=True, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    is_sample = models.BooleanField(
        _("sample"), default=False, help_text=_("Marked as a sample on the page; removed with the samples.")
    )
    search_version = models.PositiveBigIntegerField(default=0, editable=False)

    _revisions = GenericRelation("wagtailcore.Revision", content_type_field="base_content_type")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        for_concrete_model=False,
    )

    objects = ContentItemQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> Any:
        """The item's revisions."""
        return self._revisions

    # --- identity ---------------------------------------------------------------------------------------------
    @property
    def uid(self) -> str:
        """The stable id, "practice-12": never changed, never given to another item."""
        return f"{self.kind}-{self.pk}"

    def get_path(self) -> str:
        """The public address without the language, "/good-practices/12-a-name/"."""
        return f"/{self.section}/{self.pk}-{self.slug}/"

    def get_absolute_url(self) -> str:
        """The public address in the active language."""
        return f"/{(translation.get_language() or settings.LANGUAGE_CODE)[:2]}{self.get_path()}"

    def make_slug(self) -> str:
        """A readable address from the English title where there is one, else from the title."""
        from core.transliteration import to_ascii

        return slugify(to_ascii(self.english_title or self.title))[:80].strip("-") or self.kind

    @property
    def credited_to(self) -> str:
        """Who is named as contributor: the credit; without one, somebody who has left, and else nobody."""
        if self.contributor_credit:
            return str(self.contributor_credit)
        has_left = self.contributor is not None and self.contributor.erased_at is not None
        return str(_("a former contributor")) if has_left else ""

    # --- state ------------------------------------------------------------------------------------------------
    @property
    def status(self) -> Status:
        """Where the item stands in its life."""
        if self.archived_at is not None:
            return Status.ARCHIVED
        if self.live:
            return Status.CORRECTING if self.has_unpublished_changes else Status.PUBLISHED
        if self.go_live_at is not None and self.go_live_at > timezone.now() and self.approved_schedule:
            return Status.SCHEDULED
        if self._is_in_review():
            return Status.IN_REVIEW
        if self.first_published_at is not None:
            return Status.WITHDRAWN
        return Status.DRAFT

    def _is_in_review(self) -> bool:
        known = self.__dict__.get("is_in_review")
        return bool(self.workflow_in_progress) if known is None else bool(known)

    @property
    def approved_schedule(self) -> bool:
        """Whether a version waits for its day; lists know it beforehand (``with_state``)."""
        known = self.__dict__.get("is_scheduled")
        return self.scheduled_revision is not None if known is None else bool(known)

    @property
    def may_be_deleted(self) -> bool:
        """Whether the item was never public: what once was is withdrawn or archived, its address lives on."""
        return not self.live and self.first_published_at is None

    @property
    def status_string(self) -> "str | _StrPromise":
        """The state in the reader's language, also where Wagtail's admin shows it."""
        return self.status.label

    @property
    def review_overdue(self) -> bool:
        """Whether the review date has passed."""
        return self.review_on is not None and self.review_on < timezone.localdate()

    @property
    def last_confirmed(self) -> dt.date | None:
        """When somebody last said that the item is right: its owner, or whoever published it."""
        published = self.last_published_at or self.first_published_at
        return self.confirmed_at or (timezone.localdate(published) if published else None)

    @property
    def unconfirmed_since(self) -> dt.date | None:
        """The day of the last confirmation, once somebody was asked for the next and nobody answered; else None."""
        silent = self.review_on is not None and self.review_on == self.unanswered_review_on
        return self.last_confirmed if self.live and silent else None

    def codes(self, field: str) -> tuple[str, ...]:
        """The codes of the item's terms in the vocabulary of ``field`` ("topics").

        They come from ``content.terms.read_codes`` where a page has read them, else from the terms themselves.
        """
        read: dict[str, tuple[str, ...]] | None = self.__dict__.get(READ_CODES)
        if read is not None:
            return read.get(field, ())
        return tuple(term.code for term in getattr(self, field).all())

    def country_codes(self) -> Iterable[str]:
        """The codes of the countries the item is about."""
        return self.codes("countries")

    @property
    def country_names(self) -> str:
        """The names of the item's countries in the active language, in a row."""
        from taxonomy.catalogue import get_catalogue

        catalogue = get_catalogue()
        return ", ".join(sorted(catalogue.label("countries", code) for code in self.country_codes()))

    @property
    def topic_names(self) -> str:
        """The names of the item's topics in the active language, in a row."""
        from taxonomy.catalogue import get_catalogue

        catalogue = get_catalogue()
        return ", ".join(catalogue.label("topics", code) for code in self.codes("topics"))

    def theme_codes(self) -> list[str]:
        """The codes of the item's themes, which follow from its topics, in their order."""
        from taxonomy.catalogue import get_catalogue

        catalogue = get_catalogue()
        held = {catalogue.topics[code].parent for code in self.codes("topics") if code in catalogue.topics}
        return [code for code in catalogue.themes if code in held]

    # --- languages --------------------------------------------------------------------------------------------
    @property
    def endonym(self) -> str:
        """The original language's own name."""
        return ENDONYMS.get(self.language, self.language)

    def title_for(self, language: str) -> tuple[str, str]:
        """The title a reader of ``language`` sees, with the language it is in: never an empty box."""
        if language != self.language and language == "en" and self.english_title:
            return self.english_title, "en"
        return self.title, self.language

    def summary_for(self, language: str) -> tuple[str, str]:
        """The summary a reader of ``language`` sees, with the language it is in."""
        if language != self.language and language == "en" and self.english_summary:
            return self.english_summary, "en"
        return self.summary, self.language

    # --- publication ------------------------------------------------------------------------------------------
    def publication_problems(self) -> "list[tuple[str, _StrPromise | str]]":
        """What stands in the way of publication: (field, message); drafts may be incomplete, public items not."""
        return []

    def publish(self, revision: Any, **kwargs: Any) -> Any:
        """Publish ``revision``.

        Raises ValidationError naming every field that is not ready; whatever publishes an item (editor, schedule,
        bulk action, workflow) comes through here.
        """
        from content.services import check_publishable, check_publisher

        check_publisher(self, kwargs.get("user"))
        check_publishable(revision.as_object())
        # The audit log names who published; Wagtail's signal only knows who wrote the version.
        revision.published_by = kwargs.get("user")
        # Wagtail's command for schedules opens no transaction: what is public and what is announced belong together.
        with transaction.atomic():
            return super().publish(revision, **kwargs)

    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Take the item off the public site and announce it, both or neither; schedules come through here."""
        with transaction.atomic():
            return super().unpublish(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> "ContentItem":
        """Return the item as a revision holds it; what no revision may turn back stays as it is."""
        item: ContentItem = super().with_content_json(content)
        item.archived_at = self.archived_at
        item.search_version = self.search_version
        item.confirmed_at = self.confirmed_at
        item.unanswered_review_on = self.unanswered_review_on
        return item

    @property
    def default_preview_mode(self) -> str:
        """Preview in the item's own language where the interface has it, else in English."""
        return self.language if self.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """One preview per language of the interface."""
        return [(code, str(name)) for code, name in settings.LANGUAGES]

    def serve_preview(self, request: "HttpRequest", mode_name: str) -> "HttpResponseBase":
        """Show the item as it would be published, in the language of the chosen mode."""
        with translation.override(mode_name or self.default_preview_mode):
            response: Any = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                # A template response renders late, after the override is gone.
                response.render()
        return response  # type: ignore[no-any-return]  # Wagtail has no types


def next_review(today: dt.date | None = None) -> dt.date:
    """The day a newly confirmed item is due for review: a year on."""
    day = today or timezone.localdate()
    return day + dt.timedelta(days=365)
