"""A system check: no kind of content without its place in the registry and a guarded viewset."""

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from content.registry import kinds


@register()
def every_kind_is_registered(**kwargs: Any) -> list[CheckMessage]:
    """Name every concrete content item that is missing in the registry or in the editorial office."""
    from wagtail.snippets.models import get_snippet_models

    from content.viewsets import GuardedItemViewSet

    get_snippet_models()
    found: list[CheckMessage] = []
    for model in apps.get_models():
        if not getattr(model, "is_content_item", False):
            continue
        if kinds().get(getattr(model, "kind", "")) is not model:
            hint = "Call content.registry.register_kind in its AppConfig.ready()."
            found.append(Error(f"{model.__name__} is not in the registry of kinds.", hint=hint, id="content.E001"))
        if not isinstance(getattr(model, "snippet_viewset", None), GuardedItemViewSet):
            hint = "Register a subclass of content.viewsets.GuardedItemViewSet in its wagtail_hooks.py."
            found.append(Error(f"{model.__name__} has no guarded viewset.", hint=hint, id="content.E002"))
    return found
