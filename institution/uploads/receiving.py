"""Receives what browsers send: no more of a file than its limit reaches the disk, and no field of its form is lost."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler

from institution.uploads.reasons import is_no_room


class DroppedFile(UploadedFile):
    """Stands where the file would be: its name and the size that arrived, without content."""

    def __init__(self, *, name: str, size: int, content_type: str, field_name: str) -> None:
        super().__init__(file=None, name=name, size=size, content_type=content_type)
        self.field_name = field_name

    def read(self, *_args: Any) -> bytes:
        return b""

    def seek(self, *_args: Any) -> int:
        return 0

    def chunks(self, chunk_size: int | None = None) -> Any:
        return iter(())

    def open(self, mode: str | None = None) -> DroppedFile:
        return self

    def close(self) -> None:
        pass


class TooLargeFile(DroppedFile):
    """More of it came than the limits let through."""


class NoRoomFile(DroppedFile):
    """The server's disk was full while it came."""


class LimitedUploadHandler(FileUploadHandler):
    """Stands before Django's own handlers and lets through what fits the limits; the rest is read and dropped.

    Stopping the upload would be cheaper, but Django then forgets the fields that follow the file, and what somebody
    typed is worth more than the bandwidth. Only what no person sends by mistake ends the connection.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept_in_request = self.received_in_request = 0
        self.dropped = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.dropped = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.received_in_request += len(raw_data)
        if self.received_in_request > settings.UPLOAD_DRAINED_BYTES:
            raise StopUpload(connection_reset=True)
        end = start + len(raw_data)
        kept = self.kept_in_request + len(raw_data)
        if self.dropped or end > settings.UPLOAD_MAX_BYTES or kept > settings.UPLOAD_MAX_REQUEST_BYTES:
            self.dropped = True
            return None
        self.kept_in_request = kept
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self.dropped:
            return None
        return TooLargeFile(
            name=self.file_name, size=file_size, content_type=self.content_type or "", field_name=self.field_name
        )


class SpareUploadHandler(TemporaryFileUploadHandler):
    """Django's handler of what is too large for the memory, on a disk that may be full: the rest of the form stays."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.no_room = False
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.no_room:
            return
        try:
            super().receive_data_chunk(raw_data, start)
            self.file.flush()  # what waits in a buffer would fail later, where nobody listens
        except OSError as error:
            if not is_no_room(error):
                raise
            self.no_room = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.no_room:
            return NoRoomFile(
                name=self.file_name, size=file_size, content_type=self.content_type or "", field_name=self.field_name
            )
        return super().file_complete(file_size)
