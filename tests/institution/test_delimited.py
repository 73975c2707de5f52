"""CSV lines, and what a spreadsheet would compute."""

import pytest

from institution.delimited import guarded, rows_as_csv, texts_as_csv


def lines(*cells):
    names = [f"c{place}" for place in range(len(cells))]
    return list(rows_as_csv(names, [dict(zip(names, cells, strict=True))]))[1]


def test_plain_values():
    assert lines(None, True, False, 3, "a,b", ["x", "y"], "0.50") == ',true,false,3,"a,b",x;y,0.50\r\n'


@pytest.mark.parametrize("text", ["=1+1", "=1", "+1", "@a", "\t=1", "-1-2", "-", "-1.", "--1"])
def test_what_looks_like_a_formula_is_text(text):
    assert lines(text).strip('\r\n"') == f"'{text}".strip('"')
    assert guarded(text) == f"'{text}"
    assert lines([text, "b"]) == lines(f"{text};b")


@pytest.mark.parametrize("number", ["-33.3333333333", "-1", "0", "12.5"])
def test_a_number_below_zero_is_a_number(number):
    assert lines(number) == f"{number}\r\n"


def test_where_all_cells_are_texts_a_number_below_zero_is_one_too():
    assert list(texts_as_csv(["Antes", "Después"], [["-5", "=1"], ["a", ""]])) == [
        "Antes,Después\r\n",
        "'-5,'=1\r\n",
        "a,\r\n",
    ]
