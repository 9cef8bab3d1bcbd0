"""Examples of every component, for the pattern library and its test."""

from dataclasses import dataclass, field
from typing import Any, Final

from core.text import text_blocks


@dataclass(frozen=True, slots=True)
class Pattern:
    """A component with what it is for, and examples as template source with their context."""

    name: str
    purpose: str
    examples: tuple[str, ...]
    context: dict[str, Any] = field(default_factory=dict)


_ITEM: Final = {
    "uid": "practice-1",
    "theme_code": "social-cohesion",
    "type_label": "Good practice",
    "places": "Antwerp, Belgium",
    "title": "Sharing a home, sharing a start",
    "title_lang": "",
    "language": "en",
    "url": "#",
    "summary": "Young refugees and local buddies live together for at least a year and learn from each other.",
    "summary_lang": "",
    "sample": True,
    "short": False,
    "foreign": False,
    "language_name": "English",
}

PATTERNS: Final = (
    Pattern(
        "icon",
        "A sign beside a text; never alone.",
        ('{% icon "search" %} {% icon "download" size="s" %} {% icon "compare" size="l" %}',),
    ),
    Pattern(
        "pictogram",
        "The sign of a theme, in the theme's colour.",
        (
            "".join(
                f'<span class="theme-card theme-{code}">{{% pictogram "{code}" %}}</span>'
                for code in (
                    "active-citizenship",
                    "economic-participation",
                    "social-cohesion",
                    "education-culture",
                    "anti-discrimination",
                    "tools-techniques",
                )
            ),
        ),
    ),
    Pattern(
        "theme_pattern",
        "Stands where an item has no photo.",
        ('<div class="card__pattern">{% theme_pattern "education-culture" %}</div>',),
    ),
    Pattern("breadcrumb", "The way from home.", ('{% breadcrumb "Good practices" "#" "A practice" %}',)),
    Pattern(
        "notice",
        "Something the reader should not miss.",
        (
            '{% notice title="A title" %}An ordinary notice.{% endnotice %}',
            '{% notice kind="warning" %}A warning.{% endnotice %}',
        ),
    ),
    Pattern(
        "text_blocks",
        "Plain text as paragraphs and lists.",
        ("{% text_blocks blocks %}",),
        {"blocks": text_blocks("A paragraph.\n\n- one\n- two")},
    ),
    Pattern(
        "theme_card",
        "Leads to a theme.",
        (
            (
                '{% theme_card code="social-cohesion" name="Social cohesion" '
                'description="Housing, health, services." count=3 %}'
            ),
        ),
    ),
    Pattern("result_card", "An item of a list as a card.", ("{% result_card item %}",), {"item": _ITEM}),
    Pattern("share_links", "Plain links to share a page.", ('{% share_links "A title" "/en/" %}',)),
    Pattern(
        "eu_map",
        "Counts by country, as a map and as a list.",
        ('{% eu_map countries=countries base_url="/en/good-practices/" %}',),
        {
            "countries": [
                {"entry": {"code": code, "name": name}, "count": count}
                for code, name, count in (
                    ("BE", "Belgium", 4),
                    ("DE", "Germany", 7),
                    ("FR", "France", 0),
                    ("MT", "Malta", 1),
                )
            ]
        },
    ),
    Pattern(
        "button",
        "The one thing to do, and what else there is.",
        (
            (
                '<a class="ecl-button ecl-button--primary" href="#">Primary</a> '
                '<a class="ecl-button ecl-button--secondary" href="#">Secondary</a>'
            ),
        ),
    ),
    Pattern(
        "label",
        "What kind of thing this is.",
        (
            (
                '<span class="label">Good practice</span> <span class="label label--sample">Sample</span> '
                '<span class="label label--short">Short record</span>'
            ),
        ),
    ),
    Pattern(
        "tag",
        "A term, leading to everything with it.",
        ('<ul class="tag-list"><li><a class="tag theme-social-cohesion" href="#">Housing</a></li></ul>',),
    ),
)
