"""What `make check` does: every static check, side by side, each named with its time; exit code 1 if one fails."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
IN_CI = os.environ.get("PORTAL_CI") == "1"

DEVELOPMENT = {"DEBUG": "on"}
PRODUCTION = {
    "DEBUG": "off",
    "SECRET_KEY": "check-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "ALLOWED_HOSTS": "portal.example",
    "BASE_URL": "https://portal.example",
    "DATABASE_URL": "postgresql://portal:secret@database:5432/portal",
    "CACHE_URL": "redis://redis:6379/0",
    "CELERY_BROKER_URL": "redis://redis:6379/1",
    "SECURE_PROXY": "on",
}


@dataclass(frozen=True)
class Step:
    """One check: its name, its command, what the environment must hold, and the tools it cannot do without."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


def manage(*arguments: str) -> tuple[str, ...]:
    """Return the command line of a management command."""
    return (PYTHON, "manage.py", *arguments)


STEPS = (
    Step("types (mypy)", (str(BIN / "mypy"),)),
    Step("format (ruff)", (str(BIN / "ruff"), "format", "--check", ".")),
    Step("style (ruff)", (str(BIN / "ruff"), "check", ".")),
    Step("layers (import-linter)", (str(BIN / "lint-imports"),)),
    Step("templates (djlint)", (str(BIN / "djlint"), "--lint", "--quiet", ".")),
    Step("migrations", manage("makemigrations", "--check", "--dry-run"), DEVELOPMENT),
    Step("settings for production", manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Step("translations", manage("gather_messages", "--check"), DEVELOPMENT, needs=("xgettext", "msgmerge", "git")),
    Step("requirements", (PYTHON, "scripts/check.py", "requirements")),
    Step("Dockerfile (hadolint)", (str(BIN / "hadolint"), "Dockerfile")),
    Step("compose.yaml", (str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "compose.yaml")),
    Step("CI script", ("bash", "-n", ".ci/run")),
    Step("front-end files as built", (PYTHON, "scripts/check.py", "assets"), needs=("node", "npm")),
)


def run(step: Step, folder: str) -> tuple[Step, bool | None, str, float]:
    """Run ``step``; the answer holds whether it passed (None: a tool is missing), what it printed, and the seconds."""
    absent = [tool for tool in step.needs if shutil.which(tool) is None]
    if absent:
        return step, (False if IN_CI else None), f"needs {', '.join(absent)}", 0.0
    began = time.monotonic()
    environment = {**os.environ, "VAR_DIR": folder, **step.environment}
    done = subprocess.run(step.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return step, done.returncode == 0, (done.stdout + done.stderr).strip(), time.monotonic() - began


def pins(path: Path) -> dict[str, str]:
    """Return the exact versions that a requirements file names."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s\\;]+)", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def check_requirements() -> int:
    """Compare each .in file with the .txt made from it; the installation itself proves that nothing is left out."""
    faults = []
    for name in ("requirements", "requirements-semantic", "requirements-dev"):
        wanted, pinned = pins(ROOT / f"{name}.in"), pins(ROOT / f"{name}.txt")
        faults += [
            f"{name}.txt has {package} {pinned.get(package, 'not at all')}, {name}.in asks for {version}"
            for package, version in wanted.items()
            if pinned.get(package) != version
        ]
        text = (ROOT / f"{name}.txt").read_text("utf-8")
        if re.search(r"^\s*--(index-url|extra-index-url|find-links|trusted-host)|://", text, re.MULTILINE):
            faults.append(f"{name}.txt names a registry's address")
    common = pins(ROOT / "requirements.txt").items()
    for other in ("requirements-semantic", "requirements-dev"):
        theirs = pins(ROOT / f"{other}.txt")
        faults += [f"{name} differs in {other}.txt" for name, pin in common if theirs.get(name, pin) != pin]
    for fault in faults:
        print(f"{fault}: run make requirements")
    return 1 if faults else 0


def digests() -> dict[str, str]:
    """Return the digest of every committed file that the front end's build writes."""
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in ("portal/static", "portal/templates", "core/data", "core/templates")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.is_file()
    }


def check_assets() -> int:
    """Build the front end again and name each file that comes out differently."""
    before = digests()
    done = subprocess.run(["make", "--no-print-directory", "assets"], cwd=ROOT, check=False)
    after = digests()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    for name in changed:
        print(f"{name} is not what make assets builds: commit the new one")
    return 1 if changed or done.returncode else 0


def main() -> int:
    """Run every step (or those whose name holds a given word) and report."""
    words = sys.argv[1:]
    if words == ["requirements"]:
        return check_requirements()
    if words == ["assets"]:
        return check_assets()
    steps = [step for step in STEPS if not words or any(word in step.name for word in words)]
    failed = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for step, passed, output, seconds in pool.map(lambda step: run(step, folder), steps):
            word = {True: "ok", False: "FAILED", None: "skipped"}[passed]
            print(f"{word:8} {step.name} ({seconds:.1f} s)" + (f": {output}" if passed is None else ""), flush=True)
            if passed is False:
                failed += 1
                print("    " + output.replace("\n", "\n    "), flush=True)
    print(f"{len(steps) - failed} of {len(steps)} checks passed." if failed else f"All {len(steps)} checks done.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
