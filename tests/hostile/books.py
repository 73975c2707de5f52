"""Workbooks that no office writes, each made here from a sound one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import openpyxl

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sound(rows: Iterable[Iterable[object]] = (("a", 1),)) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(name: str, content: str | bytes, base: bytes | None = None) -> bytes:
    """The workbook with one part put in the place of another, or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or sound())) as before, zipfile.ZipFile(file, "w", 8) as after:
        for part in before.namelist():
            if part != name:
                after.writestr(part, before.read(part))
        after.writestr(name, content)
    return file.getvalue()


def cells(*written: str) -> str:
    row = "".join(written)
    return f'<worksheet {MAIN}><sheetData><row r="1">{row}</row></sheetData></worksheet>'


def entities(definitions: str, use: str) -> bytes:
    body = cells(f'<c r="A1" t="inlineStr"><is><t>{use}</t></is></c>')
    return with_part(SHEET, f"<!DOCTYPE worksheet [{definitions}]>{body}")


LAUGHS = '<!ENTITY a "ja">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def hostile() -> dict[str, bytes]:
    base = sound()
    nested = with_part("xl/embeddings/inner.xlsx", with_part("xl/embeddings/inner.xlsx", base))
    lying = bytearray(base)
    at = lying.find(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (2**31 - 1).to_bytes(4, "little")  # the declared size of the first part
    encrypted = bytearray(base)
    encrypted[6] |= 1
    encrypted[encrypted.find(b"PK\x01\x02") + 8] |= 1
    return {
        "zip bomb": with_part(SHEET, cells(" " * 300_000_000)),
        "nested": nested,
        "lies about its size": bytes(lying),
        "a part encrypted": bytes(encrypted),
        "encrypted as a whole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "too many parts": many_parts(),
        "entity expansion": entities(LAUGHS, "&j;"),
        "quadratic expansion": entities(f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 5_000),
        "external entity": entities('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        "external address": entities('<!ENTITY % a SYSTEM "http://127.0.0.1:9/x.dtd"> %a;', "x"),
        "entities in the styles": with_part("xl/styles.xml", f"<!DOCTYPE s [{LAUGHS}]><s>&j;</s>"),
        "entities in the workbook": with_part("xl/workbook.xml", f"<!DOCTYPE s [{LAUGHS}]><s>&j;</s>"),
        "entities in the types": with_part("[Content_Types].xml", f"<!DOCTYPE s [{LAUGHS}]><s>&j;</s>"),
        "deep": with_part(SHEET, "<a>" * 100_000 + "</a>" * 100_000),
        "far cell": with_part(SHEET, cells('<c r="XFD1048576"><v>1</v></c>')),
        "no such cell": with_part(SHEET, cells('<c r="ZZZZZZ99999999999"><v>1</v></c>')),
        "huge dimension": with_part(
            SHEET, cells('<c r="A1"><v>1</v></c>').replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
        ),
        "no such text": with_part(SHEET, cells('<c r="A1" t="s"><v>999999</v></c>')),
        "numbers that are none": with_part(
            SHEET, cells(*(f"<c><v>{value}</v></c>" for value in ("NaN", "INF", "1e400", "-1e400", "9" * 5000)))
        ),
        "absurd dates": with_part(
            SHEET, cells(*(f'<c t="d"><v>{day}</v></c>' for day in ("0000-00-00", "99999-01-01", "2022-02-30T25:61")))
        ),
        "surrogate": with_part(SHEET, cells('<c t="inlineStr"><is><t>&#xD800;</t></is></c>')),
        "zero byte": with_part(SHEET, cells('<c t="inlineStr"><is><t>a\0b</t></is></c>')),
        "escaped zero byte": with_part(SHEET, cells('<c t="inlineStr"><is><t>a_x0000_b</t></is></c>')),
        "formula": with_part(SHEET, cells('<c r="A1"><f>HYPERLINK("http://127.0.0.1:9")</f></c>')),
        "macros": with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(100)),
        "path out of the archive": with_part("../../../../tmp/pmh-hostile", b"x"),
        "truncated": base[: len(base) // 2],
        "no end": base[:-22],
        "empty": b"",
        "text": b"a,b\n1,2\n",
        "page": b"<html><script>1</script></html>",
    }


def many_parts() -> bytes:
    file = io.BytesIO(sound())
    with zipfile.ZipFile(file, "a") as book:
        for number in range(20_000):
            book.writestr(f"x/{number}", b"")
    return file.getvalue()
