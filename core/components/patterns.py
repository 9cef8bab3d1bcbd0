"""Examples of every component, for the pattern library and its test."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.safestring import mark_safe

from core.text import text_blocks


@dataclass(frozen=True, slots=True)
class Pattern:
    """A component with what it is for, and examples as template source with their context."""

    name: str
    purpose: str
    examples: tuple[str, ...]
    context: dict[str, Any] = field(default_factory=dict)


THEMES: Final = (
    "active-citizenship",
    "economic-participation",
    "social-cohesion",
    "education-culture",
    "anti-discrimination",
    "tools-techniques",
)

_ITEM: Final = {
    "uid": "practice-1",
    "theme_code": "social-cohesion",
    "type_label": "Good practice",
    "places": "Antwerp, Belgium",
    "title": "Sharing a home, sharing a start",
    "title_html": mark_safe("Sharing a <mark>home</mark>, sharing a start"),
    "title_lang": "",
    "other_title": "Een huis delen, een start delen",
    "other_title_html": mark_safe("Een huis delen, een start delen"),
    "other_title_lang": "nl",
    "language": "nl",
    "url": "#",
    "summary": "Young refugees and local buddies live together for at least a year and learn from each other.",
    "summary_html": mark_safe("Young refugees and local buddies live together for at least a year."),
    "summary_lang": "",
    "published": dt.date(2026, 11, 18),
    "published_text": "18 November 2026",
    "why": "Found in its themes, topics or places",
    "themes": [{"code": "social-cohesion", "name": "Social Cohesion"}],
    "sample": True,
    "short": False,
    "foreign": True,
    "language_name": "Dutch",
}
_FACET: Final = {
    "name": "country",
    "label": "Country",
    "selected_count": 1,
    "values": [
        {"value": "BE", "label": "Belgium", "count": 5, "selected": True},
        {"value": "DE", "label": "Germany", "count": 7, "selected": False},
    ],
}
_PAGES: Final = {
    "sentence": "Page 2 of 9",
    "previous_url": "#1",
    "next_url": "#3",
    "links": [
        {"number": 1, "url": "#1", "current": False, "gap": False},
        {"number": 2, "url": "#2", "current": True, "gap": False},
        {"number": 3, "url": "#3", "current": False, "gap": False},
        {"number": 9, "url": "#9", "current": False, "gap": True},
    ],
}
_COUNTRIES: Final = [
    {"entry": {"code": code, "name": name}, "count": count}
    for code, name, count in (("BE", "Belgium", 4), ("DE", "Germany", 7), ("FR", "France", 0), ("MT", "Malta", 1))
]

_SIGNS: Final = (
    Pattern(
        "icon",
        "A sign beside a text; never alone.",
        ('{% icon "search" %} {% icon "download" size="s" %} {% icon "compare" size="l" %}',),
    ),
    Pattern(
        "pictogram",
        "The sign of a theme, in the theme's colour.",
        (
            (
                '{% for code in codes %}<span class="theme-link theme-{{ code }}">'
                "{% pictogram code %} {{ code }}</span>{% endfor %}"
            ),
        ),
        {"codes": list(THEMES)},
    ),
    Pattern(
        "theme_pattern",
        "Stands where an item has no photo.",
        tuple(f'<div class="card__pattern">{{% theme_pattern "{code}" %}}</div>' for code in THEMES),
    ),
)
_TEXTS: Final = (
    Pattern(
        "breadcrumb",
        "The way from home.",
        ('{% breadcrumb section "#" title %}',),
        {"section": "Good practices", "title": "A practice"},
    ),
    Pattern(
        "notice",
        "Something the reader should not miss.",
        (
            "{% notice title=title %}{{ text }}{% endnotice %}",
            '{% notice kind="warning" %}{{ text }}{% endnotice %}',
        ),
        {"title": "A title", "text": "What there is to know."},
    ),
    Pattern(
        "text_blocks",
        "Plain text as paragraphs and lists.",
        ("{% text_blocks blocks %}",),
        {"blocks": text_blocks("A paragraph with <b>signs</b> that are only signs.\n\n- one\n- two")},
    ),
    Pattern(
        "button",
        "The one thing to do, and what else there is.",
        (
            (
                '<a class="ecl-button ecl-button--primary" href="#">{{ label }}</a> '
                '<a class="ecl-button ecl-button--secondary" href="#">{{ label }}</a>'
            ),
        ),
        {"label": "Compare now"},
    ),
    Pattern(
        "label",
        "What kind of thing this is.",
        (
            (
                '<span class="label">Good practice</span> <span class="label label--sample">Sample</span> '
                '<span class="label label--short">Short record</span> '
                '<span class="label label--archived">Archived</span>'
            ),
        ),
    ),
    Pattern(
        "tag",
        "A term, leading to everything with it.",
        ('<ul class="tag-list"><li><a class="tag theme-social-cohesion" href="#">{{ label }}</a></li></ul>',),
        {"label": "Housing and urban development"},
    ),
    Pattern(
        "table_scroll",
        "A wide table scrolls by itself, by hand and by keyboard.",
        (
            (
                '{% table_scroll labelledby="table-caption" %}<table class="compare__table">'
                '<caption id="table-caption">{{ label }}</caption>'
                '<tr><th scope="row">{{ label }}</th><td>{{ label }}</td></tr></table>{% endtable_scroll %}'
            ),
        ),
        {"label": "Budget"},
    ),
    Pattern("share_links", "Plain links to share a page.", ('{% share_links title "/en/" %}',), {"title": "A title"}),
)
_CARDS: Final = (
    Pattern(
        "theme_card",
        "Leads to a theme.",
        ('{% theme_card code="social-cohesion" name=name description=description count=3 %}',),
        {"name": "Social cohesion", "description": "Housing, health, services."},
    ),
    Pattern("result_card", "An item of a list as a card.", ("{% result_card item %}",), {"item": _ITEM}),
    Pattern(
        "content_item",
        "An item of a list as a line: type, place, date, title, summary, why it was found, what to do with it.",
        ('{% content_item item=item %}<a href="#">Compare</a>{% endcontent_item %}',),
        {"item": _ITEM},
    ),
    Pattern(
        "eu_map",
        "Counts by country, as a map and as a list.",
        ('{% eu_map countries=countries base_url="/en/good-practices/" %}',),
        {"countries": _COUNTRIES},
    ),
)
_LISTS: Final = (
    Pattern(
        "search_form",
        "Words to look for, sent by GET.",
        (
            '{% search_form action="#" field="q-list" label=label value=value %}',
            '{% search_form action="#" field="q-page" label=page_label kind="page" %}',
            '<div class="hero">{% search_form action="#" field="q-hero" label=hero_label kind="hero" %}</div>',
        ),
        {
            "label": "Search in words",
            "page_label": "Search the portal",
            "hero_label": "What are you looking for?",
            "value": "housing",
        },
    ),
    Pattern(
        "facet", "Values of a field with their counts.", ("{% facet facet=facet opened=True %}",), {"facet": _FACET}
    ),
    Pattern(
        "chips",
        "The active filters; each can be taken away.",
        ('{% chips chips=chips clear_url="#" %}',),
        {"chips": [{"facet": "Country", "label": "Belgium", "url": "#"}]},
    ),
    Pattern(
        "sort_links",
        "The orders of a list.",
        ("{% sort_links sorts=sorts %}",),
        {
            "sorts": [
                {"label": "Newest first", "url": "#", "selected": True},
                {"label": "Title", "url": "#", "selected": False},
            ]
        },
    ),
    Pattern("pagination", "The pages of a list.", ("{% pagination pages=pages %}",), {"pages": _PAGES}),
    Pattern(
        "downloads",
        "The same list in other forms.",
        ("{% downloads links=links %}",),
        {
            "links": [
                {"format": "csv", "label": "CSV", "url": "#", "media_type": "text/csv"},
                {"format": "atom", "label": "Atom", "url": "#", "media_type": "application/atom+xml"},
            ]
        },
    ),
)

#: The pattern library, by group.
GROUPS: Final = {"Signs": _SIGNS, "Texts and actions": _TEXTS, "Cards and maps": _CARDS, "Lists": _LISTS}
PATTERNS: Final = tuple(pattern for patterns in GROUPS.values() for pattern in patterns)
