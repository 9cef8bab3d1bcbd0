"""The download of everything the portal keeps of a person: asked for, put together by the worker, deleted again."""

import datetime as dt
import json
import logging
import shutil
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.text import get_valid_filename

from accounts.privacy.models import KEPT, DataExport, ExportState
from accounts.privacy.registry import PersonalData, registrations
from core import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise

    from accounts.models import User

    Titles = Mapping[str, StrOrPromise]

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 3
#: A worker that has not finished by then is taken for dead.
LEASE: Final = dt.timedelta(minutes=15)
FOLDER: Final = "exports"
#: What the page to read leaves out; data.json has everything.
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})


def path_of(export: DataExport) -> Path:
    """Return where the file of ``export`` lies."""
    return settings.PRIVATE_ROOT / export.file


def request_export(*, user: "User") -> DataExport:
    """Have a download put together for ``user``; the one that is already being made is returned instead."""
    try:
        with transaction.atomic():
            export = DataExport.objects.create(user=user)
            audit.record(user=user, action="accounts.export-asked", instance=export)
            transaction.on_commit(partial(_hand_to_worker, export.pk))
    except IntegrityError:
        # Another tab was faster.
        return DataExport.objects.get(user=user, state=ExportState.WAITING)
    return export


def _hand_to_worker(key: int) -> None:
    from accounts.tasks import make_export

    try:
        make_export.delay(key)
    except Exception:
        # The row is there: the sweep finds it when the broker is back.
        logger.exception("The broker did not take the export %s.", key)


def waiting_exports() -> list[int]:
    """Return the keys of the downloads that no worker is putting together."""
    free = models.Q(lease_until=None) | models.Q(lease_until__lt=timezone.now())
    return list(DataExport.objects.filter(free, state=ExportState.WAITING).values_list("pk", flat=True))


def give_up() -> int:
    """Mark as failed what no worker survived in all its attempts, so that it can be asked for again; returns how many.

    A worker that is killed cannot say itself that it failed.
    """
    over = DataExport.objects.filter(state=ExportState.WAITING, attempts__gte=MOST_ATTEMPTS)
    return over.filter(lease_until__lt=timezone.now()).update(state=ExportState.FAILED)


def put_together(key: int) -> bool:
    """Write the file of the download with that key, and an e-mail that it is ready; returns whether it did."""
    free = models.Q(lease_until=None) | models.Q(lease_until__lt=timezone.now())
    claimed = DataExport.objects.filter(free, pk=key, state=ExportState.WAITING).update(
        lease_until=timezone.now() + LEASE, attempts=models.F("attempts") + 1
    )
    if not claimed:
        return False
    export = DataExport.objects.select_related("user").get(pk=key)
    export.file = f"{FOLDER}/{export.pk}-{get_random_string(32)}.zip"
    try:
        with translation.override(export.user.interface_language):
            _write(export)
    except Exception:
        logger.exception("The export %s failed.", key)
        state = ExportState.FAILED if export.attempts >= MOST_ATTEMPTS else ExportState.WAITING
        DataExport.objects.filter(pk=key, state=ExportState.WAITING).update(state=state)
        return False
    return _announce(export)


@transaction.atomic
def _announce(export: DataExport) -> bool:
    """Say that the file is there; drops it when the request has gone meanwhile."""
    from core import mail

    values: dict[str, Any] = {
        "state": ExportState.READY,
        "file": export.file,
        "size": path_of(export).stat().st_size,
        "expires_at": timezone.now() + KEPT,
        "lease_until": None,
    }
    if not DataExport.objects.filter(pk=export.pk, state=ExportState.WAITING).update(**values):
        path_of(export).unlink(missing_ok=True)
        return False
    user = export.user
    with translation.override(user.interface_language):
        url = f"{settings.BASE_URL}{reverse('my:data')}"
    mail.enqueue(
        key=f"accounts:data-ready:{export.pk}",
        kind="accounts.data-ready",
        to=user.email,
        language=user.interface_language,
        template="accounts/mail/data_ready",
        context={"url": url, "days": KEPT.days},
        recipient_id=user.pk,
    )
    return True


def collect(user: "User") -> dict[str, Any]:
    """Return everything the portal keeps of ``user``, by the code of its registration."""
    return {data.code: data.export(user) for data in reversed(registrations())}


def _write(export: DataExport) -> None:
    """Write the ZIP beside its place and move it there, so that a half-written one is never handed out."""
    target = path_of(export)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_suffix(".part")
    kept = collect(export.user)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            text = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
            archive.writestr("data.json", text)
            files = [name for data in registrations() for name in _add_files(archive, data, export.user)]
            archive.writestr("index.html", _page(export.user, kept, files))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    target.chmod(0o600)


def _add_files(archive: zipfile.ZipFile, data: PersonalData, user: "User") -> list[str]:
    """Copy the uploaded files of ``data`` into the archive; returns their names there."""
    names: list[str] = []
    for name, file in data.files(user):
        # What somebody once called a file must not become a path of the archive.
        safe = get_valid_filename(PurePosixPath(name.replace("\\", "/")).name or "file")
        inside = f"files/{data.code}/{len(names) + 1}-{safe}"
        try:
            source = file.open("rb")
        except OSError:
            logger.warning("A file of %s is missing in the storage: %s", data.code, name)
            continue
        with source, archive.open(inside, "w") as sink:
            shutil.copyfileobj(source, sink)
        names.append(inside)
    return names


def _page(user: "User", kept: dict[str, Any], files: list[str]) -> str:
    parts = [{"label": data.label, "sections": _sections(data, kept[data.code])} for data in reversed(registrations())]
    context = {
        "language": user.interface_language,
        "site_name": settings.SITE_NAME,
        "made_at": timezone.localtime(),
        "parts": parts,
        "files": files,
    }
    return render_to_string("accounts/privacy/export.html", context)


def _sections(data: PersonalData, value: Any) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Return what a registration handed out as named groups of rows, a row as names and texts."""
    is_grouped = isinstance(value, dict) and bool(value) and all(isinstance(part, list) for part in value.values())
    groups = value.items() if is_grouped else [("", value)]
    titles = data.titles()
    return [
        (str(titles.get(name, _words(name))), [_readable(data, titles, row) for row in _as_rows(part)])
        for name, part in groups
        if part
    ]


def _as_rows(value: Any) -> list[dict[str, Any]]:
    rows = value if isinstance(value, list) else [value]
    return [row if isinstance(row, dict) else {"": row} for row in rows if row]


def _readable(data: PersonalData, titles: "Titles", row: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in row.items():
        name = _name(data, titles, key)
        inside = value.items() if isinstance(value, dict) else ()
        parts = {f"{name}: {titles.get(inner, _words(inner))}": part for inner, part in inside}
        found += [(label, _text(part)) for label, part in (parts or {name: value}).items() if part not in _EMPTY]
    return found


def _words(key: str) -> str:
    return key.replace("__", " ").replace("_", " ")


def _name(data: PersonalData, titles: "Titles", key: str) -> str:
    """Return what the field is called in the person's language, where one of the models or ``titles`` has it."""
    if key in titles:
        return str(titles[key])
    for label in data.models:
        try:
            name: Any = getattr(apps.get_model(label)._meta.get_field(key), "verbose_name", key)
        except (FieldDoesNotExist, LookupError):
            continue
        return str(name)
    return _words(key)


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return str(value)


def forget_expired() -> int:
    """Delete downloads that are a week old, with their files; returns how many."""
    return sum(drop(export) for export in DataExport.objects.expired())


def forget_strays() -> int:
    """Delete files that no download names: their worker was killed before it could say so. Returns how many."""
    known = set(DataExport.objects.exclude(file="").values_list("file", flat=True))
    # One that is being written, or has just been, is younger.
    before = (timezone.now() - 2 * LEASE).timestamp()
    count = 0
    for path in (settings.PRIVATE_ROOT / FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            if f"{FOLDER}/{path.name}" not in known and path.stat().st_mtime < before:
                path.unlink()
                count += 1
    return count


@transaction.atomic
def drop(export: DataExport) -> int:
    """Delete a download and, after the commit, its file."""
    if export.file:
        transaction.on_commit(partial(path_of(export).unlink, missing_ok=True))
    return export.delete()[0]
