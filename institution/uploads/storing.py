"""Keeps files so that neither the machine's death nor a mistake of ours parts a file from its row.

The file is stored first and is on the disk before the row that names it is committed. A file without a row does no
harm, and `manage.py sweep_uploads` removes it; a row without its file cannot come about.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from institution import clock
from institution.uploads.acceptance import Accepted
from institution.uploads.reasons import UploadRefused, is_no_room

# By the machine's real clock: a row that is being written now may not be seen yet, one of yesterday is.
ORPHAN_AFTER = dt.timedelta(days=1)


def store(content: bytes, *, folder: str, extension: str, file_name: str = "") -> str:
    """Stores the content under a name that nobody can guess, and returns the name when it is safely on the disk.

    `file_name`: what the person calls it. Raises UploadRefused where there is no room; nothing of it is left then.
    """
    name = f"{folder}/{secrets.token_hex(16)}.{extension}"
    try:
        name = default_storage.save(name, ContentFile(content))
    except OSError as error:
        if not is_no_room(error):
            raise
        default_storage.delete(name)  # the half of it that was written
        raise UploadRefused("no_room", file_name) from error
    flush(name)
    return name


def flush(name: str) -> None:
    """Returns when the file is safely on the disk."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:  # a store elsewhere, which answers when it has the file
        return
    for place in (path, path.parent, path.parent.parent):
        _to_disk(place)


class Stored:
    """A file that is removed again unless somebody says that its row is written."""

    def __init__(self, name: str) -> None:
        self.name, self.is_kept = name, False

    def keep(self) -> None:
        self.is_kept = True


@contextmanager
def new_file(content: bytes, *, folder: str, extension: str, file_name: str = "") -> Iterator[Stored]:
    """Stores the content in this year's part of the folder while its row is written; `keep()` says that it was.

    Opened around the transaction, not inside it: a file without its row does no harm, a row without its file would.
    Raises UploadRefused where there is no room.
    """
    place = f"{folder}/{clock.today().year}"
    stored = Stored(store(content, folder=place, extension=extension, file_name=file_name))
    try:
        yield stored
    finally:
        if not stored.is_kept:
            discard(stored.name)


def new_accepted(accepted: Accepted, *, folder: str) -> AbstractContextManager[Stored]:
    """The same of a file that the gate has opened."""
    return new_file(accepted.content, folder=folder, extension=accepted.extension, file_name=accepted.file_name)


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
