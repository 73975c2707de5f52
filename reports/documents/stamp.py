"""The stamp of an issued document: a short code, the address that verifies it, and the address as a QR."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import segno
from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from monitoring.frozen import JSON, canonical

# Crockford's base 32: no I, L, O, U, so that a code read aloud or copied by hand is not mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_DIGITS, BITS_PER_DIGIT, GROUP = 12, 5, 4
# Of every corner of the QR, a quarter may be lost to folds and stamps (level Q).
QR_ERROR = "q"


@dataclass(frozen=True, slots=True)
class Stamp:
    """`code`: `XXXX-XXXX-XXXX`. `qr`: inline SVG with an alternative text."""

    code: str
    address: str
    qr: SafeString


def code_of(kind: str, record: JSON) -> str:
    """The code of the document of this kind that is made of this record: the same record gives the same code.

    The first 60 bits of SHA-256 over the name of the kind and the canonical record.
    """
    digest = hashlib.sha256(kind.encode() + canonical(record)).digest()
    number = int.from_bytes(digest) >> (len(digest) * 8 - CODE_DIGITS * BITS_PER_DIGIT)
    shifts = range((CODE_DIGITS - 1) * BITS_PER_DIGIT, -1, -BITS_PER_DIGIT)
    digits = "".join(ALPHABET[number >> shift & 31] for shift in shifts)
    return "-".join(digits[start : start + GROUP] for start in range(0, CODE_DIGITS, GROUP))


def address_of(code: str) -> str:
    """Where anybody verifies the document: the public page, which asks for no account."""
    return f"{settings.SITE_URL.rstrip('/')}/verificar/{code}/"


def stamp_of(kind: str, record: JSON) -> Stamp:
    code = code_of(kind, record)
    address = address_of(code)
    return Stamp(code, address, _qr(address))


def _qr(address: str) -> SafeString:
    symbol = segno.make(address, error=QR_ERROR, micro=False, boost_error=False)
    path = symbol.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None)
    label = escape(_("Código QR con la dirección %s") % address)
    return mark_safe(path.replace("<svg ", f'<svg class="qr" role="img" aria-label="{label}" ', 1))  # noqa: S308  (drawn by segno; of ours is only the label)
