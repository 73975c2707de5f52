"""import_plan and export_plan, as an operator types them."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from monitoring.models import Period
from monitoring.periods import create_periods
from plans.models import Activity, Plan
from tests.plans.conftest import parts_of

pytestmark = pytest.mark.django_db
CODE = "PMH-2022-2024"


def test_import_creates_the_plan_and_its_semesters(reference, capsys):
    call_command("import_plan", str(reference))
    said = capsys.readouterr().out
    assert "Actividades: 21 se agregan" in said
    assert "Semestres que se crean: 2022-1, 2022-2, 2023-1, 2023-2, 2024-1, 2024-2" in said
    assert Plan.objects.get().state == Plan.State.IN_FORCE
    period = Period.objects.get(code="2022-1")
    # 15 working days after 30 June, over the holidays of 28 and 29 July and 6 August: 1 to 21 July.
    assert (period.state, period.due_on) == (Period.State.PLANNED, dt.date(2022, 7, 21))


def test_importing_again_says_that_nothing_changes(reference, capsys, count_rows):
    call_command("import_plan", str(reference))
    before = count_rows()
    capsys.readouterr()
    call_command("import_plan", str(reference))
    assert "sin cambios" in capsys.readouterr().out
    assert count_rows() == before


def test_a_dry_run_says_what_would_be_done(reference, capsys, count_rows):
    before = count_rows()
    call_command("import_plan", str(reference), "--dry-run")
    said = capsys.readouterr().out
    assert "Semestres que se crean" in said
    assert "no se guardó nada" in said
    assert count_rows() == before


def test_mistakes_are_listed_and_counted(edited, capsys, count_rows):
    before = count_rows()
    path = edited({"Plan": {"B7": None}, "Actividades": {"E2": "GCSPR"}})
    with pytest.raises(CommandError, match="2 errores; no se cambió nada"):
        call_command("import_plan", str(path))
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("Plan · B7 · falta «Nombre del plan» · se espera: un texto")
    assert said[1] == "Actividades · E2 · «GCSPR» no está en Unidades · se espera: «GCSRP»?"
    assert count_rows() == before


def test_a_draft_shows_its_changes_and_then_comes_into_force(edited, capsys):
    draft = edited({"Plan": {"B11": "En elaboración"}})
    call_command("import_plan", str(draft))
    capsys.readouterr()
    call_command("import_plan", str(edited({"Actividades": {"C2": "Campañas"}})))
    said = capsys.readouterr().out
    assert "Plan · PMH-2022-2024 · Estado: «En elaboración» → «Vigente»" in said
    assert "→ «Campañas»" in said
    assert Activity.objects.get(code="ACT.01.01.01").name == "Campañas"


def test_a_plan_in_force_lists_the_differences_and_refuses(reference, edited, capsys):
    call_command("import_plan", str(reference))
    capsys.readouterr()
    with pytest.raises(CommandError, match="reprogramación"):
        call_command("import_plan", str(edited({"Indicadores": {"X2": 41}})))
    assert "Indicadores · IND.01.OE.01 · Meta 2022-1: 40 → 41" in capsys.readouterr().err


def test_warnings_are_shown(edited, capsys):
    call_command("import_plan", str(edited({"Indicadores": {"N4": None}})))
    assert "Aviso: Indicadores · N4" in capsys.readouterr().out


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="No se encuentra"):
        call_command("import_plan", str(tmp_path / "nada.xlsx"))


def test_export_writes_the_same_file_and_names_known_plans(reference, tmp_path):
    call_command("import_plan", str(reference), verbosity=0)
    copy = tmp_path / "copia.xlsx"
    call_command("export_plan", CODE, str(copy))
    assert parts_of(copy) == parts_of(reference)
    with pytest.raises(CommandError, match=CODE):
        call_command("export_plan", "PMH", str(copy))


def test_semesters_that_exist_are_not_touched(reference):
    call_command("import_plan", str(reference))
    plan = Plan.objects.get()
    Period.objects.filter(code="2023-1").update(due_on=dt.date(2023, 9, 1))
    Period.objects.filter(code="2024-2").delete()
    assert [period.code for period in create_periods(plan=plan)] == ["2024-2"]
    assert Period.objects.get(code="2023-1").due_on == dt.date(2023, 9, 1)
