"""A node of the client whose answers come whole within the time given, or not at all.

The client's own limit is for each read: a server that sends a byte now and then would hold a visitor for ever.
"""

import http.client
import io
import socket
import time
from typing import Any, cast

from elastic_transport import NodeConfig, Urllib3HttpNode
from urllib3 import Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Stream(io.RawIOBase):
    """What comes in by a socket until the time that the socket has when this is made is over."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = cast("io.RawIOBase", sock.makefile("rb", buffering=0))
        left = sock.gettimeout()
        self._until = None if left is None else time.monotonic() + left

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is; raises TimeoutError when the time is over."""
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                message = "the answer takes too long"
                raise TimeoutError(message)
            self._sock.settimeout(left)
        return self._file.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer of which headers and body together have the time of the socket."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp.close()
        self.fp = io.BufferedReader(_Stream(sock))


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class PunctualNode(Urllib3HttpNode):
    """A node that takes ``request_timeout`` for all of a request, from the connection to the last byte."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.ConnectionCls = _SecureConnection if config.scheme == "https" else _Connection

    def perform_request(self, *arguments: Any, **options: Any) -> Any:
        """Ask the server; raises ConnectionTimeout when it takes longer than ``request_timeout``."""
        seconds = options.get("request_timeout")
        if isinstance(seconds, int | float):
            options["request_timeout"] = Timeout(total=seconds)
        return super().perform_request(*arguments, **options)
