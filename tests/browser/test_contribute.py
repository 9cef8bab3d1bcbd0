"""Contributing in a browser: saved as one types, nothing lost, by keyboard, on a phone, with and without scripts."""

import itertools
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Site, sign_in
from tests.browser.test_quality import AXE, RULES, VNU
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser-contribute")]

PERSON = "writer@tests.example"
MAKE_PERSON = f"""
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from accounts.models import User
made, new = User.objects.get_or_create(email={PERSON!r}, defaults={{"first_name": "Ada", "last_name": "Writer"}})
made.groups.add(Group.objects.get(name="contributor"))
EmailAddress.objects.get_or_create(user=made, email=made.email, defaults={{"verified": True, "primary": True}})
"""
END_SESSION = "from django.contrib.sessions.models import Session; Session.objects.filter(pk={key!r}).delete()"
WIDE, PHONE = {"width": 1366, "height": 900}, {"width": 360, "height": 740}
POLISH = "Kawiarnia, w której spotykają się sąsiedzi z całego świata"
FOCUS = "document.activeElement.id"


@pytest.fixture(scope="module")
def served(site: Site) -> Site:
    """The portal, with somebody who contributes."""
    site.manage("shell", "--verbosity", "0", "-c", MAKE_PERSON)
    return site


@pytest.fixture
def windows(served: Site, browser: Any) -> Iterator[Any]:
    """Open windows in which the contributor is signed in; what they complained about is asserted at the end."""
    opened: list[Any] = []
    said: list[str] = []

    def window(size: dict[str, int] | None = None, **options: Any) -> Any:
        context = browser.new_context(viewport=size or WIDE, **options)
        opened.append(context)
        sign_in(served, context, PERSON)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if "Policy" in message.text else None)
        return page

    yield window
    for context in opened:
        context.close()
    assert said == []


def begin(page: Any, site: Site, language: str = "en") -> str:
    """Begin a draft, and return its address."""
    page.goto(f"{site.base}/{language}/contribute/good-practice/")
    page.locator("main form button").first.click()
    page.wait_for_url("**/basics/")
    return str(page.url).removesuffix("basics/")


def go(page: Any, name: str = "next") -> None:
    page.locator(f".contribute__go button[value={name}]").click()
    page.wait_for_load_state()


def saved(page: Any) -> None:
    page.locator("[data-state]", has_text=re.compile(r"^Saved \d")).wait_for(timeout=10_000)


def test_what_is_typed_is_saved_and_found_on_another_device(served: Site, windows: Any) -> None:
    page = windows()
    draft = begin(page, served)
    page.fill("#id_title", POLISH)
    page.locator("[data-state]", has_text="Not saved yet").wait_for()
    saved(page)
    # What the portal noticed comes without a reload, and does not take the focus.
    page.get_by_text("This looks like Polish.").wait_for()
    assert page.evaluate(FOCUS) == "id_title"
    other = windows(PHONE)
    other.goto(f"{draft}basics/")
    assert other.input_value("#id_title") == POLISH
    page.fill("#id_start_date", "2019")
    saved(page)
    page.locator("button[name=confirm-language]").click()
    page.wait_for_load_state()
    assert page.input_value("#id_language") == "pl"
    assert page.input_value("#id_start_date") == "2019"


def test_problems_get_the_focus_and_lead_to_their_fields_by_keyboard(served: Site, windows: Any) -> None:
    page = windows(PHONE)
    begin(page, served)
    page.fill("#id_start_date", "soon")
    page.locator(".contribute__go button[value=next]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#problems")
    assert page.evaluate(FOCUS) == "problems"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUS) == "id_start_date"
    # Return in a line of text goes on, and never removes or confirms anything.
    page.fill("#id_start_date", "2019")
    page.fill("#id_title", "A café where neighbours meet")
    page.select_option("#id_language", "en")
    page.locator("#id_title").press("Enter")
    page.wait_for_url("**/place/")


def test_the_browsers_back_button_finds_what_was_saved(served: Site, windows: Any) -> None:
    page = windows()
    begin(page, served)
    page.fill("#id_title", "A café where neighbours meet")
    page.select_option("#id_language", "en")
    page.fill("#id_start_date", "2019")
    go(page)
    page.wait_for_url("**/place/")
    page.go_back()
    page.wait_for_url("**/basics/")
    assert page.input_value("#id_title") == "A café where neighbours meet"
    page.fill("#id_title", "A café of neighbours")
    go(page)
    page.wait_for_url("**/place/")


def test_leaving_is_asked_about_only_while_something_is_unsaved(served: Site, windows: Any) -> None:
    page = windows()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    draft = begin(page, served)
    page.locator("#id_title").press_sequentially("Half a ti")
    page.goto(f"{draft}place/")
    assert asked == ["beforeunload"]
    page.goto(f"{draft}basics/")
    page.locator("#id_title").press_sequentially("A whole title")
    saved(page)
    page.goto(f"{draft}place/")
    assert asked == ["beforeunload"]


def test_a_session_that_ended_loses_no_text(served: Site, windows: Any) -> None:
    page = windows()
    draft = begin(page, served)
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    served.manage("shell", "--verbosity", "0", "-c", END_SESSION.format(key=key))
    page.fill("#id_title", "Typed into a page that was signed out")
    page.get_by_text("You have been signed out; what you typed is still on this page").wait_for()
    assert page.input_value("#id_title") == "Typed into a page that was signed out"
    sign_in(served, page.context, PERSON)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{draft}basics/")
    # It is offered, not put over what is there.
    assert page.input_value("#id_title") == ""
    page.get_by_role("button", name="Bring it back").click()
    assert page.input_value("#id_title") == "Typed into a page that was signed out"
    saved(page)
    page.reload()
    assert page.input_value("#id_title") == "Typed into a page that was signed out"
    assert page.get_by_role("button", name="Bring it back").count() == 0


def test_two_windows_are_shown_side_by_side(served: Site, windows: Any) -> None:
    page, other = windows(), windows()
    draft = begin(page, served)
    for window in (page, other):
        window.goto(f"{draft}resources/")
    other.fill("#id_organisation", "City of Berlin")
    saved(other)
    page.fill("#id_organisation", "City of Bonn")
    page.locator("[data-state]", has_text="Another window").wait_for()
    go(page)
    assert page.evaluate(FOCUS) == "problems"
    assert page.locator(".clash__text").inner_text() == "City of Berlin"
    assert page.input_value("#id_organisation") == "City of Bonn"
    page.get_by_label("Take the text of the other window").check()
    go(page, "stay")
    assert page.input_value("#id_organisation") == "City of Berlin"


def test_terms_are_found_by_a_filter_and_taken_away_as_chips(served: Site, windows: Any) -> None:
    page = windows(PHONE)
    draft = begin(page, served)
    page.goto(f"{draft}place/")
    topics = page.locator("#id_topics")
    page.fill("#id_topics_filter", "HÓUSING")
    shown = topics.locator(".choice:visible")
    assert shown.count() >= 1
    assert all("hous" in text.lower() for text in shown.all_inner_texts())
    shown.first.locator("input").check()
    page.fill("#id_topics_filter", "zzqqx")
    page.get_by_text("Nothing in this list contains that.").wait_for()
    page.fill("#id_topics_filter", "")
    assert topics.locator("details[open]").count() <= 1
    saved(page)
    page.reload()
    chip = topics.locator("button.chip")
    assert chip.count() == 1
    chip.click()
    assert topics.locator("button.chip").count() == topics.locator("input:checked").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_files_come_with_progress_and_a_cut_upload_leaves_nothing(served: Site, windows: Any, tmp_path: Path) -> None:
    page = windows(PHONE)
    draft = begin(page, served)
    page.goto(f"{draft}contact/")
    good, bad = tmp_path / "report.txt", tmp_path / "tool.exe"
    good.write_text("What we did.")
    bad.write_bytes(b"MZ")
    page.route("**/files/", lambda route: route.abort())
    page.set_input_files("#new-attachment", str(good))
    page.get_by_text("The connection was cut.").wait_for()
    page.unroute("**/files/")
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("link", name="report.txt").wait_for()
    page.set_input_files("#new-attachment", str(bad))
    page.get_by_text("Files of this kind are not taken").wait_for()
    page.get_by_role("button", name="Close").click()
    assert page.locator(".files__file").count() == 1
    page.fill("#id_contact_name", "Bea")
    page.get_by_role("button", name="Remove report.txt").click()
    page.wait_for_load_state()
    assert page.locator(".files__file").count() == 0
    assert page.input_value("#id_contact_name") == "Bea"


def test_everything_works_without_scripts(served: Site, windows: Any, tmp_path: Path) -> None:
    page = windows(PHONE, java_script_enabled=False)
    draft = begin(page, served)
    page.fill("#id_title", POLISH)
    page.fill("#id_start_date", "03/2019")
    go(page)
    page.locator("button[name=confirm-language]").click()
    go(page)
    page.locator("#id_topics summary").first.click()
    page.locator("#id_topics input").first.check()
    page.locator("#id_scope input").first.check()
    go(page)
    page.fill("#id_summary", "Sąsiedzi. " * 30)
    go(page)
    assert "30 words" in page.locator("#id_summary-words").inner_text()
    page.locator("button[value=skip]").click()
    assert page.url == f"{draft}benefit/"
    report = tmp_path / "report.txt"
    report.write_text("What we did.")
    page.goto(f"{draft}contact/")
    page.fill("#id_contact_name", "Bea")
    page.set_input_files("#new-attachment", str(report))
    page.get_by_role("button", name="Add the files").click()
    assert page.get_by_role("link", name="report.txt").count() == 1
    assert page.input_value("#id_contact_name") == "Bea"
    page.goto(f"{draft}check/")
    assert page.locator("#problems li a").count() > 3
    page.locator("#problems li a").first.click()
    assert page.url.startswith(f"{draft}story/#id_")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_on_any_page(served: Site, windows: Any, size: dict[str, int]) -> None:
    if not AXE.exists():
        missing("axe-core (npm ci in front/)")
    page = windows(size, bypass_csp=True)
    draft = begin(page, served, "fr")
    page.fill("#id_title", POLISH)
    go(page)
    names = ["basics/", "place/", "story/", "benefit/", "resources/", "contact/", "check/", "preview/", "discard/"]
    language = itertools.cycle(("en", "fr", "de"))
    for path in [f"{served.base}/fr/contribute/", f"{served.base}/de/contribute/good-practice/", *names]:
        page.goto(path if path.startswith("http") else f"{draft.replace('/fr/', f'/{next(language)}/')}{path}")
        if path in names[1:6]:
            # Once with all that is missing, too.
            go(page)
        page.evaluate(AXE.read_text())
        result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found = [(rule["id"], [node["html"][:150] for node in rule["nodes"]][:3]) for rule in result["violations"]]
        assert (path, found) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path


def test_the_pages_are_valid_html(served: Site, windows: Any, tmp_path: Path) -> None:
    if not VNU.exists() or shutil.which("java") is None:
        missing("Java and vnu-jar (npm ci in front/)")
    page = windows(java_script_enabled=False)
    draft = begin(page, served)
    page.fill("#id_title", POLISH)
    go(page)
    for name in ("basics", "place", "story", "benefit", "contact", "check"):
        answer = page.request.get(f"{draft}{name}/")
        (tmp_path / f"{name}.html").write_text(answer.text(), "utf-8")
    command = ["java", "-jar", str(VNU), "--errors-only", *(str(path) for path in sorted(tmp_path.glob("*.html")))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
