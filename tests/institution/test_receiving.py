"""Large uploads: they reach neither memory nor disk, and the form around them comes in whole."""

import errno
import io
import os
import resource
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.urls import path

from institution.uploads import TooLargeFile, UploadRefused, accept
from institution.uploads.storing import store
from tests.uploaded import pdf

MEGABYTE = 1024 * 1024
BOUNDARY = "limite-de-la-prueba"


def receive(request: HttpRequest) -> JsonResponse:
    said = {}
    for field, file in request.FILES.items():
        try:
            said[field] = accept(file, name=file.name).file_name
        except UploadRefused as refusal:
            said[field] = f"{refusal.code}: {refusal}"
    stored = sum(file.stat().st_size for file in Path(tempfile.gettempdir()).glob("*.upload*"))
    return JsonResponse({"typed": request.POST.dict(), "said": said, "on_disk": stored})


receive.login_required = False
urlpatterns = [path("recibir", receive)]


class Body(io.RawIOBase):
    """A form that is made while it is read: fields, files of so many bytes, and fields after them."""

    def __init__(self, *parts: tuple[str, str, int | bytes]) -> None:
        pieces: list[bytes | int] = []
        for field, name, content in parts:
            disposition = f'form-data; name="{field}"' + (f'; filename="{name}"' if name else "")
            pieces += [f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode(), content, b"\r\n"]
        pieces.append(f"--{BOUNDARY}--\r\n".encode())
        self.length = sum(piece if isinstance(piece, int) else len(piece) for piece in pieces)
        self.pieces = iter(pieces)
        self.now: bytes | int = b""

    def read(self, size: int = -1) -> bytes:
        while not self.now:
            self.now = next(self.pieces, None)
            if self.now is None:
                return b""
        if isinstance(self.now, int):
            given = min(size, self.now)
            self.now -= given
            return b"x" * given
        given, self.now = self.now[:size], self.now[size:]
        return given


@pytest.fixture
def send(settings, tmp_path, monkeypatch):
    settings.ROOT_URLCONF = __name__
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def send(*parts):
        body = Body(*parts)
        response = Client().request(
            **{
                "REQUEST_METHOD": "POST",
                "PATH_INFO": "/recibir",
                "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
                "CONTENT_LENGTH": str(body.length),
                "wsgi.input": body,
            }
        )
        assert response.status_code == 200
        return response.json()

    return send


def test_200_megabytes_are_answered_and_nothing_typed_is_lost(send):
    tracemalloc.start()
    answer = send(("antes", "", b"uno"), ("file", "video.pdf", 200 * MEGABYTE), ("despues", "", b"dos"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert answer["typed"] == {"antes": "uno", "despues": "dos"}
    assert "too_large: El archivo pesa 200 MB y el máximo es 20 MB." in answer["said"]["file"]
    assert "agregue el enlace" in answer["said"]["file"]
    assert answer["on_disk"] <= 20 * MEGABYTE
    assert peak < 5 * MEGABYTE


def test_the_limit_itself_fits_and_a_byte_more_does_not(send):
    answer = send(("a", "a.pdf", 20 * MEGABYTE), ("b", "b.pdf", 20 * MEGABYTE + 1), ("c", "c.pdf", pdf()))
    assert answer["said"]["a"].startswith("foreign")
    assert "too_large: El archivo pesa 20.1 MB" in answer["said"]["b"]
    assert answer["said"]["c"] == "c.pdf"


def test_many_files_at_once_fill_no_disk(send, settings):
    settings.UPLOAD_MAX_BYTES, settings.UPLOAD_MAX_REQUEST_BYTES = MEGABYTE, 3 * MEGABYTE
    answer = send(*((f"f{n}", f"{n}.pdf", MEGABYTE) for n in range(6)), ("nota", "", b"sigue"))
    assert answer["typed"] == {"nota": "sigue"}
    assert [said.partition(":")[0] for said in answer["said"].values()] == ["foreign"] * 3 + ["too_much_at_once"] * 3
    assert "juntos pasan de 3 MB" in answer["said"]["f5"]
    assert answer["on_disk"] <= 3 * MEGABYTE


@pytest.fixture
def small_disk():
    """No file of this process may grow beyond a megabyte: what a full disk answers, without filling one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_nothing_typed_is_lost(send, small_disk):
    answer = send(("antes", "", b"uno"), ("file", "acta.pdf", 5 * MEGABYTE), ("despues", "", b"dos"))
    assert answer["typed"] == {"antes": "uno", "despues": "dos"}
    assert answer["said"]["file"].startswith("no_room: El servidor no tiene espacio para guardar archivos.")
    assert "«acta.pdf»" in answer["said"]["file"]
    assert send(("file", "acta.pdf", pdf()))["said"] == {"file": "acta.pdf"}  # what is small needs no disk


def test_what_no_person_sends_is_not_read_to_the_end(send, settings):
    settings.UPLOAD_DRAINED_BYTES = 30 * MEGABYTE
    assert send(("file", "a.pdf", 100 * MEGABYTE), ("despues", "", b"dos")) == {"typed": {}, "said": {}, "on_disk": 0}


def test_an_ordinary_file_comes_through(send):
    assert send(("file", "acta.pdf", pdf()))["said"] == {"file": "acta.pdf"}


def test_a_file_that_came_another_way_is_measured_too(settings):
    settings.UPLOAD_MAX_BYTES = 100
    with pytest.raises(UploadRefused, match=r"pesa 0\.1 MB"):
        accept(SimpleUploadedFile("a.pdf", b"x" * 101), name="a.pdf")


def test_the_stand_in_has_a_name_and_no_content():
    file = TooLargeFile(name="a.pdf", size=7, content_type="", field_name="file")
    assert file
    assert (file.read(), list(file.chunks()), file.size) == (b"", [], 7)


def test_a_stored_file_and_its_folders_are_on_the_disk(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    name = store(b"abc", folder="evidence/2025", extension="pdf")
    path = tmp_path / name
    assert path.read_bytes() == b"abc"
    assert len(path.stem) == 32
    assert path.stat().st_mode & 0o007 == 0
    assert synced == [str(path), str(path.parent), str(path.parent.parent)]


def test_a_file_for_which_there_is_no_room_leaves_nothing_behind(settings, tmp_path, small_disk):
    settings.MEDIA_ROOT = str(tmp_path)
    with pytest.raises(UploadRefused, match="no tiene espacio") as refused:
        store(b"x" * 2 * MEGABYTE, folder="evidence/2025", extension="pdf", file_name="acta.pdf")
    assert refused.value.code == "no_room"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert store(b"x", folder="evidence/2025", extension="pdf")


def test_another_error_of_the_disk_is_not_taken_for_that(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path)

    def broken(*args, **kwargs):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(default_storage, "save", broken)
    with pytest.raises(OSError, match="Input/output"):
        store(b"x", folder="evidence/2025", extension="pdf")
