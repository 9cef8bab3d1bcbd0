"""Secrets that have to be read again, unlike passwords: encrypted with a key made of SECRET_KEY."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _cipher() -> MultiFernet:
    """Return the cipher: it writes with the present key and reads with former ones too (SECRET_KEY_FALLBACKS)."""
    keys: list[str] = [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]
    derived = [hashlib.sha256(f"accounts.encryption:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def encrypt(text: str) -> str:
    """Return ``text`` encrypted, as text."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return what was encrypted. Raises cryptography.fernet.InvalidToken when it was not with one of our keys."""
    return _cipher().decrypt(encrypted.encode()).decode()
