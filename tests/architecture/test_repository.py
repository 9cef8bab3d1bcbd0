"""Rules that hold for the repository as a whole."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from portal.settings.env import VARIABLES

ROOT = Path(settings.BASE_DIR)
APPS = sorted(
    config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT and config.name != "tests"
)
LONGEST_FILE = 400


def tracked() -> Iterator[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    yield from (ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def own_python() -> list[Path]:
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def test_no_python_lies_in_locale() -> None:
    """It would shadow the standard library's module of that name."""
    assert not list((ROOT / "locale").rglob("*.py"))


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "misc.py", "common.py"])
def test_no_file_has_a_name_that_says_nothing(name: str) -> None:
    assert [path for path in own_python() if path.name == name] == []


def test_no_file_is_longer_than_a_reader_bears() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in own_python()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_every_app_is_in_the_contract_of_the_layers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    linter = project["tool"]["importlinter"]
    layers = {name.strip() for layer in linter["contracts"][0]["layers"] for name in layer.split("|")}
    assert sorted(layers) == APPS
    assert sorted(linter["root_packages"]) == sorted([*APPS, "tests"])
    assert set(APPS) <= set(project["tool"]["mypy"]["files"])
    assert set(APPS) <= set(project["tool"]["coverage"]["run"]["source"])


@pytest.mark.parametrize("app", APPS)
def test_every_app_has_tests_and_says_what_it_is_for(app: str) -> None:
    assert list((ROOT / "tests" / app).glob("test_*.py"))
    first_line = (ROOT / app / "__init__.py").read_text().splitlines()[0]
    assert first_line.startswith('"""')
    assert len(first_line) > 20


def test_operators_read_about_every_variable_and_no_other() -> None:
    text = (ROOT / "docs" / "operators.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))
    assert documented == set(VARIABLES)


def test_every_variable_is_read_somewhere_and_none_is_read_unnamed() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "portal" / "settings").glob("*.py"))
    read = set(re.findall(r'env_\w+\(\s*"([A-Z_]+)"', sources)) | set(
        re.findall(r'os\.environ\.get\("([A-Z_]+)"', sources)
    )
    assert read == set(VARIABLES)


def test_nothing_of_the_machine_it_was_written_on_is_in_the_repository() -> None:
    """Neither a folder of that machine nor the address of a package registry belongs into a file that is shared."""
    foreign = re.compile("/" + "work/(main|shared)|--(extra-)?index" + "-url|/py" + "pi/simple|_auth" + "Token")
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if foreign.search(text) and path.name not in {"check.py", "Makefile"}:
            found.append(str(path.relative_to(ROOT)))
    assert found == []


def test_the_lock_of_the_front_end_names_no_address() -> None:
    assert '"resolved"' not in (ROOT / "front" / "package-lock.json").read_text()


def test_every_link_between_documents_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_documents_name_only_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        named = set(re.findall(r"`make ([a-z-]+)", page.read_text())) | set(
            re.findall(r"^make ([a-z-]+)", page.read_text(), re.MULTILINE)
        )
        assert named <= targets, page


def test_make_alone_lists_every_command() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("install", "run", "test", "check", "bench", "assets", "messages", "clean", "help"):
        assert f"make {target} " in listed


def test_python_that_is_too_old_is_named_in_one_line(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    asked = subprocess.run(["make", "install", "PYTHON="], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert asked.returncode
    assert asked.stderr.splitlines()[0].startswith("Missing: Python 3.11 or newer")
    assert not (tmp_path / ".venv").exists()
    assert sys.version_info >= (3, 11)
