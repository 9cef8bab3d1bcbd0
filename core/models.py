"""Images, files, the audit log and the version stamps of what is cached in processes."""

from contextlib import suppress
from typing import Any, ClassVar, Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.images.models import AbstractImage, AbstractRendition

from core.extraction import TextProblem
from core.languages import CHOICES
from core.mail.models import OutboxMail  # noqa: F401 - Django looks for models here


class PortalImage(AbstractImage):
    """A picture with what is needed to show it fairly: who made it and under which licence."""

    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=100, blank=True)

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "licence",
        "collection",
        "tags",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions: ClassVar[list[tuple[str, str]]] = [("choose_image", "Can choose image")]


class PortalRendition(AbstractRendition):
    """A size variant of a picture, made at upload."""

    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_size")
        ]


_TEXT_FIELDS: Final = ("text", "text_state", "text_problem", "text_of", "text_attempts")


class PortalDocumentManager(models.Manager.from_queryset(DocumentQuerySet)):  # type: ignore[misc]  # made by Django
    """Files without their text, which may be a megabyte that no list and no page shows; asked for, it is loaded."""

    def get_queryset(self) -> Any:
        """All files, the text left out."""
        return super().get_queryset().defer("text")


class PortalDocument(AbstractDocument):
    """An uploaded file, with the language it is written in and the text that the worker has read from it."""

    class TextState(models.TextChoices):
        """How far the reading of the text has come."""

        PENDING = "pending", _("Waits to be read")
        DONE = "done", _("Read")
        FAILED = "failed", _("Could not be read, or not to the end")
        NONE = "none", _("Without text")

    language = models.CharField(_("language"), max_length=2, choices=CHOICES, blank=True)
    text = models.TextField(_("text"), blank=True, editable=False)
    text_state = models.CharField(
        _("reading of the text"),
        max_length=10,
        choices=TextState.choices,
        default=TextState.PENDING,
        editable=False,
        db_index=True,
    )
    text_problem = models.CharField(max_length=20, choices=TextProblem.choices, blank=True, editable=False)
    text_attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    #: The file that has been read; where it is another than ``file``, the text is not its text.
    text_of = models.CharField(max_length=200, blank=True, editable=False)

    objects = PortalDocumentManager()

    admin_form_fields = ("title", "file", "language", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        # What follows a relation to a file goes without the text as well.
        base_manager_name = "objects"
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions: ClassVar[list[tuple[str, str]]] = [("choose_document", "Can choose document")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file waits for its text to be read."""
        if self.file and (self._state.adding or not self.file._committed):
            # What is asked for again is told by it whether the file has changed.
            with suppress(OSError):
                self._set_document_file_metadata()
        is_read = self.text_state != self.TextState.PENDING
        if self.file and (not self.file._committed or (is_read and self.text_of != self.file.name)):
            self.text, self.text_problem, self.text_of, self.text_attempts = "", "", "", 0
            self.text_state = self.TextState.PENDING
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "file_size", "file_hash", *_TEXT_FIELDS}
        super().save(*args, **kwargs)


class AuditEntry(models.Model):
    """One line of the audit log: who did what to which row, and what it held before and after.

    Rows outlive what they speak of: the object is named by model and key, not by a foreign key.
    """

    created_at = models.DateTimeField(_("when"), auto_now_add=True, db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    action = models.CharField(_("action"), max_length=60, db_index=True)
    model = models.CharField(_("kind of object"), max_length=100)
    object_key = models.CharField(_("object"), max_length=64)
    label = models.CharField(_("name"), max_length=255, blank=True)
    before: "models.JSONField[Any, Any]" = models.JSONField(_("before"), default=dict)
    after: "models.JSONField[Any, Any]" = models.JSONField(_("after"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ("-pk",)
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["model", "object_key"], name="audit_of_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.model} {self.object_key}"


class Stamp(models.Model):
    """The version of something that processes keep in memory (the taxonomy, the search facets, the menu).

    A process compares its copy's version with the row's, once per request, and loads again when they differ. Versions
    are random: they have no order.
    """

    name = models.CharField(max_length=40, primary_key=True)
    version = models.PositiveBigIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
