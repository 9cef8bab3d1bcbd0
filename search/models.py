"""The outbox of changes on their way to the index, what could not be indexed, and the embedded engine's tables."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SearchOutbox(models.Model):
    """A change that an engine's index has yet to follow, written in the same transaction as the change itself.

    There is a row for each engine in use, so that one that is down holds up no other. The row says which item
    changed, not how: whoever drains it looks at the item as it is then.
    """

    engine = models.CharField(max_length=20, default="embedded")
    uid = models.CharField(max_length=100)
    type = models.CharField(max_length=60)
    object_id = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    created = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["engine", "not_before", "id"], name="search_outbox_due"),
            models.Index(fields=["uid"], name="search_outbox_uid"),
        ]
        verbose_name = _("change waiting for the search index")
        verbose_name_plural = _("changes waiting for the search index")

    def __str__(self) -> str:
        return f"{self.uid} v{self.version}"


class IndexFailure(models.Model):
    """An item that could not be indexed after several attempts, shown to editors until it can."""

    engine = models.CharField(_("search engine"), max_length=20, default="embedded")
    uid = models.CharField(_("identifier"), max_length=100)
    type = models.CharField(_("type"), max_length=60)
    version = models.PositiveBigIntegerField(_("version"))
    error = models.TextField(_("error"))
    failed_at = models.DateTimeField(_("failed at"), default=timezone.now)

    class Meta:
        ordering = ("-failed_at", "uid")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["uid", "engine"], name="search_failure_once"),
        ]
        verbose_name = _("item missing from the search index")
        verbose_name_plural = _("items missing from the search index")

    def __str__(self) -> str:
        return self.uid


class IndexedDocument(models.Model):
    """A document of the embedded engine; a deleted one stays for a while as the memory of its version.

    ``facets``, ``dates`` and ``payload`` are JSON as text: they are read raw, thousands at a time, and never queried.
    """

    uid = models.CharField(max_length=100, unique=True)
    type = models.CharField(max_length=60)
    version = models.PositiveBigIntegerField()
    language = models.CharField(max_length=8)
    deleted = models.BooleanField(default=False)
    sequence = models.PositiveBigIntegerField(db_index=True)
    title_key = models.TextField(blank=True)
    english_title_key = models.TextField(blank=True)
    title_sort = models.TextField(blank=True)
    facets = models.TextField(default="{}")
    dates = models.TextField(default="{}")
    payload = models.TextField(default="{}")
    body = models.TextField(blank=True)
    vector = models.BinaryField(default=bytes)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.uid


class IndexState(models.Model):
    """The one row that says where the embedded index stands; writers lock it, so changes are seen in their order.

    ``token`` is drawn anew with every change: after a rollback the same ``sequence`` comes again with another token,
    and a process that kept what was rolled back notices.
    """

    sequence = models.PositiveBigIntegerField(default=0)
    token = models.CharField(max_length=32, default="")
    #: How texts were turned into tokens when the index was last built; another way now means: build it anew.
    analysis = models.CharField(max_length=64, default="")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sequence}"


class IndexChange(models.Model):
    """The token of each recent change: the proof that a process may take only what came after its own."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    token = models.CharField(max_length=32)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sequence}"


class IndexedWord(models.Model):
    """A word of a title, summary or term, as it is written: what a misspelt word may have been meant to be."""

    folded = models.CharField(max_length=64, unique=True)
    word = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.word


class Embedding(models.Model):
    """What a text means to one model, kept by the text's digest: the same text is never computed twice."""

    digest = models.CharField(max_length=64)
    embedder = models.CharField(max_length=60)
    vector = models.BinaryField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["digest", "embedder"], name="search_embedding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.embedder} {self.digest[:12]}"


class PendingEmbedding(models.Model):
    """An item that is in the index by its words and waits for the worker to work out what it means."""

    uid = models.CharField(max_length=100, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.uid


class RebuildRun(models.Model):
    """A rebuild of an engine's index that is under way; ``alive_at`` moves on while it is."""

    engine = models.CharField(max_length=20, unique=True)
    token = models.CharField(max_length=32)
    started_at = models.DateTimeField(default=timezone.now)
    alive_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.engine
