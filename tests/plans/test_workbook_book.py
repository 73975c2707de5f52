"""Opening a file that nobody has vouched for."""

import io
import zipfile

import openpyxl
import pytest

from plans.workbook import WorkbookProblems, book
from plans.workbook.book import open_book


def refusal(content: bytes) -> str:
    with pytest.raises(WorkbookProblems) as refused:
        open_book(io.BytesIO(content))
    (problem,) = refused.value.problems
    return str(problem)


def packed(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def repacked(reference, name: str, change) -> bytes:
    """The reference workbook with one part changed."""
    with zipfile.ZipFile(reference) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts[name] = change(parts[name])
    return packed(parts)


def saved(workbook: openpyxl.Workbook) -> io.BytesIO:
    file = io.BytesIO()
    workbook.save(file)
    return file


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "no es un libro de Excel"),
        (b"codigo;nombre\n1;Uno\n", "no es un libro de Excel"),
        (b"%PDF-1.7", "no es un libro de Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "antiguo (.xls) o tiene contraseña"),
        (packed({"word/document.xml": b"<w/>"}), "no es un libro de Excel"),
        (packed({"xl/workbook.xml": b"<workbook/>"}), "dañado"),
    ],
)
def test_what_is_not_a_workbook(content, text):
    assert text in refusal(content)


def test_a_truncated_or_altered_workbook_is_damaged(reference):
    assert "libro de Excel" in refusal(reference.read_bytes()[:-500])
    assert "dañado" in refusal(repacked(reference, "xl/worksheets/sheet2.xml", lambda part: part[: len(part) // 2]))


def test_entities_are_not_expanded(reference):
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'

    def add_entities(part: bytes) -> bytes:
        head, rest = part.split(b"?>", 1)
        return head + b"?>" + bomb + rest.replace(b"Campo", b"&c;")

    assert "dañado" in refusal(repacked(reference, "xl/sharedStrings.xml", add_entities))


def test_sizes_are_looked_at_before_anything_is_unpacked(monkeypatch, reference):
    bomb = packed({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * (201 * 1024 * 1024)})
    assert len(bomb) < 1024 * 1024
    assert "desempacado ocuparía demasiado" in refusal(bomb)
    monkeypatch.setattr(book, "MAX_BYTES", 1_000)
    assert "20 MB como máximo" in refusal(reference.read_bytes())


def test_too_many_rows_and_impossible_row_numbers(monkeypatch, reference):
    absurd = repacked(
        reference, "xl/worksheets/sheet3.xml", lambda part: part.replace(b'<row r="3"', b'<row r="999999999999"')
    )
    assert "Unidades · — · tiene demasiadas filas" in refusal(absurd)
    monkeypatch.setattr(book, "MAX_ROWS", 10)
    assert "demasiadas filas" in refusal(reference.read_bytes())


def test_a_stray_cell_far_away_costs_nothing():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    workbook.active["XFD1048576"] = "y"
    (grid,) = open_book(saved(workbook))
    assert list(grid.rows) == [1]


def test_a_formula_without_a_result_is_told_and_one_with_it_is_read(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["B1"] = "=1+1", 7
    (grid,) = open_book(saved(workbook))
    assert "fórmula" in grid.rows[1][1].trouble
    assert grid.rows[1][2].value == 7

    # openpyxl never writes results: put one where Excel would.
    def compute(part: bytes) -> bytes:
        return part.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")

    content = repacked(saved(workbook), "xl/worksheets/sheet1.xml", compute)
    (grid,) = open_book(io.BytesIO(content))
    assert (grid.rows[1][1].value, grid.rows[1][1].trouble) == (2, "")


def test_texts_are_cleaned():
    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["B1"], workbook.active["C1"] = "  uno_x000D_\ndos ", "   ", None
    (grid,) = open_book(saved(workbook))
    assert {column: cell.value for column, cell in grid.rows[1].items()} == {1: "uno\ndos"}
