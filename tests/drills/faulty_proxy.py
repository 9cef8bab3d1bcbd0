"""A proxy on the loopback interface that stands before an Elasticsearch node and spoils its answers on demand."""

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

#: How long a silent proxy keeps a question without an answer, in seconds.
SILENCE_SECONDS: Final = 5.0
#: Between two bytes of a slow answer; no read of the client waits longer than that.
_DRIP_SECONDS: Final = 0.05
_PRODUCT: Final = "X-Elastic-Product: Elasticsearch\r\n"


class Fault(StrEnum):
    """What may be wrong with a server."""

    REFUSED = "refuses connections"
    SILENT = "accepts and never answers"
    BUSY = "429"
    BROKEN = "500"
    DENIED = "401"
    CUT = "half a body, then the end"
    CUT_UNTOLD = "half a body of untold length, then the end"
    STUCK = "half a body, then silence"
    NONSENSE = "JSON that is no answer"
    LIST = "JSON of another kind"
    GATEWAY = "the page of another server"
    TRICKLE = "an answer byte by byte"


_REFUSALS: Final = {Fault.BUSY: "429 Too Many Requests", Fault.BROKEN: "500 Server Error", Fault.DENIED: "401 No"}
_STRANGE: Final = {
    Fault.NONSENSE: ("application/json", b'{"took": 1, "hits": {"total": "many"}}'),
    Fault.LIST: ("application/json", b"[1, 2]"),
    Fault.GATEWAY: ("text/html", b"<html><body>Welcome</body></html>"),
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, proxy: "FaultyProxy") -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.proxy = proxy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: whoever asked may have gone, that is the point."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.proxy.connections.add(self.connection)

    def finish(self) -> None:
        self.server.proxy.connections.discard(self.connection)
        super().finish()

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the name in the standard library
        """Keep quiet."""

    def _answer(self) -> None:
        proxy = self.server.proxy
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = proxy.noted(self.path)
        if fault is None:
            self.wfile.write(self._whole(*self._asked(body)))
            return
        if fault in _REFUSALS:
            self._write(_REFUSALS[fault], "application/json", b'{"error": {"type": "spoilt", "reason": "spoilt"}}')
        elif fault in _STRANGE:
            self._write("200 OK", *_STRANGE[fault])
        else:
            # Only where the client must give up the connection as well: one that was good would be asked again.
            self.close_connection = True
            if fault is Fault.SILENT:
                proxy.healed.wait(SILENCE_SECONDS)
            else:
                self._spoilt(fault, *self._asked(body))

    def _asked(self, body: bytes) -> tuple[int, str, bytes]:
        """Return status, media type and body of the node's own answer."""
        node = http.client.HTTPConnection("127.0.0.1", self.server.proxy.upstream, timeout=30)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
            node.request(self.command, self.path, body or None, headers)
            answer = node.getresponse()
            return answer.status, answer.headers.get("Content-Type", "application/json"), answer.read()
        finally:
            node.close()

    def _whole(self, status: int, media: str, body: bytes) -> bytes:
        head = f"HTTP/1.1 {status} Told\r\n{_PRODUCT}Content-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
        return head.encode() + (b"" if self.command == "HEAD" else body)

    def _spoilt(self, fault: Fault, status: int, media: str, body: bytes) -> None:
        whole = self._whole(status, media, body)
        half = whole[: -(len(body) // 2 + 1)]
        if fault is Fault.TRICKLE:
            for byte in whole:
                if self.server.proxy.healed.wait(_DRIP_SECONDS):
                    return
                self.wfile.write(bytes([byte]))
            return
        if fault is Fault.CUT_UNTOLD:
            half = half.replace(b"Content-Length", b"X-Length")
        self.wfile.write(half)
        if fault is Fault.STUCK:
            self.server.proxy.healed.wait(SILENCE_SECONDS)

    def _write(self, status: str, media: str, body: bytes) -> None:
        head = f"HTTP/1.1 {status}\r\n{_PRODUCT}Content-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + (b"" if self.command == "HEAD" else body))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names in the standard library


class FaultyProxy:
    """Passes on what comes to ``port`` to the server on the port ``upstream``, until told to fail.

    ``requests`` are the paths asked for since the last change.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.connections: set[socket.socket] = set()
        self.healed = threading.Event()
        self.requests: list[str] = []
        self._fault: Fault | None = None
        self._lock = threading.Lock()
        self._server: _Server | None = _Server(0, self)
        self.port: int = self._server.server_address[1]
        self._serve(self._server)

    def _serve(self, server: _Server) -> None:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def noted(self, path: str) -> Fault | None:
        """Note that ``path`` is asked for and return what is wrong now."""
        with self._lock:
            self.requests.append(path)
            return self._fault

    def fail(self, fault: Fault) -> None:
        """Have everything go wrong from now on, also on connections that are open."""
        self.requests = []
        self.healed.clear()
        self._fault = fault
        if fault is Fault.REFUSED:
            self._close()

    def heal(self) -> None:
        """Pass everything on again, at the same port."""
        self.requests = []
        self._fault = None
        self.healed.set()
        if self._server is None:
            self._server = _Server(self.port, self)
            self._serve(self._server)

    def _close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
        for connection in list(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End everything."""
        self.healed.set()
        self._close()


@contextmanager
def faulty_proxy(upstream: int) -> Iterator[FaultyProxy]:
    """Yield a proxy before the server on the port ``upstream`` and end it."""
    proxy = FaultyProxy(upstream)
    try:
        yield proxy
    finally:
        proxy.close()
