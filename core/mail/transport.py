"""The connection to the mail server, which says when the text of a message is about to go out."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

_before_data: ContextVar[Callable[[], None] | None] = ContextVar("before_data", default=None)


@contextmanager
def when_data_begins(call: Callable[[], None]) -> Iterator[None]:
    """Have ``call`` called just before the text of the next message is handed to the server."""
    token = _before_data.set(call)
    try:
        yield
    finally:
        _before_data.reset(token)


def _announce() -> None:
    call = _before_data.get()
    if call is not None:
        call()


class _AnnouncingSMTP(smtplib.SMTP):
    """SMTP whose DATA is announced: sender and recipient have been accepted by then."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Announce the text, then send it."""
        _announce()
        return super().data(msg)


class _AnnouncingSMTPOverTLS(smtplib.SMTP_SSL):
    """The same, over TLS from the first byte."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Announce the text, then send it."""
        _announce()
        return super().data(msg)


class AnnouncingBackend(EmailBackend):
    """Django's SMTP with the announcement."""

    @property
    def connection_class(self) -> Any:
        """The class of the connection: TLS from the first byte, or not."""
        return _AnnouncingSMTPOverTLS if self.use_ssl else _AnnouncingSMTP


class _AnnouncingOther:
    """Any other backend (files, memory): announced before it is handed the message."""

    def __init__(self, inner: BaseEmailBackend) -> None:
        self._inner = inner

    def send_messages(self, messages: Any) -> Any:
        """Announce, then send."""
        _announce()
        return self._inner.send_messages(messages)


def connection() -> Any:
    """Return a connection of the configured backend that announces the text of a message."""
    made = get_connection()
    if isinstance(made, EmailBackend):
        return AnnouncingBackend(
            host=made.host,
            port=made.port,
            username=made.username,
            password=made.password,
            use_tls=made.use_tls,
            use_ssl=made.use_ssl,
            timeout=made.timeout,
        )
    return _AnnouncingOther(made)
