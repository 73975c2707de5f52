"""Days that are typed."""

import datetime as dt

import pytest
from django import forms

from institution.forms import DayField


@pytest.mark.parametrize("text", ["1900-01-01", "2025-12-31", "2199-12-31"])
def test_days_of_an_institution(text):
    assert DayField().clean(text) == dt.date.fromisoformat(text)


@pytest.mark.parametrize("text", ["0001-01-01", "0203-05-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_year_that_somebody_mistyped_is_refused_in_words(text):
    with pytest.raises(forms.ValidationError, match="entre 1900 y 2199"):
        DayField().clean(text)


def test_a_browsers_calendar_gives_and_takes_iso_days():
    assert 'type="date" name="day" value="2025-01-13"' in DayField().widget.render("day", dt.date(2025, 1, 13))
