"""The kinds of content there are: the prefix of their stable ids, and how to find one."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from content.models import ContentItem

_kinds: "dict[str, type[ContentItem]]" = {}


def register_kind(model: "type[ContentItem]") -> None:
    """Make ``model`` known by its ``kind``; raises ValueError when two models claim one prefix."""
    other = _kinds.setdefault(model.kind, model)
    if other is not model:
        message = f"{model.__name__} and {other.__name__} both claim the stable ids {model.kind}-…"
        raise ValueError(message)
    from content.personal_data import register_items

    register_items(model)


def kinds() -> "dict[str, type[ContentItem]]":
    """Return the models by the prefix of their stable ids."""
    return dict(_kinds)


def find(uid: str) -> "ContentItem | None":
    """Return the published or once published item with the stable id ``uid`` ("practice-12"), or None."""
    kind, _, number = uid.rpartition("-")
    model = _kinds.get(kind)
    if model is None or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    item: ContentItem | None = model._default_manager.filter(pk=int(number)).first()
    return item
