"""How the people of a result are spread over its breakdown tables. Each table adds up to the value exactly."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from monitoring.models import Breakdown, Result
from plans.models import BreakdownTable
from pmh.demo.dates import lot

Weights = Mapping[str, int]

SEX: Weights = {"woman": 57, "man": 40, "other": 1, "not_informed": 2}
POPULATION: Weights = {"migrant": 54, "refugee": 13, "host": 27, "returnee": 2, "not_informed": 4}
AGE: Weights = {"0-4": 2, "5-11": 4, "12-17": 6, "18-59": 78, "60+": 7, "not_informed": 3}
DISABILITY: Weights = {"no": 94, "yes": 4, "not_informed": 2}
# Ubigeo of the district: where the people of the story live.
DISTRICT: Weights = {
    "150132": 170,  # San Juan de Lurigancho
    "150110": 95,  # Comas
    "150135": 130,  # San Martín de Porres
    "150117": 90,  # Los Olivos
    "150103": 95,  # Ate
    "150101": 85,  # Lima
    "150112": 45,  # Independencia
    "150143": 45,  # Villa María del Triunfo
    "150133": 45,  # San Juan de Miraflores
    "150142": 40,  # Villa El Salvador
    "150108": 30,  # Chorrillos
    "150125": 30,  # Puente Piedra
    "150115": 30,  # La Victoria
    "150106": 22,  # Carabayllo
    "150111": 20,  # El Agustino
    "150128": 18,  # Rímac
    "150118": 14,  # Lurigancho
    "150137": 12,  # Santa Anita
    "150140": 8,  # Santiago de Surco
    "outside": 12,
    "not_informed": 25,
}
CATEGORIES = {
    BreakdownTable.SEX_POPULATION: POPULATION,
    BreakdownTable.SEX_AGE: AGE,
    BreakdownTable.SEX_DISTRICT: DISTRICT,
    BreakdownTable.SEX_DISABILITY: DISABILITY,
    BreakdownTable.SEX: {"": 1},
}

WOMEN_ONLY: Weights = {"woman": 1}
ADULTS: Weights = {"18-59": 90, "60+": 8, "not_informed": 2}
# Where the municipality has its orientation desks.
DESKS: Weights = {"150132": 30, "150135": 22, "150110": 16, "150117": 14, "150101": 12, "outside": 6}
# What differs from the usual: by indicator, the weights of sex and of some tables.
SEX_OF: dict[str, Weights] = {
    # Units that ask for a document know the sex of everybody, so their tables can be published whole.
    "IND.01.ACT.01.01.02": {"woman": 58, "man": 42},
    "IND.01.ACT.01.01.03": {"woman": 52, "man": 48},
    "IND.01.ACT.03.01.01": WOMEN_ONLY,
    "IND.01.ACT.03.01.02": {"woman": 88, "man": 12},
    "IND.02.ACT.03.01.05": {"woman": 63, "man": 35, "other": 1, "not_informed": 1},
}
TABLE_OF: dict[tuple[str, str], Weights] = {
    ("IND.01.ACT.01.01.02", BreakdownTable.SEX_DISTRICT): DESKS,
    ("IND.01.ACT.01.02.02", BreakdownTable.SEX_AGE): ADULTS,
    ("IND.01.ACT.03.01.01", BreakdownTable.SEX_AGE): {"18-59": 86, "60+": 14},
    ("IND.01.ACT.03.01.02", BreakdownTable.SEX_AGE): {"12-17": 9, "18-59": 84, "60+": 4, "not_informed": 3},
    ("IND.02.ACT.03.01.05", BreakdownTable.SEX_AGE): ADULTS,
    # This one counts refugees and migrants only.
    ("IND.02.ACT.03.01.05", BreakdownTable.SEX_POPULATION): {"migrant": 76, "refugee": 20, "not_informed": 4},
}


def apportion(total: int, weights: Weights, chance: Random, spread: int = 15) -> dict[str, int]:
    """`total` shared by weight, give or take `spread` percent each, in whole numbers that add up to it."""
    shaken = {key: weight * chance.randint(100 - spread, 100 + spread) for key, weight in weights.items()}
    whole = sum(shaken.values())
    shares = {key: total * weight // whole for key, weight in shaken.items()}
    by_remainder = sorted(shaken, key=lambda key: total * shaken[key] % whole, reverse=True)
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return {key: share for key, share in shares.items() if share}


def cells_of(result: Result, tables: list[str]) -> list[Breakdown]:
    """The cells of the result's tables (not saved). All of them agree on how many are women and how many men."""
    code, people = result.indicator.code, int(result.value)
    sexes = apportion(people, SEX_OF.get(code, SEX), lot(code, result.period.code, people, "sex"), spread=5)
    cells = []
    for name in tables:
        table = BreakdownTable(name)
        weights = TABLE_OF.get((code, table), CATEGORIES[table])
        for sex, count in sexes.items():
            spread = apportion(count, weights, lot(code, result.period.code, people, table, sex))
            cells += [
                Breakdown(result=result, table=table, category=category, sex=sex, count=spread[category])
                for category in weights
                if category in spread
            ]
    return cells


def unknown_cells(result: Result, tables: list[str]) -> list[Breakdown]:
    """The same of people of whom nothing was written down (not saved)."""
    unknown, people = Breakdown.Sex.NOT_INFORMED, int(result.value)
    return [
        Breakdown(
            result=result,
            table=table,
            category="" if table == BreakdownTable.SEX else unknown,
            sex=unknown,
            count=people,
        )
        for table in tables
    ]
