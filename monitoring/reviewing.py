"""The review of a report: everything about each result on one screen, what to look at twice, and what waits next.

Figures come measured from the pure core, over the series of the working outline; nothing is computed here.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q

from institution.models import Designation, Role, Unit, User
from monitoring import showing, workflow
from monitoring.charts import Point
from monitoring.chosen import WORKING, Chosen
from monitoring.dossier.series import HorizonFigure, points, span
from monitoring.entries import is_cell
from monitoring.filing import Card, ReportLine, ReportPage, load_report_page
from monitoring.models import Evidence, Period, Submission, SubmissionEvent
from monitoring.plausibility import Caution, Semester, Told, Use, cautions
from monitoring.progress import Entry, Series, measure
from monitoring.queries import load_outline
from monitoring.scorecard import IndicatorOutline, PlanOutline
from monitoring.workflow import STEPS, Step
from plans.measures import Accumulation, Horizon, Reading
from plans.models import BreakdownTable, Plan

State = Submission.State
# The windows in which a reviewer weighs a result; the whole of the plan says nothing about one semester.
SHORT = 8  # rows of breakdown tables that are shown without being asked for
WINDOWS = (Horizon.SEMESTER, Horizon.YEAR, Horizon.PLAN)


@dataclass(frozen=True)
class ReviewLine:
    """One result as whoever reviews sees it: what goes out, its past, its figures, what to look at twice."""

    line: ReportLine
    figures: tuple[HorizonFigure, ...]
    semesters: tuple[Semester, ...]  # the plan's, up to the one under review
    points: tuple[Point, ...]
    cautions: tuple[str, ...]

    @property
    def card(self) -> Card:
        return self.line.card

    @property
    def short_tables(self) -> bool:
        """Whether the breakdown is short enough to stand open; the one by district is not."""
        return sum(len(table.rows) for table in self.line.tables) <= SHORT

    @property
    def chart_kind(self) -> str:
        return "bars" if self.card.indicator.accumulation == Accumulation.SUM else "line"


@dataclass(frozen=True)
class ReviewPage:
    """A sent report under review, who gives it conformity, and the next one that waits."""

    report: ReportPage
    lines: tuple[ReviewLine, ...]
    reading: Reading
    reviewers: tuple[Designation, ...]  # who may give conformity by their post
    cannot_validate: str  # why a reviewer may not give it conformity though it waits for one; empty where they may
    waiting: tuple[Submission, ...]  # what waits for the reader, this report left out

    @property
    def submission(self) -> Submission:
        return self.report.submission

    @property
    def may_observe(self) -> bool:
        return self.report.waits_for_reader

    @property
    def answerable(self) -> set[int]:
        """The threads that the reader may go on with."""
        return (
            {thread.pk for thread in self.report.filing.observations if thread.is_open} if self.may_observe else set()
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.report.reviews

    @property
    def cautions(self) -> int:
        return sum(len(line.cautions) for line in self.lines)

    @property
    def by_planning(self) -> bool:
        """Whether planning reviews it, as it does the report of the unit that coordinates."""
        return self.is_of_coordination and any(post.role == Role.PLANNER for post in self.reviewers)

    @property
    def is_of_coordination(self) -> bool:
        return self.submission.unit.function == Unit.Function.COORDINATION

    @property
    def last(self) -> SubmissionEvent | None:
        return self.report.events[-1] if self.report.events else None

    @property
    def signed(self) -> SubmissionEvent | None:
        """How it was last sent: by whom, in which capacity."""
        return self.report.sendings[-1] if self.report.sendings else None

    @property
    def validated(self) -> SubmissionEvent | None:
        """Who gave it the conformity that it has, in which capacity and when; None where that was an import."""
        last = self.last
        return last if last and last.to_state == State.VALIDATED and last.step == "validate" else None

    @property
    def following(self) -> Submission | None:
        """The next one of those that wait, from this report on and then from the beginning."""
        here = _place(self.submission)
        return next((each for each in self.waiting if _place(each) > here), next(iter(self.waiting), None))


def waiting_for(plan: Plan, user: User, *, on: dt.date | None = None) -> list[Submission]:
    """The sent reports of the plan that wait for this person's review, the longest waiting first. 2 queries at most."""
    reviewers = workflow.reviewers_in(plan.government_id, on=on)
    if all(post.user_id != user.pk for post in reviewers.posts):
        return []
    sent = Submission.objects.filter(period__plan=plan, period__state=Period.State.OPEN, state=State.SUBMITTED)
    return [
        each
        for each in sent.select_related("unit", "period").order_by("submitted_on", "period__code", "unit__acronym")
        if reviewers.is_one(user, each.unit)
    ]


def _place(submission: Submission) -> tuple[object, ...]:
    return submission.submitted_on, submission.period.code, submission.unit.acronym


def load_review(plan: Plan, unit: Unit, period: Period, user: User) -> ReviewPage:
    """The review of a report that was sent. 35 queries, whatever it holds and however many wait.

    11 the report and what was entered, 1 what was reported before, 1 deadline, 5 the steps open to the reader,
    1 events, 2 whether they review it, 9 the outline, 1 its semesters, 1 the same files and links elsewhere,
    1 who reviews, 2 what waits.
    """
    report = load_report_page(plan, unit, period, user)
    submission = report.submission
    outline = load_outline(plan, working=True)
    chosen = Chosen.of(plan, {"semestre": period.code, "cifras": WORKING}, may_see_working=True)
    uses = _used_elsewhere(plan, report.form.cards)
    return ReviewPage(
        report=report,
        lines=tuple(_line(plan, outline, chosen, line, uses) for line in report.lines),
        reading=outline.parameters.reading,
        reviewers=workflow.reviewers_in(plan.government_id).of(unit),
        cannot_validate=_why_not(report, user),
        waiting=tuple(each for each in waiting_for(plan, user) if each.pk != submission.pk),
    )


def _line(plan: Plan, outline: PlanOutline, chosen: Chosen, line: ReportLine, uses: dict[int, list[Use]]) -> ReviewLine:
    indicator = _with_report(outline.by_indicator[line.card.indicator.code], line.card, chosen.code)
    series, parameters = indicator.series, outline.parameters

    def figure(window: Horizon) -> HorizonFigure:
        return HorizonFigure(window, span(plan, chosen.code, window), measure(series, chosen.code, window, parameters))

    semesters = tuple(
        Semester(entry, measure(series, entry.period, Horizon.SEMESTER, parameters))
        for entry in series.entries
        if entry.period <= chosen.code
    )
    told = Told(
        now=semesters[-1],
        earlier=tuple(each for each in semesters[:-1] if series.is_reported(each.entry)),
        accumulation=series.accumulation,
        direction=series.direction,
        parameters=parameters,
        tables=_tables(line.card),
        uses=tuple(uses.get(line.card.indicator.pk, ())),
        achievements=line.card.filed.entry.get("achievements", ""),
        difficulties=line.card.filed.entry.get("difficulties", ""),
    )
    return ReviewLine(
        line,
        tuple(map(figure, WINDOWS)),
        semesters,
        points(outline, indicator, chosen),
        tuple(_said(caution, line.card) for caution in cautions(told)),
    )


def _why_not(report: ReportPage, user: User) -> str:
    if not report.waits_for_reader or STEPS["validate"] in report.reviews:
        return ""
    return workflow.refusal(report.submission, STEPS["validate"], user)


def _said(caution: Caution, card: Card) -> str:
    def name(table: str) -> str:
        return str(BreakdownTable(table).label) if table else ""

    tables = name(caution.table), name(caution.other_table)
    return showing.caution_text(caution, percent=card.indicator.is_pooled, tables=tables)


def _with_report(indicator: IndicatorOutline, card: Card, period: str) -> IndicatorOutline:
    """The indicator with what stands in the report now: a report that was returned is out of the working figures,
    and is reviewed all the same."""
    given = card.filed.given
    now = Entry(
        period,
        card.form.target,
        given.value,
        given.numerator,
        given.denominator,
        not_available=bool(given.not_available_reason),
    )
    series: Series = indicator.series
    entries = tuple(now if entry.period == period else entry for entry in series.entries)
    return replace(indicator, series=replace(series, entries=entries))


def _tables(card: Card) -> dict[str, dict[tuple[str, str], int]]:
    tables: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for key, text in card.filed.entry.items():
        if is_cell(key):
            table, category, sex = key.split(":")
            tables[table][category, sex] = int(text)
    return dict(tables)


def _used_elsewhere(plan: Plan, cards: Iterable[Card]) -> dict[int, list[Use]]:
    """By indicator of the report: the same files and links where they back another result of the plan. One query."""
    own = [(card.indicator.pk, each) for card in cards for each in card.filed.evidence]
    files, links = {each.sha256 for _pk, each in own} - {""}, {each.url for _pk, each in own} - {""}
    known = Evidence.objects.in_use().filter(Q(sha256__in=files) | Q(url__in=links), result__period__plan=plan)
    found: dict[int, list[Use]] = defaultdict(list)
    rows = known.select_related("result__indicator", "result__period", "result__submission__unit")
    same: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows.order_by("result__period__code", "result__indicator__code", "pk"):
        same[row.sha256 or row.url].append(row)
    for indicator, each in own:
        for other in same[each.sha256 or each.url]:
            if other.result_id != each.result_id:
                result = other.result
                found[indicator].append(
                    Use(
                        each.title,
                        result.indicator.name,
                        result.period.code,
                        result.submission.unit.acronym,
                        is_link=bool(each.url),
                    )
                )
    return found
