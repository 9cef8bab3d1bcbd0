"""Measure how good the search is: judged topics across languages, on each engine; writes docs/relevance.md.

Usage: python -m benchmarks.relevance.run [--items 2000] [--no-report]. TEST_ELASTICSEARCH_URL adds Elasticsearch.
"""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from benchmarks.relevance.asking import Scores
    from benchmarks.relevance.topics import Topic
    from search.backends import SearchBackend
    from search.types import SearchDocument

ROOT: Final = Path(__file__).resolve().parents[2]
REPORT: Final = ROOT / "docs" / "relevance.md"
#: Vectors outlive a run, everything else does not.
KEPT: Final = ROOT / (os.environ.get("VAR_DIR", "").strip() or "var") / "relevance"


@contextmanager
def own_portal() -> Iterator[None]:
    """Make a portal with an empty database in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-relevance-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="portal.settings",
            DEBUG="off",
            SECRET_KEY="relevance-" + "x" * 50,
            ALLOWED_HOSTS="127.0.0.1",
            BASE_URL="http://127.0.0.1",
            DATABASE_URL=f"sqlite:///{folder}/portal.sqlite3",
            CACHE_URL="locmem://",
            VAR_DIR=folder,
            LOG_LEVEL="ERROR",
            ELASTICSEARCH_URL="",
        )
        import django

        django.setup()
        from django.core.management import call_command

        from taxonomy.services import load_vocabulary

        call_command("migrate", verbosity=0)
        load_vocabulary()
        yield


def engines(documents: "list[SearchDocument]", elastic: str) -> "Iterator[tuple[str, SearchBackend]]":
    """Yield each engine with ``documents`` in its index; ``elastic`` is the address of a node, empty for none."""
    from search.backends.embedded.engine import EmbeddedBackend

    embedded = EmbeddedBackend()
    _fill(embedded, documents)
    yield "embedded (SQLite)", embedded
    if elastic:
        _wait_for(elastic)
        from search.backends.elastic.engine import ElasticBackend

        server = ElasticBackend(elastic, f"relevance-{secrets.token_hex(4)}", refresh=True, patience=10)
        try:
            _fill(server, documents)
            yield "Elasticsearch", server
        finally:
            server.remove()


def _wait_for(address: str) -> None:
    """Return when the node answers; raises TimeoutError when it does not. It may have been started a moment ago."""
    from scripts.elasticsearch_node import START_SECONDS, is_healthy

    deadline = time.monotonic() + START_SECONDS
    while not is_healthy(address):
        if time.monotonic() > deadline:
            message = f"Elasticsearch does not answer at {address}"
            raise TimeoutError(message)
        time.sleep(0.5)


def _fill(engine: "SearchBackend", documents: "list[SearchDocument]") -> None:
    engine.clear()
    report = engine.rebuild([documents[start : start + 200] for start in range(0, len(documents), 200)])
    if len(report.indexed) != len(documents):
        message = f"{engine.name} took {len(report.indexed)} of {len(documents)} documents: {report.failed[:3]}"
        raise RuntimeError(message)


def collection(items: int, folder: Path = KEPT) -> "list[SearchDocument]":
    """Return ``items`` documents: the judged ones, and generated ones to fill up (vectors in ``folder``)."""
    from benchmarks.relevance.corpus import generated, judged, with_meaning

    chosen = judged()
    return with_meaning([*chosen, *generated(max(0, items - len(chosen)))], folder)


def main() -> int:
    """Measure, print and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    with own_portal():
        from benchmarks.relevance import report
        from benchmarks.relevance.asking import Remembered, Variant, scores_of
        from benchmarks.relevance.pooling import completed
        from benchmarks.relevance.topics import all_topics
        from search.semantic.services import available

        documents = collection(options.items)
        languages = sorted({document.language for document in documents})
        variants = tuple(Variant) if available() else (Variant.BASELINE, Variant.WORDS)
        judgements = {report.FIRST: all_topics(), report.COMPLETED: completed(all_topics(), documents)}
        measured: dict[str, dict[str, dict[Variant, Scores]]] = {which: {} for which in judgements}

        def ask(name: str, engine: "SearchBackend", variant: Variant, judged: "dict[str, tuple[Topic, ...]]") -> None:
            print(f"  {name}: {variant}", flush=True)
            answers = Remembered(engine, variant, languages)
            for which, topics in judged.items():
                measured[which].setdefault(name, {})[variant] = scores_of(answers, topics)

        for name, engine in engines(documents, os.environ.get("TEST_ELASTICSEARCH_URL", "").strip()):
            for variant in variants:
                ask(name, engine, variant, judgements)
        if Variant.BOTH in variants:
            alone = [document for document in documents if document.uid.startswith("judged-")]
            name, engine = next(engines(alone, elastic=""))
            # Nothing can be found that is not there.
            reachable = {**judgements, report.COMPLETED: completed(all_topics(), alone)}
            ask(f"{name}, judged items alone", engine, Variant.BOTH, reachable)
        text = report.page(measured, judgements, documents)
    print(text)
    if not options.no_report:
        REPORT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
