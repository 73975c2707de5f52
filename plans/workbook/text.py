"""Text as people type it: cleaned, compared regardless of case and accents, its likeliest meaning found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from django.utils.translation import gettext as _

# What XML 1.0 cannot carry, so that a stored text comes back from the workbook as it went in.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# The most that a cell of Excel holds.
CELL_LENGTH = 32_767
# Excel writes a carriage return that somebody pasted as this.
ESCAPED_RETURN = "_x000D_"


def clean(text: str) -> str:
    """The text without what a workbook cannot carry: control characters, outer blanks, Windows line ends."""
    text = text.replace(ESCAPED_RETURN, "").replace("\r\n", "\n").replace("\r", "\n")
    return UNWRITABLE.sub("", text).strip()


def key_of(text: str) -> str:
    """What is compared where case, accents and extra spaces do not matter."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def shortened(text: str, length: int = 60) -> str:
    """The text on one line, cut where a message would grow too long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def closest(options: Iterable[str], typed: str) -> str | None:
    """The option that was most likely meant, if any comes near."""
    by_key = {key_of(option): option for option in options}
    near = get_close_matches(key_of(typed), by_key, n=1)
    return by_key[near[0]] if near else None


def one_of(options: Iterable[str], typed: str = "", limit: int = 8) -> str:
    """What is expected where a value comes from a list: the likeliest option, or else the list."""
    options = list(options)
    if near := closest(options, typed):
        return _("«%(option)s»?") % {"option": near}
    if not options:
        return _("nada: la lista de donde sale está vacía")
    more = ", …" if len(options) > limit else ""
    return _("uno de: %(options)s") % {"options": ", ".join(options[:limit]) + more}
