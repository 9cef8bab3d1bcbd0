"""How much a packed file may hold; knows no Django, for the process that reads files stands on it as well."""

import zipfile
from collections.abc import Iterable
from pathlib import PurePath
from typing import Final

LARGEST_UNPACKED: Final = 200 * 1024 * 1024
LARGEST_RATIO: Final = 100
MOST_MEMBERS: Final = 10_000


def unpacks_beyond_reason(members: Iterable[zipfile.ZipInfo]) -> bool:
    """Return whether an archive with ``members`` is a bomb, or would write outside its own folder.

    Python unpacks no more of a member than its directory says, so what is written there may be held to.
    """
    listed = list(members)
    unpacked = sum(member.file_size for member in listed)
    packed = sum(member.compress_size for member in listed) or 1
    return (
        len(listed) > MOST_MEMBERS
        or unpacked > LARGEST_UNPACKED
        or unpacked / packed > LARGEST_RATIO
        or any(member.filename.startswith("/") or ".." in PurePath(member.filename).parts for member in listed)
    )
