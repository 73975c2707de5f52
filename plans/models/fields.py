"""The two kinds of column that the plan and its results share: a quantity, and the code of a semester."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from plans.measures import is_period


class QuantityField(models.DecimalField):
    """A value, target, numerator or denominator: never negative, 4 decimals.

    15 digits in all, because SQLite keeps decimals as floats and rounds beyond that.
    """

    def __init__(self, *args, **kwargs):
        kwargs.update(max_digits=15, decimal_places=4)
        kwargs.setdefault("validators", [MinValueValidator(0, _("No puede ser negativo."))])
        super().__init__(*args, **kwargs)


def validate_period(code: str) -> None:
    if not is_period(code):
        raise ValidationError(_("Escriba el semestre como 2022-1 o 2022-2."))


class PeriodCodeField(models.CharField):
    """A semester as `2022-1`; codes sort as text in the order of time."""

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 6
        kwargs.setdefault("validators", [validate_period])
        super().__init__(*args, **kwargs)


def is_period_code(field: str) -> Q:
    """The database's own check of a semester's code: a year, a hyphen, 1 or 2."""
    half = Q(**{f"{field}__endswith": "-1"}) | Q(**{f"{field}__endswith": "-2"})
    return Q(Exact(Length(field), 6)) & Q(**{f"{field}__range": ("1900-1", "2999-2")}) & half


def is_web_address(field: str) -> Q:
    """The database's own check of a link that pages show: empty, or a web address; never a script."""
    return Q(**{field: ""}) | Q(**{f"{field}__startswith": "http://"}) | Q(**{f"{field}__startswith": "https://"})
