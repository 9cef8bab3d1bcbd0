"""Elasticsearch's own server distribution from Maven Central: fetched once, checked, unpacked for every node."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Final

from scripts.service_accounts import ensure_account, reachable_folder, var_folder

VERSION: Final = "8.19.3"
ARTIFACT: Final = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA512: Final = (
    "fdff76ed667a361d2326088e345eff58344499e06bf636e42b6d8e89fbc18d8a"
    "aa94dd90ca500933f969c4cf92b9ad20391c0e5bf1fa119a7a3ae3adb49d6d4a"
)
COPY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
OLDEST_JAVA: Final = 17
#: The account of the node where this is root: Elasticsearch refuses to run as root.
ACCOUNT: Final = "elasticsearch"
#: Where the unpacked distribution is kept, when it is not under VAR_DIR (the tests have a VAR_DIR each).
FOLDER_VARIABLE: Final = "ELASTICSEARCH_FOLDER"


class ElasticsearchMissingError(Exception):
    """A node can't be started here; the text names what is missing and the remedy."""


@lru_cache(maxsize=1)
def java_home() -> Path:
    """Return the home of the Java that ES_JAVA_HOME, JAVA_HOME or the PATH names.

    Raises ElasticsearchMissingError when there is none, or one that is too old.
    """
    remedy = f"Java {OLDEST_JAVA} or newer (on Debian and Ubuntu: apt install openjdk-17-jre-headless, or JAVA_HOME=…)."
    named = os.environ.get("ES_JAVA_HOME") or os.environ.get("JAVA_HOME")
    program = str(Path(named) / "bin" / "java") if named else "java"
    try:
        asked = subprocess.run(
            [program, "-XshowSettings:properties", "-version"], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as problem:
        message = f"Missing: {remedy}"
        raise ElasticsearchMissingError(message) from problem
    # Java itself knows its home; the program on the PATH may be a link or a script.
    found = dict(re.findall(r"^\s+(java\.home|java\.specification\.version) = (.+?)\s*$", asked.stderr, re.MULTILINE))
    version = found.get("java.specification.version", "0")
    if not version.isdigit() or int(version) < OLDEST_JAVA:
        message = f"Java {version} is too old. Missing: {remedy}"
        raise ElasticsearchMissingError(message)
    return Path(found["java.home"])


def distribution_folder() -> Path:
    """Return the folder in which the distribution lies; raises ElasticsearchMissingError when there can be none."""
    named = os.environ.get(FOLDER_VARIABLE, "").strip()
    return node_readable(Path(named) if named else var_folder() / "elasticsearch")


def node_readable(folder: Path) -> Path:
    """Return ``folder``, made, or one in its stead that the node's account can enter.

    Raises ElasticsearchMissingError when there is no such folder or account.
    """
    try:
        ensure_account(ACCOUNT)
        return reachable_folder(folder, ACCOUNT)
    except (LookupError, OSError) as problem:
        raise ElasticsearchMissingError(str(problem)) from problem


def distribution() -> Path:
    """Return the folder of the unpacked distribution; fetches it on the first call.

    Raises ElasticsearchMissingError when it can't be had.
    """
    java_home()
    folder = distribution_folder()
    target = folder / f"elasticsearch-{VERSION}"
    if not target.exists():
        with (folder / "lock").open("w") as lock:
            # Several test processes may want it at once: one fetches, the others wait.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.exists():
                _unpack(target)
    return target


def _unpack(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="unpacking-") as name:
        draft = Path(name)
        archive = _fetch(draft)
        with zipfile.ZipFile(archive) as files:
            files.extractall(draft)
        # A ZIP unpacked by Python forgets who may run what, and another account must be able to read it.
        for path in (draft / target.name).rglob("*"):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        (draft / target.name).chmod(0o755)
        (draft / target.name).rename(target)


def _fetch(folder: Path) -> Path:
    if shutil.which("mvn") is None:
        message = f"Missing: Maven (mvn), to fetch Elasticsearch {VERSION} (on Debian and Ubuntu: apt install maven)."
        raise ElasticsearchMissingError(message)
    print(f"Fetching Elasticsearch {VERSION} from Maven Central (97 MB, once) …", flush=True)
    command = ["mvn", "-q", "-B", COPY, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    archive = folder / f"elasticsearch-{VERSION}.zip"
    if done.returncode or not archive.exists():
        said = (done.stdout + done.stderr).strip().splitlines() or ["Maven said nothing."]
        message = f"Elasticsearch {VERSION} can't be fetched from Maven Central: {said[0]}"
        raise ElasticsearchMissingError(message)
    with archive.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha512").hexdigest()
    if found != SHA512:
        message = f"What Maven fetched is not Elasticsearch {VERSION}: its SHA-512 is {found}, not {SHA512}."
        raise ElasticsearchMissingError(message)
    return archive
