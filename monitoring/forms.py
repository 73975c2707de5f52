"""What pages send that is more than one field of a result: memorandum, extension, reprogramming."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution import clock
from institution.forms import CHOOSE, DayField
from institution.models import DayOff, Unit
from monitoring.entries import Form, read
from monitoring.models import Submission
from monitoring.workflow import Memo
from plans.models import Indicator, Plan, TargetRevision
from plans.workbook.text import clean


class MemoForm(forms.ModelForm):
    """The memorandum or file with which the unit sends its report; both parts or none."""

    class Meta:
        model = Submission
        fields = ["memo_number", "memo_date"]
        field_classes = {"memo_date": DayField}
        help_texts = {"memo_number": gettext_lazy("Si su gerencia lo envía también por documento. No es obligatorio.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What stood there when the page was shown; checking a form writes into the instance.
        self.recorded = Memo(self.instance.memo_number, self.instance.memo_date)

    def clean_memo_date(self) -> dt.date | None:
        day = self.cleaned_data["memo_date"]
        if day and day > clock.today():
            raise forms.ValidationError(
                _("La fecha es posterior a hoy, %(today)s.") % {"today": f"{clock.today():%d/%m/%Y}"}
            )
        return day

    def clean(self) -> None:
        number, day = self.cleaned_data.get("memo_number"), self.cleaned_data.get("memo_date")
        if day and not number and "memo_number" not in self.errors:
            self.add_error("memo_number", _("Falta el número del documento de esa fecha."))
        if number and not day and "memo_date" not in self.errors:
            self.add_error("memo_date", _("Falta la fecha del documento."))

    def memo(self) -> Memo:
        """What was typed, once it is valid."""
        return Memo(self.cleaned_data["memo_number"], self.cleaned_data["memo_date"])

    def seen(self) -> Memo:
        """What the page says stood there when it was shown: kept in hidden fields of the same form."""
        number, day = self.data.get("initial-memo_number", ""), self.data.get("initial-memo_date", "")
        try:
            return Memo(number, dt.date.fromisoformat(day) if day else None)
        except ValueError:
            return Memo(number, None)

    def refuse(self, theirs: Memo) -> None:
        """Somebody else noted another document meanwhile; shown again, saving is the person's own decision."""
        day = f", {theirs.day:%d/%m/%Y}" if theirs.day else ""
        text = _("Otra persona anotó «%(number)s»%(day)s mientras usted escribía. Si guarda de nuevo, queda lo suyo.")
        self.add_error("memo_number", text % {"number": theirs.number, "day": day})
        self.recorded = theirs


class ExtensionForm(forms.Form):
    """A later deadline for one unit, with its reason."""

    due_on = DayField(label=gettext_lazy("Nuevo plazo"))
    reason = forms.CharField(label=gettext_lazy("Motivo"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class OpenPeriodForm(forms.Form):
    """Until when the units report the semester that is being opened."""

    due_on = DayField(
        label=gettext_lazy("Las unidades reportan hasta el"),
        help_text=gettext_lazy("Ese día todavía está dentro del plazo."),
    )


class ReopenPeriodForm(forms.Form):
    """Why a closed semester is opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Motivo"),
        help_text=gettext_lazy("Queda escrito en la historia del semestre, con su nombre y la fecha."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DayOffForm(forms.ModelForm):
    """A day on which the municipality does not work."""

    class Meta:
        model = DayOff
        fields = ["day", "reason"]
        field_classes = {"day": DayField}


class SuccessionForm(forms.Form):
    """Which unit ends, which one takes its place (one there is, or a new one), and from which semester."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unidad que termina"), queryset=None, to_field_name="acronym")
    successor = forms.ModelChoiceField(
        label=gettext_lazy("La sucede"),
        queryset=None,
        to_field_name="acronym",
        required=False,
        empty_label=gettext_lazy("Una unidad nueva"),
    )
    new_acronym = forms.CharField(label=gettext_lazy("Siglas de la unidad nueva"), max_length=20, required=False)
    new_name = forms.CharField(label=gettext_lazy("Nombre de la unidad nueva"), max_length=200, required=False)
    new_from = DayField(label=gettext_lazy("La unidad nueva existe desde"), required=False)
    from_period = forms.ChoiceField(label=gettext_lazy("Responde desde el semestre"))

    NEW = ("new_acronym", "new_name", "new_from")

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(government=plan.government_id).select_related("government", "successor")
        self.fields["unit"].queryset = units.filter(successor__isnull=True)
        self.fields["unit"].empty_label = str(CHOOSE)
        self.fields["successor"].queryset = units
        self.fields["from_period"].choices = [("", CHOOSE), *((code, code) for code in plan.period_codes)]

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("successor") or "successor" in self.errors:
            return
        for name in self.NEW:
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Elija una unidad que ya existe, o complete los datos de la nueva."))

    def chosen_successor(self) -> Unit:
        """The unit that takes over; a new one is not kept yet, and does what the one before did."""
        data = self.cleaned_data
        return data["successor"] or Unit(
            government=data["unit"].government,
            acronym=data["new_acronym"].strip(),
            name=data["new_name"].strip(),
            function=data["unit"].function,
            valid_from=data["new_from"],
        )


class ResponsibilityForm(forms.Form):
    """Which unit answers for one indicator, and from which semester."""

    indicator = forms.ModelChoiceField(label=gettext_lazy("Indicador"), queryset=None, to_field_name="code")
    unit = forms.ModelChoiceField(label=gettext_lazy("Pasa a responder"), queryset=None, to_field_name="acronym")
    from_period = forms.ChoiceField(label=gettext_lazy("Desde el semestre"))

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.filter(plan=plan).order_by("code")
        self.fields["unit"].queryset = Unit.objects.filter(government=plan.government_id)
        self.fields["from_period"].choices = [("", CHOOSE), *((code, code) for code in plan.period_codes)]
        for name in ("indicator", "unit"):
            self.fields[name].empty_label = str(CHOOSE)


class CardForm:
    """What the page sends of one indicator: texts as they were typed, and what stood there before.

    Fields are named `<indicator>-<key>` by the keys of `monitoring.entries`. It is no Django form: a card may have two
    hundred cells, and reading them is the same for page and workbook (`entries.read`).
    """

    def __init__(self, form: Form, data: QueryDict) -> None:
        self.form = form
        number = form.indicator.pk
        self.raw = {key: data[f"{number}-{key}"] for key in form.keys if f"{number}-{key}" in data}
        self.seen = _seen(data.get(f"{number}-seen", ""))
        self.read = read(form, self.raw)

    @property
    def own(self) -> dict[str, str]:
        """What the person changed, as typed: the rest of the page only repeats what stood there."""
        return {key: text for key, text in self.raw.items() if clean(text) != self.seen.get(key, "")}


def _seen(text: str) -> dict[str, str]:
    """What the page says stood there. Damaged, it says nothing: what is recorded then counts as somebody else's."""
    try:
        seen = json.loads(text or "{}")
    except ValueError:
        return {}
    return {key: value for key, value in seen.items() if isinstance(value, str)} if isinstance(seen, dict) else {}


class RevisionForm(forms.ModelForm):
    """Another target for one semester, why, and by which document. `seen`: the target that the person saw."""

    new_value = forms.DecimalField(
        label=gettext_lazy("Meta nueva"), min_value=0, max_digits=15, decimal_places=4, required=False
    )
    nothing = forms.BooleanField(label=gettext_lazy("Ya no se programa nada en este semestre (S.P.)"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = TargetRevision
        fields = ["reason", "explanation", "document_kind", "document_number", "document_date"]
        field_classes = {"document_date": DayField}
        widgets = {"explanation": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "explanation": gettext_lazy("En una o dos frases: qué cambió y por qué. Se publica con la meta."),
            "document_kind": gettext_lazy("Por ejemplo, acta de la comisión especial, informe o memorando."),
        }

    field_order = ["new_value", "nothing", *Meta.fields, "seen"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [("", CHOOSE), *TargetRevision.Reason.choices]

    @property
    def value(self) -> Decimal | None:
        """The target as it is to be; None where nothing is programmed any more."""
        return None if self.cleaned_data["nothing"] else self.cleaned_data["new_value"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        typed, nothing = data.get("new_value"), data.get("nothing")
        if typed is None and not nothing and "new_value" not in self.errors:
            self.add_error("new_value", _("Escriba la meta nueva, o marque que ya no se programa nada."))
        if typed is not None and nothing:
            self.add_error("new_value", _("Una de las dos: una meta nueva, o nada programado."))
        return data

    def _post_clean(self) -> None:
        """The row itself is checked by the verb, which knows its indicator and its semester."""

    def told(self) -> dict[str, Any]:
        """What was typed, for `reprogram`."""
        data = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return {**data, "value": self.value, "seen": self.cleaned_data["seen"]}

    def refuse(self, why: str, mark: str) -> None:
        """A refusal of the verb, shown where the target is typed; sent again, it is about the target as it is now."""
        self.add_error("new_value", why)
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = mark


class CommitmentForm(forms.Form):
    """A recommendation, what a unit commits itself to, and until when."""

    recommendation = forms.CharField(
        label=gettext_lazy("Recomendación"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Como está en el texto de la evaluación."),
    )
    action = forms.CharField(
        label=gettext_lazy("A qué se compromete la unidad"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Algo que se pueda comprobar: qué hará, cuánto, con quién."),
    )
    unit = forms.ModelChoiceField(label=gettext_lazy("Unidad responsable"), queryset=Unit.objects.none())
    due_on = DayField(label=gettext_lazy("Plazo"))

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Unit.objects.filter(government=plan.government_id)
        kept = self.initial.get("unit")
        chosen = own.valid_on(clock.today()) | own.filter(pk=kept.pk if kept else None)
        self.fields["unit"].queryset = chosen.order_by("acronym")


class FollowUpForm(forms.Form):
    """What became of a commitment."""

    state = forms.ChoiceField(label=gettext_lazy("En qué quedó"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("Qué se hizo, o por qué no"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Lo leerán la coordinación y, en la siguiente evaluación, cualquier persona."),
    )

    def __init__(self, states: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = list(states)
