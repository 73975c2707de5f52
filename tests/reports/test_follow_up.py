"""The semiannual follow-up report: the figures of the semester, who reported, difficulties, changed targets, annex."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from monitoring.models import Submission
from monitoring.progress import round_half_up
from monitoring.queries import scorecard
from plans.measures import Horizon, Reading
from reports.documents.follow_up import NotClosed, record_of_follow_up
from reports.documents.kinds import KINDS
from reports.models import Document
from tests.factories import (
    make_breakdown,
    make_indicator,
    make_plan,
    make_result,
    make_revision,
    make_submission,
    make_tree,
    make_unit,
)
from tests.reports.printing import breaches, content_of, printed, stored, text_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2024, 9, 1)


@pytest.fixture
def plan():
    """Closed up to 2023-2: GMU reported late in 2023-2, GDS sent without conformity, GDE nothing."""
    plan = make_plan(code="lima", closed_up_to="2023-2", name="Plan de Movilidad Humana")
    tree = make_tree(plan, activities=3)
    units = [make_unit(acronym) for acronym in ("GMU", "GDS", "GDE")]
    targets = dict.fromkeys(plan.period_codes, 1536)
    rows = [
        make_indicator(
            activity, code=f"IND.{unit.acronym}", unit=unit, targets=targets, name=f"Cosas de {unit.acronym}"
        )
        for activity, unit in zip(tree.activities, units, strict=True)
    ]
    for period in ("2022-1", "2022-2", "2023-1"):
        for row in rows:
            make_result(row, period, 1000)
    semester = plan.periods.get(code="2023-2")
    make_submission(units[0], semester, submitted_on=semester.due_on + dt.timedelta(days=3), due_on=semester.due_on)
    result = make_result(rows[0], "2023-2", 1285, difficulties="Faltó una sala.", measures_taken="Se prestó otra.")
    make_breakdown(result, "sex", {("", "woman"): 1284, ("", "man"): 1})
    make_result(rows[1], "2023-2", 9, state=Submission.State.SUBMITTED, difficulties="No se cuenta.")
    make_revision(rows[2], "2023-2", 1536, 1400, entered_on=dt.date(2023, 5, 2), explanation="Menos gente.")
    make_revision(rows[2], "2024-1", 1536, 1500, entered_on=dt.date(2023, 8, 2))
    make_revision(rows[2], "2022-1", 1400, 1536, entered_on=dt.date(2022, 2, 2))
    return plan


def record_of(plan, period="2023-2"):
    return record_of_follow_up(plan, plan.periods.get(code=period), on=TODAY)


def test_says_which_semester(plan):
    cover = content_of("follow_up", record_of(plan)).cover
    assert cover.title == "Informe de seguimiento semestral 2023-2"
    assert cover.cutoff == "Metas físicas del 1 de julio de 2023 al 31 de diciembre de 2023."
    assert cover.version == "Emitido el 1 sep. 2024"


def test_figures_are_those_of_the_scorecard(plan):
    report, card = content_of("follow_up", record_of(plan)), scorecard(plan, "2023-2")
    guideline = report.guidelines[0]
    assert [line.horizon for line in guideline.lines] == ["Semestre", "Año 2023", "Plan"]
    for line, horizon in zip(guideline.lines, (Horizon.SEMESTER, Horizon.YEAR, Horizon.PLAN), strict=True):
        figure = card.node("L.01")[horizon].progress.by(Reading.PROGRAMMED)
        assert line.official.text == str(round_half_up(figure, 1))
    (activity, *_rest) = guideline.objectives[0].actions[0].activities
    assert activity.indicators[0].lines[0].official.text == "83.66"


@pytest.mark.parametrize(("period", "horizons"), [
    ("2022-1", ["Sem. y plan"]),
    ("2022-2", ["Semestre", "Año y plan"]),
    ("2023-1", ["Sem. y año", "Plan"]),
])  # fmt: skip
def test_what_is_the_same_stands_once(plan, period, horizons):
    report = content_of("follow_up", record_of(plan, period))
    assert [line.horizon for line in report.units[0].lines] == horizons
    assert len(report.summary.numbers) == len(horizons) + 1
    assert report.annex.periods[-1] == period


def test_who_reported(plan):
    reporting = content_of("follow_up", record_of(plan)).reporting
    assert [(row.unit, row.standing) for row in reporting.rows] == [
        ("GDE", "no reportó"),
        ("GDS", "sin conformidad: no entra en las cifras"),
        ("GMU", "con conformidad"),
    ]
    assert "fuera de plazo: vencía el" in reporting.rows[2].notes
    assert "Debían reportar 3 unidades" in reporting.sentence
    counts = "1 con conformidad, 1 sin conformidad al cierre, 1 sin enviar, 1 fuera de plazo"
    assert counts in reporting.sentence


def test_difficulties_of_the_semester_with_conformity_alone(plan):
    remarks = content_of("follow_up", record_of(plan)).remarks
    assert [(remark.unit, dict(remark.lines)) for remark in remarks] == [
        ("GMU", {"Dificultad": "Faltó una sala.", "Medida": "Se prestó otra."})
    ]


def test_changed_targets_of_the_semester_and_those_changed_in_it(plan):
    revisions = content_of("follow_up", record_of(plan)).revisions
    assert [(row.period, row.old, row.new) for row in revisions] == [
        ("2023-2", "1,536", "1,400"),
        ("2024-1", "1,536", "1,500"),
    ]


def test_nothing_after_the_semester_is_told(plan):
    record = record_of(plan, "2022-2")
    assert "1285" not in str(record)
    assert content_of("follow_up", record).revisions == ()


def test_only_of_a_closed_semester(plan):
    with pytest.raises(NotClosed):
        record_of(plan, "2024-1")


def test_no_small_count_and_no_person_leaves(plan):
    record = record_of(plan)
    assert "Persona" not in str({key: value for key, value in record.items() if key != "sheets"})
    assert Document.Kind.FOLLOW_UP in Document.PUBLIC_KINDS
    assert "'man'" not in str(record)


def test_travels_with_its_figures_as_a_workbook(plan):
    record = stored(record_of(plan))
    (book,) = KINDS["follow_up"].attachments(record)
    assert book.name == "seguimiento-2023-2-lima.xlsx"
    assert book.content == KINDS["follow_up"].attachments(record)[0].content
    sheet = openpyxl.load_workbook(io.BytesIO(book.content))["Tablero"]
    heads, *rows = sheet.iter_rows(min_row=4, values_only=True)
    row = next(dict(zip(heads, each, strict=True)) for each in rows if each[1] == "L.01")
    figure = scorecard(plan, "2023-2").node("L.01")[Horizon.SEMESTER].progress.by(Reading.PROGRAMMED)
    assert row["2023-2"] == pytest.approx(float(figure) / 100, abs=1e-12)


def test_queries_do_not_grow(plan):
    def count():
        with CaptureQueriesContext(connection) as queries:
            record_of(plan)
        return len(queries)

    few = count()
    activity = plan.activities.first()
    for number in range(20):
        unit = make_unit(f"U{number}")
        row = make_indicator(activity, code=f"MAS.{number}", unit=unit, targets={"2023-2": 1})
        make_result(row, "2023-2", 1)
        make_revision(row, "2023-2", 2, 1)
    assert count() == few


def test_the_paper(pango, plan, tmp_path):
    record = record_of(plan)
    content = printed("follow_up", record)
    text = text_of(content)
    report = content_of("follow_up", record)
    for shown in ("83.66", "Faltó una sala.", "Quién reportó", "no reportó", "Menos gente.", "Código de verificación"):
        assert shown in text
    assert report.summary.numbers[0].text in text
    for group in report.annex.groups:
        for row in group.rows:
            assert row.code in text
            assert row.year.text in text
    assert breaches(content, tmp_path) == []
    assert printed("follow_up", stored(record)) == content
