"""The fictional persons of the demonstration, for its sign-in page. Never asked where PMH_DEMO is off."""

from __future__ import annotations

from dataclasses import dataclass

from institution.models import Designation, Role

# Printed on the sign-in page of the demonstration; it opens nothing else.
DEMO_PASSWORD = "demostracion-2025"  # noqa: S105  (printed on the sign-in page of the demonstration)

TYPICAL = (Role.REPORTER, Role.HEAD, Role.COORDINATOR)


@dataclass(frozen=True)
class DemoAccount:
    name: str
    email: str
    posts: tuple[str, ...]  # "Enlace técnico · GMU"


@dataclass(frozen=True)
class DemoAccounts:
    typical: list[DemoAccount]  # one of each typical role
    others: list[DemoAccount]
    password: str = DEMO_PASSWORD


def demo_accounts() -> DemoAccounts:
    """Every person with a post today: first one of each typical role, then the rest. One query."""
    posts = Designation.objects.in_force().select_related("user", "unit").order_by("starts_on", "id")
    by_person: dict[int, list[Designation]] = {}
    for post in posts:
        by_person.setdefault(post.user_id, []).append(post)
    first = {}
    for held in by_person.values():
        first.setdefault(Role(held[0].role), held)
    typical = [first[role] for role in TYPICAL if role in first]
    others = sorted((held for held in by_person.values() if held not in typical), key=lambda held: str(held[0].user))
    return DemoAccounts([_account(held) for held in typical], [_account(held) for held in others])


def _account(posts: list[Designation]) -> DemoAccount:
    person = posts[0].user
    told = tuple(dict.fromkeys(f"{post.get_role_display()} · {post.unit.acronym}" for post in posts))
    return DemoAccount(person.full_name, person.email, told)
