"""The evaluations of 2022 and 2023: their text, their findings, and what became of their commitments.

The texts are in `data/evaluations/*.toml`. A figure in them is not typed but asked for: `{progress plan year}`,
`{value IND.01.ACT.01.01.02 year}`, `{coverage L.02 plan}`, `{activities red year}` are replaced by what the scorecard
says on the day of writing, so that text and figures cannot disagree.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from institution.models import Role, Unit, User
from monitoring.commitments import follow_up as tell
from monitoring.evaluation import add_commitment, close_evaluation, open_evaluation
from monitoring.models import Commitment, Evaluation, Finding, Period
from monitoring.progress import Light
from monitoring.queries import scorecard
from monitoring.scorecard import IndicatorRow, Level, NodeRow, Scorecard
from monitoring.showing import AVERAGE_PLACES, INDICATOR_PLACES, figure_text, quantity_text
from plans.measures import Horizon
from plans.models import Activity, Indicator, Plan
from pmh.demo.dates import working_day, written_on
from pmh.demo.people import holder
from pmh.demo.results import DATA, read_toml

ASKED = re.compile(r"\{(\w+) (\S+) (\w+)\}")


def told_evaluation(year: int) -> dict:
    return read_toml(DATA / "evaluations" / f"{year}.toml")


def hold_evaluation(plan: Plan, year: int, *, opened: dt.date, closed: dt.date, by: User) -> Evaluation:
    """Opens, writes and closes the evaluation of one year."""
    evaluation = draft_evaluation(plan, year, on=opened, by=by)
    written = working_day(closed, -3)
    story = told_evaluation(year)
    with written_on(written, by):
        add_findings(evaluation, story.get("findings", []))
        add_commitments(evaluation, story.get("commitments", []), by)
    return close_evaluation(evaluation, by=by, on=closed)


def draft_evaluation(plan: Plan, year: int, *, on: dt.date, by: User) -> Evaluation:
    """The draft with as much of its text as is told."""
    texts = told_evaluation(year)["sections"]
    with written_on(on, by):
        evaluation = open_evaluation(plan=plan, year=year, by=by, on=on)
        card = scorecard(plan, evaluation.upto)
        for section in evaluation.sections.all():
            if text := texts.get(section.kind):
                section.text = quote(text.strip(), card)
                section.save()
    return evaluation


def add_findings(evaluation: Evaluation, told: list[dict]) -> None:
    card = scorecard(evaluation.plan, evaluation.upto)
    for row in told:
        code = row.get("about", "")
        indicator = Indicator.objects.filter(plan=evaluation.plan, code=code).first()
        finding = Finding.objects.create(
            evaluation=evaluation,
            text=quote(row["text"], card),
            indicator=indicator,
            activity=Activity.objects.filter(plan=evaluation.plan, code=code).first(),
            unit=Unit.objects.filter(government=evaluation.plan.government, acronym=code).first(),
        )
        if indicator:
            last = indicator.results.filter(period__code__lte=evaluation.upto).order_by("period__code").last()
            finding.evidence.set(last.evidence.filter(withdrawn_at=None))


def add_commitments(evaluation: Evaluation, told: list[dict], by: User) -> None:
    for row in told:
        add_commitment(
            evaluation=evaluation,
            recommendation=row["recommendation"],
            action=row["action"],
            unit=Unit.objects.get(government=evaluation.plan.government, acronym=row["unit"]),
            due_on=row["due_on"],
            by=by,
        )


def follow_up(plan: Plan, period: Period, on: dt.date) -> None:
    """What the units tell of their commitments at the close of that semester."""
    for evaluation in plan.evaluations.closed():
        commitments = {row.recommendation: row for row in evaluation.commitments.select_related("responsible_unit")}
        for row in told_evaluation(evaluation.year)["commitments"]:
            if step := row.get("follow_up", {}).get(period.code):
                commitment = commitments[row["recommendation"]]
                # That a commitment has lost its purpose is for the coordination to say.
                dropped = step["state"] == Commitment.State.DROPPED
                by = evaluation.closed_by if dropped else holder(commitment.responsible_unit, Role.REPORTER, on)
                with written_on(on, by):
                    tell(commitment=commitment, state=step["state"], text=step["text"], by=by, period=period, on=on)


# --- Quoting ----------------------------------------------------------------------------------------------------


def quote(text: str, card: Scorecard) -> str:
    """The text with every figure that it asks for, as pages show it. Raises KeyError for an unknown one."""
    return ASKED.sub(lambda asked: FIGURES[asked[1]](card, asked[2], Horizon(asked[3])), text)


def _progress(card: Scorecard, code: str, horizon: Horizon) -> str:
    row = _row(card, code)
    figure = row[horizon]
    places = INDICATOR_PLACES if isinstance(row, IndicatorRow) else AVERAGE_PLACES
    return figure.sign or figure_text(figure.progress.by(card.parameters.reading), places)


def _reported(card: Scorecard, code: str, horizon: Horizon) -> str:
    return figure_text(_row(card, code)[horizon].progress.reported, AVERAGE_PLACES)


def _coverage(card: Scorecard, code: str, horizon: Horizon) -> str:
    return figure_text(_row(card, code)[horizon].coverage, AVERAGE_PLACES)


def _value(card: Scorecard, code: str, horizon: Horizon) -> str:
    return quantity_text(card.indicator(code)[horizon].value)


def _target(card: Scorecard, code: str, horizon: Horizon) -> str:
    return quantity_text(card.indicator(code)[horizon].target)


def _activities(card: Scorecard, light: str, horizon: Horizon) -> str:
    return str(sum(row[horizon].light == Light(light) for row in card.at_level(Level.ACTIVITY)))


def _row(card: Scorecard, code: str) -> NodeRow | IndicatorRow:
    if code == "plan":
        return card.whole
    return card.indicator(code) if code.startswith("IND") else card.node(code)


FIGURES: dict[str, Callable[[Scorecard, str, Horizon], str]] = {
    "progress": _progress,
    "reported": _reported,
    "coverage": _coverage,
    "value": _value,
    "target": _target,
    "activities": _activities,
}
