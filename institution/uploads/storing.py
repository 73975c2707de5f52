"""Keeps files so that neither the machine's death nor a mistake of ours parts a file from its row.

The file is stored first and is on the disk before the row that names it is committed. A file without a row does no
harm, and `manage.py sweep_uploads` removes it; a row without its file cannot come about.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from institution import clock

# By the machine's real clock: a row that is being written now may not be seen yet, one of yesterday is.
ORPHAN_AFTER = dt.timedelta(days=1)


def store(content: bytes, *, folder: str, extension: str) -> str:
    """Stores the content under a name that nobody can guess, and returns the name when it is safely on the disk."""
    name = default_storage.save(f"{folder}/{secrets.token_hex(16)}.{extension}", ContentFile(content))
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # a store elsewhere, which answers when it has the file
        return name
    for place in (path, path.parent, path.parent.parent):
        _to_disk(place)
    return name


def discard(name: str) -> None:
    """Removes a file whose row was not written after all."""
    default_storage.delete(name)


def older_files(folder: str) -> Iterator[str]:
    """The names of the files under the folder that were stored more than a day ago."""
    before = clock.real_now() - ORPHAN_AFTER
    folders = [folder]
    while folders:
        place = folders.pop()
        if not default_storage.exists(place):
            continue
        inner, files = default_storage.listdir(place)
        folders += [f"{place}/{each}" for each in inner]
        for each in files:
            name = f"{place}/{each}"
            if default_storage.get_modified_time(name) < before:
                yield name


def _to_disk(place: Path) -> None:
    """A file's content and, of its folder, its name: either is lost with the machine's memory otherwise."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
