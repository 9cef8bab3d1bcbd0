"""The pattern library: a page per component, for those who build and those who write."""

from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Template
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from core.components.patterns import GROUPS, PATTERNS, Pattern


def rendered(pattern: Pattern, example: str) -> SafeString:
    """Return ``example`` of ``pattern`` as HTML."""
    return Template(example).render(Context({**_attributes(pattern.context), "LANGUAGE_CODE": "en"}))


class _Dotted(dict[str, object]):
    """A dictionary whose values can be read as attributes, as tags read them from real entries."""

    def __getattribute__(self, name: str) -> object:
        if dict.__contains__(self, name):
            return dict.__getitem__(self, name)
        return super().__getattribute__(name)


def _attributes(value: object) -> dict[str, object]:
    def convert(part: object) -> object:
        if isinstance(part, dict):
            return _Dotted({key: convert(inner) for key, inner in part.items()})
        if isinstance(part, list):
            return [convert(inner) for inner in part]
        return part

    converted = convert(value)
    return converted if isinstance(converted, dict) else {}


def overview(request: HttpRequest) -> HttpResponse:
    """Every component by name."""
    return TemplateResponse(request, "components/library/overview.html", {"groups": GROUPS})


def component(request: HttpRequest, name: str) -> HttpResponse:
    """One component with its examples and their source."""
    pattern = next((pattern for pattern in PATTERNS if pattern.name == name), None)
    if pattern is None:
        raise Http404
    examples = [{"source": source, "html": rendered(pattern, source)} for source in pattern.examples]
    return TemplateResponse(request, "components/library/component.html", {"pattern": pattern, "examples": examples})
