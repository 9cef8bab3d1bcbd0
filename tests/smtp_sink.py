"""A real mail server for tests, on loopback: it keeps what it is sent and can be told to misbehave."""

import asyncio
import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, Literal, cast

from aiosmtpd.controller import Controller


@dataclass
class Sink:
    """What has arrived, and how the server behaves: an answer to RCPT or DATA (empty: as it should).

    ``drop`` closes the connection in place of the answer to the text: after keeping it, or without.
    """

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refuse_recipient: str = ""
    refuse_text: str = ""
    drop: Literal["", "kept", "lost"] = ""
    delay: float = 0.0

    @property
    def url(self) -> str:
        """The value of EMAIL_URL for this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for ``address``."""
        return [message for message in self.messages if address in str(message["To"])]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - the server's name
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the server's name
        await asyncio.sleep(self.delay)
        if self.refuse_text:
            return self.refuse_text
        if self.drop != "lost":
            self._keep(envelope)
        if self.drop:
            server.transport.abort()
        return "250 kept"

    def _keep(self, envelope: Any) -> None:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append(cast("EmailMessage", parsed))


@contextmanager
def running_sink(port: int = 0) -> Iterator[Sink]:
    """Yield a mail server that listens on loopback."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port or _free_port(), decode_data=False)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
