"""Who: what the database itself keeps from ever being false, and persons who are kept."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from institution.models import Designation, District, Government, PersonsAreKept, Role, SDGTarget, Unit, User
from institution.permissions import holds_role, is_coordinator
from tests.constraints import refused
from tests.factories import make_designation, make_government, make_people, make_unit, make_user

pytestmark = pytest.mark.django_db
DAY = dt.date(2023, 4, 10)


class TestPersons:
    def test_are_never_deleted(self):
        user = make_user()
        with pytest.raises(PersonsAreKept):
            user.delete()
        with pytest.raises(PersonsAreKept):
            User.objects.filter(pk=user.pk).delete()
        assert User.objects.filter(pk=user.pk).exists()

    def test_are_deactivated_and_keep_what_they_did(self):
        people = make_people()
        people.bruno.deactivate()
        assert not is_coordinator(people.bruno, make_government())
        assert people.bruno.designations.count() == 1

    def test_one_address_once_whatever_its_case(self):
        make_user(email="ana@example.org")
        with pytest.raises(ValidationError):
            make_user(email="ANA@example.org")
        refused(lambda: User.objects.create(email="Ana@example.org", full_name="Otra"))

    def test_the_system_person_is_one_and_cannot_sign_in(self, client):
        system = User.objects.system()
        assert User.objects.system() == system
        assert not system.is_active
        refused(lambda: User.objects.filter(pk=system.pk).update(is_active=True))


class TestUnits:
    def test_validity(self):
        unit = make_unit("GSC", valid_from=dt.date(2019, 1, 1), valid_until=dt.date(2023, 4, 30))
        assert unit in Unit.objects.valid_on(DAY)
        assert unit not in Unit.objects.valid_on(dt.date(2023, 5, 1))
        assert unit not in Unit.objects.valid_on(dt.date(2018, 12, 31))

    def test_ends_after_it_begins(self):
        refused(lambda: make_unit("X", valid_from=DAY, valid_until=DAY - dt.timedelta(days=1)))

    def test_a_successor_needs_an_end_and_is_somebody_else(self):
        heir = make_unit("GSCV")
        refused(lambda: make_unit("GSC", successor=heir))
        unit = make_unit("GSC", valid_until=DAY)
        refused(lambda: Unit.objects.filter(pk=unit.pk).update(successor=unit))
        Unit.objects.filter(pk=unit.pk).update(successor=heir)

    def test_an_acronym_once_per_government(self):
        make_unit("GDE")
        refused(lambda: Unit.objects.create(government=make_government(), acronym="GDE", name="Otra", valid_from=DAY))
        make_unit("GDE", make_government("0701"))


class TestDesignations:
    @pytest.mark.parametrize(
        ("day", "holds"),
        [
            (DAY, True),
            (dt.date(2023, 1, 1), True),
            (dt.date(2023, 12, 31), True),
            (dt.date(2022, 12, 31), False),
            (dt.date(2024, 1, 1), False),
        ],
    )
    def test_hold_between_their_dates(self, day, holds):
        user, unit = make_user(), make_unit("GMU")
        make_designation(user, unit, Role.HEAD, starts_on=dt.date(2023, 1, 1), ends_on=dt.date(2023, 12, 31))
        assert holds_role(user, Role.HEAD, unit=unit, on=day) is holds
        assert not holds_role(user, Role.REPORTER, unit=unit, on=day)

    def test_elsewhere_is_elsewhere(self):
        people = make_people()
        assert is_coordinator(people.bruno, make_government())
        assert not is_coordinator(people.alicia, make_government())
        assert not is_coordinator(people.carla, make_government())

    def test_order_of_dates(self):
        user, unit = make_user(), make_unit("GMU")
        refused(lambda: make_designation(user, unit, starts_on=DAY, ends_on=DAY - dt.timedelta(days=1)))

    def test_keeps_its_person(self):
        designation = make_designation(make_user(), make_unit("GMU"))
        assert Designation._meta.get_field("user").remote_field.on_delete.__name__ == "PROTECT"
        assert designation in Designation.objects.in_force()


class TestCodeLists:
    def test_are_loaded_with_every_new_database(self):
        assert SDGTarget.objects.count() == 169
        assert list(SDGTarget.objects.values_list("code", flat=True))[:3] == ["1.1", "1.2", "1.3"]
        assert District.objects.count() == 43

    @pytest.mark.parametrize(("ubigeo", "districts"), [("15", 43), ("1501", 43), ("150101", 1), ("0701", 0)])
    def test_districts_nest_by_ubigeo(self, ubigeo, districts):
        assert make_government(ubigeo).districts().count() == districts

    def test_the_ubigeo_fits_the_kind(self):
        wrong = Government(name="M", place="M", kind=Government.Kind.DISTRICT, ubigeo="1501")
        with pytest.raises(ValidationError, match="no corresponde"):
            wrong.full_clean()
