"""What a reviewer should look at twice: one table of cases for each rule, with the numbers just before and after."""

from decimal import Decimal

import pytest

from monitoring.models import Breakdown
from monitoring.plausibility import Caution, Rule, Semester, Told, Use, cautions, usual_of
from monitoring.progress import Entry, Parameters, Series, measure
from monitoring.showing import CAUTION_TEXTS, SEX_COUNTS, caution_text
from plans.measures import Accumulation, Direction, Formula, Horizon, Reading

EARLIER = ("2022-1", "2022-2", "2023-1", "2023-2", "2024-1")
NOW = "2024-2"


def entry_of(period: str, cell, target=None) -> Entry:
    """A cell of the tables below: a number, numerator and denominator, or nothing."""
    target = None if target is None else Decimal(str(target))
    if isinstance(cell, tuple):
        numerator, denominator = map(Decimal, cell)
        return Entry(period, target, numerator=numerator, denominator=denominator)
    return Entry(period, target, None if cell is None else Decimal(str(cell)))


def told(now, *earlier, target=None, rule="sum", direction="increasing", formula="ratio", base=None, **more) -> Told:
    """The result of 2024-2 with what was reported before, measured as the loader does."""
    parameters = more.pop("parameters", Parameters())
    given = [entry_of(period, cell) for period, cell in zip(EARLIER, earlier, strict=False)]
    series = Series(
        "IND",
        (*given, entry_of(NOW, now, target)),
        Accumulation(rule),
        Direction(direction),
        Formula(formula),
        None if base is None else Decimal(base),
    )

    def semester(entry: Entry) -> Semester:
        return Semester(entry, measure(series, entry.period, Horizon.SEMESTER, parameters))

    *before, last = map(semester, series.entries)
    words = {"achievements": "Se hizo.", "difficulties": "Hubo lluvias."} | more
    reported = tuple(each for each in before if series.is_reported(each.entry))
    return Told(last, reported, series.accumulation, series.direction, parameters, **words)


def rules(case: Told) -> list[Rule]:
    return [caution.rule for caution in cautions(case)]


def of(rule: Rule, case: Told) -> Caution:
    return next(caution for caution in cautions(case) if caution.rule == rule)


def test_an_ordinary_result_asks_for_no_second_look():
    assert cautions(told(98, 90, 110, 95, target=100)) == ()


@pytest.mark.parametrize(
    ("value", "more", "expected"),
    [
        ("119.99", {}, False),
        ("120", {}, False),
        ("120.01", {}, True),
        ("0", {}, False),
        ("5", {"target": 0}, False),  # (*): not computable
        ("5", {"target": None}, False),  # nothing programmed
        ("83.33", {"direction": "decreasing"}, True),  # 100 / 83.33 = 120.005
        ("83.34", {"direction": "decreasing"}, False),
        ("61", {"rule": "last", "formula": "baseline", "base": 40, "target": 57}, True),  # 21 / 17 = 123.5
        ("60", {"rule": "last", "formula": "baseline", "base": 40, "target": 57}, False),  # 20 / 17 = 117.6
    ],
)
def test_above_120(value, more, expected):
    assert (Rule.ABOVE in rules(told(value, **({"target": 100} | more)))) is expected


def test_above_120_tells_value_target_and_progress():
    assert of(Rule.ABOVE, told("150", target=120)) == Caution(
        Rule.ABOVE, value=Decimal(150), against=Decimal(120), progress=Decimal(125)
    )


@pytest.mark.parametrize(
    ("earlier", "rule", "usual"),
    [
        ((), "sum", None),
        ((None, None), "sum", None),
        ((7,), "sum", 7),
        ((10, 30, 20), "sum", 20),
        ((10, 30, 20, 1000), "sum", 25),  # the mean of the two in the middle: one slip does not move it far
        ((10, None, 30), "sum", 20),  # semesters without a value do not enter
        (((1, 2), (0, 0), (3, 4)), "pooled", Decimal("62.5")),  # nor does a percentage of no cases
    ],
)
def test_the_usual_value_is_the_median_of_what_was_reported(earlier, rule, usual):
    assert usual_of(told((1, 2) if rule == "pooled" else 1, *earlier, rule=rule)) == usual


@pytest.mark.parametrize(
    ("value", "earlier", "expected"),
    [
        ("199.99", (10, 30, 20), None),
        ("200", (10, 30, 20), Rule.TEN_TIMES),
        ("200.01", (10, 30, 20), Rule.TEN_TIMES),
        ("2.01", (10, 30, 20), None),
        ("2", (10, 30, 20), Rule.A_TENTH),
        ("1.99", (10, 30, 20), Rule.A_TENTH),
        ("0", (10, 30, 20), None),  # its light tells it already
        ("1000", (), None),  # nothing is usual yet
        ("1000", (0, 0, 5), None),  # nothing is ten times 0
        ("70", (7,), Rule.TEN_TIMES),
        (None, (10, 30, 20), None),
    ],
)
def test_ten_times_or_a_tenth_of_the_usual(value, earlier, expected):
    found = set(rules(told(value, *earlier))) & {Rule.TEN_TIMES, Rule.A_TENTH}
    assert found == ({expected} if expected else set())


def test_ten_times_tells_the_usual_value_and_of_how_many_semesters():
    assert of(Rule.TEN_TIMES, told(1170, 88, None, 112, 109)) == Caution(
        Rule.TEN_TIMES, value=Decimal(1170), against=Decimal(109), semesters=3
    )


@pytest.mark.parametrize(
    ("value", "earlier", "rule", "expected"),
    [
        (97, (88, 97), "sum", "2022-2"),
        ("97.0", (88, 97), "sum", "2022-2"),  # the same number, however it is written
        ("97.01", (88, 97), "sum", None),
        (97, (97, 88), "sum", None),  # only the last one reported
        (97, (97, None), "sum", "2022-1"),  # whenever that was
        (97, (), "sum", None),
        (0, (0,), "sum", "2022-1"),
        (9, (9,), "last", "2022-1"),
        ((27, 100), ((27, 100),), "pooled", "2022-1"),
        ((54, 200), ((27, 100),), "pooled", None),  # the same percentage of other people
        ((0, 0), ((0, 0),), "pooled", None),  # no cases, twice
        (None, (97,), "sum", None),
    ],
)
def test_the_same_value_as_last_time_to_the_digit(value, earlier, rule, expected):
    case = told(value, *earlier, rule=rule)
    found = [caution.period for caution in cautions(case) if caution.rule == Rule.SAME]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("value", "earlier", "more", "expected"),
    [
        ("8.99", (4, 9), {}, True),
        ("9", (4, 9), {}, False),
        ("9.01", (4, 9), {}, False),
        ("8", (9, None), {}, True),  # the last one known
        ("8", (12, 7), {}, False),  # fell before, not now
        ("8", (), {}, False),
        ("8", (4, 9), {"rule": "sum"}, False),  # a flow goes up and down
        ("8", (4, 9), {"direction": "decreasing"}, False),  # falling is what it is meant to do
    ],
)
def test_a_stock_that_falls(value, earlier, more, expected):
    assert (Rule.FALLS in rules(told(value, *earlier, **({"rule": "last"} | more)))) is expected


NOBODY_KNOWN = {("not_informed", "not_informed"): 52}


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({}, []),
        ({"sex": {("", "not_informed"): 52}}, [("sex", True, 52)]),
        ({"sex": {("", "not_informed"): 51, ("", "woman"): 1}}, []),
        ({"sex_age": NOBODY_KNOWN}, [("sex_age", True, 52)]),
        ({"sex_age": {("not_informed", "woman"): 30, ("not_informed", "man"): 22}}, [("sex_age", False, 52)]),
        ({"sex_age": {("not_informed", "woman"): 51, ("18-59", "woman"): 1}}, []),
        ({"sex_age": {("not_informed", "woman"): 51, ("18-59", "not_informed"): 1}}, []),
        ({"sex_age": {("not_informed", "woman"): 0}}, []),  # a table of nobody
        ({"sex": {("", "woman"): 52}, "sex_age": NOBODY_KNOWN}, [("sex_age", True, 52)]),
    ],
)
def test_a_breakdown_that_says_nothing(tables, expected):
    found = [each for each in cautions(told(52, tables=tables)) if each.rule == Rule.NOT_INFORMED]
    assert [(each.table, each.by_sex, each.people) for each in found] == expected


WOMEN_AND_A_MAN = {("lima", "woman"): 50, ("callao", "woman"): 30, ("callao", "man"): 1}


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"sex_population": {("general", "woman"): 81}, "sex_district": WOMEN_AND_A_MAN}, [("sex_district", 80)]),
        ({"sex_population": {("general", "woman"): 80, ("migrant", "man"): 1}, "sex_district": WOMEN_AND_A_MAN}, []),
        ({"sex_district": WOMEN_AND_A_MAN}, []),  # alone it has nothing to disagree with
        ({"sex": {("", "woman"): 81, ("", "man"): 0}, "sex_age": {("18-29", "woman"): 81}}, []),  # a 0 says nothing
        ({"sex": {("", "woman"): 81}, "sex_age": {("18-29", "woman"): 80, ("18-29", "other"): 1}}, [("sex_age", 80)]),
        (
            {"sex": {("", "woman"): 81}, "sex_age": {("18-29", "woman"): 80, ("18-29", "not_informed"): 1}},
            [("sex_age", 80)],
        ),
        ({"sex": {("", "not_informed"): 81}, "sex_district": WOMEN_AND_A_MAN}, []),  # told by its own caution
        ({"sex": {("", "woman"): 81}, "sex_age": {("18-29", "woman"): 0}}, []),  # a table of nobody
        (
            {"sex": {("", "woman"): 81}, "sex_age": {("18-29", "woman"): 81}, "sex_district": WOMEN_AND_A_MAN},
            [("sex_district", 80)],
        ),
    ],
)
def test_tables_that_disagree_by_sex(tables, expected):
    found = [each for each in cautions(told(81, tables=tables)) if each.rule == Rule.DISAGREE]
    assert [(each.other_table, each.other_sexes["woman"]) for each in found] == expected


def test_tables_that_disagree_are_told_with_their_numbers():
    case = told(81, tables={"sex_population": {("general", "woman"): 81}, "sex_district": WOMEN_AND_A_MAN})
    (caution,) = cautions(case)
    assert caution_text(caution, tables=("Sexo y población", "Sexo y distrito")) == (
        "Las tablas «Sexo y población» (81 mujeres) y «Sexo y distrito» (80 mujeres, 1 hombre) no dicen lo mismo por "
        "sexo. ¿Cuál está bien?"
    )


def test_every_sex_has_its_words():
    assert set(SEX_COUNTS) == set(Breakdown.Sex.values)


def test_evidence_used_before_names_each_result():
    uses = (Use("Acta", "Ferias", "2024-1", "GDE"), Use("Acta", "Sesiones", "2024-2", "GPV"))
    found = cautions(told(98, 90, target=100, uses=uses))
    assert found == (Caution(Rule.USED_BEFORE, use=uses[0]), Caution(Rule.USED_BEFORE, use=uses[1]))


@pytest.mark.parametrize(
    ("value", "achievements", "expected"),
    [(1, "", True), ("0.01", " \n", True), (1, "Se hizo.", False), (0, "", False), (None, "", False)],
)
def test_a_value_without_a_word_about_it(value, achievements, expected):
    assert (Rule.NO_ACHIEVEMENTS in rules(told(value, achievements=achievements))) is expected


@pytest.mark.parametrize(
    ("value", "target", "difficulties", "expected"),
    [
        ("74.99", 100, "", True),
        ("75", 100, "", False),
        ("75.01", 100, "", False),
        ("74.99", 100, "Hubo lluvias.", False),
        ("74.99", 100, "  ", True),
        (0, 100, "", True),
        (None, 100, "", False),  # S.I.: there is nothing to explain yet
        (5, None, "", False),
        (5, 0, "", False),
    ],
)
def test_below_amber_without_a_word_about_it(value, target, difficulties, expected):
    assert (Rule.NO_DIFFICULTIES in rules(told(value, target=target, difficulties=difficulties))) is expected


def test_below_amber_follows_the_plan():
    """Thresholds and official reading are the plan's."""
    strict = Parameters(amber=Decimal(90), reading=Reading.REPORTED)
    assert of(Rule.NO_DIFFICULTIES, told(80, target=100, difficulties="", parameters=strict)) == Caution(
        Rule.NO_DIFFICULTIES, progress=Decimal(80), against=Decimal(90)
    )


@pytest.mark.parametrize(
    ("case", "percent", "table", "says"),
    [
        (told("120.01", target=100), False, "", "El avance del semestre es 120.01 %, más de 120 %: 120.01 de una meta"),
        (told(1170, 88, 112), False, "", "1,170 es diez veces lo usual o más: la mediana de lo reportado antes (2 sem"),
        (told(9, 97), False, "", "9 es la décima parte de lo usual o menos: la mediana de lo reportado antes (1 sem"),
        (
            told((27, 100), (27, 100), rule="pooled"),
            True,
            "",
            "27 / 100 (27 %) es exactamente lo que se reportó en 2022-1",
        ),
        (told(8, 9, rule="last"), False, "", "Es un acumulado y baja: 8, cuando en 2022-1 eran 9."),
        (told(52, tables={"sex_age": NOBODY_KNOWN}), False, "Sexo y edad", "En la tabla «Sexo y edad» las 52 personas"),
        (
            told(5, uses=(Use("Acta", "Ferias", "2024-1", "GDE"),)),
            False,
            "",
            "El archivo «Acta» es el mismo que respalda «Ferias» en 2024-1 (GDE).",
        ),
        (told(5, achievements=""), False, "", "Se reporta 5 y no se cuenta qué se logró."),
        (
            told((1, 2), target=80, rule="pooled", difficulties=""),
            True,
            "",
            "El avance es 62.50 %, menos de 75 %, y no",
        ),
    ],
)
def test_each_is_a_sentence_with_its_numbers(case, percent, table, says):
    (caution,) = cautions(case)
    assert caution_text(caution, percent=percent, tables=(table, "")).startswith(says)


def test_every_rule_has_its_words():
    assert set(CAUTION_TEXTS) == set(Rule)
