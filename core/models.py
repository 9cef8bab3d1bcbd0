"""Images, files, the audit log and the version stamps of what is cached in processes."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition

from core.languages import CHOICES


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


class PortalDocument(AbstractDocument):
    """An uploaded file, with the language it is written in."""

    language = models.CharField(_("language"), max_length=2, choices=CHOICES, blank=True)

    admin_form_fields = ("title", "file", "language", "collection", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        permissions: ClassVar[list[tuple[str, str]]] = [("choose_document", "Can choose document")]


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
