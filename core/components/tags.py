"""The components of the design system as template tags.

Each prints one partial of ``core/templates/components``; markup and class names follow the Europa Component Library
where it has the component, with its HTML defects mended (headings instead of div titles, valid fieldsets).
"""

import html
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.formats import localize
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.pictures import variant
from core.text import TextBlock

register = template.Library()

MAP_DATA: Final = Path(__file__).resolve().parents[1] / "data" / "eu_map.json"
#: The map's five shades: a country's share of the highest count decides.
SHADES: Final = 4


@cache
def _sprite() -> str:
    # The address never changes while a process runs, and a list prints it a hundred times.
    return static("portal/icons.svg")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Print the icon ``name`` of the sprite; ``size`` is "s", "l" or nothing. Decoration only: a text says it too."""
    css = f"icon icon--{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css,
        _sprite(),
        name,
    )


@register.simple_tag
def pictogram(code: str) -> SafeString:
    """Print the pictogram of the theme with that code."""
    return format_html(
        '<svg class="pictogram" aria-hidden="true" focusable="false" viewBox="0 0 48 48">'
        '<use href="{}#theme-{}"/></svg>',
        _sprite(),
        code,
    )


@register.inclusion_tag("components/theme_pattern.html")
def theme_pattern(code: str, identifier: str = "pattern") -> dict[str, Any]:
    """Print the theme's pattern, for where an item has no photo."""
    return {"code": code, "identifier": f"{identifier}-{code}", "sprite": f"{_sprite()}#theme-{code}"}


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def breadcrumb(context: Mapping[str, Any], *parts: str) -> dict[str, Any]:
    """Print the way from home: label and address in turn, at last the label of the page itself."""
    links = [{"label": label, "url": url} for label, url in zip(parts[:-1:2], parts[1:-1:2], strict=True)]
    return {"links": links, "current": parts[-1], "language": context.get("LANGUAGE_CODE", settings.LANGUAGE_CODE)}


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "") -> SafeString:
    """Print what stands between the tags as a notice; ``kind`` is "info" or "warning"."""
    sign = icon("warning" if kind == "warning" else "information")
    heading = format_html('<p class="notice__title">{}</p>', title) if title else ""
    return format_html(
        '<div class="notice notice--{}"><span class="notice__icon">{}</span><div>{}<p>{}</p></div></div>',
        kind,
        sign,
        heading,
        # The block's own content was escaped when it was rendered.
        mark_safe(content.strip()),  # noqa: S308
    )


@register.simple_tag
def text_blocks(blocks: Iterable[TextBlock]) -> SafeString:
    """Print plain text that ``core.text.text_blocks`` has split: paragraphs and lists."""
    printed: list[SafeString] = []
    for block in blocks:
        if block.items:
            items = format_html_join("", "<li>{}</li>", ((item,) for item in block.items))
            printed.append(format_html('<ul class="text-list">{}</ul>', items))
        else:
            printed.append(format_html("<p>{}</p>", " ".join(block.lines)))
    return format_html_join("", "{}", ((part,) for part in printed))


@register.inclusion_tag("components/theme_card.html")
def theme_card(*, code: str, name: str, description: str, count: int) -> dict[str, Any]:
    """Print the card that leads to a theme."""
    return {"code": code, "name": name, "description": description, "count": count}


@register.inclusion_tag("components/result_card.html")
def result_card(item: Any) -> dict[str, Any]:
    """Print an item of a list (``search.presentation.ResultItem``) as a card."""
    return {"item": item}


@register.inclusion_tag("components/search_form.html")
def search_form(
    *,
    action: str,
    field: str,
    label: str,
    value: str = "",
    hidden: Iterable[tuple[str, str]] = (),
    kind: str = "list",
    suggestions: str = "",
) -> dict[str, Any]:
    """Print a search form that sends ``q`` to ``action`` by GET.

    ``field`` is the id of the input; ``hidden`` are the (name, value) pairs carried along; ``kind`` is "site" (in the
    header: the label is for screen readers and as placeholder), "list" or "hero" (large, the label above the field).
    ``suggestions`` is the address that answers ``q`` with suggestions while somebody types, as JSON.
    """
    return {
        "action": action,
        "field": field,
        "label": label,
        "value": value,
        "hidden": hidden,
        "kind": kind,
        "suggestions": suggestions,
    }


def _checkbox(name: str, tick: str, value: Any) -> str:
    # A list prints some hundred and fifty of these: the library's function, not Django's, which first looks whether
    # its argument is lazy; and numbers that have no separator anywhere are not localised.
    code, label = html.escape(str(value.value)), html.escape(str(value.label))
    count = value.count if value.count < 1000 else localize(value.count)
    checked = " checked" if value.selected else ""
    return (
        f'<div class="ecl-checkbox"><input class="ecl-checkbox__input" type="checkbox" id="{name}-{code}" '
        f'name="{name}" value="{code}"{checked}><label class="ecl-checkbox__label" for="{name}-{code}">'
        f'<span class="ecl-checkbox__box">{tick}</span><span class="ecl-checkbox__text">{label}</span> '
        f'<span class="count">{count}</span></label></div>'
    )


@register.inclusion_tag("components/facet.html")
def facet(*, facet: Any, opened: bool = False) -> dict[str, Any]:
    """Print a group of checkboxes with counts.

    ``facet`` has ``name``, ``label``, ``selected_count`` and ``values`` (value, label, count, selected).
    """
    # A list prints some hundred and fifty boxes: as a template they took a fifth of the whole page's time.
    name = escape(facet.name)
    tick = icon("check", "s").replace('class="icon', 'class="ecl-checkbox__icon icon', 1)
    boxes = mark_safe("".join(_checkbox(name, tick, value) for value in facet.values))  # noqa: S308
    return {"facet": facet, "opened": opened or bool(facet.selected_count), "boxes": boxes}


@register.inclusion_tag("components/chips.html")
def chips(*, chips: Iterable[Any], clear_url: str) -> dict[str, Any]:
    """Print the active filters (facet, label, url that removes it) and the link that removes all."""
    return {"chips": chips, "clear_url": clear_url}


@register.inclusion_tag("components/sort_links.html")
def sort_links(*, sorts: Iterable[Any]) -> dict[str, Any]:
    """Print the orders of a list (label, url, selected)."""
    return {"sorts": sorts}


@register.inclusion_tag("components/downloads.html")
def downloads(*, links: Iterable[Any]) -> dict[str, Any]:
    """Print the same list in other forms (format, label, url, media_type)."""
    return {"links": links}


@register.inclusion_tag("components/pagination.html")
def pagination(*, pages: Any) -> dict[str, Any]:
    """Print the pages of a list.

    ``pages`` has ``sentence``, ``previous_url``, ``next_url`` and ``links`` (number, url, current, gap).
    """
    return {"pages": pages}


@register.simple_block_tag
def content_item(content: str, *, item: Any) -> SafeString:
    """Print an item of a list (``search.presentation.ResultItem``) as a line; the content: what to do with it."""
    # The block's own content was escaped when it was rendered.
    actions = mark_safe(content.strip())  # noqa: S308
    return SafeString(get_template("components/content_item.html").render({"item": item, "actions": actions}))


@register.simple_block_tag
def table_scroll(content: str, *, labelledby: str) -> SafeString:
    """Wrap a wide table, so that it scrolls by itself and by keyboard; ``labelledby`` is the id of its caption."""
    return format_html(
        '<div class="table-scroll" role="region" aria-labelledby="{}" tabindex="0">{}</div>',
        labelledby,
        # The block's own content was escaped when it was rendered.
        mark_safe(content),  # noqa: S308
    )


@register.inclusion_tag("components/share_links.html")
def share_links(title: str, path: str) -> dict[str, Any]:
    """Print plain links to share the page at ``path``; nothing is loaded from anybody."""
    address = f"{settings.BASE_URL}{path}"
    return {"title": title, "address": address}


@register.simple_tag
def picture_variant(picture: Any, name: str) -> Any:
    """Return the variant ``name`` of ``picture`` for ``{% picture_variant … as photo %}``; None until it is made."""
    return variant(picture, name)


@register.filter
def index(values: list[Any], position: int) -> Any:
    """Return the value at ``position``."""
    return values[position]


@register.filter
def lookup(values: Mapping[str, Any], key: str) -> Any:
    """Return the value of ``key``, or nothing."""
    return values.get(key, "")


@cache
def _map_data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(MAP_DATA.read_text("utf-8"))
    return data


@register.inclusion_tag("components/eu_map.html")
def eu_map(*, countries: list[dict[str, Any]], base_url: str) -> dict[str, Any]:
    """Print the map of the Member States with a count each, and the same as a list.

    ``countries`` holds {"entry": a catalogue entry, "count": int} in alphabetical order.
    """
    data = _map_data()
    highest = max((row["count"] for row in countries), default=0) or 1
    shapes = []
    for row in countries:
        code = row["entry"].code
        shade = 0 if not row["count"] else 1 + min(SHADES - 1, (row["count"] - 1) * SHADES // highest)
        shapes.append(
            {
                "name": row["entry"].name,
                "count": row["count"],
                "url": f"{base_url}?country={code}",
                "path": data["countries"].get(code, ""),
                "circle": data["circles"].get(code),
                "shade": shade,
            }
        )
    steps = sorted({1 + (highest * step) // SHADES for step in range(SHADES)})
    legend = [{"shade": 0, "label": _("none")}]
    for place, start in enumerate(steps):
        end = (steps[place + 1] - 1) if place + 1 < len(steps) else highest
        if start <= end:
            legend.append({"shade": place + 1, "label": str(start) if start == end else f"{start}–{end}"})
    return {"shapes": shapes, "land": data["land"], "width": data["width"], "height": data["height"], "legend": legend}
