"""The portal's e-mail: every message is a row first, written with the event it tells of, and sent by the worker."""

from core.mail.services import enqueue

__all__ = ["enqueue"]
