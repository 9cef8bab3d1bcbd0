"""A portal that searches on a node, what its visitors see, and whether its index has caught up."""

import http.client
import json
import logging
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.test import Client

from content.signals import item_changed
from goodpractices.models import GoodPractice
from scripts.elasticsearch_node import Node
from search import backends, maintenance, service, services, tasks
from search.backends import ELASTICSEARCH, get_backend
from search.models import SearchOutbox
from tests.factories import practice

logger = logging.getLogger(__name__)

INDEX = "drill"
#: What tells a page that was held up (seconds to minutes) from one that was not, in seconds, on a busy machine too.
#: The drills log the times themselves; a quiet machine shows 8 to 525 ms, the contract asks for 1,000. The library by
#: itself would wait 10 seconds and more.
LIMIT = 8.0
LIMITED = "limited at the moment"


@dataclass
class Engine:
    """The portal with the node as its search engine; ``now`` is the time by the circuits' clock."""

    node: Node
    now: float = 0.0

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the node itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.node.port, timeout=30)
        token = b64encode(f"elastic:{self.node.password}".encode()).decode()
        headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        assert answer.status < 300, told
        connection.close()
        return told

    def rest(self) -> None:
        """Let the longest rest of a circuit go by."""
        self.now += 31


def forget() -> None:
    """Forget the engines and what is known of them, as a new process would."""
    backends._elastic.cache_clear()
    service.circuit_of.cache_clear()
    services.writing_circuit_of.cache_clear()


def announce(item: GoodPractice) -> GoodPractice:
    """What ``content.services.announce`` does, in short."""
    GoodPractice.objects.filter(pk=item.pk).update(search_version=item.search_version + 1)
    item.search_version += 1
    item_changed.send(sender=type(item), item=item, version=item.search_version)
    return item


@dataclass(frozen=True)
class Page:
    """What a visitor got, and after how many seconds."""

    status: int
    text: str
    headers: Any
    seconds: float


def page(address: str = "/en/search/?q=harbour") -> Page:
    """Ask for a page as a visitor who comes by for the first time."""
    cache.clear()
    began = time.perf_counter()
    response = Client().get(address)
    text = response.content.decode().replace("<mark>", "").replace("</mark>", "")
    return Page(response.status_code, text, response.headers, time.perf_counter() - began)


def assert_limited(found: Page, status: int = 200) -> None:
    """The page came in time, from the embedded engine, and says so."""
    logger.info("The page came after %.0f ms.", found.seconds * 1000)
    assert found.seconds < LIMIT
    assert found.status == status
    assert "Harbour school" in found.text
    assert LIMITED in found.text
    assert found.headers["Cache-Control"] == "no-store"


def assert_whole(index: Engine) -> None:
    """Pages come in time, with nothing missing, as soon as the node has time to answer."""
    deadline = time.monotonic() + 20
    while True:
        found = page()
        assert found.seconds < LIMIT
        if LIMITED not in found.text or time.monotonic() > deadline:
            break
        index.rest()
    assert found.status == 200
    assert "Harbour school" in found.text
    assert LIMITED not in found.text


def harbour() -> GoodPractice:
    """A published practice, in every index."""
    item = announce(practice(title="Harbour school"))
    tasks.drain_outbox()
    for engine in backends.all_backends():
        assert maintenance.find_drift(engine).clean
    assert not SearchOutbox.objects.exists()
    return item


def waiting() -> list[tuple[str, int]]:
    """The engines and attempts of all rows in the outbox."""
    return list(SearchOutbox.objects.order_by("id").values_list("engine", "attempts"))


def publish_while_away(title: str = "Garden school") -> None:
    """Something published is found at once in the embedded engine, and its row for the other one waits."""
    announce(practice(title=title))
    assert waiting()[-1] == (ELASTICSEARCH, 0)
    assert {engine for engine, _attempts in waiting()} == {ELASTICSEARCH}
    tasks.drain_outbox()
    assert waiting()[-1] == (ELASTICSEARCH, 0)
    found = page(f"/en/search/?q={title.split(maxsplit=1)[0]}")
    assert title in found.text
    assert found.seconds < LIMIT


def assert_caught_up(index: Engine) -> None:
    """One sweep of the outbox later nothing differs, and pages are whole."""
    tasks.drain_outbox()
    assert waiting() == []
    assert maintenance.find_drift(get_backend(ELASTICSEARCH)) == maintenance.Drift((), (), ())
    index.rest()
    assert_whole(index)
