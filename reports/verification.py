"""Is this the document that the municipality issued? Told from a code, from a file, or from hashes of a file alone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from monitoring.charts import light_mark
from monitoring.progress import Light
from reports.documents.kinds import KINDS
from reports.documents.stamp import ALPHABET, CODE_DIGITS, GROUP
from reports.models import Document, SignedCopy

# A signed file has a handful of sections; more hashes than this are not looked at.
MOST_BEGINNINGS = 20
SHA256 = re.compile(r"[0-9a-f]{64}")
END_OF_SECTION = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
# What a signature covers: two stretches of the file, one before and one after its own value.
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")


class Verdict(StrEnum):
    GENUINE = "genuine"  # byte for byte the document that was issued
    SIGNED_FILED = "signed_filed"  # byte for byte a signed copy that the municipality filed
    SIGNED = "signed"  # the document, and after it a signature that covers all of the file
    ADDED_TO = "added_to"  # the document, and after it something that no signature covers
    UNKNOWN = "unknown"  # none of ours, or altered
    OTHER_CODE = "other_code"  # one of ours, but not the one of that code


WORDS: dict[Verdict, Promise] = {
    Verdict.GENUINE: _("Es auténtico"),
    Verdict.SIGNED_FILED: _("Es auténtico, con firma digital archivada"),
    Verdict.SIGNED: _("Es el documento emitido, con una firma digital agregada"),
    Verdict.ADDED_TO: _("Comienza como el documento emitido, pero le agregaron algo"),
    Verdict.UNKNOWN: _("No se reconoce este archivo"),
    Verdict.OTHER_CODE: _("El archivo es de otro documento"),
}
EXPLANATIONS: dict[Verdict, Promise] = {
    Verdict.GENUINE: _("El archivo es idéntico, byte por byte, al que emitió la municipalidad."),
    Verdict.SIGNED_FILED: _("El archivo es idéntico, byte por byte, a la copia firmada que archivó la municipalidad."),
    Verdict.SIGNED: _(
        "La primera parte es idéntica al documento emitido y lo agregado es una firma que abarca todo el archivo. "
        "De quién es la firma y si es válida se comprueba con un lector de PDF: este sistema no lo hace."
    ),
    Verdict.ADDED_TO: _(
        "La primera parte es idéntica al documento emitido, pero después se agregó algo que ninguna firma abarca y "
        "que puede cambiar lo que se ve. No lo tome por el documento: descargue aquí el original."
    ),
    Verdict.UNKNOWN: _(
        "No es ninguno de los documentos emitidos, o fue cambiado después: basta un byte. También cambia un PDF que "
        "se imprime de nuevo o se guarda con otro programa. Escriba el código impreso en su primera página para ver "
        "cuál es el original."
    ),
    Verdict.OTHER_CODE: _("El archivo fue emitido por la municipalidad, pero su código no es el que usted escribió."),
}


@dataclass(frozen=True)
class Fingerprints:
    """What is known of a file: its hash, those of its beginnings up to the end of a section, and if it is signed."""

    sha256: str
    beginnings: tuple[str, ...] = ()
    is_signed: bool = False

    @classmethod
    def of_bytes(cls, content: bytes) -> Fingerprints:
        """The same as `static/js/verify.js` finds in the browser."""
        so_far, start, beginnings = hashlib.sha256(), 0, []
        for end in ends_of_sections(content):
            so_far.update(content[start:end])
            start = end
            beginnings.append(so_far.hexdigest())
        so_far.update(content[start:])
        return cls(so_far.hexdigest(), tuple(beginnings), is_signed_whole(content))

    @classmethod
    def of_hashes(cls, sha256: str, beginnings: Iterable[str], *, is_signed: bool) -> Fingerprints | None:
        """What a browser sent; None where the hash is none."""
        if not SHA256.fullmatch(sha256):
            return None
        return cls(sha256, tuple(filter(SHA256.fullmatch, list(beginnings)[:MOST_BEGINNINGS])), is_signed)


def ends_of_sections(content: bytes) -> list[int]:
    """Where the file could have ended before something was added: after each `%%EOF`, with or without its newline."""
    places: list[int] = []
    for match in END_OF_SECTION.finditer(content):
        marker = match.start() + len(b"%%EOF")
        places += dict.fromkeys((marker, match.end()))
    return [place for place in places if place < len(content)][:MOST_BEGINNINGS]


def is_signed_whole(content: bytes) -> bool:
    """Whether the last signature covers the file to its end, so that nothing was added after it."""
    ranges = BYTE_RANGE.findall(content)
    if not ranges:
        return False
    before, start, length = map(int, ranges[-1])
    return before < start and start + length == len(content)


@dataclass(frozen=True)
class Answer:
    """What is told of a document, and of a file where one was asked about."""

    document: Document | None
    verdict: Verdict | None = None
    copy: SignedCopy | None = None

    @property
    def words(self) -> str:
        return str(WORDS[self.verdict]) if self.verdict else ""

    @property
    def explanation(self) -> str:
        return str(EXPLANATIONS[self.verdict]) if self.verdict else ""

    @property
    def tone(self) -> str:
        good = (Verdict.GENUINE, Verdict.SIGNED_FILED, Verdict.SIGNED)
        return "good" if self.verdict in good else "poor"

    @property
    def mark(self) -> SafeString:
        """The shape beside the words, so that they do not rest on colour alone."""
        return light_mark(Light.GREEN if self.tone == "good" else Light.RED)

    @property
    def title(self) -> str:
        """What it is called; of an internal document only its kind: its title may name an official."""
        if self.document is None:
            return ""
        return self.document.title if self.document.may_be_published else self.document.get_kind_display()

    @property
    def key_figures(self) -> tuple[tuple[str, str], ...]:
        """Of what everybody may read. Of a document never published, or withdrawn, only what it is is told."""
        if self.document is None or not self.document.is_published:
            return ()
        return KINDS[self.document.kind].key_figures(self.document.record)


def code_from(text: str) -> str:
    """The code as it is kept, from what somebody typed: small letters, no hyphens, O for 0, I or L for 1."""
    typed = text.upper().translate(str.maketrans("OIL", "011"))
    digits = "".join(char for char in typed if char in ALPHABET)[: CODE_DIGITS + 1]
    return "-".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))


def document_of(code: str) -> Document | None:
    """The issued document of a code, however it was typed. One query."""
    return _issued().filter(code=code_from(code)).first()


def verify(prints: Fingerprints, code: str = "") -> Answer:
    """What a file is, and whether it is the one of that code where one is named. At most 3 queries."""
    asked = document_of(code) if code else None
    answer = _recognised(prints)
    if answer.document is None:
        return Answer(asked, Verdict.UNKNOWN)
    if asked is not None and asked.pk != answer.document.pk:
        return Answer(answer.document, Verdict.OTHER_CODE)
    return answer


def _recognised(prints: Fingerprints) -> Answer:
    found = {each.sha256: each for each in _issued().filter(sha256__in=[prints.sha256, *prints.beginnings])}
    if document := found.get(prints.sha256):
        return Answer(document, Verdict.GENUINE)
    copy = SignedCopy.objects.filter(sha256=prints.sha256).first()
    if copy is not None:
        return Answer(_issued().get(pk=copy.document_id), Verdict.SIGNED_FILED, copy)
    if found:
        document = max(found.values(), key=lambda each: each.size)
        return Answer(document, Verdict.SIGNED if prints.is_signed else Verdict.ADDED_TO)
    return Answer(None, Verdict.UNKNOWN)


def _issued():
    return Document.objects.issued().light().select_related("plan__government")
