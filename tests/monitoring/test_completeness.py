"""What a report must hold before it leaves the unit."""

from decimal import Decimal

import pytest

from monitoring.completeness import Asked, Filled, Gap, Given, Lack, filled, lacks

PEOPLE = Asked(due=True, tables=("sex_population", "sex_age"))
POOLED = Asked(due=True, pooled=True)


def gaps(asked, **given):
    return [(lack.gap, lack.field) for lack in lacks(asked, Given(**given))]


def test_nothing_at_all_lacks_the_value_alone():
    assert gaps(PEOPLE) == [(Gap.VALUE, "value")]
    assert gaps(POOLED) == [(Gap.VALUE, "numerator")]


def test_a_reason_why_there_is_no_value_is_whole():
    assert gaps(PEOPLE, not_available_reason="El sistema estuvo caído") == []


def test_zero_is_a_value_and_needs_no_table_and_no_evidence():
    assert gaps(PEOPLE, value=Decimal(0)) == []


@pytest.mark.parametrize(
    ("sums", "expected"),
    [
        ({}, [(Gap.TABLE, "sex_population"), (Gap.TABLE, "sex_age")]),
        ({"sex_population": 5, "sex_age": 5}, []),
        ({"sex_population": 4, "sex_age": 5}, [(Gap.SUM, "sex_population")]),
    ],
)
def test_each_declared_table_adds_up_to_the_value(sums, expected):
    assert gaps(PEOPLE, value=Decimal(5), sums=sums, evidence=1) == expected


def test_a_table_that_disagrees_says_both_numbers():
    lack = lacks(PEOPLE, Given(value=Decimal(5), sums={"sex_population": 4, "sex_age": 5}, evidence=1))[0]
    assert lack == Lack(Gap.SUM, "sex_population", expected=Decimal(5), found=Decimal(4))


def test_a_table_that_was_filled_in_beside_a_zero_has_to_agree():
    assert gaps(PEOPLE, value=Decimal(0), sums={"sex_age": 2}) == [(Gap.SUM, "sex_age")]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"numerator": Decimal(3)}, [(Gap.DENOMINATOR, "denominator"), (Gap.EVIDENCE, "evidence")]),
        ({"denominator": Decimal(3)}, [(Gap.NUMERATOR, "numerator")]),
        ({"numerator": Decimal(4), "denominator": Decimal(3)}, [(Gap.ABOVE, "numerator"), (Gap.EVIDENCE, "evidence")]),
        ({"numerator": Decimal(0), "denominator": Decimal(0)}, []),
    ],
)
def test_a_pooled_percentage_has_both_parts(parts, expected):
    assert gaps(POOLED, **parts) == expected


def test_the_numerator_may_exceed_where_the_indicator_says_so():
    asked = Asked(due=True, pooled=True, numerator_may_exceed=True)
    assert gaps(asked, numerator=Decimal(4), denominator=Decimal(3), evidence=1) == []


def test_a_value_above_zero_has_evidence_or_a_reason_why_not():
    plain = Asked(due=True)
    assert gaps(plain, value=Decimal(1)) == [(Gap.EVIDENCE, "evidence")]
    assert gaps(plain, value=Decimal(1), evidence=1) == []
    assert gaps(plain, value=Decimal(1), no_evidence_reason="Se perdió en la mudanza") == []


def test_without_a_target_nothing_is_asked_until_something_is_entered():
    unasked = Asked(due=False, tables=("sex_age",))
    assert lacks(unasked, Given()) == ()
    assert gaps(unasked, value=Decimal(2)) == [(Gap.TABLE, "sex_age"), (Gap.EVIDENCE, "evidence")]
    assert gaps(unasked, evidence=1) == [(Gap.VALUE, "value")]


def test_how_far_each_one_is():
    assert filled(PEOPLE, Given()) == Filled.EMPTY
    assert filled(PEOPLE, Given(value=Decimal(5))) == Filled.PARTIAL
    assert filled(PEOPLE, Given(value=Decimal(0))) == Filled.DONE
    assert filled(Asked(due=False), Given()) == Filled.OPTIONAL
