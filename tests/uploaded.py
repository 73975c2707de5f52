"""Files as people send them, honest and hostile, made here: nothing of them is in the repository."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
import xlsxwriter
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

LIMA = ((12.0, 2.0, 46.0), (77.0, 1.0, 42.0))
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF exif:GPSLatitude="12,2.76S"/></x:xmpmeta>'
OOXML = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def picture(format: str = "JPEG", *, size: tuple[int, int] = (64, 48), turned: int = 1, **kw: Any) -> bytes:
    """A photograph as a phone takes it: of a place, a device, with comments; red above and blue below."""
    image = Image.new("RGB", size, "#c22")
    image.paste("#22c", (0, size[1] // 2, *size))
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKE] = turned, "Teléfono"
    (latitude, longitude), place = LIMA, exif.get_ifd(GPS)
    place[1], place[2], place[3], place[4] = "S", tuple(map(IFDRational, latitude)), "W", longitude
    out = io.BytesIO()
    image.save(out, format, **({"exif": exif, "comment": b"Alicia", "xmp": XMP} | kw))
    return out.getvalue()


def plain_picture(format: str = "PNG", size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, format)
    return out.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that say to be a picture of that size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(4096))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def pdf(change: Any = None, *, pages: int = 1, **save: Any) -> bytes:
    """A PDF of so many pages, after `change(pdf)`."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page()
    page = document.pages[0]
    page.Contents = document.make_stream(b"BT ET\n" * 200)
    if change:
        change(document)
    out = io.BytesIO()
    # The same bytes each time; an encrypted file cannot promise that.
    document.save(out, deterministic_id="encryption" not in save, **save)
    return out.getvalue()


def packed(parts: dict[str, str | bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return out.getvalue()


def with_parts(content: bytes, parts: dict[str, str | bytes]) -> bytes:
    """The Office file with those parts added, or put in the place of others."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        there: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    return packed(there | parts)


def xlsx(*formulas: str, link: str = "") -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Consolidado")
    sheet.write_row(0, 0, ["Distrito", "Mujeres"])
    for row, formula in enumerate(formulas, start=1):
        sheet.write_formula(row, 0, formula)
    if link:
        sheet.write_url(20, 0, link)
    book.close()
    return out.getvalue()


def relations(*rows: tuple[str, str]) -> str:
    """The relations of a part, each of a kind, to something outside the file."""
    inner = "".join(
        f'<Relationship Id="x{n}" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, (kind, target) in enumerate(rows)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def docx(body: str = "", *, main: str = f"{OOXML}.wordprocessingml.document.main+xml", **parts: str | bytes) -> bytes:
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="{PACKAGE}.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )
    root = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    document = f'<w:document xmlns:w="{WORD}"><w:body><w:p>{body}</w:p></w:body></w:document>'
    return packed({"[Content_Types].xml": types, "_rels/.rels": root, "word/document.xml": document} | parts)


def odt(body: str = "", **parts: str | bytes) -> bytes:
    namespaces = " ".join(
        f'xmlns:{short}="{uri}"'
        for short, uri in {
            "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
            "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
            "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
            "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
            "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
            "xlink": "http://www.w3.org/1999/xlink",
        }.items()
    )
    content = f"<office:document-content {namespaces}>{body}</office:document-content>"
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    kind = "application/vnd.oasis.opendocument.text"
    return packed(
        {"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest} | parts, stored=("mimetype",)
    )
