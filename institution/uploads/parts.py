"""Reads the XML of an Office file as a stream, and refuses what would run, or fetch something from elsewhere."""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

from institution.uploads.child import Refused

# What Word notes of the template on the author's own disk: nobody else's computer finds anything there.
LOCAL_TEMPLATE = re.compile(r"(file:///)?[a-z]:[\\/]", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?!data:)[a-z][a-z0-9+.-]*:|/|\\|\.\./", re.IGNORECASE)
QUOTED = re.compile(r'"[^"]*"')
SHEET = re.compile(r"'(?:[^']|'')*'!")
FETCHES = re.compile(r"\b(WEBSERVICE|RTD|CALL|REGISTER(\.ID)?|IMAGE|DDE)\s*\(", re.IGNORECASE)
FIELD = re.compile(r"\b(DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT)\b", re.IGNORECASE)
RUNS = re.compile(r"ppaction://(program|macro)", re.IGNORECASE)

XLINK_HREF = "http://www.w3.org/1999/xlink href"
# In OpenDocument a reader follows these by a click, or not at all.
CLICKED = {"a", "template"}
MACRO_TYPES = ("macroenabled", "vbaproject", "macrosheet", "ms-office.activex")
# Formulas, names and field codes are short; a longer one is cut off, not kept in memory.
MAX_TEXT = 64 * 1024
# The formats have some hundreds of elements; a file with more invents them to fill the memory.
MAX_NAMES = 5_000


class PartReader:
    """Feeds one part through the parser. No document type, and so no entities: Office writes none.

    A sheet has millions of elements: most are passed over after one look into `harmless`.
    """

    def __init__(self, *, spreadsheet: bool, open_document: bool = False) -> None:
        self.content_types: dict[str, str] = {}
        self.default_types: dict[str, str] = {}
        self.captured = {"f", "definedName", "instrText"} if spreadsheet else {"instrText"}
        self.open_document = open_document
        self.harmless: set[str] = set()
        self.text: list[str] = []
        self.fields: list[str] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start_in_open_document if open_document else self._start

    def feed(self, data: bytes) -> None:
        self._parse(data, False)

    def close(self) -> None:
        self._parse(b"", True)
        judge_fields("".join(self.fields))

    def _parse(self, data: bytes, final: bool) -> None:
        try:
            self.parser.Parse(data, final)
        except expat.ExpatError as error:
            raise Refused("damaged") from error

    def _doctype(self, *_: Any) -> None:
        raise Refused("damaged")

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        if full_name in self.harmless:
            return
        name = full_name.rpartition(" ")[2]
        if name in self.captured:
            self.text = []
            self.parser.CharacterDataHandler, self.parser.EndElementHandler = self._characters, self._end
        elif judge := JUDGES.get(name):
            judge(attributes)
        elif name == "Override":
            self.content_types[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "")
        elif name == "Default":
            self.default_types[attributes.get("Extension", "").lower()] = attributes.get("ContentType", "")
        elif name == "fldChar":
            self.fields.append(" ")
        elif name == "fldSimple":
            self.fields += [" ", *(value for key, value in attributes.items() if key.endswith("instr")), " "]
        elif len(self.harmless) < MAX_NAMES:
            self.harmless.add(full_name)

    def _start_in_open_document(self, full_name: str, attributes: dict[str, str]) -> None:
        self._start(full_name, attributes)
        target = attributes.get(XLINK_HREF)
        if target and ELSEWHERE.match(target) and full_name.rpartition(" ")[2] not in CLICKED:
            raise Refused("external_content", target=target[:120])
        for key, value in attributes.items():
            if key.endswith(" formula"):
                judge_formula(value)

    def _characters(self, data: str) -> None:
        if len(self.text) < MAX_TEXT:
            self.text.append(data[:MAX_TEXT])

    def _end(self, full_name: str) -> None:
        name = full_name.rpartition(" ")[2]
        if name not in self.captured:
            return
        text = "".join(self.text)
        self.parser.CharacterDataHandler = self.parser.EndElementHandler = None
        if name == "instrText":
            self.fields.append(text)
        else:
            judge_formula(text)


def judge_formula(formula: str) -> None:
    """Formulas are welcome. Not those that call a programme (`cmd|'/c …'!A1`) or ask something of a server."""
    bare = SHEET.sub("", QUOTED.sub("", formula))
    if "|" in bare:
        raise Refused("dde")
    if FETCHES.search(bare):
        raise Refused("fetching_formula", formula=formula[:80])


def judge_fields(codes: str) -> None:
    if FIELD.search(QUOTED.sub("", codes)):
        raise Refused("dde")


def judge_content_type(content_type: str) -> None:
    if any(word in content_type.lower() for word in MACRO_TYPES):
        raise Refused("macros")


def _relationship(attributes: dict[str, str]) -> None:
    if attributes.get("TargetMode", "").lower() != "external":
        return
    kind = attributes.get("Type", "").rpartition("/")[2]
    target = attributes.get("Target", "")
    if kind == "hyperlink" or (kind == "attachedTemplate" and LOCAL_TEMPLATE.match(target)):
        return
    code = {"externalLinkPath": "external_workbook", "attachedTemplate": "external_template"}
    raise Refused(code.get(kind, "external_content"), target=target[:120])


def _action(attributes: dict[str, str]) -> None:
    if RUNS.match(attributes.get("action", "")):
        raise Refused("macros")


def _refuse(code: str) -> Any:
    def judge(_attributes: dict[str, str]) -> None:
        raise Refused(code)

    return judge


# By the element's local name: the formats do not use these for anything harmless.
JUDGES = {
    "Relationship": _relationship,
    "hlinkClick": _action,
    "hlinkHover": _action,
    "hlinkMouseOver": _action,
    "ddeLink": _refuse("dde"),
    "oleLink": _refuse("embedded_object"),
    "altChunk": _refuse("embedded_object"),
    "dde-source": _refuse("dde"),
    "dde-connection-decl": _refuse("dde"),
    "event-listener": _refuse("macros"),
    "encryption-data": _refuse("encrypted_office"),
}
