"""What the pages of the budget read: one answer per activity, and the deadline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from institution.forms import DayField
from institution.models import User
from plans.budget import BudgetRefused, answer, ask, clean, no_reason, state_of
from plans.models import Activity, Plan

YES, NO = "si", "no"
SPOKEN = {True: YES, False: NO, None: ""}


class AnswerForm(forms.Form):
    """The answer of one activity. Left as it was it says nothing, so that many stand on one page with one button."""

    needs = forms.ChoiceField(
        label=_("¿Necesita presupuesto adicional?"),
        choices=[(YES, _("Sí")), (NO, _("No"))],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = forms.CharField(
        label=_("¿Para qué y cuánto, más o menos?"),
        help_text=_("Obligatorio si responde «sí»."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )

    def __init__(self, activity: Activity, data: QueryDict | None = None) -> None:
        self.activity = activity
        initial = {"needs": SPOKEN[activity.needs_extra_budget], "reason": activity.extra_budget_reason}
        super().__init__(data, prefix=f"a{activity.pk}", initial=initial, use_required_attribute=False)

    @property
    def seen_name(self) -> str:
        """The hidden field that carries which answer the person had before their eyes."""
        return self.add_prefix("seen")

    @property
    def seen(self) -> str:
        return state_of(self.activity)

    @property
    def is_sent(self) -> bool:
        """Whether the page that was sent asked about this activity at all."""
        return self.seen_name in self.data

    def clean_reason(self) -> str:
        return clean(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        needs, reason = self.cleaned_data.get("needs"), self.cleaned_data.get("reason")
        if needs == YES and reason == "":
            self.add_error("reason", no_reason())
        if needs == "" and reason:
            self.add_error("needs", _("Elija sí o no."))
        return self.cleaned_data

    def save(self, *, by: User) -> bool:
        """Answers, if anything was said; says whether the answer changed. A refusal becomes an error of the form."""
        if not self.is_valid() or not self.has_changed() or not self.cleaned_data["needs"]:
            return False
        told = {"needs": self.cleaned_data["needs"] == YES, "reason": self.cleaned_data["reason"]}
        try:
            self.activity = answer(activity=self.activity, **told, by=by, seen=self.data.get(self.seen_name))
        except BudgetRefused as error:
            self.add_error("needs", str(error))
        return not self.errors


def save_answers(activities: Iterable[Activity], data: QueryDict, *, by: User) -> tuple[int, dict[int, AnswerForm]]:
    """Keeps every valid answer; returns how many changed, and the forms that were refused, by activity."""
    sent = [form for form in (AnswerForm(activity, data) for activity in activities) if form.is_sent]
    saved = sum(form.save(by=by) for form in sent)
    return saved, {form.activity.pk: form for form in sent if form.errors}


class DeadlineForm(forms.Form):
    due_on = DayField(
        label=_("Los enlaces presupuestales responden hasta el"),
        help_text=_("Ese día todavía está dentro del plazo."),
    )

    def save(self, plan: Plan, *, by: User) -> bool:
        """Sets the deadline; says whether it could. A refusal becomes an error of the form."""
        if not self.is_valid():
            return False
        try:
            ask(plan=plan, due_on=self.cleaned_data["due_on"], by=by)
        except BudgetRefused as error:
            self.add_error("due_on", str(error))
        return not self.errors
