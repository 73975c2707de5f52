"""Filled in with another programme, and saved by LibreOffice, a workbook says the same as typing on the page."""

import os
import shutil
import subprocess

import pytest

from monitoring.entries import entry_of
from monitoring.models import Result
from monitoring.recording import record
from monitoring.workbook import read_submission
from monitoring.workbook.layout import HIDDEN
from tests.monitoring.workbooks import filled, make_world, opened

pytestmark = pytest.mark.django_db
TYPED = {
    "value": "1234",
    "achievements": "=Se llegó a más barrios.\nY a más familias «ñ».",
    "difficulties": "+51 no es un teléfono",
    "note": "3-2022",
    "sex::woman": "1000",
    "sex::man": "234",
    "sex_age:60+:not_informed": "1234",
}
SHARES = {"numerator": "3.5", "denominator": "12345678.0001", "no_evidence_reason": "0012"}


def through_libreoffice(content: bytes, folder) -> bytes:
    """The workbook as LibreOffice saves it."""
    soffice = shutil.which("soffice")
    if soffice is None:
        required = os.environ.get("PMH_REQUIRE_ALL") == "1"
        (pytest.fail if required else pytest.skip)("LibreOffice is not installed (bin/setup --dev)")
    given, out = folder / "reporte.xlsx", folder / "out"
    given.write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(given)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)  # our own file
    return (out / "reporte.xlsx").read_bytes()


def test_nothing_is_lost_on_the_way(tmp_path):
    world = make_world()
    seen = {"note": "Antes", "measures_taken": "@Medida"}
    record(submission=world.submission, indicator=world.people_helped, typed=seen, seen={}, by=world.people.alicia)
    numbers = {key: int(text) if text.isdigit() else text for key, text in TYPED.items()}
    numbers |= {"achievements": TYPED["achievements"].removeprefix("=")}
    file = filled(
        world.workbook(),
        IND_01=numbers,
        IND_02={"numerator": 3.5, "denominator": 12345678.0001, "no_evidence_reason": "0012"},
    )
    content = through_libreoffice(file.getvalue(), tmp_path)
    assert HIDDEN in opened(content).sheetnames
    (tmp_path / "back.xlsx").write_bytes(content)
    comparison = read_submission(tmp_path / "back.xlsx", world.filing)
    assert comparison.problems == ()
    for typing in comparison.typings():
        record(
            submission=world.submission,
            indicator=typing.indicator,
            typed=typing.typed,
            seen=typing.seen,
            by=world.people.alicia,
        )
    by_page = {"IND.01": seen | TYPED | {"achievements": numbers["achievements"]}, "IND.02": SHARES}
    recorded = {
        result.indicator.code: entry_of(result, result.breakdown.all())
        for result in Result.objects.select_related("indicator")
    }
    assert recorded == by_page


def test_an_untouched_workbook_changes_nothing(tmp_path):
    world = make_world()
    for indicator, typed in ((world.people_helped, TYPED), (world.share, SHARES)):
        record(submission=world.submission, indicator=indicator, typed=typed, seen={}, by=world.people.alicia)
    (tmp_path / "back.xlsx").write_bytes(through_libreoffice(world.workbook(), tmp_path))
    comparison = read_submission(tmp_path / "back.xlsx", world.filing)
    assert (comparison.changes, comparison.problems) == ((), ())
