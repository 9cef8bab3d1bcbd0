"""Measure CPU time and queries per uncached request: one gunicorn worker, PostgreSQL, generated content.

Usage: python -m benchmarks.bench [--items 1200] [--requests 200]. Writes docs/benchmarks.md.
"""

import argparse
import datetime as dt
import http.client
import json
import os
import platform
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.with_postgres import temporary_postgres  # noqa: E402 - the scripts are no package of the portal

PYTHON = sys.executable
REPORT = ROOT / "docs" / "benchmarks.md"
WARM_UP = 25
ROUNDS = 4
TICK = os.sysconf("SC_CLK_TCK")
#: The most CPU milliseconds and queries that a request may cost.
GOALS = {"home": (18, 15), "list": (18, 12), "practice": (12, 12), "search": (25, 10)}
WORDS = [
    "mentoring",
    "language course",
    "Sprachkurs",
    "femmes réfugiées",
    "housing",
    "employment women",
    "école",
    "Ehrenamt",
]


@dataclass(frozen=True)
class Result:
    """What was measured of one kind of page."""

    page: str
    requests: int
    cpu: float
    median: float
    slow: float
    queries: int
    writes: int
    size: int


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run a management command."""
    print(f"  {' '.join(arguments)}", flush=True)
    subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Start gunicorn with one sync worker; yield its port and the worker's process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [PYTHON, "-m", "gunicorn", "portal.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    options = ["--workers", "1", "--worker-class", "sync", "--log-level", "warning", "--timeout", "120"]
    with subprocess.Popen([*command, *options], cwd=ROOT, env=environment) as arbiter:
        try:
            wait_until_served(port)
            children = Path(f"/proc/{arbiter.pid}/task/{arbiter.pid}/children").read_text().split()
            yield port, int(children[0])
        finally:
            arbiter.send_signal(signal.SIGTERM)


def wait_until_served(port: int) -> None:
    """Return when the portal says that it is ready. Raises TimeoutError after half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            get(port, "/readyz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    message = "the portal did not start"
    raise TimeoutError(message)


def get(port: int, address: str) -> bytes:
    """Ask for one page. Raises AssertionError when the answer is not 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Accept-Encoding": "identity"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        message = f"{address} was answered with {response.status}"
        raise AssertionError(message)
    return body


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, in user and kernel mode, that the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def addresses(port: int, rng: random.Random, count: int) -> dict[str, list[str]]:
    """Return ``count`` addresses of each kind of page, spread over languages, pages, filters and words."""
    first = json.loads(get(port, "/en/good-practices/results.json"))
    pages = min(int(first["pages"]), 40)
    paths = []
    for page in rng.sample(range(1, pages + 1), min(pages, 12)):
        paths += [
            entry["url"] for entry in json.loads(get(port, f"/en/good-practices/results.json?page={page}"))["results"]
        ]
    practices = [re.sub(r"^https?://[^/]+", "", path) for path in paths]
    filters = ["", "country=DE", "country=FR&country=IT", "language=fr", "record=full", "country=PL&language=pl"]
    languages = ["en", "fr", "de"]
    return {
        "home": [f"/{rng.choice(languages)}/" for _ in range(count)],
        "list": [f"/{rng.choice(languages)}/good-practices/?page=1&{rng.choice(filters)}" for _ in range(count)],
        "practice": [rng.choice(practices).replace("/en/", f"/{rng.choice(languages)}/", 1) for _ in range(count)],
        "search": [f"/{rng.choice(languages)}/search/?q={quote(rng.choice(WORDS))}" for _ in range(count)],
    }


def measure(port: int, worker: int, page: str, paths: list[str], counted: dict[str, int]) -> Result:
    """Ask for every address once, after a warm-up, in rounds; the least disturbed round gives the CPU time.

    Whatever else the machine does only adds to a round, and never takes from it.
    """
    for path in paths[:WARM_UP]:
        get(port, path)
    walls, size = [], 0
    rounds = []
    for batch in (paths[start::ROUNDS] for start in range(ROUNDS)):
        before = cpu_seconds(worker)
        for path in batch:
            began = time.perf_counter()
            size = max(size, len(get(port, path)))
            walls.append((time.perf_counter() - began) * 1000)
        rounds.append((cpu_seconds(worker) - before) * 1000 / len(batch))
    cpu = min(rounds)
    slow = statistics.quantiles(walls, n=20)[18]
    return Result(page, len(paths), cpu, statistics.median(walls), slow, counted["queries"], counted["writes"], size)


def machine() -> str:
    """Describe the machine in one line."""
    info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.+)", info)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024**3
    name = model[1].strip() if model else platform.machine()
    system = f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
    return f"{name}, {os.cpu_count()} cores, {memory} GiB, {system}"


def report(results: list[Result], items: int) -> str:
    """Return the page of results."""
    lines = [
        "# Benchmarks",
        "",
        "`make bench` writes this page: CPU time of one gunicorn sync worker (not of the database), divided by the",
        "requests; the page cache is off, PostgreSQL runs on the same machine, the addresses are spread over",
        f"three languages, filters and words. Of {ROUNDS} rounds the least disturbed one counts.",
        "",
        f"- {dt.datetime.now(tz=dt.UTC).date().isoformat()}, {items} generated practices beside the demo content",
        f"- {machine()}; load average before: {LOAD:.1f}",
        "",
        "| page | requests | CPU ms each | goal | median ms | 95 % ms | queries | goal | writes | largest page, KB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for result in results:
        cpu_goal, query_goal = GOALS[result.page]
        mark = "" if result.cpu <= cpu_goal else " (missed)"
        query_mark = "" if result.queries <= query_goal else " (missed)"
        cells = (
            result.page,
            result.requests,
            f"{result.cpu:.1f}{mark}",
            f"≤ {cpu_goal}",
            f"{result.median:.1f}",
            f"{result.slow:.1f}",
            f"{result.queries}{query_mark}",
            f"≤ {query_goal}",
            result.writes,
            f"{result.size / 1024:.0f}",
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


LOAD = os.getloadavg()[0]


def main() -> int:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1200)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, temporary_postgres() as database:
        environment = {
            **os.environ,
            "DEBUG": "off",
            "SECRET_KEY": "benchmark-" + "x" * 50,
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": "http://127.0.0.1",
            "DATABASE_URL": database,
            "CACHE_URL": "locmem://",
            "PAGE_CACHE_SECONDS": "0",
            "VAR_DIR": folder,
            "LOG_LEVEL": "ERROR",
        }
        print("Preparing", flush=True)
        manage(environment, "compile_catalogues")
        manage(environment, "collectstatic", "--noinput")
        manage(environment, "migrate", "--noinput")
        manage(environment, "load_demo")
        manage(environment, "generate_content", "--items", str(options.items), "--seed", "1")
        manage(environment, "shell", "-c", "from django.db import connection; connection.cursor().execute('ANALYZE')")
        with served(environment) as (port, worker):
            paths = addresses(port, random.Random(1), options.requests)  # noqa: S311 - repeatable
            examples = json.dumps({page: listed[0] for page, listed in paths.items()})
            counted = json.loads(
                subprocess.run(
                    [PYTHON, "-m", "benchmarks.queries"],
                    cwd=ROOT,
                    env=environment,
                    input=examples,
                    capture_output=True,
                    text=True,
                    check=True,
                ).stdout
            )
            results = [measure(port, worker, page, listed, counted[page]) for page, listed in paths.items()]
    text = report(results, options.items)
    print(text)
    if not options.no_report:
        REPORT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
