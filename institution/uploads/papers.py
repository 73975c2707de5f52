"""Opens a PDF and looks at every object in it. A PDF is kept as it came: rewriting it would break its signatures."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from institution.uploads.child import Examined, Refused, run
from institution.uploads.kinds import is_program

# A file of 20 MB of scanned pages has some hundreds.
MAX_PAGES = 2_000
MAX_OBJECTS = 200_000
# A page scanned in colour at 600 dots per inch is about 100 MB unpacked.
MAX_UNPACKED_STREAM = 160 * 1024 * 1024
MAX_UNPACKED = 512 * 1024 * 1024
CHUNK = 1024 * 1024
# The end of the file is marked there; a file that was cut off has none.
TAIL = 2048

FLATE = {"/FlateDecode", "/Fl"}
ACTIONS = {
    "/JavaScript": "pdf_script",
    "/Launch": "pdf_launch",
    "/GoToE": "pdf_launch",
    "/GoToR": "pdf_launch",
    "/SubmitForm": "pdf_sends",
    "/ImportData": "pdf_sends",
    "/Rendition": "pdf_media",
    "/Movie": "pdf_media",
    "/Sound": "pdf_media",
    "/RichMediaExecute": "pdf_media",
}
SUBTYPES = {"/RichMedia", "/3D", "/Movie", "/Screen", "/Sound"}
# What may travel inside: the data behind a paper (as in PDF/A-3 and electronic receipts), never another document.
DATA = (".csv", ".json", ".xml", ".txt")
# A document of ours brings its figures as a workbook too, and comes back with it once it is signed (`signed`).
OWN_DATA = (*DATA, ".xlsx")
WORKBOOK = b"PK\x03\x04"


def examine(content: bytes, *, is_ours: bool = False) -> Examined:
    """Raises Refused for what a reader's computer would run, fetch or choke on, and for what does not open.

    `is_ours`: it begins with a document of ours, which has a workbook inside.
    """
    if b"%%EOF" not in content[-TAIL:]:
        raise Refused("cut_off")
    if zipfile.is_zipfile(io.BytesIO(content)):
        raise Refused("two_at_once")
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MAX_UNPACKED_STREAM,
        run_length_max_memory=MAX_UNPACKED_STREAM,
        png_max_memory=MAX_UNPACKED_STREAM,
        tiff_max_memory=MAX_UNPACKED_STREAM,
        parser_max_container_size=1_000_000,
        doc_max_warnings=500,
    )
    try:
        # Opened without a password: one that only restricts printing or copying keeps nobody from reading.
        with Pdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            _inspect(pdf, is_ours)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted_pdf") from error
    return Examined("pdf")


def _inspect(pdf: Pdf, is_ours: bool) -> None:
    objects = pdf.objects
    if len(objects) > MAX_OBJECTS:
        raise Refused("too_heavy")
    pages = len(pdf.pages)
    if not pages:
        raise Refused("damaged")
    if pages > MAX_PAGES:
        raise Refused("too_many_pages", pages=f"{pages:,}", most=f"{MAX_PAGES:,}")
    unpacked = 0
    _look(pdf.trailer, is_ours)
    for found in objects:
        _look(found, is_ours)
        if isinstance(found, Stream):
            unpacked += _unpacked_size(found)
            if unpacked > MAX_UNPACKED:
                raise Refused("too_heavy")


def _look(found: Object, is_ours: bool) -> None:
    """Refuses by what stands in the object and in what it holds directly; what it refers to is looked at by itself."""
    waiting = [found]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, Array):
            values: Iterable[Object] = list(holder)
        elif isinstance(holder, (Dictionary, Stream)):
            _judge(holder, is_ours)
            values = [value for _key, value in holder.items()]
        else:
            continue
        for value in values:
            if isinstance(value, (Array, Dictionary)) and not value.is_indirect:
                waiting.append(value)


def _judge(holder: Dictionary | Stream, is_ours: bool) -> None:
    keys = set(holder.keys())
    if "/JS" in keys or "/JavaScript" in keys:
        raise Refused("pdf_script")
    if "/XFA" in keys:
        raise Refused("pdf_xfa")
    if "/S" in keys and (refused := ACTIONS.get(_name(holder["/S"]))):
        raise Refused(refused)
    if "/Subtype" in keys and _name(holder["/Subtype"]) in SUBTYPES:
        raise Refused("pdf_media")
    if "/EF" in keys:
        _judge_attachment(holder, is_ours)
    if isinstance(holder, Stream) and "/Type" in keys and _name(holder["/Type"]) == "/EmbeddedFile":
        _judge_data(holder, "", is_ours)


def _judge_attachment(specification: Dictionary, is_ours: bool) -> None:
    name = next((str(specification[key]) for key in ("/UF", "/F") if key in specification), "")
    if not name.lower().endswith(OWN_DATA if is_ours else DATA):
        raise Refused("pdf_attachment", attachment=name[:80] or "?")
    for _key, stream in specification["/EF"].items():
        if not isinstance(stream, Stream):
            raise Refused("damaged")
        _judge_data(stream, name, is_ours)


def _judge_data(stream: Stream, name: str, is_ours: bool) -> None:
    if _unpacked_size(stream) > MAX_UNPACKED_STREAM:
        raise Refused("too_heavy")
    begin = stream.read_bytes()[:CHUNK]
    if is_ours and begin.startswith(WORKBOOK):
        return
    if is_program(begin) or b"\x00" in begin:
        raise Refused("pdf_attachment", attachment=name[:80] or "?")


def _name(value: Object) -> str:
    return str(value) if isinstance(value, Name) else ""


def _unpacked_size(stream: Stream) -> int:
    """How large the stream becomes, found by unpacking it piece by piece. What is no Flate grows little."""
    filters = stream.get("/Filter")
    names = [_name(filters)] if isinstance(filters, Name) else [_name(each) for each in filters or []]
    if not names or names[0] not in FLATE:
        return 0
    pieces: Iterator[bytes] = iter([stream.read_raw_bytes()])
    for name in names:
        if name not in FLATE:
            break
        pieces = _inflated(pieces)
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_UNPACKED_STREAM:
            raise Refused("too_heavy")
    return size


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj()
    for piece in pieces:
        rest = piece
        while rest and not unpacking.eof:
            yield unpacking.decompress(rest, CHUNK)
            rest = unpacking.unconsumed_tail


if __name__ == "__main__":
    run(examine)
