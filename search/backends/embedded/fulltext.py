"""The two full-text stores: the same tokens in SQLite's FTS5 or in PostgreSQL's tsvector, asked in the same way.

Tokens are made of letters, digits and one underscore only (``search.backends.tokens``), and always stand between
quotes, so nothing a visitor types can become syntax.
"""

import json
import math
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

import numpy as np
from django.db import connections
from pyroaring import BitMap

from search.backends.tokens import EXACT, FIELDS, TELLING_FIELDS, Clause, DocumentTokens

#: A match in the title counts most, then the summary, then the body.
WEIGHTS: Final = (10.0, 4.0, 1.0)


class FullText(Protocol):
    """A table of tokens by document id; ``scored_at_most`` is how many documents it can score while someone waits."""

    scored_at_most: int

    def write(self, rows: Sequence[tuple[int, DocumentTokens]]) -> None:
        """Store the tokens of documents, replacing what was there."""

    def remove(self, ids: Sequence[int]) -> None:
        """Forget documents."""

    def clear(self) -> None:
        """Forget everything."""

    def tidy(self) -> None:
        """Put things in order after much was written."""

    def matches(self, clauses: Sequence[Clause]) -> list[BitMap]:
        """Return the ids of the documents that meet each clause, in one query."""

    def in_titles(self, clauses: Sequence[Clause], *, every: bool) -> BitMap:
        """Return the ids of the documents whose title meets all of ``clauses``, or any."""

    def scores(
        self, clauses: Sequence[tuple[Clause, float]], ids: Sequence[int] | None, *, every: bool, in_titles: bool
    ) -> dict[int, float]:
        """Return how well documents answer, the more the better.

        ``clauses`` come with their rarity; with ``every`` a document must meet them all. ``ids`` limits the
        documents, where the store can make use of it; ``in_titles`` leaves out all that match elsewhere only.
        """

    def prefixed(self, words: Sequence[str], limit: int) -> list[int]:
        """Return documents whose title holds words that begin with each of ``words`` (marked tokens)."""


def store_for(alias: str) -> FullText:
    """Return the store for the database ``alias``."""
    return PostgresFullText(alias) if connections[alias].vendor == "postgresql" else SqliteFullText(alias)


class SqliteFullText:
    """FTS5 with the columns title, summary, body, grams."""

    scored_at_most = 2_000

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections[self._alias].cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def write(self, rows: Sequence[tuple[int, DocumentTokens]]) -> None:
        """Store the tokens of documents, replacing what was there."""
        self.remove([row[0] for row in rows])
        with connections[self._alias].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (rowid, title, summary, body, grams) VALUES (%s, %s, %s, %s, %s)",
                [
                    (key, *(" ".join(found.marked(name)) for name in FIELDS), " ".join(found.marked_grams()))
                    for key, found in rows
                ],
            )

    def remove(self, ids: Sequence[int]) -> None:
        """Forget documents."""
        with connections[self._alias].cursor() as cursor:
            cursor.executemany("DELETE FROM search_fts WHERE rowid = %s", [(key,) for key in ids])

    def clear(self) -> None:
        """Forget everything."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute("DELETE FROM search_fts")

    def tidy(self) -> None:
        """Merge what was written bit by bit."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")

    def matches(self, clauses: Sequence[Clause]) -> list[BitMap]:
        """Return the ids of the documents that meet each clause, in one query."""
        if not clauses:
            return []
        # One JSON array per clause: handing 10^5 rows to Python one by one would cost more than finding them.
        part = "SELECT {} AS place, json_group_array(rowid) AS ids FROM search_fts WHERE search_fts MATCH %s"
        sql = " UNION ALL ".join(part.format(place) for place in range(len(clauses)))
        found = [BitMap() for _clause in clauses]
        for place, ids in self._rows(sql, [_fts(clause) for clause in clauses]):
            found[place] = _bitmap(ids)
        return found

    def in_titles(self, clauses: Sequence[Clause], *, every: bool) -> BitMap:
        """Return the ids of the documents whose title meets all of ``clauses``, or any."""
        expression = (" AND " if every else " OR ").join(map(_fts, clauses))
        sql = "SELECT json_group_array(rowid) FROM search_fts WHERE search_fts MATCH %s"
        return _bitmap(self._rows(sql, [f"title : ({expression})"])[0][0])

    def scores(
        self, clauses: Sequence[tuple[Clause, float]], ids: Sequence[int] | None, *, every: bool, in_titles: bool
    ) -> dict[int, float]:
        """Return BM25 scores; FTS5 weighs rarity itself. ``ids`` spare it the score of what nobody asked for."""
        if not clauses:
            return {}
        expression = (" AND " if every else " OR ").join(_fts(clause) for clause, _rarity in clauses)
        if in_titles:
            expression = f"title : ({expression})"
        title, summary, body = WEIGHTS
        sql = (
            f"SELECT rowid, -bm25(search_fts, {title}, {summary}, {body}, 0.0) "  # noqa: S608 - our own numbers
            "FROM search_fts WHERE search_fts MATCH %s"
        )
        parameters: list[Any] = [expression]
        if ids is not None and not every:
            # The plus keeps SQLite from asking the index anew for each id (2 s instead of 20 ms at 20,000 items).
            sql += " AND +rowid IN (SELECT value FROM json_each(%s))"
            parameters.append(json.dumps(list(ids)))
        rows = self._rows(sql, parameters)
        return dict(rows)

    def prefixed(self, words: Sequence[str], limit: int) -> list[int]:
        """Return documents whose title holds words that begin with each of ``words``."""
        if not words:
            return []
        expression = " AND ".join(f'"{word}" *' for word in words)
        return [
            row[0]
            for row in self._rows(
                "SELECT rowid FROM search_fts WHERE search_fts MATCH %s LIMIT %s", [f"title : ({expression})", limit]
            )
        ]


def _bitmap(ids: str) -> BitMap:
    """Return the numbers of a JSON array; a list of Python's numbers on the way takes four times as long."""
    numbers = ids.strip("[] ")
    return BitMap(array("I", np.fromstring(numbers, dtype=np.uint32, sep=",").tobytes())) if numbers else BitMap()


def _fts(clause: Clause) -> str:
    if clause.phrase:
        return '"' + " ".join(f"{EXACT}_{word}" for word in clause.phrase) + '"'
    any_of = [" AND ".join(f'"{term.marked}"' for term in way) for way in clause.ways]
    expression = "(" + " OR ".join(f"({way})" if " AND " in way else way for way in any_of) + ")"
    return f"({{title summary}} : {expression})" if clause.telling else expression


class PostgresFullText:
    """A tsvector per document with the weights A (title), B (summary), C (body), D (grams), under a GIN index.

    The tokens of the title, and of title and summary, stand in small columns of their own as well: asking for a
    weight would open every matching row.
    """

    # Each ts_rank unpacks the whole vector of a document.
    scored_at_most = 600

    def __init__(self, alias: str) -> None:
        self._alias = alias

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections[self._alias].cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def write(self, rows: Sequence[tuple[int, DocumentTokens]]) -> None:
        """Store the tokens of documents, replacing what was there."""
        with connections[self._alias].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_tokens (document_id, tokens, telling, title) "
                "VALUES (%s, %s::tsvector, %s::tsvector, %s::tsvector) ON CONFLICT (document_id) DO UPDATE "
                "SET tokens = EXCLUDED.tokens, telling = EXCLUDED.telling, title = EXCLUDED.title",
                [
                    (key, _vector(found, FIELDS), _vector(found, TELLING_FIELDS), _vector(found, ("title",)))
                    for key, found in rows
                ],
            )

    def remove(self, ids: Sequence[int]) -> None:
        """Forget documents."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens WHERE document_id = ANY(%s)", [list(ids)])

    def clear(self) -> None:
        """Forget everything."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens")

    def tidy(self) -> None:
        """Count the tokens: what does not go through ``search_matches`` (prefixes, scores) depends on statistics."""
        with connections[self._alias].cursor() as cursor:
            cursor.execute("ANALYZE search_tokens")

    def matches(self, clauses: Sequence[Clause]) -> list[BitMap]:
        """Return the ids of the documents that meet each clause, in one query."""
        if not clauses:
            return []
        # search_matches always asks the index, and answers with a JSON array: see the migration that makes it.
        sql = (
            "SELECT search_matches(asked.place, asked.demand::tsquery) "
            "FROM unnest(%s::text[], %s::text[]) WITH ORDINALITY AS asked (place, demand, number) ORDER BY number"
        )
        rows = self._rows(sql, [list(map(_column, clauses)), list(map(_tsquery, clauses))])
        return [_bitmap(row[0]) for row in rows]

    def in_titles(self, clauses: Sequence[Clause], *, every: bool) -> BitMap:
        """Return the ids of the documents whose title meets all of ``clauses``, or any."""
        query = (" & " if every else " | ").join(f"({_tsquery(clause)})" for clause in clauses)
        return _bitmap(self._rows("SELECT search_matches('title', %s::tsquery)", [query])[0][0])

    def scores(
        self, clauses: Sequence[tuple[Clause, float]], ids: Sequence[int] | None, *, every: bool, in_titles: bool
    ) -> dict[int, float]:
        """Return the sum of each clause's rank times its rarity: ts_rank itself knows no rarity.

        It divides by the number of alternatives too, of which a word has one in each language of the index: this is
        made up for, and what is left is brought to the scale of FTS5.
        """
        if not clauses:
            return {}
        body, summary, title = (WEIGHTS[2] / WEIGHTS[0], WEIGHTS[1] / WEIGHTS[0], 1.0)
        weights = f"{{0,{body},{summary},{title}}}"
        rank = " + ".join(
            f"%s * ts_rank('{weights}', {'title' if in_titles else _column(clause)}, %s::tsquery, 1)"
            for clause, _rarity in clauses
        )
        parameters: list[Any] = []
        for clause, rarity in clauses:
            alternatives = len({term for way in clause.ways for term in way}) or 1
            parameters += [_RANK_SCALE * rarity * alternatives, _tsquery(clause)]
        if ids is None:
            where = f"{'title' if in_titles else 'tokens'} @@ %s::tsquery"
            joint = " & " if every else " | "
            parameters.append(joint.join(f"({_tsquery(clause)})" for clause, _rarity in clauses))
        else:
            where = "document_id = ANY(%s)"
            parameters.append(list(ids))
        sql = f"SELECT document_id, {rank} FROM search_tokens WHERE {where}"  # noqa: S608 - placeholders only
        return dict(self._rows(sql, parameters))

    def prefixed(self, words: Sequence[str], limit: int) -> list[int]:
        """Return documents whose title holds words that begin with each of ``words``."""
        if not words:
            return []
        query = " & ".join(f"'{word}':*" for word in words)
        rows = self._rows(
            "SELECT document_id FROM search_tokens WHERE title @@ %s::tsquery ORDER BY 1 LIMIT %s", [query, limit]
        )
        return [row[0] for row in rows]


# PostgreSQL keeps at most 256 positions of a lexeme and none beyond 16,383; the vector itself must stay under 1 MB.
_MAX_POSITION: Final = 16_383
_MAX_POSITIONS: Final = 255
_MAX_TERMS: Final = 25_000
#: What brings ts_rank, as it is used here, to the scale of FTS5's BM25: the medians over judged queries are alike.
_RANK_SCALE: Final = 80.0


def _vector(tokens: DocumentTokens, fields: Sequence[str]) -> str:
    """Return the text form of the tsvector: each token with its positions and weights."""
    positions: dict[str, list[str]] = {}
    place = 0
    listed: list[tuple[str, Iterable[str]]] = [
        (weight, tokens.marked(name)) for weight, name in zip("ABC", FIELDS, strict=True) if name in fields
    ]
    if "body" in fields:
        listed.append(("D", tokens.marked_grams()))
    for weight, marked in listed:
        # A gap between fields, so that no phrase reaches from one into the next.
        place += 10
        for token in marked:
            place += 1
            where = positions.get(token)
            if where is None:
                if len(positions) >= _MAX_TERMS:
                    continue
                where = positions[token] = []
            if len(where) < _MAX_POSITIONS and (place <= _MAX_POSITION or not where):
                where.append(f"{min(place, _MAX_POSITION)}{weight}")
    return " ".join(f"'{token}':{','.join(where)}" for token, where in positions.items())


def _tsquery(clause: Clause) -> str:
    if clause.phrase:
        return " <-> ".join(f"'{EXACT}_{word}'" for word in clause.phrase)
    return " | ".join("(" + " & ".join(f"'{term.marked}'" for term in way) + ")" for way in clause.ways)


def _column(clause: Clause) -> str:
    return "telling" if clause.telling else "tokens"


def rarity(total: int, found: int) -> float:
    """Return how much a word tells: much when few of ``total`` documents hold it."""
    return math.log(1 + total / (1 + found))
