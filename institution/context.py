"""What every page knows about its surroundings."""

from django.conf import settings
from django.http import HttpRequest

from institution import clock


def surroundings(request: HttpRequest) -> dict:
    """The date when it is a set one, and whether this is the demonstration."""
    return {"set_date": clock.today() if clock.is_set() else None, "is_demo": settings.PMH_DEMO}
