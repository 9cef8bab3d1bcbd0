"""The verbs of a content item's life; each checks permission, writes the audit log and tells the layers above."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.delete import DeleteAction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.models import Revision

from accounts.permissions import Action, may
from content.models import SlugHistory, next_review
from content.signals import item_changed
from core import audit, cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from accounts.models import User
    from content.models import ContentItem


def demand(user: "User | None", action: Action, item: "ContentItem") -> None:
    """Raise PermissionDenied unless ``user`` may do ``action`` to ``item``; None is the portal itself."""
    if user is not None and not may(user, action, item):
        raise PermissionDenied


#: What else stands against publication by a person, told by the rooms above in their ``AppConfig.ready()``: each is
#: called with (item, user) and raises ValidationError.
publication_guards: "list[Callable[[ContentItem, User], None]]" = []


def refusals_of_publication(item: "ContentItem", user: "User | None") -> list[str]:
    """Return why ``user`` may not publish ``item``, whatever it holds; the portal itself (None) always may."""
    found: list[str] = []
    if user is None:
        return found
    for guard in publication_guards:
        try:
            guard(item, user)
        except ValidationError as error:
            found += error.messages
    return found


def check_publisher(item: "ContentItem", user: "User | None") -> None:
    """Raise ValidationError when something stands against publication of ``item`` by ``user``."""
    refusals = refusals_of_publication(item, user)
    if refusals:
        raise ValidationError(refusals)


def check_publishable(item: "ContentItem") -> None:
    """Raise ValidationError naming every field of ``item`` that is not ready for publication."""
    problems: dict[str, list[Any]] = {}
    for field, message in item.publication_problems():
        problems.setdefault(field, []).append(message)
    if problems:
        raise ValidationError(problems)


def announce(item: "ContentItem") -> int:
    """Tell everyone that what the public may see of ``item`` has changed; call it inside the transaction.

    Returns the new version. The row is locked by the update, so versions grow in the order of the changes.
    """
    model = type(item)
    model._default_manager.filter(pk=item.pk).update(search_version=F("search_version") + 1)
    version: int = model._default_manager.values_list("search_version", flat=True).get(pk=item.pk)
    item.search_version = version
    cache.purge(item.uid, cache.LISTS)
    item_changed.send(sender=model, item=item, version=version)
    return version


def remember_slug(item: "ContentItem", former: str) -> None:
    """Keep a slug that ``item`` no longer has, so that its old address redirects."""
    if former and former != item.slug:
        SlugHistory.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(item), object_id=item.pk, slug=former
        )


@transaction.atomic
def publish(*, item: "ContentItem", user: "User | None", revision: Any = None) -> None:
    """Publish the latest (or the given) revision of ``item``.

    Raises PermissionDenied, or ValidationError naming every field that is not ready, or what else stands against
    publication by ``user``.
    """
    demand(user, Action.PUBLISH, item)
    revision = revision or item.get_latest_revision() or item.save_revision(user=user)
    if not revision.content.get("review_on"):
        # Everything public is due for review one day; an editor may have set another.
        revision.content["review_on"] = next_review().isoformat()
        revision.save(update_fields=["content"])
    # The permission table has been asked above; Wagtail's own check knows no countries.
    item.publish(revision, user=user, skip_permission_checks=True)


@transaction.atomic
def withdraw(*, item: "ContentItem", user: "User | None") -> None:
    """Take ``item`` off the public site; it stays as a draft with all its revisions."""
    demand(user, Action.UNPUBLISH, item)
    item.acting_user = user
    # The permission table has been asked above; Wagtail's own check would ask for the right to publish.
    UnpublishAction(item, user=user).execute(skip_permission_checks=True)


@transaction.atomic
def delete_draft(*, item: "ContentItem", user: "User | None") -> None:
    """Delete a draft that was never public.

    Raises PermissionDenied, or ValidationError when it once was public: then it is withdrawn or archived, because
    its address and its stable id stand in other people's texts.
    """
    demand(user, Action.DELETE_DRAFT, item)
    if not item.may_be_deleted:
        raise ValidationError(_("“%(title)s” was public: withdraw or archive it instead.") % {"title": item})
    item.acting_user = user
    DeleteAction(item, user=user).execute(skip_permission_checks=True)


@transaction.atomic
def archive(*, item: "ContentItem", user: "User | None") -> None:
    """Mark ``item`` as kept for the record; it stays readable and searchable, with a mark."""
    demand(user, Action.ARCHIVE, item)
    _mark_archived(item, user, archived=True)


@transaction.atomic
def bring_back(*, item: "ContentItem", user: "User | None") -> None:
    """Take the mark of the archive off ``item`` again."""
    demand(user, Action.ARCHIVE, item)
    _mark_archived(item, user, archived=False)


def _mark_archived(item: "ContentItem", user: "User | None", *, archived: bool) -> None:
    before = audit.snapshot(item, ("archived_at",))
    item.archived_at = timezone.now() if archived else None
    item.save(update_fields=["archived_at"])
    audit.record(
        user=user,
        action="content.archive" if archived else "content.bring-back",
        instance=item,
        before=before,
        after=audit.snapshot(item, ("archived_at",)),
    )
    announce(item)


@transaction.atomic
def confirm(*, item: "ContentItem", user: "User | None") -> None:
    """Record that ``item`` is still right, and set the next review a year on."""
    demand(user, Action.EDIT, item)
    before = audit.snapshot(item, ("confirmed_at", "review_on"))
    item.confirmed_at = timezone.localdate()
    item.review_on = next_review()
    item.save(update_fields=["confirmed_at", "review_on"])
    _carry_review_into_versions(item)
    audit.record(
        user=user,
        action="content.confirm",
        instance=item,
        before=before,
        after=audit.snapshot(item, ("confirmed_at", "review_on")),
    )
    announce(item)


@transaction.atomic
def mark_unconfirmed(*, item: "ContentItem") -> None:
    """Have the page of ``item`` say since when nobody has confirmed it; the next review date takes that away."""
    before = audit.snapshot(item, ("unanswered_review_on",))
    item.unanswered_review_on = item.review_on
    item.save(update_fields=["unanswered_review_on"])
    audit.record(
        user=None,
        action="content.mark-unconfirmed",
        instance=item,
        before=before,
        after=audit.snapshot(item, ("unanswered_review_on",)),
    )
    announce(item)


def _carry_review_into_versions(item: "ContentItem") -> None:
    """Write the new review date into the public version and the latest one: publishing either would turn it back."""
    versions = {version.pk: version for version in (item.live_revision, item.get_latest_revision()) if version}
    for version in versions.values():
        version.content["review_on"] = item.review_on.isoformat() if item.review_on else None
        version.save(update_fields=["content"])


def refuse_unready_schedules(now: dt.datetime | None = None) -> list[str]:
    """Take back the schedule of due revisions that may no longer be published, and return the items' stable ids.

    Rules can change between the scheduling and its hour (a term is retired, a country removed). One such item must
    not keep the others from being published; it stays a draft, and the audit log says why.
    """
    refused: list[str] = []
    for revision in Revision.objects.filter(approved_go_live_at__lt=now or timezone.now()).order_by("pk"):
        item = revision.as_object()
        problems = item.publication_problems() if getattr(item, "is_content_item", False) else []
        if not problems:
            continue
        with transaction.atomic():
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            messages = {field: str(message) for field, message in problems}
            audit.record(user=revision.user, action="content.schedule-refused", instance=item, after=messages)
        refused.append(item.uid)
    return refused
