"""The fictional persons of the demonstration, and the posts they hold. Any likeness in name is chance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from institution.demo_accounts import DEMO_PASSWORD
from institution.models import Designation, Government, Role, Unit, User
from pmh.demo.dates import working_day

DOMAIN = "pmh.example"
REPORTER, HEAD, BUDGET = Role.REPORTER, Role.HEAD, Role.BUDGET_LIAISON
COORDINATOR, PLANNER, VIEWER = Role.COORDINATOR, Role.PLANNER, Role.VIEWER

FIRST = dt.date(2022, 3, 21)  # those who began the plan
SECOND = dt.date(2022, 4, 4)
NEW_UNIT = dt.date(2023, 5, 2)  # the successor unit's first working day


@dataclass(frozen=True)
class Post:
    """One person in one unit, in one or several roles, between two dates, by one document."""

    name: str
    unit: str
    roles: tuple[Role, ...]
    document: str
    since: dt.date = SECOND
    until: dt.date | None = None


# The first coordinator, reporter and head are the typical accounts that the sign-in page offers first.
POSTS = (
    Post("Bruno Salas", "GPV", (COORDINATOR,), "Resolución de Gerencia N.º 011-2022-MML-GPV", FIRST),
    Post("Alicia Rojas", "GMU", (REPORTER,), "Memorando N.º 0043-2022-MML-GMU", FIRST),
    Post("María del Carmen Inga", "GMU", (HEAD,), "Resolución de Alcaldía N.º 087-2022", FIRST),
    Post("Sonia Bravo", "GMU", (BUDGET,), "Memorando N.º 0044-2022-MML-GMU"),
    Post("Lucía Paredes", "GPV", (COORDINATOR,), "Resolución de Gerencia N.º 014-2022-MML-GPV"),
    Post("Rosa Cárdenas", "GPV", (HEAD,), "Resolución de Alcaldía N.º 088-2022"),
    Post("Marco Tello", "GPV", (REPORTER,), "Memorando N.º 0102-2022-MML-GPV"),
    Post("Nelly Chumpitaz", "GPV", (BUDGET,), "Memorando N.º 0103-2022-MML-GPV"),
    Post("Julio Arbulú", "GDE", (HEAD,), "Resolución de Alcaldía N.º 089-2022", until=dt.date(2023, 6, 30)),
    Post("Patricia Villanueva", "GDE", (HEAD,), "Resolución de Alcaldía N.º 241-2023", dt.date(2023, 7, 3)),
    Post("Diego Huaringa", "GDE", (REPORTER,), "Memorando N.º 0077-2022-MML-GDE"),
    Post("Carmen Ñahui", "GDE", (BUDGET,), "Memorando N.º 0078-2022-MML-GDE"),
    Post("Óscar Palomino", "GDS", (HEAD,), "Resolución de Alcaldía N.º 090-2022"),
    Post("Yesenia Mamani", "GDS", (REPORTER,), "Memorando N.º 0065-2022-MML-GDS", until=dt.date(2024, 10, 11)),
    Post("Renzo Talledo", "GDS", (REPORTER,), "Memorando N.º 0388-2024-MML-GDS", dt.date(2024, 10, 14)),
    Post("Edgar Loayza", "GDS", (BUDGET,), "Memorando N.º 0066-2022-MML-GDS", until=dt.date(2024, 12, 13)),
    Post("Luis Gamarra", "GED", (HEAD,), "Resolución de Alcaldía N.º 091-2022"),
    Post("Katherine Solís", "GED", (REPORTER,), "Memorando N.º 0051-2022-MML-GED"),
    Post("Raúl Espejo", "GED", (BUDGET,), "Memorando N.º 0052-2022-MML-GED"),
    Post("Teresa Echegaray", "GC", (HEAD,), "Resolución de Alcaldía N.º 092-2022"),
    Post("Iván Cusi", "GC", (REPORTER, BUDGET), "Memorando N.º 0029-2022-MML-GC"),
    Post("Víctor Ampuero", "GSGC", (HEAD,), "Resolución de Alcaldía N.º 093-2022"),
    Post("Fiorella Castro", "GSGC", (REPORTER,), "Memorando N.º 0118-2022-MML-GSGC"),
    Post("Héctor Rimachi", "GSGC", (BUDGET,), "Memorando N.º 0119-2022-MML-GSGC"),
    Post("Adriana Montes", "GCSRP", (HEAD,), "Resolución de Alcaldía N.º 094-2022"),
    Post("Joel Oré", "GCSRP", (REPORTER, BUDGET), "Memorando N.º 0036-2022-MML-GCSRP"),
    Post("Ricardo Zegarra", "GDC", (HEAD,), "Resolución de Alcaldía N.º 095-2022"),
    Post("Milagros Ticona", "GDC", (REPORTER, BUDGET), "Memorando N.º 0047-2022-MML-GDC"),
    Post("Silvia Marroquín", "GP", (HEAD,), "Resolución de Alcaldía N.º 096-2022"),
    Post("Alonso Bedoya", "GP", (PLANNER,), "Memorando N.º 0058-2022-MML-GP"),
    Post("Vanessa Poma", "GP", (REPORTER, BUDGET), "Memorando N.º 0059-2022-MML-GP"),
    Post("Jaime Oblitas", "GGRD", (HEAD, BUDGET), "Resolución de Alcaldía N.º 097-2022"),
    Post("Nadia Curi", "GGRD", (REPORTER,), "Memorando N.º 0031-2022-MML-GGRD"),
    Post("Gloria Santisteban", "GPV", (VIEWER,), "Acta de instalación de la comisión especial", dt.date(2022, 4, 22)),
    Post("Andrés Molina", "GPV", (VIEWER,), "Oficio N.º 0210-2023-MML-GPV (agencias socias)", dt.date(2023, 3, 6)),
)
# Whoever worked in the unit that ended goes on in its successor, by a new document.
SUCCESSOR_POSTS = (
    Post("Víctor Ampuero", "GSCV", (HEAD,), "Resolución de Alcaldía N.º 175-2023", NEW_UNIT),
    Post("Fiorella Castro", "GSCV", (REPORTER,), "Memorando N.º 0004-2023-MML-GSCV", NEW_UNIT),
    Post("Héctor Rimachi", "GSCV", (BUDGET,), "Memorando N.º 0005-2023-MML-GSCV", NEW_UNIT),
)
# One or two of each role: coordination, a unit that is reporting, one that waits for its head, one with observations.
MAIN = (
    "Bruno Salas",
    "Lucía Paredes",
    "Alicia Rojas",
    "María del Carmen Inga",
    "Sonia Bravo",
    "Luis Gamarra",
    "Iván Cusi",
    "Renzo Talledo",
    "Marco Tello",
    "Alonso Bedoya",
    "Gloria Santisteban",
    "Andrés Molina",
    "Carla Quispe",
)
LEFT_THE_INSTITUTION = "Julio Arbulú"
NEVER_CAME = "Andrés Molina"

# Carla belongs to another government, and must see nothing of Lima's plan.
NEIGHBOUR = {
    "ubigeo": "150138",
    "name": "Municipalidad Distrital de Santa María del Mar",
    "place": "Santa María del Mar",
    "kind": Government.Kind.DISTRICT,
}
NEIGHBOUR_UNIT = {"acronym": "GDH", "name": "Gerencia de Desarrollo Humano", "valid_from": dt.date(2022, 1, 1)}
NEIGHBOUR_POSTS = (Post("Carla Quispe", "GDH", (VIEWER,), "Memorando N.º 0007-2024-MDSMM-GDH", dt.date(2024, 2, 5)),)

PLAIN = str.maketrans("áéíóúüñÁÉÍÓÚÑ", "aeiouunAEIOUN")


def email_of(name: str) -> str:
    """`alicia.rojas@pmh.example`: first given name and surname, in a domain that no mail ever reaches."""
    first, *_, surname = name.translate(PLAIN).lower().split()
    return f"{first}.{surname}@{DOMAIN}"


def person(name: str) -> User:
    return User.objects.get(email=email_of(name))


def enrol(government: Government, posts: Iterable[Post] = POSTS) -> None:
    """The persons, each once, and their designations. All share the demonstration's password, hashed once."""
    posts = list(posts)
    present = set(User.objects.values_list("email", flat=True))
    password = make_password(DEMO_PASSWORD)
    began: dict[str, dt.date] = {}
    for post in posts:
        began.setdefault(post.name, post.since)
    User.objects.bulk_create(
        User(email=email_of(name), full_name=name, password=password) for name in began if email_of(name) not in present
    )
    for name, day in began.items():
        joined = timezone.make_aware(dt.datetime.combine(day, dt.time(9)))
        User.objects.filter(email=email_of(name)).exclude(email__in=present).update(date_joined=joined)
    users = User.objects.in_bulk(field_name="email")
    units = {unit.acronym: unit for unit in government.units.all()}
    Designation.objects.bulk_create(
        Designation(
            user=users[email_of(post.name)],
            unit=units[post.unit],
            role=role,
            starts_on=post.since,
            ends_on=post.until,
            document=post.document,
            document_date=working_day(post.since, -2),
        )
        for post in posts
        for role in post.roles
    )


def remember_visits(today: dt.date) -> None:
    """When each person with a post was last here: most in these weeks, one never."""
    posts = Designation.objects.in_force(today).exclude(user__email=email_of(NEVER_CAME))
    for number, user in enumerate(User.objects.filter(pk__in=posts.values("user")).order_by("pk")):
        day = working_day(today, -1 - (number * 7) % 30)
        user.last_login = timezone.make_aware(dt.datetime.combine(day, dt.time(9 + number % 8)))
        user.save(update_fields=["last_login"])


def enrol_neighbour() -> None:
    """The other government, its unit and its person."""
    government, _ = Government.objects.get_or_create(ubigeo=NEIGHBOUR["ubigeo"], defaults=NEIGHBOUR)
    Unit.objects.get_or_create(government=government, acronym=NEIGHBOUR_UNIT["acronym"], defaults=NEIGHBOUR_UNIT)
    enrol(government, NEIGHBOUR_POSTS)


def holder(unit: Unit, role: Role, day: dt.date) -> User:
    """Who holds the role in the unit on that day."""
    return Designation.objects.in_force(day).filter(unit=unit, role=role).select_related("user").earliest("id").user


def main_accounts(day: dt.date) -> list[tuple[str, str, str]]:
    """E-mail, roles and unit of the persons that show most of the product; empty where the demonstration is not."""
    posts = list(Designation.objects.in_force(day).select_related("user", "unit").order_by("id"))
    accounts = []
    for name in MAIN:
        held = [post for post in posts if post.user.email == email_of(name)]
        if held:
            roles = ", ".join(str(post.get_role_display()) for post in held)
            accounts.append((held[0].user.email, roles, held[0].unit.acronym))
    return accounts
