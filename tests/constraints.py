"""What the tests of the models share: the database itself says no."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction


def refused(action: Callable[[], object]) -> None:
    """Asserts that a constraint refuses what `action` writes."""
    with pytest.raises(IntegrityError), transaction.atomic():
        action()
