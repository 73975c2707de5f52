"""Loads the code lists that ship in `institution/data/`: GCM objectives, SDG targets, IGM dimensions, districts.

Called by a migration on every new database; again by whoever flushed one. `district_tiles` says where districts are
drawn, which no table keeps.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps as current_apps

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a district stands on a map of equal tiles, from 1, north above; and its name, short enough for a tile."""

    ubigeo: str
    row: int
    column: int
    label: str


@cache
def district_tiles(ubigeo: str) -> tuple[Tile, ...]:
    """The map of the districts of that government, placed by us so that neighbours stay near; empty where none is."""
    rows = _rows("district_tiles.csv")
    return tuple(
        Tile(row["ubigeo"], int(row["row"]), int(row["column"]), row["label"])
        for row in rows
        if row["ubigeo"].startswith(ubigeo) and row["ubigeo"] != ubigeo
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def load_code_lists(apps=current_apps) -> None:
    """Creates or renames every row; never removes one, since plans may point at it."""

    def fill(model: str, rows: list[dict], key: str) -> None:
        manager = apps.get_model("institution", model).objects
        fields = [name for name in rows[0] if name != key]
        model_class = manager.model
        manager.bulk_create(
            [model_class(**row) for row in rows],
            update_conflicts=True,
            unique_fields=[key],
            update_fields=fields,
        )

    fill("GCMObjective", _rows("gcm_objectives.csv"), "number")
    fill("IGMDimension", _rows("igm_dimensions.csv"), "number")
    fill("District", _rows("districts.csv"), "ubigeo")
    targets = [{**row, "order": place} for place, row in enumerate(_rows("sdg_targets.csv"), 1)]
    fill("SDGTarget", targets, "code")
