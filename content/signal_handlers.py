"""Follows Wagtail's own publishing: editor, schedule, bulk action and workflow all end in its signals."""

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import Revision
from wagtail.signals import published, unpublished

from accounts.my.services import profile_changed
from content.attachments import remember_files
from content.models import ContentItem
from content.personal_data import on_profile_changed
from content.services import announce, remember_slug
from content.signals import item_changed
from core import audit, cache


def connect() -> None:
    """Connect the receivers; called once, when the apps are ready."""
    published.connect(on_published, dispatch_uid="content.published")
    unpublished.connect(on_unpublished, dispatch_uid="content.unpublished")
    pre_save.connect(fill_slug, dispatch_uid="content.slug")
    post_save.connect(on_saved, dispatch_uid="content.saved")
    post_save.connect(remember_files, sender=Revision, dispatch_uid="content.files")
    post_delete.connect(on_deleted, dispatch_uid="content.deleted")
    profile_changed.connect(on_profile_changed, dispatch_uid="content.credit")


def fill_slug(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Give a new item an address, and remember the one it had."""
    if not isinstance(instance, ContentItem) or kwargs.get("raw"):
        return
    if not instance.slug:
        instance.slug = instance.make_slug()
    if instance.pk and kwargs.get("update_fields") is None:
        former = sender._default_manager.filter(pk=instance.pk).values_list("slug", flat=True).first()
        if former and former != instance.slug:
            remember_slug(instance, former)


def on_saved(sender: Any, instance: Any, created: bool, **kwargs: Any) -> None:  # noqa: FBT001 - Django's signature
    """Write the making of an item into the audit log."""
    if created and isinstance(instance, ContentItem) and not kwargs.get("raw"):
        audit.record(
            user=instance.contributor, action="content.create", instance=instance, after=audit.snapshot(instance)
        )


def on_published(sender: Any, instance: Any, revision: Revision | None = None, **kwargs: Any) -> None:
    """Announce what has just become public."""
    if not isinstance(instance, ContentItem):
        return
    audit.record(
        user=getattr(revision, "published_by", None),
        action="content.publish",
        instance=instance,
        after={"revision": getattr(revision, "pk", None), "title": instance.title},
    )
    announce(instance)


def on_unpublished(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Announce what has just gone from the public site."""
    if isinstance(instance, ContentItem):
        user = getattr(instance, "acting_user", None)
        audit.record(user=user, action="content.withdraw", instance=instance, after={"expired": instance.expired})
        announce(instance)


def on_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Announce that an item is gone, with a version after its last."""
    if isinstance(instance, ContentItem):
        user = getattr(instance, "acting_user", None)
        audit.record(user=user, action="content.delete", instance=instance, before=audit.snapshot(instance))
        cache.purge(instance.uid, cache.LISTS)
        item_changed.send(sender=sender, item=instance, version=instance.search_version + 1)
