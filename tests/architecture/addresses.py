"""Every address there is, from the resolver itself: nothing that somebody adds anywhere is left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.urls import URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

_CONVERTER: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
_NAMED: Final = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern: the whole route, its name with namespaces, and what its parameters are called."""

    route: str
    name: str
    parameters: tuple[str, ...] = field(compare=False)

    def filled(self, values: dict[str, Any]) -> str:
        """Return the path with ``values`` in place of the parameters. Raises KeyError for one that is not there."""
        path = _NAMED.sub(lambda match: str(values[match[1]]), self.route)
        path = _CONVERTER.sub(lambda match: str(values[match[2]]), path)
        return "/" + path.replace("\\.", ".").replace("^", "").replace("$", "")


def every_address() -> list[Address]:
    """Return all patterns, those below the language with the language of the moment."""
    return list(_walk(get_resolver().url_patterns, "", []))


def several_at_once() -> list[Address]:
    """Return what the one address of bulk actions stands for: each kind of row × each thing to do with several."""
    found = []
    for model in apps.get_models():
        app_label, name = model._meta.app_label, model._meta.model_name
        for action in bulk_action_registry.get_bulk_actions_for_model(app_label, name):
            route = f"admin/bulk/{app_label}/{name}/{action.action_type}/"
            found.append(Address(route, f"bulk:{app_label}.{name}:{action.action_type}", ()))
    return found


def _walk(patterns: Any, prefix: str, names: list[str]) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route, [*names, *([pattern.namespace] if pattern.namespace else [])])
        else:
            found = [match[1] for match in _NAMED.finditer(route)] + [match[2] for match in _CONVERTER.finditer(route)]
            yield Address(route, ":".join([*names, pattern.name or ""]), tuple(found))
