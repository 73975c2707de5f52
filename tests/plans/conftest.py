"""The reference workbook, and ways of spoiling it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.apps import apps

import plans

REFERENCE = Path(plans.__file__).parent / "data" / "reference_plan.xlsx"


def parts_of(file: Path | io.BytesIO) -> dict[str, bytes]:
    """What a workbook is made of, unpacked: how well it is packed depends on the machine's zlib."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def reference() -> Path:
    return REFERENCE


@pytest.fixture
def edited(tmp_path) -> Callable[..., Path]:
    """A copy of a workbook (the reference by default) with other cells: `edited({"Plan": {"B7": "Otro"}})`.

    `change` may do to the openpyxl workbook whatever cells cannot say.
    """

    def edit(
        cells: dict[str, dict[str, Any]] | None = None,
        change: Callable[[openpyxl.Workbook], None] = lambda book: None,
        base: Path = REFERENCE,
    ) -> Path:
        book = openpyxl.load_workbook(base)
        for sheet, values in (cells or {}).items():
            for cell, value in values.items():
                book[sheet][cell] = value
        change(book)
        path = tmp_path / f"editado-{len(list(tmp_path.iterdir()))}.xlsx"
        book.save(path)
        return path

    return edit


@pytest.fixture
def count_rows() -> Callable[[], dict[str, int]]:
    """How many rows every table has."""

    def count() -> dict[str, int]:
        return {
            model._meta.label: model.objects.count()
            for model in apps.get_models(include_auto_created=True)
            if hasattr(model, "objects")
        }

    return count
