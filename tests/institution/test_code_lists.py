"""Where districts are drawn."""

import pytest

from institution.code_lists import district_tiles
from institution.models import District

LONGEST_LABEL = 13  # what fits a tile


@pytest.mark.django_db
def test_every_district_of_lima_has_a_place_of_its_own():
    tiles = district_tiles("1501")
    assert {tile.ubigeo for tile in tiles} == set(
        District.objects.filter(ubigeo__startswith="1501").values_list("ubigeo", flat=True)
    )
    assert len({(tile.row, tile.column) for tile in tiles}) == len(tiles) == 43
    assert len({tile.label for tile in tiles}) == 43
    assert all(0 < len(tile.label) <= LONGEST_LABEL for tile in tiles)


def test_neighbours_stay_where_they_belong():
    place = {tile.ubigeo: (tile.row, tile.column) for tile in district_tiles("1501")}
    ancon, pucusana, lima, san_miguel, ate = (place[u] for u in ("150102", "150124", "150101", "150136", "150103"))
    assert ancon[0] == min(row for row, _column in place.values())
    assert pucusana[0] == max(row for row, _column in place.values())
    assert san_miguel[1] < lima[1] < ate[1]


def test_a_government_that_nobody_has_placed_has_no_map():
    assert district_tiles("0701") == ()
    assert district_tiles("150101") == ()
