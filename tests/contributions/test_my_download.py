"""The download of one's data speaks of contributions in the person's language; for programs the names stay."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.utils.text import capfirst
from django.utils.translation import gettext, override

from accounts.privacy import exporting
from accounts.privacy.models import DataExport
from tests.contributions.builders import contributor, submitted

pytestmark = pytest.mark.django_db


def archive_of(language: str) -> tuple[str, dict[str, Any]]:
    """The page to read and the data for programs, of somebody with a contribution in review."""
    owner = contributor(interface_language=language)
    submitted(owner)
    export = DataExport.objects.create(user=owner)
    assert exporting.put_together(export.pk)
    export.refresh_from_db()
    with zipfile.ZipFile(exporting.path_of(export)) as archive:
        return archive.read("index.html").decode(), json.loads(archive.read("data.json"))


@pytest.mark.parametrize(
    ("language", "headings", "labels"),
    [
        ("en", ["Contributions", "What has happened"], ["What you typed: Title", "Number"]),
        ("de", ["Beiträge", "Was geschehen ist"], ["Nummer"]),
        ("fr", ["Contributions", "Ce qui s’est passé"], ["Numéro"]),
    ],
)
def test_groups_and_what_was_typed_are_headed_in_the_persons_language(
    language: str, headings: list[str], labels: list[str], tmp_path: Path, settings: Any
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    page, data = archive_of(language)
    found = re.findall(r"<h3>(.*?)</h3>", page)
    assert [heading for heading in found if heading in headings] == headings
    rows = re.findall(r'<th scope="row">(.*?)</th>', page)
    assert [label for label in labels if label not in rows] == []
    # The labels of the form, whatever stands before them.
    with override(language):
        assert any(row.endswith(f": {capfirst(gettext('Summary'))}") for row in rows)
    assert set(data["contributions"]) == {"contributions", "events", "files", "notices"}
