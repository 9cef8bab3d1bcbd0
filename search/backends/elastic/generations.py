"""The generations of the index: one behind the alias that is searched, one being filled, one kept to go back to."""

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from elasticsearch import Elasticsearch, NotFoundError

from search.backends.base import RebuildRefusedError, SearchUnavailableError
from search.backends.elastic.connection import answered
from search.backends.elastic.mapping import Names, index_definition
from search.backends.elastic.writing import Outcome, indexing, send
from search.types import BulkReport, SearchDocument

#: A new index must hold this share of what went into it, and of the documents that are looked up.
_LEAST: Final = 0.98
_SAMPLED: Final = 50
#: So few may be deleted while the index is filled, or be refused, in a small collection as in a large one.
_TOLERATED: Final = 5
_REFRESH: Final = "1s"


@dataclass(frozen=True, slots=True)
class Generations:
    """The indices of one portal: ``<name>-000001`` and so on, the alias ``<name>`` to search, ``<name>-write``."""

    client: Elasticsearch
    name: str
    names: Names

    @property
    def write_alias(self) -> str:
        """The alias of every generation that changes are written to."""
        return f"{self.name}-write"

    def all(self) -> list[str]:
        """Return every generation, the oldest first."""
        found = self.client.indices.get(index=f"{self.name}-*", expand_wildcards="all", features="aliases")
        return sorted(index for index, told in found.items() if self._is_own(index) and "aliases" in told)

    def _is_own(self, index: str) -> bool:
        return re.fullmatch(rf"{re.escape(self.name)}-\d{{6}}", index) is not None

    def in_order(self) -> bool:
        """Tell whether searches go to one generation, and changes to it and no index of others."""
        searched, written = self._behind(self.name), self._behind(self.write_alias)
        return len(searched) == 1 and searched[0] in written and all(map(self._is_own, written))

    def written(self) -> list[str]:
        """Return the generations that changes go to. Raises SearchUnavailableError when there is none."""
        found = self._behind(self.write_alias)
        if not found:
            message = f"the alias {self.write_alias} is missing: run manage.py search_rebuild"
            raise SearchUnavailableError(message)
        return found

    def searched(self) -> str:
        """Return the generation that is searched. Raises SearchUnavailableError when there is none."""
        found = self._behind(self.name)
        if len(found) != 1:
            message = f"the alias {self.name} leads to {len(found)} indices"
            raise SearchUnavailableError(message)
        return found[0]

    def _behind(self, alias: str) -> list[str]:
        """Return the indices that ``alias`` leads to."""
        try:
            found = self.client.indices.get_alias(name=alias)
            return sorted(index for index, told in found.items() if alias in told["aliases"])
        except NotFoundError:
            return []

    def create(self, *, searched: bool) -> str:
        """Create the next generation; changes go to it from now on, searches only when ``searched``."""
        existing = self.all()
        number = int(existing[-1].rsplit("-", 1)[1]) + 1 if existing else 1
        index = f"{self.name}-{number:06d}"
        definition = index_definition(index, self.names)
        definition.aliases(**{self.write_alias: {}, **({self.name: {}} if searched else {})})
        definition.create(using=self.client)
        return index

    def drop(self, indices: Iterable[str]) -> None:
        """Delete generations."""
        for index in indices:
            self.client.options(ignore_status=404).indices.delete(index=index)

    def rebuild(self, batches: Iterable[Sequence[SearchDocument]]) -> BulkReport:
        """Fill a new generation beside the old one, prove it, and have searches go to it.

        The old one goes on meanwhile and is kept for ``roll_back``. Whatever stops this (an error, Ctrl-C) leaves
        everything as it was; after a kill the next rebuild clears up. Raises RebuildRefusedError.
        """
        with answered():
            self._refuse_what_stands_in_the_way()
            old = self._current()
            self._clear_up(old)
            new = self.create(searched=False)
        try:
            # What goes wrong while the documents are made is no fault of the server.
            outcome = self._fill(new, batches)
            with answered():
                self._prove(new, outcome)
                self.client.indices.put_settings(index=new, settings={"index": {"refresh_interval": _REFRESH}})
                self._search(new)
                self.drop(index for index in self.all() if index not in {old, new})
        except BaseException:
            self.drop([new])
            raise
        return outcome.report()

    def _fill(self, new: str, batches: Iterable[Sequence[SearchDocument]]) -> Outcome:
        """Put ``batches`` into ``new``: one is on its way to the server while the next is turned into tokens.

        Changes made meanwhile come by the outbox, to both generations; versions make the order of no matter.
        """
        outcome = Outcome()
        with ThreadPoolExecutor(max_workers=1) as sender:
            sending: Future[None] | None = None
            for batch in batches:
                operations = indexing(batch, [new], outcome)
                if sending is not None:
                    sending.result()
                sending = sender.submit(send, self.client, operations, outcome, refresh=False)
            if sending is not None:
                sending.result()
        return outcome

    def _refuse_what_stands_in_the_way(self) -> None:
        if self.client.indices.exists(index=self.name) and not self.client.indices.exists_alias(name=self.name):
            message = (
                f"An index named {self.name} stands where the alias must be: delete it or set ELASTICSEARCH_INDEX."
            )
            raise RebuildRefusedError(message)

    def _current(self) -> str:
        try:
            return self.searched()
        except SearchUnavailableError:
            return ""

    def _clear_up(self, current: str) -> None:
        """Delete what a killed rebuild left, and all but the last of the generations before ``current``."""
        existing = self.all()
        older = [index for index in existing if index < current]
        self.drop(index for index in existing if index != current and index not in older[-1:])

    def _prove(self, new: str, outcome: Outcome) -> None:
        """Compare what the new index holds with what went into it; raises RebuildRefusedError."""
        self.client.indices.refresh(index=new)
        # What is newer there, or was deleted there meanwhile, tells nothing about what was sent.
        sent = [uid for uid in outcome.done if uid not in outcome.failed]
        held = self.client.count(index=new)["count"]
        sample = sent[:: max(1, len(sent) // _SAMPLED)]
        there = 0
        if sample:
            answer = self.client.mget(index=new, ids=sample, source=False)
            there = sum(bool(found.get("found")) for found in answer["docs"])
        total = len({*outcome.done, *outcome.stale, *outcome.failed})
        missing = (len(sent) - held, len(sample) - there, len(outcome.failed))
        if any(count > max(_TOLERATED, (1 - _LEAST) * total) for count in missing):
            message = (
                f"The new index holds {held} of {total} documents ({len(outcome.failed)} failed), and {there} of"
                f" {len(sample)} looked up: it is not put in use."
            )
            raise RebuildRefusedError(message)

    def _search(self, new: str) -> None:
        """Have searches and changes go to ``new`` and nowhere else, whatever the aliases led to, in one step."""
        actions: list[dict[str, object]] = []
        for alias in (self.name, self.write_alias):
            actions.append({"add": {"index": new, "alias": alias}})
            others = (index for index in self._behind(alias) if index != new)
            actions += [{"remove": {"index": other, "alias": alias, "must_exist": False}} for other in others]
        self.client.indices.update_aliases(actions=actions)

    def roll_back(self) -> str:
        """Have searches and changes go to the generation before the present one; return its name.

        Raises RebuildRefusedError when none was kept.
        """
        current = self.searched()
        older = [index for index in self.all() if index < current]
        if not older:
            message = "No earlier index was kept."
            raise RebuildRefusedError(message)
        before = older[-1]
        self.client.indices.update_aliases(
            actions=[
                {"add": {"index": before, "alias": self.name}},
                {"add": {"index": before, "alias": self.write_alias}},
                {"remove": {"index": current, "alias": self.name}},
                {"remove": {"index": current, "alias": self.write_alias, "must_exist": False}},
            ]
        )
        return before
