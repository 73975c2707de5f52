"""What somebody might send, made here: texts that some part of the way could take for more than text."""

from __future__ import annotations

import os

from hypothesis import strategies as st

LONG = os.environ.get("PMH_LONG") == "1"
MARK = "zq7x"
# Whatever page shows this as it stands would run it.
SCRIPT = f"\"'><img src=x onerror={MARK}><script>{MARK}</script>"
TEXTS = (
    SCRIPT,
    "",
    " ",
    "0",
    "-1",
    "1e400",
    "nan",
    "-inf",
    "9" * 400,
    "99999999999999999999",
    "٣",
    "½",
    "0001-01-01",
    "9999-12-31",
    "2022-02-30",
    "10000-1",
    "2022-99",
    "../../etc/passwd",
    "..\\..\\windows",
    "' OR 1=1 --",
    "%' UNION SELECT 1 --",
    "%_%",
    "(" * 500,
    "\\",
    "{{7*7}}{% debug %}",
    "${7*7}",
    "%s%n%(x)s",
    "=1+1",
    "\u202efdp.exe",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "a\r\nSet-Cookie: x=1",
    "\x01\x02\x7f",
    "e\u0301" * 300,
    "x" * 5000,
)
texts = st.one_of(st.sampled_from(TEXTS), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40))
