"""Who may fetch a file: what hangs only on items that are not public is for those who may see these items.

A file is public through the rows of the database: they hold the published state of an item. A version that waits holds
its files in its JSON only, so ``HeldFile`` remembers which item ever had which file in a version.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from wagtail.documents.views import serve as wagtail_view
from wagtail.models import ReferenceIndex, Revision

from accounts.permissions import Action, Scope, scopes
from content.models import ContentItem, HeldFile
from content.registry import kinds
from core.models import PortalDocument

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from accounts.permissions import Someone


def serve(request: "HttpRequest", document_id: str, document_filename: str) -> "HttpResponseBase":
    """Hand out a file as a download that no browser runs or shows as a page of the portal.

    Raises Http404 for a file that ``request.user`` may not have, as for one that does not exist.
    """
    response: HttpResponseBase = wagtail_view.serve(request, document_id, document_filename)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Asked for again each time: what is withdrawn must not live on between the portal and its readers.
    response.headers["Cache-Control"] = "private, no-store" if request.user.is_authenticated else "public, no-cache"
    return response


def may_fetch(document: PortalDocument, user: "Someone") -> bool:
    """Return whether ``user`` may have ``document``.

    Whoever may not: it hangs on items, on none that is published, on none whose draft they may see, and nothing else
    (a page with a link to it) has it either.
    """
    held: dict[int, list[int]] = {}
    for content_type, key in HeldFile.objects.filter(document=document).values_list("content_type_id", "object_id"):
        held.setdefault(content_type, []).append(key)
    found = [row for model in kinds().values() for row in _items_with(model, document, held, user)]
    if any(shown or readable for shown, readable in found):
        return True
    if not found and not held:
        return True
    return _is_used_elsewhere(document) or Scope.ALL in scopes(user, Action.VIEW_DRAFT)


def _items_with(
    model: type[ContentItem], document: PortalDocument, held: dict[int, list[int]], user: "Someone"
) -> "list[tuple[bool, bool]]":
    """Return of each item with the file: whether it shows it to the public, and whether ``user`` may see its draft."""
    if not model.document_relations:
        return []
    items = model._default_manager.all()
    now = Q()
    for relation in model.document_relations:
        now |= Q(**{relation: document.pk})
    ever = Q(pk__in=held.get(ContentType.objects.get_for_model(model).pk, []))
    same = Q(pk=OuterRef("pk"))
    return list(
        items.filter(Q(pk__in=items.filter(now).values("pk")) | ever)
        .annotate(
            shows_it=Exists(items.filter(now, same, live=True)),
            is_readable=Exists(items.reachable_by(user, Action.VIEW_DRAFT).filter(same)),
        )
        .values_list("shows_it", "is_readable")
        .distinct()
    )


def _is_used_elsewhere(document: PortalDocument) -> bool:
    items = [ContentType.objects.get_for_model(model).pk for model in kinds().values()]
    references = ReferenceIndex.get_references_to(document).exclude(base_content_type__in=items)
    return bool(references.exists())


def documents_of(item: ContentItem) -> list[tuple[str, PortalDocument]]:
    """Return the files of ``item``, each under the name it has there."""
    found: list[tuple[str, PortalDocument]] = []
    for relation in item.document_relations:
        child, _separator, field = relation.partition("__")
        rows = getattr(item, child).all() if field else [item]
        for row in rows:
            document = getattr(row, field or child)
            if document is not None:
                found.append((str(row), document))
    return found


def remember_files(sender: Any, instance: Revision, **kwargs: Any) -> None:
    """Note which files a version of an item holds; receives every saved revision."""
    model = ContentType.objects.get_for_id(instance.content_type_id).model_class()
    if kwargs.get("raw") or model is None or not issubclass(model, ContentItem):
        return
    keys = {key for relation in model.document_relations for key in _keys_in(instance.content, relation)}
    if not keys:
        return
    existing = PortalDocument.objects.filter(pk__in=keys).values_list("pk", flat=True)
    kind = ContentType.objects.get_for_model(model)
    HeldFile.objects.bulk_create(
        [HeldFile(content_type=kind, object_id=int(instance.object_id), document_id=key) for key in existing],
        ignore_conflicts=True,
    )


def _keys_in(content: dict[str, Any], relation: str) -> "Iterator[int]":
    """Yield the keys of the files in a version's JSON that ``relation`` ("attachments__document") names."""
    child, _separator, field = relation.partition("__")
    rows = content.get(child) or []
    if not field:
        rows, field = [content], child
    for row in rows:
        if isinstance(key := row.get(field), int):
            yield key
