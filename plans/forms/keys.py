"""What is typed about partner agencies: who they are, what a key may read and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institution import clock
from institution.forms import DayField
from institution.models import Agency, Scope

A_YEAR = dt.timedelta(days=365)


class AgencyForm(forms.ModelForm):
    """A new agency of the government."""

    class Meta:
        model = Agency
        fields = ["acronym", "name", "contact_email"]
        help_texts = {
            "acronym": _("Por ejemplo, OIM."),
            "contact_email": _("A quién avisar cuando una clave esté por vencer."),
        }


class KeyForm(forms.Form):
    """What a new key is for."""

    THIS, EVERY = "this", "every"

    name = forms.CharField(
        label=_("Para qué"), max_length=80, help_text=_("Por ejemplo, «Tablero regional de la OIM».")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Qué puede leer"),
        choices=Scope.choices,
        initial=[Scope.PLAN, Scope.RESULTS],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Solo datos con conformidad. De las personas, nunca una celda de 1 a 4."),
    )
    plans = forms.ChoiceField(
        label=_("De qué planes"),
        choices=[
            (THIS, _("Solo de este plan")),
            (EVERY, _("De todos los planes de la municipalidad, también los que vengan")),
        ],
        initial=THIS,
        widget=forms.RadioSelect,
    )
    expires_on = DayField(label=_("Vence el"), help_text=_("A lo más dos años. Después se renueva sin interrumpir."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate(clock.real_now()) + A_YEAR

    @property
    def expires_at(self) -> dt.datetime:
        """The end of that day in Lima."""
        return timezone.make_aware(dt.datetime.combine(self.cleaned_data["expires_on"], dt.time(23, 59, 59)))


class RenewForm(forms.Form):
    """For how long the old key holds beside the new one."""

    days = forms.TypedChoiceField(
        label=_("La clave de ahora sigue valiendo"),
        choices=[(0, _("nada: deja de valer ya")), (7, _("7 días")), (14, _("14 días")), (30, _("30 días"))],
        coerce=int,
        initial=14,
        help_text=_("Mientras la agencia pone la nueva en sus programas."),
    )
