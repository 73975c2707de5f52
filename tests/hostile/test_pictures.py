"""Pictures that unpack without end and files that are two things at once: kept out, or given back as data only."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from django.test import Client
from django.urls import reverse

from institution.uploads import UploadRefused, accept
from monitoring.models import Evidence
from monitoring.views.files import SHOWN_INLINE
from tests.hostile.books import sound
from tests.hostile.test_pages import whole
from tests.permissions.world import OWN_REPORTER, World
from tests.uploaded import packed, pdf, plain_picture, png_that_claims

SECONDS = 20
RUN = b"<script>zq7x</script>"


def gif_that_claims(width: int, height: int) -> bytes:
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + bytes(6)
    return head + b"," + struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02\x02D\x01\0;"


def webp_that_claims(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (width - 1).to_bytes(3, "little")
    body += (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def tiff_that_claims(width: int, height: int) -> bytes:
    tags = ((256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (278, height), (279, 8))
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + rows + bytes(4)


def jpeg_that_claims(width: int, height: int) -> bytes:
    content = bytearray(plain_picture("JPEG"))
    at = content.find(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def png_whose_texts_swell() -> bytes:
    """A sound picture; its compressed text is 200 MB long once it is read."""
    body = b"note\0\0" + zlib.compress(bytes(200_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    plain = plain_picture("PNG")
    return plain[:33] + chunk + plain[33:]


BOMBS = {
    "png": (png_that_claims(50_000, 50_000), "a.png"),
    "png, texts": (png_whose_texts_swell(), "a.png"),
    "gif": (gif_that_claims(65_535, 65_535), "a.gif"),
    "gif named png": (gif_that_claims(65_535, 65_535), "a.png"),
    "webp": (webp_that_claims(16_383, 16_383), "a.webp"),
    "webp, widest": (webp_that_claims(2**24, 2**24), "a.webp"),
    "tiff": (tiff_that_claims(2**31, 2**31), "a.tiff"),
    "tiff named jpg": (tiff_that_claims(60_000, 60_000), "a.jpg"),
    "jpeg": (jpeg_that_claims(65_500, 65_500), "a.jpg"),
}
# Each: what it is, and what else a browser or a program could take it for.
TWO_AT_ONCE = {
    "gif and script": (b"GIF89a=1/*" + bytes(20) + b"*/;alert(1)//", "a.gif"),
    "gif and script named png": (b"GIF89a=1/*" + bytes(20) + b"*/;alert(1)//", "a.png"),
    "jpeg and page": (plain_picture("JPEG")[:2] + b"\xff\xfe" + struct.pack(">H", 2 + len(RUN)) + RUN
                      + plain_picture("JPEG")[2:], "a.jpg"),
    "jpeg and page behind": (plain_picture("JPEG") + RUN, "a.html.jpg"),
    "png and page": (plain_picture("PNG") + RUN, "a.png"),
    "png and archive": (plain_picture("PNG") + packed({"a.html": RUN}), "a.png"),
    "webp and page": (plain_picture("WEBP") + RUN, "a.webp"),
    "pdf and archive": (pdf() + packed({"a.html": RUN}), "a.pdf"),
    "page before a pdf": (RUN + pdf(), "a.pdf"),
    "archive before a pdf": (packed({"a.txt": "x"}) + pdf(), "a.pdf"),
    "workbook and page": (RUN + sound(), "a.xlsx"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="zq7x()"><script>zq7x</script></svg>', "a.svg"),
    "svg named png": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="zq7x()"/>', "a.png"),
    "svg with a bom": (b'\xff\xfe<\0s\0v\0g\0 \0o\0n\0l\0o\0a\0d\0=\0x\0>\0', "a.jpg"),
    "page": (b"<!doctype html>" + RUN, "a.pdf"),
}  # fmt: skip


def judged(content: bytes, name: str):
    begun = time.monotonic()
    try:
        return accept(io.BytesIO(content), name=name)
    except UploadRefused:
        return None
    finally:
        assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize("name", BOMBS)
def test_a_picture_that_unpacks_without_end_is_refused_or_emptied(name):
    content, file_name = BOMBS[name]
    kept = judged(content, file_name)
    # Of a sound picture only the swollen text may have been left out.
    assert kept is None or (name == "png, texts" and b"zTXt" not in kept.content)


@pytest.mark.parametrize("name", TWO_AT_ONCE)
def test_a_file_that_is_two_things_is_refused_or_given_back_as_data(world: World, name):
    content, file_name = TWO_AT_ONCE[name]
    kept = judged(content, file_name)
    if kept is None:
        return
    if kept.content_type.startswith("image/"):
        assert RUN not in kept.content
    evidence = Evidence.objects.get(pk=world.names["evidence"])
    with evidence.file.storage.open(evidence.file.name, "wb") as file:
        file.write(kept.content)
    Evidence.objects.filter(pk=evidence.pk).update(content_type=kept.content_type, file_name=kept.file_name)
    answer = opened(world)
    assert whole(answer) == kept.content
    assert answer["Content-Type"] in SHOWN_INLINE | {"application/octet-stream"}
    assert_it_can_do_nothing(answer)


@pytest.mark.parametrize("claimed", ["text/html", "image/svg+xml", "text/javascript", "application/xhtml+xml", "x"])
def test_a_type_that_a_browser_runs_is_never_told(world: World, claimed):
    """Whatever an older version or a hand in the database wrote beside the file."""
    Evidence.objects.filter(pk=world.names["evidence"]).update(content_type=claimed, file_name="a.html")
    answer = opened(world)
    whole(answer)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert_it_can_do_nothing(answer)


def opened(world: World):
    client = Client()
    client.force_login(world.people[OWN_REPORTER])
    return client.get(reverse("monitoring:evidence_file", args=[world.names["evidence"]]))


def assert_it_can_do_nothing(answer) -> None:
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    # A PDF is shown by the browser's viewer, which a sandbox would keep from opening it.
    assert "sandbox" in policy or answer["Content-Type"] == "application/pdf"
    assert "private" in answer["Cache-Control"]
