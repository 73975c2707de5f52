"""Opens a photograph or a picture, and takes out what it tells beside the picture: place, device, comments.

The pixels are not touched: the file's own parts are copied without those that carry such data. Only a photograph that
its camera marked as turned is turned and written again, with the quality that it had.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps, JpegImagePlugin

from institution.uploads.child import Examined, Refused, run
from institution.uploads.kinds import is_webp

# More than the cameras of offices and phones give by default; at 4 bytes each about 160 MB while it is opened.
MAX_PIXELS = 40_000_000
# A progressive photograph has about ten passes, and each of them costs as much as the whole picture.
MAX_SCANS = 60
MAX_CHUNKS = 50_000

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
# Colour, transparency, resolution; not tEXt, zTXt, iTXt, eXIf, tIME, nor anything private.
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYS"}
PNG_ANIMATED = b"acTL"
WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"}
WEBP_ANIMATED, WEBP_EXIF, WEBP_XMP = 0x02, 0x08, 0x04
# After the head of a scan come coded pixels, up to the next marker that is neither a stuffed FF nor a restart.
JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
JPEG_SOI, JPEG_EOI, JPEG_SOS, JPEG_COMMENT, JPEG_JFIF, JPEG_ICC, JPEG_ADOBE = 0xD8, 0xD9, 0xDA, 0xFE, 0xE0, 0xE2, 0xEE
ORIENTATION, EXIF, GPS = 0x0112, 0x8769, 0x8825
FORMATS = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
READ = list(FORMATS)


def examine(content: bytes) -> Examined:
    """The picture without its data. Raises Refused for what is animated, too large, or does not open."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    # Pillow warns at that size and refuses at twice as much.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        orientation, located = _told(content)
        bare = _bare(content)
        format = _open(bare)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_many_pixels", megapixels=str(MAX_PIXELS // 1_000_000)) from error
    notes = []
    if orientation != 1:
        bare = _bare(_turned(bare, orientation))
        _open(bare)
        notes.append("turned")
    _assert_bare(bare)
    if bare != content:
        notes.insert(0, "location_removed" if located else "metadata_removed")
    return Examined(FORMATS[format], bare if bare != content else None, notes)


def _bare(content: bytes) -> bytes:
    if content.startswith(PNG_HEAD):
        return PNG_HEAD + b"".join(_png_chunks(content))
    if is_webp(content):
        chunks = b"".join(_webp_chunks(content))
        return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks
    return b"".join(_jpeg_segments(content))


def _png_chunks(content: bytes) -> Iterator[bytes]:
    place, kind, count = len(PNG_HEAD), b"", 0
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        chunk = content[place : place + length + 12]
        place, count = place + length + 12, count + 1
        if place > len(content) or count > MAX_CHUNKS:
            raise Refused("damaged")
        if kind == PNG_ANIMATED:
            raise Refused("animated")
        if zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise Refused("damaged")
        if kind in PNG_KEPT:
            yield chunk


def _webp_chunks(content: bytes) -> Iterator[bytes]:
    end = min(len(content), struct.unpack_from("<I", content, 4)[0] + 8)
    place, count = 12, 0
    while place + 8 <= end:
        kind, length = struct.unpack_from("<4sI", content, place)
        chunk = content[place : place + 8 + length + length % 2]
        place, count = place + len(chunk), count + 1
        if len(chunk) < 8 + length or count > MAX_CHUNKS:
            raise Refused("damaged")
        if kind in {b"ANIM", b"ANMF"}:
            raise Refused("animated")
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~(WEBP_EXIF | WEBP_XMP)]) + chunk[9:]
        if kind in WEBP_KEPT:
            yield chunk


def _jpeg_segments(content: bytes) -> Iterator[bytes]:
    """The segments that make the picture. What follows its end (a second picture, a film, another file) is left out."""
    yield content[:2]
    place, scans = 2, 0
    while True:
        while content[place : place + 2] == b"\xff\xff":  # fill bytes
            place += 1
        fill, marker = content[place : place + 2]
        if fill != 0xFF or marker == JPEG_SOI:
            raise Refused("damaged")
        if marker == JPEG_EOI:
            yield b"\xff\xd9"
            return
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        head = content[place:end]
        if marker == JPEG_SOS:
            scans += 1
            found = JPEG_MARKER.search(content, end)
            if found is None or scans > MAX_SCANS:
                raise Refused("damaged")
            end = found.start()
        if _tells_of_the_picture(marker, head[4:]):
            yield content[place:end]
        place = end


def _tells_of_the_picture(marker: int, body: bytes) -> bool:
    if marker == JPEG_ICC:
        return body.startswith(b"ICC_PROFILE\x00")
    if marker == JPEG_JFIF:
        return body.startswith(b"JFIF\x00")
    return marker == JPEG_ADOBE or not (0xE0 <= marker <= 0xEF or marker == JPEG_COMMENT)


def _told(content: bytes) -> tuple[int, bool]:
    """How the camera was held, and whether it noted where. What is illegible there says nothing, and is left out."""
    try:
        with Image.open(io.BytesIO(content), formats=READ) as image:
            if image.format == "PNG":
                image.load()  # its EXIF may stand behind the pixels
            exif = image.getexif()
            orientation = exif.get(ORIENTATION, 1)
            return orientation if orientation in range(1, 9) else 1, bool(exif.get_ifd(GPS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise
    except Exception:
        return 1, False


def _open(content: bytes) -> str:
    """Decodes every pixel."""
    with Image.open(io.BytesIO(content), formats=READ) as image:
        if image.width * image.height > MAX_PIXELS:
            raise Refused("too_many_pixels", megapixels=str(MAX_PIXELS // 1_000_000))
        if getattr(image, "n_frames", 1) != 1:
            raise Refused("animated")
        # Decoding to an eighth reads all of a JPEG and takes a fraction of the memory. Other formats know no such.
        image.draft(image.mode, (max(1, image.width // 8), max(1, image.height // 8)))
        image.load()
        return image.format


def _turned(content: bytes, orientation: int) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        kept = {"icc_profile": image.info.get("icc_profile")}
        if image.format == "JPEG":
            # The same tables as before: what was lost then is all that is lost.
            kept |= {"qtables": image.quantization, "subsampling": JpegImagePlugin.get_sampling(image)}
            if dpi := image.info.get("dpi"):
                kept["dpi"] = dpi
        elif image.format == "WEBP":
            kept |= {"lossless": True}
        elif "transparency" in image.info:
            kept["transparency"] = image.info["transparency"]
        format = image.format
        exif = image.getexif()
        exif[ORIENTATION] = orientation
        turned = ImageOps.exif_transpose(image)
    if kept.get("subsampling") == -1:  # none that can be named: pictures in grey
        del kept["subsampling"]
    out = io.BytesIO()
    turned.save(out, format, **kept)
    return out.getvalue()


def _assert_bare(content: bytes) -> None:
    """Looks once more, with other eyes than those that cut: nothing that tells a place may be left."""
    with Image.open(io.BytesIO(content)) as image:
        exif = image.getexif()
        if len(exif) or exif.get_ifd(GPS) or exif.get_ifd(EXIF) or {"exif", "xmp", "comment"} & set(image.info):
            raise Refused("metadata_left")


if __name__ == "__main__":
    run(examine)
