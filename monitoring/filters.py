"""Which rows of a page are wanted, as its address says it: each filter with what may be chosen, and what may not.

A filter knows which values each row has, so that all of them work alike and can be combined. What the address asks for
and the plan does not have is answered in words (`problems`), never passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from monitoring.progress import Light
from monitoring.scorecard import Level, PlanOutline
from monitoring.showing import HORIZON_NAMES
from plans.measures import Horizon
from plans.models import Activity, Plan

UNIT, GUIDELINE, GENDER, LIGHT, LIGHT_AT = "gerencia", "lineamiento", "genero", "semaforo", "semaforo_en"
GCM, SDG, IGM = "pacto", "ods", "igm"
YES = "1"
LIGHTS = {Light.GREEN: "verde", Light.AMBER: "ambar", Light.RED: "rojo", Light.GREY: "gris"}
LIGHT_NAMES = {
    "verde": _("Verde: en meta"),
    "ambar": _("Ámbar: cerca"),
    "rojo": _("Rojo: lejos"),
    "gris": _("Gris: sin cifra"),
}
LIGHT_HORIZONS = {"plan": Horizon.PLAN, "anio": Horizon.YEAR, "semestre": Horizon.SEMESTER}

COMMITMENT_REFUSALS = {
    GENDER: _("El enfoque de género no es «%(value)s»."),
    GCM: _("Ninguna actividad responde al objetivo «%(value)s» del Pacto Mundial."),
    SDG: _("Ninguna actividad responde a la meta «%(value)s» de los ODS."),
    IGM: _("Ninguna actividad está en la dimensión «%(value)s» de los IGM."),
}


@dataclass(frozen=True, slots=True)
class Filter:
    """One way of narrowing the rows. `value`: as the address has it, empty where nothing was chosen."""

    key: str
    label: str | Promise
    value: str
    options: Mapping[str, str | Promise]  # what may be chosen, in words
    has: Mapping[str, Collection[str]]  # the values of each row, by its code
    refusal: Promise  # what is said of a value that there is not
    known: Collection[str] = ()  # values that exist beside the options
    without: str = ""  # the address without this filter

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def is_unknown(self) -> bool:
        return bool(self.value) and self.value not in self.options and self.value not in self.known

    @property
    def problem(self) -> str:
        return str(self.refusal) % {"value": self.value} if self.is_unknown else ""

    @property
    def words(self) -> str:
        """What was chosen, in words; as it was asked for where there is no such thing."""
        return str(self.options.get(self.value, self.value))

    def keeps(self, code: str) -> bool:
        return not self.value or self.value in self.has.get(code, ())


@dataclass(frozen=True)
class Narrowing:
    """The filters of a page together, and the address that they are read from."""

    filters: tuple[Filter, ...]
    params: Mapping[str, str]
    choices: tuple[Choice, ...] = ()

    def __bool__(self) -> bool:
        return any(self.filters)

    def __getitem__(self, key: str) -> Filter | Choice:
        return {each.key: each for each in (*self.filters, *self.choices)}[key]

    def keeps(self, code: str) -> bool:
        return not self.problems and all(each.keeps(code) for each in self.filters)

    @property
    def problems(self) -> list[str]:
        """What the address asks for and there is not, each in a sentence."""
        return [each.problem for each in (*self.filters, *self.choices) if each.problem]

    @property
    def light_at_words(self) -> str:
        """At which time the traffic light is asked for, in words."""
        choice = self[LIGHT_AT]
        return str(choice.options.get(choice.value or "plan", choice.value)).lower()

    @property
    def active(self) -> list[Filter]:
        return [each for each in self.filters if each]

    def keeps_with(self, key: str, value: str, code: str) -> bool:
        """Whether the row would be kept if that filter had another value."""
        return all((replace(each, value=value) if each.key == key else each).keeps(code) for each in self.filters)

    def choosing(self, key: str, value: str) -> str:
        """The address with that filter set to a value."""
        return _query({**self.params, key: value})

    @property
    def without_all(self) -> str:
        """The address with no filter at all, the rest of the choices kept: not those that there are not.

        At which time the traffic light is asked for goes with the traffic light.
        """
        ours = {*(each.key for each in self.filters), *(each.key for each in self.choices if each.problem), LIGHT_AT}
        return _query({key: value for key, value in self.params.items() if key not in ours})

    @property
    def form_kept(self) -> list[tuple[str, str]]:
        """What a form that asks for everything but unit, guideline and gender has to carry along."""
        asked = {LIGHT, LIGHT_AT, GCM, SDG, IGM}
        return [(key, value) for key, value in self.params.items() if key not in asked and value]

    @property
    def further(self) -> int:
        """How many of those that the panel asks for are set."""
        return sum(each.key in (LIGHT, GCM, SDG, IGM) for each in self.active)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something else that the address may say, with one value taken for granted."""

    key: str
    value: str
    options: Mapping[str, str | Promise]
    refusal: Promise

    def __bool__(self) -> bool:
        return bool(self.value)

    @property
    def problem(self) -> str:
        unknown = bool(self.value) and self.value not in self.options
        return str(self.refusal) % {"value": self.value} if unknown else ""


ORDER_REFUSAL = _("No hay un orden que se llame «%(value)s».")
HORIZON_REFUSAL = _("No hay un tiempo que se llame «%(value)s».")


def order_choice(params: Mapping[str, str]) -> Choice:
    return Choice("orden", params.get("orden", ""), {"peor": _("La peor primero")}, ORDER_REFUSAL)


def horizon_choice(params: Mapping[str, str]) -> Choice:
    return Choice("horizonte", params.get("horizonte", ""), {"todo": HORIZON_NAMES[Horizon.WHOLE]}, HORIZON_REFUSAL)


def light_choice(params: Mapping[str, str]) -> Choice:
    """At which time the traffic light is asked for: the plan to date unless the address says otherwise."""
    options = {key: HORIZON_NAMES[horizon] for key, horizon in LIGHT_HORIZONS.items()}
    return Choice(LIGHT_AT, params.get(LIGHT_AT, ""), options, HORIZON_REFUSAL)


def light_horizon(choice: Choice) -> Horizon:
    return LIGHT_HORIZONS.get(choice.value, Horizon.PLAN)


def unit_filter(params: Mapping[str, str], outline: PlanOutline, has: Mapping[str, Collection[str]]) -> Filter:
    """By who answers at P. Units that answer at another time are known, though no row has them."""
    names = outline.unit_names
    answering = sorted({unit for units in has.values() for unit in units})
    return Filter(
        UNIT,
        _("Gerencia"),
        params.get(UNIT, ""),
        {unit: names.get(unit, unit) for unit in answering},
        has,
        _("Ninguna gerencia del plan tiene la sigla %(value)s"),
        known=names,
        without=_query_without(params, UNIT),
    )


def guideline_filter(
    params: Mapping[str, str], outline: PlanOutline, nodes_of: Mapping[str, str] | None = None
) -> Filter:
    """By guideline. `nodes_of`: the node that each row measures, where rows are not activities themselves."""
    above = guidelines_of(outline)
    has = above if nodes_of is None else {code: above.get(node, ()) for code, node in nodes_of.items()}
    return Filter(
        GUIDELINE,
        _("Lineamiento"),
        params.get(GUIDELINE, ""),
        {node.code: node.name for node in outline.nodes if node.level == Level.GUIDELINE},
        has,
        _("El plan no tiene un lineamiento con el código %(value)s"),
        without=_query_without(params, GUIDELINE),
    )


def guidelines_of(outline: PlanOutline) -> dict[str, tuple[str, ...]]:
    """The guideline over every node of the tree, by the node's code."""
    parents = {node.code: node.parent for node in outline.nodes}

    def top(code: str) -> str:
        while parent := parents[code]:
            code = parent
        return code

    return {code: (top(code),) for code in parents}


def light_filter(params: Mapping[str, str], lights: Mapping[str, Light | None]) -> Filter:
    """By the traffic light of the official reading (section 7), at the time that `light_choice` says."""
    return Filter(
        LIGHT,
        _("Semáforo"),
        params.get(LIGHT, ""),
        LIGHT_NAMES,
        {code: (LIGHTS[light],) for code, light in lights.items() if light},
        _("El semáforo no tiene un color que se llame «%(value)s»: son verde, ambar, rojo y gris."),
        without=_query_without(params, LIGHT, LIGHT_AT),
    )


def plain_filter(
    params: Mapping[str, str],
    key: str,
    label: str | Promise,
    options: Mapping[str, str | Promise],
    has: Mapping[str, Collection[str]],
    refusal: Promise,
) -> Filter:
    """By one value that the address names, of those that there are."""
    return Filter(key, label, params.get(key, ""), options, has, refusal, without=_query_without(params, key))


def commitment_filters(params: Mapping[str, str], plan: Plan) -> tuple[Filter, ...]:
    """By gender focus and by what the activities respond to: Global Compact, SDG, IGM. Three queries.

    Only what some activity of the plan responds to may be chosen: the lists themselves are long.
    """
    activities = Activity.objects.filter(plan=plan)
    gender: dict[str, Collection[str]] = {}
    igm: dict[str, Collection[str]] = {}
    dimensions: dict[str, str] = {}
    rows = activities.values_list("code", "gender_focus", "igm_dimension", "igm_dimension__name")
    for code, focus, number, name in rows.order_by("igm_dimension"):
        if focus:
            gender[code] = (YES,)
        if number is not None:
            igm[code] = (str(number),)
            dimensions[str(number)] = f"{number}. {name}"
    gcm, objectives = _linked(activities.order_by("gcm_objectives__number"), "gcm_objectives", "number", "{}. {}")
    sdg, targets = _linked(activities.order_by("sdg_targets__order"), "sdg_targets", "code", "{} {}")

    return (
        plain_filter(params, GENDER, _("Enfoque de género"), {YES: str(_("sí"))}, gender, COMMITMENT_REFUSALS[GENDER]),
        plain_filter(params, GCM, _("Pacto Mundial"), objectives, gcm, COMMITMENT_REFUSALS[GCM]),
        plain_filter(params, SDG, _("ODS"), targets, sdg, COMMITMENT_REFUSALS[SDG]),
        plain_filter(params, IGM, _("IGM"), dimensions, igm, COMMITMENT_REFUSALS[IGM]),
    )


def _linked(
    activities: QuerySet[Activity], relation: str, key: str, words: str
) -> tuple[dict[str, Collection[str]], dict[str, str]]:
    """What each activity is linked to, and how each of those is called, in the order of the list."""
    has: dict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    linked = activities.filter(**{f"{relation}__isnull": False})
    for code, value, name in linked.values_list("code", f"{relation}__{key}", f"{relation}__name"):
        has[code].append(str(value))
        names[str(value)] = words.format(value, name)
    return dict(has), names


def _query_without(params: Mapping[str, str], *keys: str) -> str:
    return _query({key: value for key, value in params.items() if key not in keys})


def _query(params: Mapping[str, str]) -> str:
    """A query that is never empty: an empty link would lead to the address as it stands.

    What a form left open is dropped.
    """
    return f"?{urlencode({key: value for key, value in params.items() if value})}"
