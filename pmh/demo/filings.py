"""How each unit's report of each semester went: most in good time, some as real life has it.

A report goes through `monitoring.workflow` for real, by the persons who held the posts on those days.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from institution.models import Role, Unit, User
from monitoring.models import Extension, Observation, ObservationReply, Period, Result, Submission
from monitoring.periods import deadline
from monitoring.workflow import start, take
from pmh.demo.dates import lot, moment, working_day
from pmh.demo.people import holder, person
from pmh.demo.results import Told, correct, enter, told

BRUNO, LUCIA = "Bruno Salas", "Lucía Paredes"
State = Submission.State


@dataclass(frozen=True, kw_only=True)
class Remark:
    """An observation on one indicator, and what came of it. Without a reply it is still open."""

    indicator: str
    text: str
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Course:
    """What sets one report apart from the usual course."""

    absent: bool = False  # never begun
    on_behalf: bool = False  # typed in by the coordination
    late: int = 0  # working days after the deadline
    extension: tuple[int, str] | None = None  # working days more, and why
    given_back: str = ""  # the head's comment
    returned: Remark | None = None
    reopened: str = ""  # why, after it had been validated
    first: dict[str, dict] = field(default_factory=dict)  # by indicator: what was told before the correction
    signed: dt.date | None = None
    reviewed: dt.date | None = None
    stops_at: State | None = None  # the state in which the story leaves it


COURSES = {
    ("GC", "2022-2"): Course(late=6),
    ("GDE", "2022-2"): Course(
        returned=Remark(
            indicator="IND.01.ACT.02.02.01",
            text="El consolidado lista 96 filas, pero ocho emprendimientos figuran en los dos talleres. "
            "La ficha técnica pide contar cada emprendimiento una sola vez.",
            reply="Se revisó el consolidado: eran ocho repetidos. Se corrige a 88 y se adjunta la lista depurada.",
        ),
        first={"IND.01.ACT.02.02.01": {"value": 96, "note": "", "evidence": ["Consolidado de asesorías.xlsx"]}},
    ),
    ("GCSRP", "2023-1"): Course(late=2),
    ("GDC", "2023-1"): Course(absent=True),
    ("GGRD", "2023-1"): Course(on_behalf=True),
    ("GED", "2023-2"): Course(
        extension=(6, "El centro certificador entrega su reporte de la evaluación extraordinaria a fines de enero.")
    ),
    ("GMU", "2023-2"): Course(
        given_back="Falta el protocolo actualizado entre los medios de verificación.",
        first={"IND.01.ACT.03.01.02": {"evidence": ["Consolidado de atenciones sin datos personales.xlsx"]}},
    ),
    ("GDS", "2024-1"): Course(
        returned=Remark(
            indicator="IND.01.ACT.02.01.02",
            text="El inventario adjunto es el de diciembre de 2023. Adjunte el de este semestre.",
            reply="Se había subido el archivo anterior por error. Ya está el de este semestre; el valor no cambia.",
        ),
        first={"IND.01.ACT.02.01.02": {"evidence": ["Inventario de registros, diciembre de 2023.xlsx"]}},
    ),
    ("GED", "2024-1"): Course(
        reopened="La unidad avisa que seis de los 124 certificados no se emitieron dentro del semestre.",
        first={
            "IND.01.ACT.01.02.02": {
                "value": 124,
                "note": "",
                "difficulties": "",
                "measures_taken": "",
                "evidence": ["Reporte preliminar de los centros certificadores.xlsx"],
            }
        },
    ),
    # The semester under way, as it stands on 13 January 2025. GDS and GGRD have not begun.
    ("GDS", "2024-2"): Course(absent=True),
    ("GGRD", "2024-2"): Course(absent=True),
    ("GMU", "2024-2"): Course(signed=dt.date(2025, 1, 15), stops_at=State.DRAFT),
    ("GDC", "2024-2"): Course(signed=dt.date(2025, 1, 16), stops_at=State.DRAFT),
    ("GED", "2024-2"): Course(signed=dt.date(2025, 1, 14), stops_at=State.AWAITING_SIGNOFF),
    ("GDE", "2024-2"): Course(signed=dt.date(2025, 1, 9), stops_at=State.SUBMITTED),
    ("GPV", "2024-2"): Course(signed=dt.date(2025, 1, 10), stops_at=State.SUBMITTED),
    ("GSCV", "2024-2"): Course(signed=dt.date(2025, 1, 13), stops_at=State.SUBMITTED),
    ("GC", "2024-2"): Course(
        signed=dt.date(2025, 1, 7),
        reviewed=dt.date(2025, 1, 10),
        stops_at=State.RETURNED,
        returned=Remark(
            indicator="IND.01.ACT.03.01.04",
            text="Se reportan tres encuentros y el programa adjunto muestra dos. Adjunte el otro o corrija el valor.",
        ),
    ),
    ("GCSRP", "2024-2"): Course(signed=dt.date(2025, 1, 6), reviewed=dt.date(2025, 1, 9)),
    ("GP", "2024-2"): Course(signed=dt.date(2025, 1, 7), reviewed=dt.date(2025, 1, 10)),
}


def file_report(unit: Unit, period: Period) -> Submission | None:
    """The unit's report of the semester, from its beginning to where the story leaves it; None: it never began."""
    course = COURSES.get((unit.acronym, period.code), Course())
    return None if course.absent else _Filing(unit, period, course).run()


class _Filing:
    """One report on its way. Every step has its day, before or after the others by working days."""

    def __init__(self, unit: Unit, period: Period, course: Course) -> None:
        self.unit, self.period, self.course = unit, period, course
        chance = lot("filing", unit.acronym, period.code)
        self.extend()
        due = deadline(unit=unit, period=period)
        early = 1 if course.extension else chance.randint(0, 5)
        self.signed = course.signed or working_day(due, course.late or -early)
        self.handed = working_day(self.signed, -chance.randint(1, 2))
        self.entered = working_day(self.handed, -chance.randint(1, 3))
        self.reviewed = course.reviewed or working_day(self.signed, chance.randint(2, 4))
        number = self.signed.timetuple().tm_yday * 3 // 2 + chance.randint(2, 25)  # they count up through the year
        self.memo = f"Memorando N.º {number:04}-{self.signed.year}-MML-{unit.acronym}"
        self.reporter = holder(unit, Role.REPORTER, self.entered)
        self.head = holder(unit, Role.HEAD, self.signed)
        self.reviewer = self.who_reviews(chance.random() < 0.25)

    def who_reviews(self, lucia: bool) -> User:
        """Planning reviews the coordination's own report; nobody validates what they typed in."""
        if self.unit.function == Unit.Function.COORDINATION:
            return person("Alonso Bedoya")
        return person(LUCIA if lucia or self.course.on_behalf else BRUNO)

    def extend(self) -> None:
        if self.course.extension:
            days, reason = self.course.extension
            Extension.objects.create(
                unit=self.unit,
                period=self.period,
                due_on=working_day(self.period.due_on, days),
                reason=reason,
                granted_by=person(BRUNO),
                granted_on=working_day(self.period.due_on, -2),
            )

    def run(self) -> Submission:
        typist = person(BRUNO) if self.course.on_behalf else self.reporter
        self.submission = start(unit=self.unit, period=self.period, by=typist, on=self.entered)
        self.results = enter(self.submission, by=typist, day=self.entered, first=self.first_told())
        match self.course.stops_at:
            case State.DRAFT:
                return self.submission
            case State.AWAITING_SIGNOFF:
                return self.hand(self.handed)
        self.hand(self.handed)
        if self.course.given_back:
            self.take("give_back", self.head, self.handed, self.course.given_back)
            self.correct(self.signed)
            self.hand(self.signed)
        self.note_memo()
        self.sign(self.signed)
        if self.course.stops_at != State.SUBMITTED:
            self.review()
        return self.submission

    def first_told(self) -> dict[str, Told]:
        return {code: replace(told()[code, self.period.code], **cells) for code, cells in self.course.first.items()}

    def take(self, step: str, by: User, day: dt.date, comment: str = "") -> Submission:
        self.submission = take(self.submission, step, by=by, on=day, comment=comment)
        return self.submission

    def hand(self, day: dt.date) -> Submission:
        return self.take("hand_to_head", self.reporter, day)

    def sign(self, day: dt.date) -> Submission:
        return self.take("sign_off", self.head, day)

    def note_memo(self) -> None:
        self.submission.memo_number, self.submission.memo_date = self.memo, self.signed
        self.submission.save(update_fields=["memo_number", "memo_date"])

    def review(self) -> None:
        day, course = self.reviewed, self.course
        if course.returned:
            remark = self.observe(course.returned, day)
            self.take("return", self.reviewer, day)
            if not course.returned.reply:
                return
            day = self.amend(day, remark, course.returned.reply)
        self.take("validate", self.reviewer, day)
        if course.reopened:
            self.take("reopen", self.reviewer, working_day(day, 1), course.reopened)
            self.take("validate", self.reviewer, self.amend(working_day(day, 1)))

    def observe(self, remark: Remark, day: dt.date) -> Observation:
        return Observation.objects.create(
            submission=self.submission,
            result=self.results[remark.indicator],
            text=remark.text,
            by=self.reviewer,
            at=moment(day, "remark", self.unit.acronym),
        )

    def correct(self, day: dt.date) -> None:
        for code in self.course.first:
            correct(Result.objects.get(pk=self.results[code].pk), by=self.reporter, day=day)

    def amend(self, day: dt.date, remark: Observation | None = None, reply: str = "") -> dt.date:
        """The unit corrects what it first told, answers, and sends again; gives the day of the next review."""
        corrected, signed, again = working_day(day, 2), working_day(day, 3), working_day(day, 4)
        self.correct(corrected)
        if remark:
            at = moment(corrected, "reply", self.unit.acronym)
            ObservationReply.objects.create(observation=remark, text=reply, by=self.reporter, at=at)
        self.hand(corrected)
        self.sign(signed)
        if remark:
            remark.resolved_by, remark.resolved_at = self.reviewer, moment(again, "resolved", self.unit.acronym)
            remark.save()
        return again
