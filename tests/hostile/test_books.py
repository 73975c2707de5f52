"""Whatever is sent as a workbook or a table is read or refused in words, soon, and changes nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from institution import clock
from institution.uploads import UploadRefused, accept, accept_table
from monitoring.models import Result
from monitoring.results_file import read_results
from monitoring.targets_book import compare_targets, write_targets
from monitoring.workbook import read_submission
from plans.workbook import read_plan
from plans.workbook.book import open_book
from plans.workbook.content import WorkbookProblems
from tests.factories import make_plan
from tests.hostile.books import hostile, sound
from tests.hostile.corpus import LONG, texts
from tests.monitoring.workbooks import make_world

SECONDS = 30
DAY = dt.date(2023, 3, 1)
# Of each reader.
EXAMPLES = 300 if LONG else 15
HEADER = "indicator_code,period,value,numerator,denominator,not_available_reason,note"


@cache
def books() -> dict[str, bytes]:
    return hostile()


def judged(content: bytes, plan) -> list:
    """Each reader in turn; what came through, and within bounded time."""
    begun, read = time.monotonic(), []
    for reader in (open_book, read_plan, lambda file: read_results(file, plan)):
        with contextlib.suppress(WorkbookProblems):
            read.append(reader(io.BytesIO(content)))
    assert time.monotonic() - begun < SECONDS
    return read


@pytest.mark.parametrize("name", sorted(books()))
def test_a_hostile_workbook_is_read_or_refused(db, name):
    assert "root:" not in repr(judged(books()[name], make_plan(code="PMH-T")))
    assert not Path("/tmp/pmh-hostile").exists()  # noqa: S108  (where the archive of the corpus points)
    with contextlib.suppress(UploadRefused):
        accept_table(io.BytesIO(books()[name]), name="libro.xlsx")
    assert not Result.objects.exists()


@pytest.mark.parametrize("name", ["macros", "entity expansion", "external entity", "zip bomb", "encrypted as a whole"])
def test_what_could_do_harm_is_no_evidence(name):
    with pytest.raises(UploadRefused):
        accept(io.BytesIO(books()[name]), name="libro.xlsx")


def test_any_damage_is_read_or_refused(db, counted):
    plan, cases, base = make_plan(code="PMH-T"), [], sound([["a", 1.5], ["=1+1", "x"]])

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(data=st.data())
    def damage(data) -> None:
        content = bytearray(base)
        for _ in range(data.draw(st.integers(0, 6))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        judged(bytes(content[: data.draw(st.integers(0, len(content)))]), plan)
        cases.append(1)

    damage()
    counted(f"hostile workbooks: {len(cases)} damaged, {len(books())} made")


class TestBooksThatWeMade:
    """A workbook of ours that somebody changed by hand: the report of a unit, the targets of a plan."""

    @pytest.fixture
    def readers(self, db) -> dict[str, tuple[bytes, Callable[[bytes], object]]]:
        world = make_world()
        bruno, plan = world.people.bruno, world.plan
        targets = write_targets(plan, by=bruno, at=clock.now())
        return {
            "report": (world.workbook(), lambda book: read_submission(io.BytesIO(book), world.filing)),
            "targets": (targets, lambda book: compare_targets(open_book(io.BytesIO(book)), plan, by=bruno, on=DAY)),
        }

    @pytest.mark.parametrize("name", sorted(books()))
    def test_a_hostile_one_is_read_or_refused(self, readers, name):
        for _ours, read in readers.values():
            begun = time.monotonic()
            with contextlib.suppress(WorkbookProblems):
                assert "root:" not in repr(read(books()[name]))
            assert time.monotonic() - begun < SECONDS

    def test_any_text_in_any_cell_is_read_or_refused(self, readers, counted):
        """Keys, codes, counts, seals: each cell of ours may hold anything when it comes back."""
        before, cases = list(Result.objects.values()), []

        @settings(max_examples=EXAMPLES // 3, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(data=st.data())
        def change(data) -> None:
            for ours, read in readers.values():
                book = openpyxl.load_workbook(io.BytesIO(ours))
                for _ in range(data.draw(st.integers(1, 5))):
                    sheet = data.draw(st.sampled_from(book.worksheets))
                    row, column = (data.draw(st.integers(1, most)) for most in (sheet.max_row, sheet.max_column))
                    with contextlib.suppress(IllegalCharacterError, AttributeError):  # in no workbook; a merged cell
                        sheet.cell(row, column).value = data.draw(
                            st.one_of(texts, st.integers(), st.floats(), st.dates())
                        )
                file = io.BytesIO()
                book.save(file)
                with contextlib.suppress(WorkbookProblems):
                    read(file.getvalue())
                cases.append(1)

        change()
        counted(f"hostile workbooks of ours: {len(cases)} cases")
        assert list(Result.objects.values()) == before


def test_any_table_is_read_or_refused(db, counted):
    plan, cases = make_plan(code="PMH-T"), []

    @settings(max_examples=EXAMPLES, deadline=None, database=None)
    @given(lines=st.lists(st.lists(texts, max_size=9), max_size=5), end=st.binary(max_size=20))
    def send(lines, end) -> None:
        content = "\n".join([HEADER, *(",".join(line) for line in lines)]).encode() + end
        with contextlib.suppress(WorkbookProblems):
            read_results(io.BytesIO(content), plan, name="resultados.csv")
        cases.append(1)

    send()
    counted(f"hostile tables: {len(cases)} cases")
    assert not Result.objects.exists()
