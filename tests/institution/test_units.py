"""The government's units: made, and set right where nothing forbids it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from institution.models import Role, Unit, User
from institution.units import UnitRefused, change_unit, create_unit
from tests.factories import BEGINNING, make_designation, make_government, make_people, make_unit, make_user

pytestmark = pytest.mark.django_db
TODAY = dt.date(2024, 3, 1)


@pytest.fixture(autouse=True)
def _today(settings):
    settings.PMH_TODAY = TODAY.isoformat()


@pytest.fixture
def people():
    return make_people()


def new(acronym="GNU", **kw) -> Unit:
    fields = {"name": "Gerencia Nueva", "valid_from": dt.date(2024, 4, 1), "government": make_government()} | kw
    return Unit(acronym=acronym, **fields)


def change(unit, by, **kw):
    return change_unit(
        unit=unit, by=by, **({"name": "Otro nombre", "function": unit.function, "valid_from": unit.valid_from} | kw)
    )


class TestCreate:
    def test_a_new_unit_remembers_who_made_it(self, people):
        unit = create_unit(unit=new(), by=people.bruno)
        assert Unit.objects.get(acronym="GNU") == unit
        assert unit.history.get().history_user == people.bruno

    def test_the_system_may(self, people):
        assert create_unit(unit=new(), by=User.objects.system()).pk

    @pytest.mark.parametrize("name", ["alicia", "carla"])
    def test_nobody_else_may(self, people, name):
        with pytest.raises(UnitRefused, match="Solo la coordinación"):
            create_unit(unit=new(), by=getattr(people, name))

    def test_an_acronym_is_never_used_again(self, people):
        make_unit("GVI", valid_until=dt.date(2023, 1, 31))
        with pytest.raises(UnitRefused, match=r"hasta el 31 ene\. 2023; las siglas no se reutilizan"):
            create_unit(unit=new("GVI"), by=people.bruno)
        with pytest.raises(UnitRefused, match="Ya existe GMU"):
            create_unit(unit=new("gmu"), by=people.bruno)
        assert create_unit(unit=new("GDS"), by=people.bruno)  # that of another government is no hindrance

    @pytest.mark.parametrize("acronym", ["..", "/a", " "])
    def test_an_acronym_makes_an_address(self, people, acronym):
        with pytest.raises(UnitRefused, match="letra o un número"):
            create_unit(unit=new(acronym), by=people.bruno)

    def test_what_is_not_written_well(self, people):
        with pytest.raises(ValidationError):
            create_unit(unit=new(name=""), by=people.bruno)


class TestChange:
    def test_the_name_as_it_was_stays_in_the_history(self, people):
        unit = change(make_unit("GMU"), people.bruno)
        assert unit.name == "Otro nombre"
        assert unit.history.first().history_user == people.bruno

    @pytest.mark.parametrize("name", ["alicia", "carla"])
    def test_nobody_else_may(self, people, name):
        with pytest.raises(UnitRefused, match="Solo la coordinación"):
            change(make_unit("GMU"), getattr(people, name))

    def test_coordinating_the_plan_passes_on_by_a_succession_only(self, people):
        """Otherwise the coordination could take its own reports out of planning's review."""
        gpv, unit, planning = make_unit("GPV"), make_unit("GMU"), Unit.Function.PLANNING
        for changed, function in ((gpv, Unit.Function.RESPONSIBLE), (gpv, planning), (unit, gpv.function)):
            with pytest.raises(UnitRefused, match="GPV coordina el plan: esa función pasa a otra unidad"):
                change(changed, people.bruno, function=function)
        assert change(gpv, people.bruno).name == "Otro nombre"
        assert change(unit, people.bruno, function=planning).function == planning

    def test_where_no_unit_coordinates_one_may_begin_to(self, people):
        make_unit("GPV")
        Unit.objects.update(function=Unit.Function.RESPONSIBLE)
        unit = change(make_unit("GPV"), people.bruno, function=Unit.Function.COORDINATION)
        assert unit.function == Unit.Function.COORDINATION

    def test_not_of_a_unit_that_is_over(self, people):
        over = make_unit("GVI", valid_until=dt.date(2023, 1, 31))
        with pytest.raises(UnitRefused, match=r"terminó el 31 ene\. 2023: su historia queda como está"):
            change(over, people.bruno)

    def test_the_beginning_moves_up_to_the_first_designation(self, people):
        unit = make_unit("GX")
        make_designation(make_user(), unit, Role.HEAD, starts_on=dt.date(2023, 2, 1))
        assert change(unit, people.bruno, valid_from=dt.date(2023, 2, 1)).valid_from == dt.date(2023, 2, 1)
        with pytest.raises(UnitRefused, match=r"desde el 1 feb\. 2023: la unidad no puede empezar después"):
            change(unit, people.bruno, valid_from=dt.date(2023, 2, 2))

    def test_the_beginning_of_a_successor_is_the_end_of_another(self, people):
        unit = make_unit("GX", valid_from=dt.date(2023, 2, 1))
        make_unit("GW", valid_until=dt.date(2023, 1, 31), successor=unit)
        with pytest.raises(UnitRefused, match="empezó cuando terminó GW"):
            change(unit, people.bruno, valid_from=BEGINNING)

    def test_the_end_stays_behind_the_beginning(self, people):
        unit = make_unit("GX", valid_until=dt.date(2024, 12, 31))
        with pytest.raises(ValidationError, match="termina antes de empezar"):
            change(unit, people.bruno, valid_from=dt.date(2025, 1, 1))
