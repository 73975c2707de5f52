"""What a file is, by what it contains; its name is only compared with that. Without Django: examiners read it too."""

from __future__ import annotations

import re
from dataclasses import dataclass

import filetype

OOXML = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is accepted. The first extension is the usual one."""

    code: str
    label: str
    content_type: str
    extensions: tuple[str, ...]
    # The module of this package that opens it.
    examiner: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", "application/pdf", ("pdf",), "papers"),
        Kind("jpeg", "JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "pictures"),
        Kind("png", "PNG", "image/png", ("png",), "pictures"),
        Kind("webp", "WebP", "image/webp", ("webp",), "pictures"),
        Kind("xlsx", "Excel (XLSX)", f"{OOXML}.spreadsheetml.sheet", ("xlsx",), "office"),
        Kind("docx", "Word (DOCX)", f"{OOXML}.wordprocessingml.document", ("docx",), "office"),
        Kind("pptx", "PowerPoint (PPTX)", f"{OOXML}.presentationml.presentation", ("pptx",), "office"),
        Kind("ods", "OpenDocument (ODS)", "application/vnd.oasis.opendocument.spreadsheet", ("ods",), "office"),
        Kind("odt", "OpenDocument (ODT)", "application/vnd.oasis.opendocument.text", ("odt",), "office"),
    )
}

EXTENSIONS = tuple(extension for kind in KINDS.values() for extension in kind.extensions)

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
# What an encrypted Office file is: an old container with a stream of this name.
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|\?xml|iframe|\w+[^>]*>)", re.IGNORECASE)
EMPTY_ARCHIVE = b"PK\x05\x06"
TEXT_LOOKED_AT = 4096


def examiner_of(content: bytes) -> str:
    """The module that opens such content, or nothing where its first bytes are not of any accepted kind."""
    if content.startswith(b"%PDF-"):
        return "papers"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or is_webp(content):
        return "pictures"
    return "office" if content.startswith(ZIP) else ""


def is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def is_program(content: bytes) -> bool:
    return content.startswith(PROGRAMS)


def foreign(content: bytes) -> str:
    """What a file is that is none of ours, as a word of `reasons.FOUND`, for the sentence that refuses it."""
    head = content[:TEXT_LOOKED_AT]
    if is_program(head):
        return "program"
    if head.startswith(OLE):
        return "encrypted_office" if ENCRYPTED_PACKAGE in content else "old_office"
    if head.startswith(EMPTY_ARCHIVE):
        return "archive"
    if MARKUP.match(head.lstrip(b"\xef\xbb\xbf \t\r\n\x00")):
        return "markup"
    # It reads fixed places of the first bytes only, but of anything; what it cannot name has no name.
    guessed = filetype.guess(head)
    if guessed is not None:
        known = {"heic": "heic", "heif": "heic", "avif": "heic", "gif": "gif", "rtf": "rtf"}
        group = guessed.mime.partition("/")[0]
        groups = {"image": "image", "video": "video", "audio": "video"}
        return known.get(guessed.extension) or groups.get(group, "archive" if _packs(guessed.extension) else "unknown")
    return "text" if _is_text(head) else "unknown"


def _packs(extension: str) -> bool:
    return extension in {"zip", "rar", "7z", "gz", "tar", "bz2", "xz", "lz", "zst", "Z"}


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    printable = sum(byte >= 32 or byte in b"\t\r\n" for byte in head)
    return printable == len(head)
