"""The connection to the mail server, which knows how far a message has come: what a failure means depends on it."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

_TAKEN: Final = 250


@dataclass
class Passage:
    """The way of one message: ``before_text`` is called once sender and recipient are accepted, and may raise."""

    before_text: Callable[[], None]
    text_begun: bool = False
    taken: bool = False

    def begin_text(self) -> None:
        """Say that the text goes out now; from here on a silent server leaves a doubt."""
        self.before_text()
        self.text_begun = True


_current: ContextVar[Passage | None] = ContextVar("passage", default=None)


@contextmanager
def watched(passage: Passage) -> Iterator[None]:
    """Note in ``passage`` how far the next message comes."""
    token = _current.set(passage)
    try:
        yield
    finally:
        _current.reset(token)


def _watched_text(send: Callable[[Any], tuple[int, bytes]], msg: Any) -> tuple[int, bytes]:
    passage = _current.get()
    if passage is None:
        return send(msg)
    passage.begin_text()
    answer = send(msg)
    passage.taken = answer[0] == _TAKEN
    return answer


class _WatchedSMTP(smtplib.SMTP):
    """SMTP whose DATA is watched: sender and recipient have been accepted by then."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Announce the text, send it, note the answer."""
        return _watched_text(super().data, msg)


class _WatchedSMTPOverTLS(smtplib.SMTP_SSL):
    """The same, over TLS from the first byte."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Announce the text, send it, note the answer."""
        return _watched_text(super().data, msg)


class WatchedBackend(EmailBackend):
    """Django's SMTP, watched."""

    @property
    def connection_class(self) -> Any:
        """The class of the connection: TLS from the first byte, or not."""
        return _WatchedSMTPOverTLS if self.use_ssl else _WatchedSMTP


class _WatchedOther:
    """Any other backend (files, memory): what it does not take, it has not sent."""

    def __init__(self, inner: BaseEmailBackend) -> None:
        self._inner = inner

    def send_messages(self, messages: Any) -> Any:
        """Announce, then send."""
        passage = _current.get()
        if passage is None:
            return self._inner.send_messages(messages)
        passage.begin_text()
        try:
            count = self._inner.send_messages(messages)
        except Exception:
            passage.text_begun = False
            raise
        passage.taken = bool(count)
        return count


def connection() -> Any:
    """Return a connection of the configured backend that watches the text of a message."""
    made = get_connection()
    if isinstance(made, EmailBackend):
        return WatchedBackend(
            host=made.host,
            port=made.port,
            username=made.username,
            password=made.password,
            use_tls=made.use_tls,
            use_ssl=made.use_ssl,
            timeout=made.timeout,
        )
    return _WatchedOther(made)
