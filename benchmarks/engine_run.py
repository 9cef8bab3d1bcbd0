"""Fill one engine with generated items and ask it: run by ``benchmarks.engines`` in a process of its own."""

import datetime as dt
import json
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django comes first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from goodpractices.template import WORD_LIMITS  # noqa: E402
from portal.demo.generator import _text  # noqa: E402 - the same texts, without rows
from portal.demo.practices import read  # noqa: E402
from search import service  # noqa: E402
from search.backends import ELASTICSEARCH, get_backend  # noqa: E402
from search.labels import with_labels  # noqa: E402
from search.types import SearchDocument, SearchRequest, SearchResponse  # noqa: E402
from taxonomy.catalogue import get_catalogue  # noqa: E402

BATCH = 500
VOCABULARY = 60_000
RARE_WORDS = 30
ASKED = 300
WARM_UP = 50
SAMPLE = 5_000
PATIENCE = 20.0
FACETS = ("type", "theme", "topic", "country", "language")


class Corpus:
    """Generated items: the portal's own sentences in nine languages, and rare words by Zipf's law."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.numbers = np.random.default_rng(seed)
        self.sentences: dict[str, Any] = read("generator")
        catalogue = get_catalogue()
        self.topics = [(code, entry.parent) for code, entry in catalogue.topics.items()]
        self.countries = list(catalogue.countries)
        syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
        self.words = ["".join(self.rng.choices(syllables, k=self.rng.randint(2, 5))) for _word in range(VOCABULARY)]

    def rare(self, count: int) -> list[str]:
        """Return made-up words, few of them often."""
        return [self.words[int(place) % VOCABULARY] for place in self.numbers.zipf(1.2, count)]

    def document(self, number: int) -> SearchDocument:
        """Return one item."""
        rng = self.rng
        language = rng.choice(list(self.sentences))
        words = self.sentences[language]
        texts = {name: _text(rng, words["sentences"], name) for name in WORD_LIMITS if name != "title"}
        topics = rng.sample(self.topics, rng.randint(1, 3))
        published = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) - dt.timedelta(minutes=rng.randint(0, 5_000_000))
        vector = self.numbers.normal(size=384)
        return with_labels(
            SearchDocument(
                uid=f"practice-{number}",
                type="practice",
                version=1,
                language=language,
                title=f"{rng.choice(words['heads'])} {rng.choice(words['complements'])} {self.rare(1)[0]} {number}",
                path=f"/good-practices/{number}-x/",
                summary=texts.pop("summary"),
                body="\n\n".join((*texts.values(), " ".join(self.rare(RARE_WORDS)))),
                keywords={
                    "topic": tuple(code for code, _theme in topics),
                    "theme": tuple(dict.fromkeys(theme for _code, theme in topics)),
                    "country": (rng.choice(self.countries),),
                },
                dates={"published": published},
                extra={"area": "Nord", "organisation": "Organisation"},
                vector=(vector / np.linalg.norm(vector)).astype("<f2").tobytes(),
            )
        )

    def batches(self, count: int) -> Iterator[list[SearchDocument]]:
        """Yield ``count`` items."""
        for start in range(1, count + 1, BATCH):
            yield [self.document(number) for number in range(start, min(start + BATCH, count + 1))]

    def query(self) -> str:
        """Return one to three words: of titles (common), of texts (medium), made up (rare)."""
        words = self.sentences[self.rng.choice(list(self.sentences))]
        kinds = (
            lambda: self.rng.choice(words["heads"]),
            lambda: self.rng.choice(words["complements"]),
            lambda: self.rng.choice(self.rng.choice(words["sentences"]).split()).strip(".,;:"),
            lambda: self.rare(1)[0],
        )
        return " ".join(self.rng.choice(kinds)() for _word in range(self.rng.choice((1, 1, 2))))


def memory() -> float:
    """Return the memory that this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1024**2


def fill(corpus: Corpus, size: int) -> tuple[float, float | None]:
    """Index ``size`` items; return items per second and, for Elasticsearch, the share of raw _bulk in per cent."""
    engine = get_backend()
    engine.clear()
    sample = list(corpus.batches(min(size, SAMPLE)))
    began = time.perf_counter()
    engine.rebuild(sample)
    rate = sum(map(len, sample)) / (time.perf_counter() - began)
    share = 100 * rate / raw_rate(sample) if engine.name == ELASTICSEARCH else None
    for start in range(len(sample) * BATCH + 1, size + 1, BATCH):
        engine.index([corpus.document(number) for number in range(start, min(start + BATCH, size + 1))])
    return rate, share


def raw_rate(sample: Sequence[Sequence[SearchDocument]]) -> float:
    """Return how many of the same documents, ready-made, the server takes per second in plain _bulk requests."""
    from search.backends.elastic.connection import Connection
    from search.backends.elastic.generations import Generations
    from search.backends.elastic.mapping import registered_names
    from search.backends.elastic.writing import Outcome, indexing

    client = Connection(settings.ELASTICSEARCH_URL).writing()
    generations = Generations(client, "raw", registered_names())
    index = generations.create(searched=True)
    lines: list[list[Any]] = [
        [line for operation in indexing(batch, [index], Outcome()) for line in operation.lines] for batch in sample
    ]
    began = time.perf_counter()
    for listed in lines:
        client.bulk(operations=listed)
    spent = time.perf_counter() - began
    generations.drop([index])
    return sum(map(len, sample)) / spent


def ask(corpus: Corpus) -> dict[str, float | None]:
    """Ask for pages, then the engine alone; return CPU and times in milliseconds."""
    client = Client()
    took: list[int] = []
    answer = service.search

    def noted(request: SearchRequest) -> SearchResponse:
        response = answer(request)
        took.append(response.took)
        return response

    from search import listing

    setattr(listing, "search", noted)  # noqa: B010 - the pages' own way to the search, for the length of this run
    queries = list(dict.fromkeys(corpus.query() for _query in range(3 * (ASKED + WARM_UP))))[: ASKED + WARM_UP]
    walls, cpu = [], 0.0
    for place, text in enumerate(queries):
        began, worked = time.perf_counter(), time.process_time()
        response = client.get("/en/search/", {"q": text})
        if response.status_code != HTTPStatus.OK:
            raise AssertionError(text)
        if place >= WARM_UP:
            walls.append((time.perf_counter() - began) * 1000)
            cpu += time.process_time() - worked
    took = took[-len(walls) :]
    overhead = [wall - server for wall, server in zip(walls, took, strict=True)]
    return {
        "cpu": cpu * 1000 / len(walls),
        "median": statistics.median(walls),
        "slow": statistics.quantiles(walls, n=20)[18],
        "overhead": statistics.quantiles(overhead, n=20)[18] if get_backend().name == ELASTICSEARCH else None,
        "engine_slow": engine_slow(corpus),
    }


def engine_slow(corpus: Corpus) -> float:
    """Return what 95 % of questions to the engine alone take at most, in milliseconds."""
    engine = get_backend()
    walls = []
    for _query in range(ASKED // 2):
        request = SearchRequest(text=corpus.query(), facets=FACETS)
        began = time.perf_counter()
        engine.search(request)
        walls.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(walls, n=20)[18]


def on_disk() -> tuple[float, float | None]:
    """Return the size of the index in MB, and Elasticsearch's heap in use."""
    if settings.ELASTICSEARCH_URL:
        from search.backends.elastic.connection import Connection

        client = Connection(settings.ELASTICSEARCH_URL).writing()
        client.indices.refresh(index=settings.ELASTICSEARCH_INDEX)
        stats = client.indices.stats(index=settings.ELASTICSEARCH_INDEX)["_all"]["primaries"]["store"]["size_in_bytes"]
        nodes = client.nodes.stats(metric="jvm")["nodes"]
        heap = sum(node["jvm"]["mem"]["heap_used_in_bytes"] for node in nodes.values())
        return stats / 1024**2, heap / 1024**2
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return cursor.fetchone()[0] / 1024**2, None
        return Path(str(connection.settings_dict["NAME"])).stat().st_size / 1024**2, None


def main() -> None:
    """Measure and print one line of JSON."""
    size, seed = int(sys.argv[1]), int(sys.argv[2])
    corpus = Corpus(seed)
    rate, share = fill(corpus, size)
    tidy()
    # What is slow is to be measured, not given up: right after the filling the server is busy with merging.
    setattr(get_backend(), "_patience", PATIENCE)  # noqa: B010 - for the length of this run, where the engine has it
    for _query in range(WARM_UP):
        get_backend().search(SearchRequest(text=corpus.query(), facets=FACETS))
    before = memory()
    found: dict[str, Any] = ask(corpus)
    disk, heap = on_disk()
    found |= {"indexed": rate, "bulk_share": share, "memory": memory() - before, "disk": disk, "server_memory": heap}
    print(json.dumps(found))


def tidy() -> None:
    """Put the index in the order in which a rebuild leaves it."""
    if settings.ELASTICSEARCH_URL:
        from search.backends.elastic.connection import Connection

        Connection(settings.ELASTICSEARCH_URL).writing().indices.refresh(index=settings.ELASTICSEARCH_INDEX)
        return
    from search.backends.embedded.fulltext import store_for

    store_for("default").tidy()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


if __name__ == "__main__":
    main()
