"""Historical results: what the reader refuses, what loading does, and the command around them."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from institution.models import User
from monitoring.evaluation import open_evaluation
from monitoring.models import Result, Submission
from monitoring.results_file import read_results
from plans.workbook.content import WorkbookProblems
from tests.factories import make_indicator, make_people, make_plan, make_result, make_tree, make_unit

pytestmark = pytest.mark.django_db
HEADER = "indicator_code,period,value,numerator,denominator,not_available_reason,note"


@pytest.fixture
def plan():
    plan = make_plan(code="PMH-T")
    tree = make_tree(plan, activities=3)
    make_indicator(tree.activities[0], code="SUM", targets={"2022-1": 4}, unit=make_unit("GDE"))
    make_indicator(tree.activities[1], code="POOL", accumulation="pooled", counts="percentage", unit=make_unit("GDE"))
    make_indicator(tree.activities[2], code="LAST", accumulation="last", counts="percentage", unit=make_unit("GED"))
    return plan


def read(plan, *lines, header=HEADER, name="resultados.csv"):
    content = "\n".join([header, *lines]).encode()
    return read_results(io.BytesIO(content), plan, name=name)


def problems(plan, *lines, **options):
    with pytest.raises(WorkbookProblems) as found:
        read(plan, *lines, **options)
    return [(problem.sheet, problem.cell) for problem in found.value.problems]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (",2022-1,4,,,,", "indicator_code"),
        ("NO,2022-1,4,,,,", "indicator_code"),
        ("SUM,,4,,,,", "period"),
        ("SUM,2022-3,4,,,,", "period"),
        ("SUM,2031-1,4,,,,", "period"),
        ("SUM,2022-1,cuatro,,,,", "value"),
        ("SUM,2022-1,-4,,,,", "value"),
        ('SUM,2022-1,"4,5",,,,', "value"),
        ("SUM,2022-1,1.23456,,,,", "value"),
        ("SUM,2022-1,nan,,,,", "value"),
        ("SUM,2022-1,1e400,,,,", "value"),
        ("SUM,2022-1,4,,,No hay,", "value"),
        ("SUM,2022-1,4,2,3,,", "numerator"),
        ("SUM,2022-1,,,,,Una nota sola", "value"),
        ("POOL,2022-1,80,,,,", "numerator"),
        ("POOL,2022-1,,4,,,", "denominator"),
        ("POOL,2022-1,,,6,,", "numerator"),
        ("POOL,2022-1,,7,6,,", "numerator"),
        ("POOL,2022-1,80,4,6,,", "value"),
        ("POOL,2022-1,10,0,0,,", "value"),
        ("LAST,2022-1,,4,6,,", "value"),
    ],
)
def test_one_mistake_is_told_by_row_and_column(plan, line, column):
    assert problems(plan, "SUM,2022-2,1,,,,", line) == [("fila 3", column)]


def test_all_mistakes_at_once(plan):
    assert problems(plan, "NO,2022-9,x,,,,", "SUM,2022-1,4,,,,", "SUM,2022-1,5,,,,", "POOL,2022-1,,9,6,,") == [
        ("fila 2", "value"),
        ("fila 2", "indicator_code"),
        ("fila 2", "period"),
        ("fila 4", "indicator_code"),
        ("fila 5", "numerator"),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "indicator_code,value",
        "indicator_code,period,valu",
        "indicator_code,period,value,value",
    ],
)
def test_headers(plan, header):
    assert problems(plan, "SUM,2022-1,4,4", header=header)


def test_spanish_headers_semicolons_and_a_byte_order_mark(plan):
    content = "\ufeffSemestre;Valor;Código del indicador\n2022-1;1,234.5;SUM\n".encode()
    found = read_results(io.BytesIO(content), plan, name="R.CSV")
    assert [(row.indicator.code, row.period.code, str(row.value)) for row in found.rows] == [
        ("SUM", "2022-1", "1234.5")
    ]


@pytest.mark.parametrize("number", ["1.250", "1,250"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(plan, number):
    content = f"indicador;periodo;resultado\nSUM;2022-1;{number}\n".encode()
    with pytest.raises(WorkbookProblems) as found:
        read_results(io.BytesIO(content), plan, name="r.csv")
    assert "dos maneras" in str(found.value.problems[0])
    # Between commas there is no doubt.
    (row,) = read(plan, f'SUM,2022-1,"{number}",,,,').rows
    assert row.value in (1250, Decimal("1.25"))


def test_people_are_whole(plan):
    plan.indicators.filter(code="SUM").update(counts="people")
    assert problems(plan, "SUM,2022-1,4.5,,,,") == [("fila 2", "value")]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b'indicator_code,period\n"SUM,2022-1', b"PK\x03\x04"])
def test_files_that_are_no_table(plan, content):
    with pytest.raises(WorkbookProblems):
        read_results(io.BytesIO(content), plan, name="resultados.csv")
    with pytest.raises(WorkbookProblems):
        read_results(io.BytesIO(content), plan, name="resultados.xlsx")


def test_a_pooled_percentage_keeps_its_parts_alone(plan):
    (row,) = read(plan, "POOL,2022-1,66.67,4,6,,").rows
    assert (row.value, row.numerator, row.denominator) == (None, 4, 6)


def test_no_cases_and_no_data(plan):
    found = read(plan, "POOL,2022-1,,0,0,,", "SUM,2022-1,0,,,,", "SUM,2022-2,,,,,")
    assert (len(found.rows), found.without_data) == (2, 1)


def test_excel_with_a_semester_that_excel_took_for_a_month(plan, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["indicator_code", "period", "value"])
    book.active.append(["SUM", dt.date(2022, 1, 1), 4.5])
    book.active.append(["SUM", "2022-2", 3])
    book.save(tmp_path / "r.xlsx")
    found = read_results(tmp_path / "r.xlsx", plan)
    assert [(row.period.code, str(row.value)) for row in found.rows] == [("2022-1", "4.5"), ("2022-2", "3")]


class TestCommand:
    def write(self, tmp_path, *lines):
        path = tmp_path / "resultados.csv"
        path.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        return str(path)

    def test_loads_marks_and_closes(self, plan, tmp_path, capsys):
        path = self.write(tmp_path, "SUM,2022-1,4,,,,Acta", "POOL,2022-1,,4,6,,", "LAST,2022-2,,,,Sin registro,")
        call_command("import_results", "PMH-T", path)
        assert "resultados nuevos 3" in capsys.readouterr().out
        assert Submission.objects.count() == 2
        for submission in Submission.objects.all():
            assert (submission.is_historical, submission.state, submission.was_late) == (True, "validated", False)
            assert submission.events.get().step == "historical"
        states = list(plan.periods.values_list("state", flat=True))
        assert states == ["closed", "closed", "planned", "planned", "planned", "planned"]
        assert Result.objects.get(indicator__code="LAST").not_available_reason == "Sin registro"

    def test_again_changes_nothing_and_a_correction_keeps_the_earlier_value(self, plan, tmp_path, capsys):
        path = self.write(tmp_path, "SUM,2022-1,4,,,,")
        call_command("import_results", "PMH-T", path)
        call_command("import_results", "PMH-T", path)
        assert "resultados nuevos 0, corregidos 0, sin cambio 1" in capsys.readouterr().out
        call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,5,,,,"))
        assert [row.value for row in Result.objects.get().history.order_by("history_id")] == [4, 5]

    def test_dry_run_saves_nothing(self, plan, tmp_path, capsys):
        call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,4,,,,"), "--dry-run")
        assert "no se guardó nada" in capsys.readouterr().out
        assert not Submission.objects.exists()
        assert not plan.periods.closed().exists()

    def test_all_or_nothing(self, plan, tmp_path, capsys):
        path = self.write(tmp_path, "SUM,2022-1,4,,,,", "NO,2022-1,4,,,,")
        with pytest.raises(CommandError, match="Nada cambió"):
            call_command("import_results", "PMH-T", path)
        assert "fila 3 · indicator_code" in capsys.readouterr().err
        assert not Result.objects.exists()
        assert not plan.periods.closed().exists()

    def test_semesters_under_evaluation_or_reported_live_are_locked(self, plan, tmp_path, capsys):
        call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,4,,,,", "SUM,2022-2,4,,,,"))
        call_command("close_evaluation", "PMH-T", "2022")
        with pytest.raises(CommandError):
            call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,5,,,,"))
        assert "La evaluación 2022 está cerrada y cubre 2022-1" in capsys.readouterr().err
        open_evaluation(plan=plan, year=2022, by=User.objects.system(), reason="Corrección")
        call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,5,,,,"))
        assert Result.objects.get(indicator__code="SUM", period__code="2022-1").value == 5
        plan.periods.filter(code="2023-1").update(state="open", opened_on="2023-07-01")
        make_result(plan.indicators.get(code="SUM"), "2023-1", 3)
        with pytest.raises(CommandError):
            call_command("import_results", "PMH-T", self.write(tmp_path, "LAST,2023-1,5,,,,"))
        assert "reportan" in capsys.readouterr().err

    def test_wrong_names_are_answered_with_the_right_ones(self, plan, tmp_path):
        path = self.write(tmp_path, "SUM,2022-1,4,,,,")
        with pytest.raises(CommandError, match="PMH-T"):
            call_command("import_results", "OTRO", path)
        with pytest.raises(CommandError, match="No hay una persona activa"):
            call_command("import_results", "PMH-T", path, by="nadie@example.org")
        with pytest.raises(CommandError, match="No se pudo leer"):
            call_command("import_results", "PMH-T", str(tmp_path / "no.csv"))

    def test_by_somebody(self, plan, tmp_path):
        people = make_people()
        call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,4,,,,"), by=people.bruno.email)
        assert Result.objects.get().entered_by == people.bruno
        with pytest.raises(CommandError, match="coordinación"):
            call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,5,,,,"), by=people.alicia.email)
        assert Result.objects.get().value == 4

    def test_a_semester_that_has_not_ended_is_refused(self, plan, tmp_path, capsys, settings):
        settings.PMH_TODAY = "2022-06-30"
        with pytest.raises(CommandError):
            call_command("import_results", "PMH-T", self.write(tmp_path, "SUM,2022-1,4,,,,"))
        assert "aún no termina" in capsys.readouterr().err
