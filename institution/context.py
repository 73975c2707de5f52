"""What every page knows about its surroundings."""

from django.conf import settings
from django.http import HttpRequest

from institution import clock
from institution.demo_accounts import DemoAccounts, demo_accounts
from institution.models import Designation


def surroundings(request: HttpRequest) -> dict:
    """The date when it is a set one, whether this is the demonstration, the posts of who is signed in."""
    return {
        "set_date": clock.today() if clock.is_set() else None,
        "is_demo": settings.PMH_DEMO,
        "posts": _posts(request),
        "demo_accounts": _demo_accounts(request),
    }


def _posts(request: HttpRequest) -> list[Designation]:
    """The person's posts today, asked once per request."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    if not hasattr(request, "_posts"):
        posts = Designation.objects.in_force().filter(user=user).select_related("unit__government")
        request._posts = list(posts.order_by("starts_on", "id"))
    return request._posts


def _demo_accounts(request: HttpRequest) -> DemoAccounts | None:
    """Whom one may be, on the sign-in page of the demonstration only."""
    match = getattr(request, "resolver_match", None)
    if not settings.PMH_DEMO or match is None or match.view_name != settings.LOGIN_URL:
        return None
    return demo_accounts()
