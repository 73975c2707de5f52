"""Plain functions that make what a test needs, with sensible values for everything it does not care about.

Three persons run through the tests: Alicia reports for her unit, Bruno coordinates at GPV, Carla belongs to
another government and must be refused (`make_people`). A submission's state is set directly here, only here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.files.base import ContentFile

from institution import clock
from institution.invitations import Issued, invite
from institution.models import Designation, Government, Role, Unit, User
from monitoring.models import Breakdown, Evidence, Period, Result, Submission
from plans.models import (
    Activity,
    BreakdownTable,
    DeclaredTable,
    Guideline,
    Indicator,
    Objective,
    Plan,
    Responsibility,
    StrategicAction,
    Target,
    TargetRevision,
)

PASSWORD = "una-clave-de-prueba"
LIMA = "1501"
BEGINNING = dt.date(2022, 1, 1)

_numbers = itertools.count(1)

Number = Decimal | int | str | None


def _decimal(value: Number) -> Decimal | None:
    return None if value is None else Decimal(value)


# --- Who ----------------------------------------------------------------------------------------------------


def make_government(ubigeo: str = LIMA, **kw: Any) -> Government:
    """The government of that ubigeo: the same one each time it is asked for."""
    if found := Government.objects.filter(ubigeo=ubigeo).first():
        return found
    kw = {"name": f"Municipalidad {ubigeo}", "place": f"Ámbito {ubigeo}"} | kw
    if ubigeo == LIMA:
        kw |= {"name": "Municipalidad Metropolitana de Lima", "place": "Lima Metropolitana"}
    kinds = {length: kind for kind, length in Government.UBIGEO_LENGTH.items()}
    return Government.objects.create(ubigeo=ubigeo, **({"kind": kinds[len(ubigeo)]} | kw))


def make_unit(acronym: str | None = None, government: Government | None = None, **kw: Any) -> Unit:
    """A unit of that government (Lima when none is given): the same one each time it is asked for."""
    government = government or make_government()
    acronym = acronym or f"G{next(_numbers)}"
    if found := Unit.objects.filter(government=government, acronym=acronym).first():
        return found
    if acronym == "GPV":
        kw = {"name": "Gerencia de Participación Vecinal", "function": Unit.Function.COORDINATION} | kw
    defaults = {"name": f"Gerencia {acronym}", "valid_from": BEGINNING}
    return Unit.objects.create(government=government, acronym=acronym, **(defaults | kw))


def make_user(full_name: str = "", email: str | None = None, **kw: Any) -> User:
    """A person whose password is PASSWORD."""
    number = next(_numbers)
    email = email or f"persona{number}@example.org"
    kw.setdefault("password", PASSWORD)
    return User.objects.create_user(email, full_name or f"Persona {number}", **kw)


def make_designation(user: User, unit: Unit, role: Role = Role.REPORTER, **kw: Any) -> Designation:
    return Designation.objects.create(user=user, unit=unit, role=role, **({"starts_on": BEGINNING} | kw))


@dataclass(frozen=True)
class People:
    alicia: User
    bruno: User
    carla: User


def make_people(unit: Unit | None = None) -> People:
    """Alicia reports for `unit` (GMU by default), Bruno coordinates at its GPV, Carla belongs elsewhere."""
    unit = unit or make_unit("GMU", name="Gerencia de la Mujer")
    alicia, bruno, carla = (
        make_user(f"{name} {surname}", f"{name.lower()}@example.org")
        for name, surname in (("Alicia", "Rojas"), ("Bruno", "Salas"), ("Carla", "Quispe"))
    )
    make_designation(alicia, unit, Role.REPORTER)
    make_designation(bruno, make_unit("GPV", unit.government), Role.COORDINATOR)
    make_designation(carla, make_unit("GDS", make_government("0701")), Role.COORDINATOR)
    return People(alicia, bruno, carla)


def make_invitation(email: str = "nora@example.org", by: User | None = None, **kw: Any) -> Issued:
    """An invitation that is pending, with its link: `issued.link` is the token itself."""
    by = by or User.objects.filter(email="bruno@example.org").first() or make_people().bruno
    fields = {
        "unit": make_unit("GMU"),
        "role": Role.REPORTER,
        "full_name": "Nora Díaz",
        "email": email,
        "starts_on": BEGINNING,
    } | kw
    return invite(by=by, link_of=str, **fields)


def second_factor_code(secret: str, steps: int = 0) -> str:
    """What the telephone shows for that secret now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


# --- What was promised --------------------------------------------------------------------------------------


def make_plan(
    government: Government | None = None, *, closed_up_to: str = "", open_period: str = "", **kw: Any
) -> Plan:
    """A plan in force for 2022-2024 with its semesters: some closed, perhaps one open, the rest planned."""
    code = kw.pop("code", None) or f"plan-{next(_numbers)}"
    defaults = {
        "name": "Plan de Movilidad Humana",
        "first_year": 2022,
        "last_year": 2024,
        "state": Plan.State.IN_FORCE,
    }
    plan = Plan.objects.create(government=government or make_government(), code=code, **(defaults | kw))
    for period in plan.period_codes:
        state = Period.State.CLOSED if period <= closed_up_to else Period.State.PLANNED
        make_period(plan, period, Period.State.OPEN if period == open_period else state)
    return plan


def make_period(plan: Plan, code: str, state: Period.State = Period.State.PLANNED, **kw: Any) -> Period:
    """The semester of the plan in that state, whether or not it stood there before."""
    period = Period(plan=plan, code=code)
    end = period.ends_on
    dates = {
        "state": state,
        "due_on": end + dt.timedelta(days=21),
        "opened_on": None if state == Period.State.PLANNED else end + dt.timedelta(days=1),
        "closed_on": end + dt.timedelta(days=40) if state == Period.State.CLOSED else None,
    }
    return Period.objects.update_or_create(plan=plan, code=code, defaults=dates | kw)[0]


@dataclass
class Tree:
    """The nodes that `make_tree` made, each level in reading order."""

    plan: Plan
    guidelines: list[Guideline] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    actions: list[StrategicAction] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)

    @property
    def activity(self) -> Activity:
        return self.activities[0]


def make_tree(
    plan: Plan | None = None,
    *,
    guidelines: int = 1,
    actions: int = 1,
    activities: int = 1,
    lead_unit: Unit | None = None,
) -> Tree:
    """A tree of so many guidelines (one objective each), actions per objective, activities per action."""
    plan = plan or make_plan()
    unit = lead_unit or make_unit("GPV", plan.government)
    tree = Tree(plan)
    start = plan.guidelines.count()
    for g in range(start + 1, start + guidelines + 1):
        guideline = Guideline.objects.create(plan=plan, code=f"L.{g:02}", name=f"Lineamiento {g}", order=g)
        objective = Objective.objects.create(
            plan=plan, guideline=guideline, code=f"OE.{g:02}", name=f"Objetivo {g}", order=g
        )
        tree.guidelines.append(guideline)
        tree.objectives.append(objective)
        for a in range(1, actions + 1):
            code = f"{g:02}.{a:02}"
            action = StrategicAction.objects.create(
                plan=plan, objective=objective, code=f"AE.{code}", name=f"Acción {code}", order=a
            )
            tree.actions.append(action)
            tree.activities += [
                make_activity(action, f"ACT.{code}.{n:02}", unit, order=n) for n in range(1, activities + 1)
            ]
    return tree


def make_activity(
    action: StrategicAction, code: str | None = None, lead_unit: Unit | None = None, **kw: Any
) -> Activity:
    code = code or f"ACT.{next(_numbers)}"
    lead_unit = lead_unit or make_unit("GPV", action.plan.government)
    fields = {"name": f"Actividad {code}"} | kw
    return Activity.objects.create(plan=action.plan, action=action, code=code, lead_unit=lead_unit, **fields)


NODE_FIELDS = {Activity: "activity", StrategicAction: "action", Objective: "objective"}


def make_indicator(
    node: Activity | StrategicAction | Objective | None = None,
    *,
    targets: Mapping[str, Number] | None = None,
    unit: Unit | None = None,
    tables: tuple[str, ...] = (),
    **kw: Any,
) -> Indicator:
    """An indicator of a node (by default a new activity) with its targets, for which `unit` answers."""
    node = node or make_tree().activity
    plan = node.plan
    fields = {
        "code": f"IND.{next(_numbers):02}.{node.code}",
        "name": f"Número de cosas hechas en {node.code}",
        "unit_of_measure": "cosa",
        "accumulation": Indicator.AccumulationChoice.SUM,
    } | kw
    indicator = Indicator.objects.create(plan=plan, **{NODE_FIELDS[type(node)]: node}, **fields)
    for period, value in (targets or {}).items():
        if value is not None:
            Target.objects.create(indicator=indicator, period=period, value=_decimal(value))
    for table in tables:
        DeclaredTable.objects.create(indicator=indicator, table=table)
    unit = unit or getattr(node, "lead_unit", None) or make_unit("GPV", plan.government)
    make_responsibility(indicator, unit)
    return indicator


def make_responsibility(
    indicator: Indicator, unit: Unit, from_period: str | None = None, until_period: str | None = None
) -> Responsibility:
    """The unit answers for the indicator from that semester on (the plan's first when none is given)."""
    from_period = from_period or indicator.plan.period_codes[0]
    return Responsibility.objects.create(
        indicator=indicator, unit=unit, from_period=from_period, until_period=until_period
    )


def make_revision(
    indicator: Indicator, period: str, old: Number, new: Number, by: User | None = None, **kw: Any
) -> TargetRevision:
    """The record of a reprogramming; the target itself takes the new value."""
    if new is None:
        Target.objects.filter(indicator=indicator, period=period).delete()
    else:
        Target.objects.update_or_create(indicator=indicator, period=period, defaults={"value": _decimal(new)})
    fields = {
        "reason": TargetRevision.Reason.CORRECTION,
        "document_kind": "Memorando",
        "document_number": "001-2024",
        "document_date": dt.date(2024, 2, 1),
        "entered_on": dt.date(2024, 2, 2),
    } | kw
    return TargetRevision.objects.create(
        indicator=indicator,
        period=period,
        old_value=_decimal(old),
        new_value=_decimal(new),
        entered_by=by or make_user(),
        **fields,
    )


# --- What happened ------------------------------------------------------------------------------------------


def make_submission(
    unit: Unit,
    period: Period,
    state: Submission.State = Submission.State.VALIDATED,
    by: User | None = None,
    **kw: Any,
) -> Submission:
    """The report of that unit for that semester, in any state: the same one each time it is asked for."""
    if found := Submission.objects.filter(unit=unit, period=period).first():
        return found
    sent = state not in (Submission.State.DRAFT, Submission.State.AWAITING_SIGNOFF)
    dates = {"submitted_on": period.due_on if sent else None, "due_on": period.due_on if sent else None}
    return Submission.objects.create(
        unit=unit, period=period, state=state, started_by=by or make_user(), **(dates | kw)
    )


def make_result(
    indicator: Indicator,
    period: str,
    value: Number = None,
    *,
    numerator: Number = None,
    denominator: Number = None,
    state: Submission.State = Submission.State.VALIDATED,
    unit: Unit | None = None,
    by: User | None = None,
    **kw: Any,
) -> Result:
    """What the unit that answers then obtained; `state` is that of its submission, if not made before."""
    semester = Period.objects.get(plan=indicator.plan_id, code=period)
    unit = unit or indicator.responsibilities.at(period).get().unit
    submission = make_submission(unit, semester, state, by)
    return Result.objects.create(
        submission=submission,
        indicator=indicator,
        period=semester,
        value=_decimal(value),
        numerator=_decimal(numerator),
        denominator=_decimal(denominator),
        entered_by=by or submission.started_by,
        **({"entered_at": clock.now()} | kw),
    )


def make_results(indicator: Indicator, values: Mapping[str, Number], **kw: Any) -> list[Result]:
    """Validated results of several semesters; None leaves the semester without one."""
    return [make_result(indicator, period, value, **kw) for period, value in values.items() if value is not None]


def make_breakdown(result: Result, table: BreakdownTable, cells: Mapping[tuple[str, str], int]) -> list[Breakdown]:
    """The cells of one breakdown table: (category, sex) -> count; in the table by sex category is empty."""
    return Breakdown.objects.bulk_create(
        Breakdown(result=result, table=table, category=category, sex=sex, count=count)
        for (category, sex), count in cells.items()
    )


def make_evidence(
    result: Result, title: str = "Acta de la actividad", *, url: str = "", content: bytes = b"", **kw: Any
) -> Evidence:
    """A means of verification: a link, or a file with that content (a small PDF when nothing is given)."""
    fields: dict[str, Any] = {"uploaded_by": result.entered_by, "uploaded_at": clock.now()} | kw
    if url:
        return Evidence.objects.create(result=result, title=title, url=url, **fields)
    content = content or b"%PDF-1.4\n%%EOF\n"
    fields = {
        "file_name": "acta.pdf",
        "content_type": "application/pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    } | fields
    file = ContentFile(content, name=fields["file_name"])
    return Evidence.objects.create(result=result, title=title, file=file, **fields)


def make_large_plan(activities: int, *, closed_up_to: str = "2023-2", units: int = 1) -> Plan:
    """A plan of so many activities of one indicator each, all semesters programmed and reported until then.

    So many units answer for them in turn.

    Written in bulk and without history: for counting queries and for measuring.
    """
    plan = make_plan(closed_up_to=closed_up_to)
    action = make_tree(plan, activities=0).actions[0]
    unit, by = make_unit("GPV", plan.government), make_user()
    answering = [unit, *(make_unit(f"U{number:03}", plan.government) for number in range(1, units))]
    rows = Activity.objects.bulk_create(
        Activity(plan=plan, action=action, code=f"ACT.{n:05}", name=f"Actividad {n}", order=n, lead_unit=unit)
        for n in range(activities)
    )
    indicators = Indicator.objects.bulk_create(
        Indicator(
            plan=plan,
            activity=row,
            code=f"IND.{row.code}",
            name="Número de cosas",
            unit_of_measure="cosa",
            accumulation="sum",
            order=row.order,
        )
        for row in rows
    )
    first = plan.period_codes[0]
    Responsibility.objects.bulk_create(
        Responsibility(indicator=row, unit=answering[row.order % units], from_period=first) for row in indicators
    )
    Target.objects.bulk_create(
        Target(indicator=row, period=period, value=10) for row in indicators for period in plan.period_codes
    )
    for period in plan.periods.closed():
        submissions = [make_submission(each, period, by=by) for each in answering]
        Result.objects.bulk_create(
            Result(
                submission=submissions[row.order % units],
                indicator=row,
                period=period,
                value=row.order % 13,
                entered_by=by,
                entered_at=clock.now(),
            )
            for row in indicators
        )
    return plan
