"""Measure the search engines at 1,000, 20,000 and 100,000 items: pages, indexing, memory, growth.

Usage: python -m benchmarks.engines [--sizes 1000,20000,100000] [--engines sqlite,postgresql,elasticsearch]. Starts the
servers it needs and writes docs/benchmarks-search.md.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench import LOAD, machine, manage  # noqa: E402 - the benchmarks are no package of the portal
from scripts.elasticsearch_node import temporary_elasticsearch  # noqa: E402
from scripts.with_postgres import temporary_postgres  # noqa: E402

PYTHON = sys.executable
REPORT = ROOT / "docs" / "benchmarks-search.md"
ENGINES = ("sqlite", "postgresql", "elasticsearch")
SIZES = (1_000, 20_000, 100_000)
GROWTH_GOAL = 2.0
OVERHEAD_GOAL = 100
EMBEDDED_GOAL = 30
BULK_GOAL = 40


def environment(folder: str, database: str, elasticsearch: str) -> dict[str, str]:
    """Return the settings of a portal with nothing in any cache."""
    return {
        **os.environ,
        "DEBUG": "off",
        "SECRET_KEY": "benchmark-" + "x" * 50,
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "BASE_URL": "http://127.0.0.1",
        "DATABASE_URL": database,
        "ELASTICSEARCH_URL": elasticsearch,
        "CACHE_URL": "locmem://",
        "PAGE_CACHE_SECONDS": "0",
        "SEARCH_EMBEDDER": "off",
        "VAR_DIR": folder,
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def prepared(engine: str) -> Iterator[dict[str, str]]:
    """Yield the environment of an empty portal on ``engine`` with the servers it needs."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-"))
        database = f"sqlite:////{folder.lstrip('/')}/bench.sqlite3"
        elasticsearch = ""
        if engine == "postgresql":
            database = stack.enter_context(temporary_postgres())
        elif engine == "elasticsearch":
            elasticsearch = stack.enter_context(temporary_elasticsearch()).url
        variables = environment(folder, database, elasticsearch)
        for command in (("compile_catalogues",), ("collectstatic", "--noinput"), ("migrate", "--noinput")):
            manage(variables, *command)
        manage(variables, "load_vocabulary")
        yield variables


def measured(engine: str, size: int, seed: int) -> dict[str, Any]:
    """Return what ``benchmarks.engine_run`` finds out in a process of its own."""
    with prepared(engine) as variables:
        print(f"{engine}, {size} items", flush=True)
        done = subprocess.run(
            [PYTHON, "-m", "benchmarks.engine_run", str(size), str(seed)],
            cwd=ROOT,
            env=variables,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        print(f"  {found}", flush=True)
        return found


def row(*cells: object) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(map(str, cells))} |"


def report(results: dict[tuple[str, int], dict[str, Any]], sizes: list[int]) -> str:
    """Return the page of results."""
    lines = [
        "# Benchmarks of the search engines",
        "",
        "`make bench` writes this page. One process asks `/en/search/?q=…` with five facets and highlights, page cache",
        "and search by meaning off, for 300 different queries of one to three words from common to rare, each asked",
        "once (cold: nothing of it is remembered) after 50 others. CPU is the portal's process (SQLite works inside",
        "it, PostgreSQL and Elasticsearch beside it). The items are generated practices with made-up rare words;",
        "every item carries a vector. Portal − took is a page's time without what Elasticsearch says it needed.",
        "",
        f"- {dt.datetime.now(tz=dt.UTC).date().isoformat()}; {machine()}; load average before: {LOAD:.1f}",
        "",
        row("engine", "items", "CPU ms", "median ms", "95 % ms", "portal − took, 95 % ms", "engine alone, 95 % ms"),
        row(*["---"] * 7),
    ]
    for (engine, size), found in results.items():
        overhead = f"{found['overhead']:.0f}" if found["overhead"] is not None else "–"
        lines.append(
            row(
                engine,
                f"{size:,}",
                f"{found['cpu']:.1f}",
                f"{found['median']:.1f}",
                f"{found['slow']:.1f}",
                overhead,
                f"{found['engine_slow']:.1f}",
            )
        )
    first, last = sizes[0], sizes[-1]
    lines += ["", row("engine", f"CPU, {last:,} ÷ {first:,} items", "time", "goal"), row(*["---"] * 4)]
    for engine in dict.fromkeys(name for name, _size in results):
        small, large = results[engine, first], results[engine, last]
        growth = [large[name] / small[name] for name in ("cpu", "median")]
        mark = "" if max(growth) <= GROWTH_GOAL else " (missed)"
        lines.append(row(engine, f"{growth[0]:.1f} ×", f"{growth[1]:.1f} ×{mark}", f"≤ {GROWTH_GOAL:.0f} ×"))
    headings = ("engine", "items", "indexed per second", "of raw `_bulk`", "process MB", "server MB", "on disk MB")
    lines += ["", row(*headings), row(*["---"] * 7)]
    for (engine, size), found in results.items():
        share = f"{found['bulk_share']:.0f} %" if found["bulk_share"] is not None else "–"
        server = f"{found['server_memory']:.0f}" if found["server_memory"] is not None else "–"
        cells = (f"{found['indexed']:.0f}", share, f"{found['memory']:.0f}", server, f"{found['disk']:.0f}")
        lines.append(row(engine, f"{size:,}", *cells))
    lines += [
        "",
        f"Goals: portal − took ≤ {OVERHEAD_GOAL} ms, embedded engine alone ≤ {EMBEDDED_GOAL} ms at 20,000 items,",
        f"indexing ≥ {BULK_GOAL} % of raw `_bulk`. Server MB is Elasticsearch's heap in use; process MB is what the",
        "portal's process grew by while it searched.",
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    results = {
        (engine, size): measured(engine, size, options.seed) for engine in options.engines.split(",") for size in sizes
    }
    text = report(results, sizes)
    print(text)
    if not options.no_report:
        REPORT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
