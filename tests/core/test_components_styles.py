"""The built assets: every class has a rule, colours have contrast in every brand, files keep to their weights."""

import re
from pathlib import Path

import brotli
import pytest

from core.components.patterns import THEMES
from core.components.tags import icon

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "portal" / "static" / "portal"
BRANDS = ("neutral", "eu", "ec")
#: Classes without a rule of their own: they name things for tests, scripts and the editorial office.
WITHOUT_RULE = {
    "compare__row--differs",
    "field--hidden",
    "hero__text",
    "notice--info",
    "picture",
    "practice",
    "practice__cite",
    "quality",
    "quality__evidence-label",
}


def stylesheet() -> str:
    return (BUILT / "site.css").read_text("utf-8")


def public_templates() -> list[Path]:
    folders = ("accounts", "contributions", "core", "portal", "search", "goodpractices")
    found = [path for folder in folders for path in (ROOT / folder / "templates").rglob("*.html")]
    # The office, e-mails and downloads have styles of their own.
    elsewhere = {"admin", "desk", "mail", "wagtailusers", "people", "privacy"}
    paths = ((path, path.relative_to(ROOT)) for path in found)
    return [path for path, shown in paths if not elsewhere & set(shown.parts) and "admin" not in shown.as_posix()]


def classes(source: str) -> set[str]:
    """Return the class names written out in a template; names put together from values are left out."""
    found: set[str] = set()
    for value in re.findall(r'class="([^"]*)"', re.sub(r"{%.*?%}", " ", re.sub(r"{{.*?}}", "{}", source))):
        found.update(word for word in value.split() if "{" not in word and "}" not in word)
    return {name for name in found if not name.endswith("-")}


def test_every_class_in_a_template_has_a_rule() -> None:
    sheet = stylesheet()
    ruled = set(re.findall(r"\.(-?[_a-zA-Z][\w-]*)", sheet))
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in public_templates()
        for name in classes(path.read_text("utf-8"))
        if name not in ruled and name not in WITHOUT_RULE
    }
    assert missing == set()


def test_every_icon_in_a_template_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (BUILT / "icons.svg").read_text("utf-8")))
    named = {name for path in public_templates() for name in re.findall(r'{% icon "([^"]+)"', path.read_text("utf-8"))}
    assert named - sprite == set()
    assert {f"theme-{code}" for code in THEMES} - sprite == set()
    assert "icons" in str(icon("search"))


def test_nothing_is_asked_from_elsewhere() -> None:
    for path in BUILT.glob("*.css"):
        assert re.findall(r"url\(\s*[\"']?(?:https?:)?//", path.read_text("utf-8")) == []


# --- colours ---------------------------------------------------------------------------------------------------------


def tokens(brand: str) -> dict[str, str]:
    """Return the custom properties of :root in ``brand``."""
    text = stylesheet() + (BUILT / f"brand-{brand}.css").read_text("utf-8")
    found: dict[str, str] = {}
    for block in re.findall(r":root\s*{([^}]*)}", text):
        found.update(re.findall(r"(--[\w-]+)\s*:\s*([^;]+)", block))
    return found


def colour(name: str, known: dict[str, str]) -> tuple[int, int, int]:
    """Return the red, green and blue of a colour or of the custom property that leads to one."""
    reference = re.fullmatch(r"var\((--[\w-]+)\)", name)
    if reference:
        return colour(known[reference[1]], known)
    if name.startswith("--"):
        return colour(known[name], known)
    digits = name.strip().lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def luminance(rgb: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str, known: dict[str, str]) -> float:
    lighter, darker = sorted((luminance(colour(name, known)) for name in (first, second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT_PAIRS = (
    ("--text", "#ffffff"),
    ("--text", "--tint"),
    ("--muted", "#ffffff"),
    ("--muted", "--tint"),
    ("--primary", "#ffffff"),
    ("--primary", "--tint"),
    ("--primary", "--tint-strong"),
    ("--primary-deep", "--tint-strong"),
    ("#ffffff", "--primary"),
    ("#ffffff", "--primary-dark"),
    ("#ffffff", "--primary-deep"),
    # On the gradient of the home page's head.
    ("#d9e4f0", "--primary"),
    ("#1d1500", "--accent"),
    # Labels, warnings and notes.
    ("#5a3d00", "#fff0c9"),
    ("#333f50", "--tint"),
    ("#0d5b33", "#ddf3e6"),
    ("#93261b", "#fbe3e0"),
    ("#dfe7f1", "--primary-deep"),
)
#: Frames, signs and focus rings: 3:1.
SIGN_PAIRS = (
    ("--line-strong", "#ffffff"),
    ("--primary", "#ffffff"),
    ("--accent", "--primary-deep"),
    ("#b45309", "#fff6ea"),
)


@pytest.mark.parametrize("brand", BRANDS)
def test_texts_have_contrast_in_every_brand(brand: str) -> None:
    known = tokens(brand)
    weak = {pair: round(contrast(*pair, known), 2) for pair in TEXT_PAIRS if contrast(*pair, known) < 4.5}
    assert weak == {}


@pytest.mark.parametrize("brand", BRANDS)
def test_signs_have_contrast_in_every_brand(brand: str) -> None:
    known = tokens(brand)
    weak = {pair: round(contrast(*pair, known), 2) for pair in SIGN_PAIRS if contrast(*pair, known) < 3}
    assert weak == {}


@pytest.mark.parametrize("code", THEMES)
def test_colours_of_a_theme_have_contrast(code: str) -> None:
    rule = re.search(rf"\.theme-{code}\{{([^}}]*)\}}", stylesheet())
    assert rule
    own = dict(re.findall(r"(--[\w-]+):([^;]+)", rule[1]))
    assert contrast(own["--theme"], "#ffffff", {}) >= 4.5
    assert contrast(own["--theme"], own["--theme-tint"], {}) >= 4.5
    assert contrast("#333f50", own["--theme-tint"], {}) >= 4.5


def test_no_two_themes_share_a_colour() -> None:
    colours = {re.search(rf"\.theme-{code}\{{--theme:([^;]+)", stylesheet())[1] for code in THEMES}  # type: ignore[index]
    assert len(colours) == len(THEMES)


@pytest.mark.parametrize("brand", BRANDS)
def test_every_custom_property_in_use_is_defined(brand: str) -> None:
    sheet = stylesheet()
    used = set(re.findall(r"var\((--[\w-]+)\)", sheet))
    defined = set(re.findall(r"(--[\w-]+)\s*:", sheet)) | set(tokens(brand))
    assert used - defined == set()


# --- weights ---------------------------------------------------------------------------------------------------------


def weight(name: str) -> int:
    """Return the bytes of a built file as they travel."""
    data = (BUILT / name).read_bytes()
    return len(data) if name.endswith(".woff2") else len(brotli.compress(data))


def test_styles_scripts_and_fonts_keep_to_their_weights() -> None:
    assert weight("site.css") + max(weight(f"brand-{brand}.css") for brand in BRANDS) <= 25_000
    assert weight("site.js") <= 6_000
    assert weight("icons.svg") <= 6_000
    assert weight("fonts/inter-latin.woff2") <= 35_000


def test_a_first_page_of_text_stays_within_the_budget() -> None:
    fonts = ("fonts/inter-latin.woff2", "fonts/inter-latin-ext.woff2")
    files = ("site.css", "brand-neutral.css", "site.js", "icons.svg", "icon.svg", *fonts)
    assert sum(weight(name) for name in files) <= 85_000  # leaves 15 KB for the page itself
    assert len(files) + 1 <= 12


@pytest.mark.parametrize("name", ["LICENSE-ECL.txt", "LICENSE-Inter.txt"])
def test_licences_travel_with_what_they_cover(name: str) -> None:
    assert (BUILT / name).stat().st_size > 1_000


def test_the_style_sheet_says_what_was_changed_in_ecl() -> None:
    assert "Europa Component Library 5.3.1" in stylesheet()[:200]
    assert "modified" in stylesheet()[:200]
