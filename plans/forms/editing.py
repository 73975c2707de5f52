"""What is typed of a plan while it is a draft: its nodes, its indicators with all that hangs on them, its settings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution.forms import CHOOSE, DayField
from institution.models import Government, Unit
from plans.draft import LEVELS, WORDS
from plans.models import Activity, BreakdownTable, Indicator, Plan
from plans.models.plan import LONGEST_PLAN
from plans.models.tree import ACTIVITY_LINKS, Node

AREA = {"rows": 3}
NODE_FIELDS = ["code", "name", "description"]
ACTIVITY_FIELDS = [
    "lead_unit",
    "supporting_units",
    "gender_focus",
    "weight",
    "gcm_objectives",
    "sdg_targets",
    "igm_dimension",
    "pdlc_alignment",
]
# Rows that stand empty, to be filled in.
SPARE_TENURES = 2


def units_of(plan: Plan, *kept: int | None) -> Any:
    """The units that exist in the plan's years, and those that are chosen already."""
    first, last = f"{plan.first_year}-01-01", f"{plan.last_year}-12-31"
    alive = Q(valid_until__isnull=True) | Q(valid_until__gte=first)
    rows = Unit.objects.filter(government=plan.government_id)
    return rows.filter((alive & Q(valid_from__lte=last)) | Q(pk__in=[pk for pk in kept if pk]))


class EditForm(forms.ModelForm):
    """What the forms of a draft share: the verb checks and writes the row; `seen` marks what the person saw."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def _post_clean(self) -> None:
        """The verb holds the plan and checks the row: nothing is written into the instance here."""

    @property
    def values(self) -> dict[str, Any]:
        """What was typed for the row itself."""
        own = {field.name for field in self._meta.model._meta.concrete_fields}
        return {name: value for name, value in self.cleaned_data.items() if name in own}

    @property
    def links(self) -> dict[str, list[int]]:
        return {
            name: [row.pk for row in self.cleaned_data[name]] for name in ACTIVITY_LINKS if name in self.cleaned_data
        }


def node_form(level: str, plan: Plan, data: QueryDict | None = None, **kwargs: Any) -> EditForm:
    """The form of a node of that level; `initial` may name its parent."""
    model = LEVELS[level]
    fields = [*NODE_FIELDS, *(ACTIVITY_FIELDS if model is Activity else [])]
    if model.parent_field:
        fields.insert(0, model.parent_field)
    widgets = {"description": forms.Textarea(attrs=AREA), "supporting_units": forms.CheckboxSelectMultiple}
    widgets = {name: widget for name, widget in widgets.items() if name in fields}
    form = forms.modelform_factory(model, form=EditForm, fields=fields, widgets=widgets)(data, **kwargs)
    if model.parent_field:
        above = LEVELS[WORDS[WORDS.index(level) - 1]]
        parent = form.fields[model.parent_field]
        parent.queryset, parent.empty_label = above.objects.filter(plan=plan), str(CHOOSE)
        parent.label = str(above._meta.verbose_name).capitalize()
    if model is Activity:
        units = units_of(plan, form.instance.lead_unit_id)
        form.fields["lead_unit"].queryset = form.fields["supporting_units"].queryset = units
        form.fields["lead_unit"].empty_label = str(CHOOSE)
        form.fields["weight"].help_text = _("En los promedios. Vacío: todas pesan igual.")
        for name in ("gcm_objectives", "sdg_targets"):
            form.fields[name].help_text = _("Con Ctrl puede elegir varios.")
    return form


# --- Indicators


class TenureForm(forms.Form):
    """One unit that answers, from a semester until another; a row without unit says nothing."""

    unit = forms.ChoiceField(label=gettext_lazy("Unidad"), required=False)
    since = forms.ChoiceField(label=gettext_lazy("Desde"), required=False)
    until = forms.ChoiceField(label=gettext_lazy("Hasta"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], periods: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in periods]
        self.fields["unit"].choices = [("", "–"), *units]
        self.fields["since"].choices = codes
        self.fields["until"].choices = [("", _("sin término")), *codes]


class IndicatorForm(EditForm):
    """The technical sheet of an indicator, the node that it measures, its tables and its targets by semester."""

    measures = forms.ChoiceField(label=gettext_lazy("Mide"))
    tables = forms.MultipleChoiceField(
        label=gettext_lazy("Tablas de desagregación"),
        help_text=gettext_lazy("Solo si cuenta personas."),
        choices=BreakdownTable.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Indicator
        fields = [
            "code", "name", "unit_of_measure", "counts", "accumulation", "direction", "formula", "baseline",
            "baseline_year", "weight", "people_may_repeat", "numerator_may_exceed", "what_counts", "what_does_not",
            "method", "source", "justification", "relevance", "limitations", "assumptions",
        ]  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs=AREA)
            for name in (
                "what_counts", "what_does_not", "method", "source", "justification", "relevance", "limitations",
                "assumptions",
            )
        }  # fmt: skip
        help_texts = {
            "baseline": gettext_lazy("El valor antes del plan. Vacío: ND."),
            "weight": gettext_lazy("En los promedios. Vacío: todos pesan igual."),
            "unit_of_measure": gettext_lazy("En singular: persona, feria, porcentaje."),
        }

    field_order = ["measures", *Meta.fields, "tables"]

    def __init__(self, plan: Plan, nodes: list[Node], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nodes = {node.code: node for node in nodes}
        self.fields["measures"].choices = [("", CHOOSE), *((node.code, str(node)) for node in nodes)]
        self.periods = plan.period_codes
        stored = self.instance if self.instance.pk else None
        targets = dict(stored.targets.values_list("period", "value")) if stored else {}
        for period in self.periods:
            self.fields[f"target_{period}"] = forms.DecimalField(
                label=period, min_value=0, max_digits=15, decimal_places=4, required=False
            )
            self.initial[f"target_{period}"] = _plain(targets.get(period))
        if stored:
            self.initial["measures"] = stored.node.code
            self.initial["tables"] = list(stored.declared_tables.values_list("table", flat=True))
            self.initial["baseline"] = _plain(stored.baseline)

    @property
    def sheet(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if not field.name.startswith("target_")]

    @property
    def target_fields(self) -> list[forms.BoundField]:
        return [self[f"target_{period}"] for period in self.periods]

    @property
    def node(self) -> Node:
        return self.nodes[self.cleaned_data["measures"]]

    @property
    def targets(self) -> dict[str, Decimal]:
        typed = {period: self.cleaned_data[f"target_{period}"] for period in self.periods}
        return {period: value for period, value in typed.items() if value is not None}


def _plain(value: Decimal | None) -> Decimal | None:
    """Without the zeros that the database adds."""
    return None if value is None else Decimal(f"{value.normalize():f}")


def tenure_forms(plan: Plan, indicator: Indicator | None, data: QueryDict | None = None) -> forms.BaseFormSet:
    """Who answers for the indicator: the rows that there are, and some empty ones."""
    rows = list(indicator.responsibilities.select_related("unit").order_by("from_period")) if indicator else []
    initial = [{"unit": row.unit.acronym, "since": row.from_period, "until": row.until_period or ""} for row in rows]
    units = [(unit.acronym, str(unit)) for unit in units_of(plan, *(row.unit_id for row in rows))]
    formset = forms.formset_factory(TenureForm, extra=SPARE_TENURES)
    told = {"units": units, "periods": plan.period_codes}
    return formset(data, prefix="responde", initial=initial, form_kwargs=told)


# --- The plan itself


class SettingsForm(EditForm):
    """What the plan says of itself, and the parameters of its figures."""

    class Meta:
        model = Plan
        fields = [
            "name", "description", "first_year", "last_year", "official_reading", "green_from", "amber_from", "cap",
            "requires_signoff", "is_reference",
        ]  # fmt: skip
        widgets = {"description": forms.Textarea(attrs=AREA)}
        labels = {
            "green_from": gettext_lazy("En meta desde (%)"),
            "amber_from": gettext_lazy("Cerca de la meta desde (%)"),
            "cap": gettext_lazy("Tope en promedios (%)"),
            "is_reference": gettext_lazy("Sus textos son de referencia, y el sitio lo dice"),
        }

    def __init__(self, *args: Any, changed_in_force: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_draft:
            for name, field in self.fields.items():
                field.disabled = name not in (*changed_in_force, "seen")


class ForceForm(forms.ModelForm):
    """The instrument that approves the plan."""

    class Meta:
        model = Plan
        fields = ["instrument_kind", "instrument_number", "instrument_date"]
        field_classes = {"instrument_date": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument_kind"].choices = [("", CHOOSE), *Plan.Instrument.choices]
        for field in self.fields.values():
            field.required = True

    def _post_clean(self) -> None:
        """The verb writes it, with the plan's new state."""


class CopyForm(forms.Form):
    """The plan that a copy becomes."""

    government = forms.ModelChoiceField(
        label=gettext_lazy("Gobierno local"), queryset=Government.objects.none(), empty_label=None
    )
    code = forms.SlugField(
        label=gettext_lazy("Código"),
        max_length=40,
        help_text=gettext_lazy("Corto y sin espacios, por ejemplo PMH-2025-2027. No se cambia después."),
    )
    name = forms.CharField(label=gettext_lazy("Nombre"), max_length=250)
    first_year = forms.IntegerField(label=gettext_lazy("Primer año"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=gettext_lazy("Último año"), min_value=2000, max_value=2100)

    def __init__(self, governments: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["government"].queryset = governments

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        first, last = data.get("first_year"), data.get("last_year")
        if first and last and not first <= last < first + LONGEST_PLAN:
            told = {"years": LONGEST_PLAN}
            self.add_error("last_year", _("Va desde el primer año, hasta %(years)s años de plan.") % told)
        return data
