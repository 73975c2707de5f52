"""Keeping, confirming and discarding: all or nothing, once, and never over what a colleague typed."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from institution.keeping import KeepingRefused, PreviewChanged, discard
from institution.uploads import UploadRefused, storing
from monitoring import recording
from monitoring.models import Breakdown, OfflineUpload, Result
from monitoring.recording import NotWhole, RecordingRefused, Typing, record, record_all
from monitoring.workbook import accepted, confirm, keep, preview
from monitoring.workflow import take
from tests.factories import make_designation, make_unit, make_user
from tests.monitoring.workbooks import filled, make_world
from tests.uploaded import picture

pytestmark = pytest.mark.django_db
TYPED = {"value": 8, "sex::woman": 5, "sex::man": 3, "note": "Nota"}
SHARES = {"numerator": 3, "denominator": 4}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def renzo(world):
    renzo = make_user("Renzo Talledo")
    make_designation(renzo, make_unit("GMU"))
    return renzo


def sent(world, by=None, content: bytes | None = None, **typed) -> OfflineUpload:
    file = filled(content or world.workbook(), **typed)
    return keep(submission=world.submission, accepted=accepted(file, name="reporte.xlsx"), by=by or world.people.alicia)


def confirmed(world, upload, mine=(), shown="", by=None) -> OfflineUpload:
    return confirm(upload=upload, mine=mine, shown=shown or preview(upload).digest, by=by or world.people.alicia)


def test_everything_is_written_together(world):
    upload = sent(world, IND_01=TYPED, IND_02=SHARES)
    assert not Result.objects.exists()
    assert confirmed(world, upload).confirmed_at is not None
    values = dict(Result.objects.values_list("indicator__code", "value"))
    assert values == {"IND.01": 8, "IND.02": None}
    assert Breakdown.objects.count() == 2
    assert preview(upload).changes == ()


def test_confirming_twice_applies_once(world):
    upload = sent(world, IND_01=TYPED)
    shown = preview(upload).digest
    first = confirmed(world, upload, shown=shown)
    # In another tab that still shows the first preview; meanwhile the value was corrected on the page.
    record(
        submission=world.submission,
        indicator=world.people_helped,
        typed={"value": "9"},
        seen={"value": "8"},
        by=world.people.alicia,
    )
    again = confirmed(world, upload, shown=shown)
    assert (again.confirmed_at, Result.objects.get().value) == (first.confirmed_at, 9)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_apply_it_once(world):
    upload = sent(world, IND_01=TYPED)
    shown = preview(upload).digest

    def press(_tab: int):
        try:
            again = OfflineUpload.objects.get(pk=upload.pk)
            return confirm(upload=again, mine=(), shown=shown, by=world.people.alicia).confirmed_at
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as tabs:
        first, second = tabs.map(press, range(2))
    assert first == second
    assert Result.objects.values_list("value", "revision").get() == (8, 1)


def test_a_workbook_with_one_mistake_writes_nothing(world):
    upload = sent(world, IND_01=TYPED, IND_02={"numerator": "muchos"})
    with pytest.raises(KeepingRefused, match="errores"):
        confirmed(world, upload)
    assert not Result.objects.exists()


def test_one_refusal_takes_everything_back(world, monkeypatch):
    upload = sent(world, IND_01=TYPED, IND_02=SHARES)
    real, calls = recording.record, []

    def failing(**given):
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError("disk full")
        return real(**given)

    monkeypatch.setattr(recording, "record", failing)
    with pytest.raises(RuntimeError):
        confirmed(world, upload)
    assert not Result.objects.exists()
    upload.refresh_from_db()
    assert upload.is_pending


def test_writing_several_together_is_all_or_nothing(world):
    first = Typing(world.people_helped, {"value": "8"}, {})
    both = Typing(world.things, {"value": "1", "not_available_reason": "No hay"}, {})
    with pytest.raises(NotWhole) as refused:
        record_all(submission=world.submission, typings=[first, both], by=world.people.alicia)
    assert set(refused.value.refused) == {world.things.pk}
    assert not Result.objects.exists()


class TestColleague:
    @pytest.fixture
    def upload(self, world, renzo):
        content = world.workbook()
        record(submission=world.submission, indicator=world.people_helped, typed={"value": "7"}, seen={}, by=renzo)
        return sent(world, content=content, IND_01=TYPED)

    def test_what_is_recorded_stays_unless_one_says_otherwise(self, world, upload):
        confirmed(world, upload)
        assert Result.objects.values_list("value", "note").get() == (7, "Nota")

    def test_the_workbook_holds_where_it_was_chosen(self, world, upload):
        [conflict] = preview(upload).conflicts
        confirmed(world, upload, mine={conflict.name})
        assert Result.objects.get().value == 8

    def test_what_was_typed_after_the_preview_refuses_it(self, world, renzo, upload):
        comparison = preview(upload)
        [conflict] = comparison.conflicts
        record(
            submission=world.submission,
            indicator=world.people_helped,
            typed={"value": "6"},
            seen={"value": "7"},
            by=renzo,
        )
        with pytest.raises(PreviewChanged):
            confirmed(world, upload, mine={conflict.name}, shown=comparison.digest)
        assert Result.objects.values_list("value", "note").get() == (6, "")

    def test_what_does_not_matter_does_not_refuse_it(self, world, renzo, upload):
        shown = preview(upload).digest
        record(submission=world.submission, indicator=world.things, typed={"value": "2"}, seen={}, by=renzo)
        confirmed(world, upload, shown=shown)
        assert set(Result.objects.values_list("value", flat=True)) == {7, 2}


def test_a_value_against_a_colleague_s_reason_is_told(world, renzo):
    content = world.workbook()
    reason = {"not_available_reason": "No hay"}
    record(submission=world.submission, indicator=world.people_helped, typed=reason, seen={}, by=renzo)
    upload = sent(world, content=content, IND_01={"value": 8})
    assert "motivo de no disponible" in preview(upload).problems[0].wrong


def test_a_new_workbook_takes_the_place_of_the_pending_one(world, renzo):
    first, theirs, second = sent(world, IND_01=TYPED), sent(world, by=renzo), sent(world, IND_01=TYPED)
    assert set(OfflineUpload.objects.pending()) == {theirs, second}
    first.refresh_from_db()
    with pytest.raises(KeepingRefused, match="descartó"):
        confirmed(world, first)


def test_a_confirmed_one_is_not_discarded(world):
    upload = confirmed(world, sent(world, IND_01=TYPED))
    assert discard(upload=upload, by=world.people.alicia).discarded_at is None


class TestLocked:
    def test_once_the_report_is_sent(self, world):
        upload = sent(world, IND_01={"value": 0}, IND_02={"not_available_reason": "No hay"})
        confirmed(world, upload)
        late = sent(world, IND_03={"value": 4})
        take(world.submission, "submit", by=world.people.alicia)
        with pytest.raises(RecordingRefused, match="en revisión"):
            confirmed(world, late)
        with pytest.raises(RecordingRefused):
            sent(world, IND_03={"value": 4})
        assert OfflineUpload.objects.count() == 2

    def test_to_whoever_does_not_type_there(self, world):
        with pytest.raises(RecordingRefused):
            sent(world, by=world.people.bruno)


def test_other_files_are_refused():
    with pytest.raises(UploadRefused):
        accepted(io.BytesIO(b"MZ" + b"\0" * 100), name="reporte.xlsx")
    with pytest.raises(KeepingRefused, match="no es un libro de Excel"):
        accepted(io.BytesIO(picture()), name="reporte.jpg")


def test_the_sweep_takes_discarded_workbooks_after_a_day(world, monkeypatch):
    upload, kept = sent(world, IND_01=TYPED), sent(world, IND_01=TYPED)
    monkeypatch.setattr(storing, "ORPHAN_AFTER", -storing.ORPHAN_AFTER)
    call_command("sweep_uploads")
    assert (Path(upload.file.path).exists(), Path(kept.file.path).exists()) == (False, True)
