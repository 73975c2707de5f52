"""Opens an Office file (a ZIP of XML parts): counts what it would become, and reads every part of it."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from itertools import islice

import openpyxl

from institution.uploads.child import Examined, Refused, run
from institution.uploads.kinds import KINDS, OLE, ZIP, is_program
from institution.uploads.parts import PartReader, judge_content_type

MAX_PARTS = 3_000
# The workbook of a municipality's yearly register is about a quarter of it.
MAX_UNPACKED = 200 * 1024 * 1024
# Sheets full of the same value reach 100; a bomb that is made to be one, 1,000.
MAX_RATIO = 200
RATIO_MATTERS = 20 * 1024 * 1024
CHUNK = 256 * 1024
MAX_SHEETS, ROWS_READ = 200, 50

SVG = "image/svg+xml"
TYPES = "[Content_Types].xml"
MAIN = {f"{KINDS[code].content_type}.main+xml": code for code in ("docx", "pptx")}
MAIN |= {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx"}
ODF = {KINDS[code].content_type: code for code in ("ods", "odt")}
UNSAFE_NAME = re.compile(r"(^|/)\.\.(/|$)|^/|\\|^[a-z]:|[\x00-\x1f]", re.IGNORECASE)
MACRO_PLACES = re.compile(r"vba(project|data)|(^|/)macrosheets/|^(basic|scripts)/", re.IGNORECASE)
ACTIVE_PLACES = re.compile(r"(^|/)(activex|webextensions)/|\.(exe|dll|scr|bat|cmd|ps1|js|vbs|hta|html?|mht)$", re.I)
FETCHING_PLACES = re.compile(r"(^|/)(connections\.xml$|querytables/)", re.IGNORECASE)


def examine(content: bytes) -> Examined:
    """Raises Refused for what would run or fetch, for what grows out of bounds, and for what does not open."""
    kind = _Inspection().inspect(content)
    if kind == "xlsx":
        _open_workbook(content)
    return Examined(kind)


class _Inspection:
    """Over a file and the workbooks embedded in it: what they unpack to is counted together."""

    def __init__(self) -> None:
        self.unpacked = 0

    def inspect(self, content: bytes, *, embedded: bool = False) -> str:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = archive.infolist()
                self._distrust(parts, len(content))
                names = {part.filename for part in parts}
                if TYPES in names:
                    return self._office(archive, parts, embedded=embedded)
                if "mimetype" in names:
                    return self._open_document(archive, parts)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as error:
            raise Refused("damaged") from error
        raise Refused("foreign", found="archive")

    def _distrust(self, parts: list[zipfile.ZipInfo], size: int) -> None:
        """By the table of contents alone. Python unpacks no more of a part than is declared there."""
        if len(parts) > MAX_PARTS:
            raise Refused("bomb")
        if any(part.flag_bits & 1 for part in parts):
            raise Refused("encrypted_office")
        names = [part.filename for part in parts]
        if any(UNSAFE_NAME.search(part.orig_filename) for part in parts):
            raise Refused("unsafe_names")
        # Two parts of one name are read differently by different programmes; parts that overlap are a bomb.
        if len({name.lower() for name in names}) < len(names) or sum(part.compress_size for part in parts) > size:
            raise Refused("damaged")
        self.unpacked += sum(part.file_size for part in parts)
        packed = sum(part.compress_size for part in parts)
        if self.unpacked > MAX_UNPACKED or self.unpacked > max(RATIO_MATTERS, packed * MAX_RATIO):
            raise Refused("bomb")
        for name in names:
            for pattern, code in (
                (MACRO_PLACES, "macros"),
                (ACTIVE_PLACES, "embedded_object"),
                (FETCHING_PLACES, "data_connection"),
            ):
                if pattern.search(name):
                    raise Refused(code)

    def _office(self, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo], *, embedded: bool) -> str:
        types = self._read(archive, archive.getinfo(TYPES), spreadsheet=False)
        for content_type in (*types.content_types.values(), *types.default_types.values()):
            judge_content_type(content_type)
        mains = {name: MAIN[kind] for name, kind in types.content_types.items() if kind in MAIN}
        if len(mains) != 1:
            raise Refused("foreign", found="other_office")
        [(main, kind)] = mains.items()
        archive.getinfo(main)
        for part in parts:
            extension = part.filename.rpartition(".")[2].lower()
            declared = types.content_types.get(part.filename) or types.default_types.get(extension, "")
            if part.filename != TYPES:
                # Not drawings in SVG: Office shows them as pictures, without what they might refer to.
                is_xml = extension in {"xml", "rels"} or (declared.endswith(("+xml", "/xml")) and declared != SVG)
                nestable = not embedded and "/embeddings/" in part.filename
                self._read(archive, part, spreadsheet=kind == "xlsx", is_xml=is_xml, nestable=nestable)
        return kind

    def _open_document(self, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> str:
        kind = ODF.get(archive.read("mimetype")[:200].decode("ascii", "replace").strip())
        if kind is None:
            raise Refused("foreign", found="other_office")
        archive.getinfo("content.xml")
        for part in parts:
            is_xml = part.filename.endswith((".xml", ".rdf"))
            self._read(archive, part, spreadsheet=False, open_document=True, is_xml=is_xml)
        return kind

    def _read(
        self,
        archive: zipfile.ZipFile,
        part: zipfile.ZipInfo,
        *,
        spreadsheet: bool,
        open_document: bool = False,
        is_xml: bool = True,
        nestable: bool = False,
    ) -> PartReader:
        """Unpacks the part to its end, which checks its sum, and reads what is XML in it."""
        reader = PartReader(spreadsheet=spreadsheet, open_document=open_document)
        with archive.open(part) as opened:
            begin = opened.read(CHUNK)
            if begin.startswith(OLE) or is_program(begin):
                raise Refused("embedded_object")
            if begin.startswith(ZIP):
                if not nestable:
                    raise Refused("nested_archive")
                self.inspect(begin + opened.read(), embedded=True)
                return reader
            is_xml = is_xml and part.file_size > 0
            while begin:
                if is_xml:
                    reader.feed(begin)
                begin = opened.read(CHUNK)
        if is_xml:
            reader.close()
        return reader


def _open_workbook(content: bytes) -> None:
    """With the library by which workbooks are read everywhere else, as far as the head of each sheet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in book.worksheets[:MAX_SHEETS]:
            for _row in islice(sheet.iter_rows(), ROWS_READ):
                pass
        book.close()


if __name__ == "__main__":
    run(examine)
