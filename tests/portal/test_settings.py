"""Settings come from the environment, and a wrong one is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.settings import env


@pytest.mark.parametrize(
    ("text", "value"), [("on", True), ("YES", True), ("1", True), ("off", False), ("False", False)]
)
def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("DEBUG", text)
    assert env.env_bool("DEBUG", default=not value) is value


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.env_bool("DEBUG", default=False), "maybe"),
        (lambda: env.env_int("DEBUG", default=1), "-1"),
        (lambda: env.env_choice("DEBUG", ("a", "b"), "a"), "c"),
        (lambda: env.env_text("SECRET_KEY"), ""),
    ],
)
def test_a_wrong_or_missing_value_is_named(monkeypatch: pytest.MonkeyPatch, read: "object", value: str) -> None:
    monkeypatch.setenv("DEBUG", value)
    monkeypatch.delenv("SECRET_KEY", raising=False)
    with pytest.raises(ImproperlyConfigured, match=r"^(DEBUG|SECRET_KEY) "):
        read()  # type: ignore[operator]


def test_a_list_has_no_empty_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, ,b.example,")
    assert env.env_list("ALLOWED_HOSTS") == ["a.example", "b.example"]


def test_sqlite_takes_a_relative_an_absolute_path_and_memory() -> None:
    names = [env.database_from_url(f"sqlite:///{path}").settings["NAME"] for path in ("x.db", "/tmp/x.db", ":memory:")]  # noqa: S108
    assert names == [str(settings.BASE_DIR / "x.db"), "/tmp/x.db", ":memory:"]  # noqa: S108


def test_a_database_address_is_taken_apart() -> None:
    address = env.database_from_url("postgresql://me:p%40ss@db.example:5433/portal?sslmode=require")
    assert address.vendor == "postgresql"
    wanted = {"NAME": "portal", "USER": "me", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": "5433"}
    assert {key: address.settings[key] for key in wanted} == wanted
    assert address.settings["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "read",
    [
        lambda: env.database_from_url("mysql://localhost/portal"),
        lambda: env.cache_from_url("memcached://localhost"),
        lambda: env.storage_folder("s3://bucket"),
        lambda: env.email_from_url("pigeon://x"),
        lambda: env.elasticsearch_url("search.example:9200"),
        lambda: env.elasticsearch_url("ftp://search.example:9200"),
    ],
)
def test_an_unknown_kind_of_service_is_refused(read: "object") -> None:
    with pytest.raises(ImproperlyConfigured, match="_URL starts with"):
        read()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("url", "backend"),
    [("locmem://", "LocMemCache"), ("file:///tmp/c", "FileBasedCache"), ("redis://localhost:6379/0", "RedisCache")],
)
def test_each_kind_of_cache_is_understood(url: str, backend: str) -> None:
    assert str(env.cache_from_url(url)["BACKEND"]).endswith(backend)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", {"EMAIL_PORT": 25, "EMAIL_USE_SSL": False, "EMAIL_USE_TLS": False}),
        (
            "smtp://me:p%40ss@mail.example:587",
            {"EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_HOST_PASSWORD": "p@ss"},
        ),
        ("smtps://mail.example", {"EMAIL_PORT": 465, "EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False}),
    ],
)
def test_mail_goes_to_a_server(url: str, expected: dict[str, object]) -> None:
    found = env.email_from_url(url)
    assert found["EMAIL_HOST"] == "mail.example"
    assert {name: found[name] for name in expected} == expected


def test_mail_may_be_files(tmp_path: Path) -> None:
    assert env.email_from_url(f"file://{tmp_path}")["EMAIL_FILE_PATH"] == str(tmp_path)


def test_files_are_stored_where_the_address_says(tmp_path: Path) -> None:
    assert env.storage_folder(f"file://{tmp_path}") == tmp_path
    assert env.storage_folder("file://uploads") == settings.BASE_DIR / "uploads"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "x" * 60}, "ALLOWED_HOSTS"),
        ({"DEBUG": "perhaps"}, "DEBUG"),
        ({"DEBUG": "on", "DATABASE_URL": "oracle://x"}, "DATABASE_URL"),
        ({"DEBUG": "on", "SITE_BRAND": "own"}, "SITE_BRAND"),
    ],
)
def test_the_portal_does_not_start_with_a_wrong_setting(environment: dict[str, str], name: str) -> None:
    known = {key: value for key, value in os.environ.items() if key not in {*env.VARIABLES, "DJANGO_SETTINGS_MODULE"}}
    done = subprocess.run(
        [sys.executable, "-c", "import portal.settings"],
        cwd=settings.BASE_DIR,
        env={**known, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"ImproperlyConfigured: {name} " in done.stderr
