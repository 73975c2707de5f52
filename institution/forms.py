"""What is typed: whom to invite, and who somebody new is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from institution.models import Government, Invitation, Role, Unit, User

CHOOSE = _("Elija")


class DayInput(forms.DateInput):
    """A browser's own calendar, which takes and gives ISO dates only."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day in the life of an institution: what is counted from it, the day before or after, is a day too."""

    widget = DayInput
    FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)

    def to_python(self, value: Any) -> dt.date | None:
        day = super().to_python(value)
        if day is not None and not self.FIRST <= day <= self.LAST:
            raise ValidationError(_("Revise el año: debe estar entre 1900 y 2199."), code="year")
        return day


class InviteForm(forms.ModelForm):
    """The post of an invitation, in one of the governments that the person coordinates."""

    class Meta:
        model = Invitation
        fields = ["full_name", "email", "unit", "role", "starts_on", "ends_on", "document", "document_date"]
        field_classes = dict.fromkeys(("starts_on", "ends_on", "document_date"), DayField)
        labels = {
            "starts_on": _("Designada desde"),
            "ends_on": _("Hasta, si tiene término"),
            "document": _("Documento que la designa"),
        }
        help_texts = {
            "email": _("Institucional, de la persona: con él ingresará."),
            "document": _("Por ejemplo, Memorando N.º 0102-2025-MML-GPV."),
        }

    def __init__(self, *args: Any, governments: QuerySet[Government], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        self.fields["unit"].queryset = units.filter(government__in=governments)
        self.fields["unit"].empty_label = str(CHOOSE)
        self.fields["role"].choices = [("", CHOOSE), *Role.choices]
        self.fields["starts_on"].initial = today

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class MailSettingsForm(forms.ModelForm):
    """How often the person is reminded by mail."""

    class Meta:
        model = User
        fields = ["mail_frequency"]
        widgets = {"mail_frequency": forms.RadioSelect}


class UnitForm(forms.Form):
    """A unit's name, function and beginning. Its acronym stays for ever (`NewUnitForm`)."""

    name = forms.CharField(label=_("Nombre"), max_length=200)
    function = forms.ChoiceField(label=_("Función"), choices=Unit.Function.choices)
    valid_from = DayField(label=_("Vigente desde"), help_text=_("El día desde el que existe, según la ordenanza."))


class NewUnitForm(UnitForm):
    acronym = forms.CharField(
        label=_("Siglas"), max_length=20, help_text=_("No se reutilizan ni cambian: las nombran los informes antiguos.")
    )
    field_order = ["acronym", "name", "function", "valid_from"]


class EndUnitForm(forms.Form):
    last_day = DayField(label=_("Último día de la unidad"))


class EndPostForm(forms.Form):
    """Until when somebody holds a post, and why it ends."""

    ends_on = DayField(label=_("Último día en el puesto"), help_text=_("Ese día todavía puede actuar."))
    reason = forms.CharField(
        label=_("Motivo o documento"), max_length=200, help_text=_("Por ejemplo, Memorando N.º 0102-2025-MML-GPV.")
    )


class DocumentForm(forms.Form):
    """The document by which somebody was designated."""

    document = forms.CharField(label=_("Documento que la designa"), max_length=120)
    document_date = DayField(label=_("Fecha del documento"), required=False)


class ReplaceForm(forms.ModelForm):
    """Who comes after somebody in the same post, from when, by which document."""

    class Meta(InviteForm.Meta):
        fields = ["full_name", "email", "starts_on", "document", "document_date"]
        labels = {"starts_on": _("Designada desde"), "document": _("Documento que la designa")}

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def _post_clean(self) -> None:
        """The invitation is not whole yet: the act adds the post, and checks all of it."""


class NewAccountForm(forms.Form):
    """The name and the password of somebody who accepts an invitation and has no account."""

    full_name = forms.CharField(
        label=_("Nombres y apellidos"), max_length=160, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Contraseña"),
        strip=False,
        help_text=_("Al menos 12 caracteres, con alguna letra; ni su nombre ni una muy común."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Contraseña, otra vez"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password", "")
        if password and data.get("again") and password != data["again"]:
            self.add_error("again", _("Las dos contraseñas no son iguales."))
        if password:
            try:
                validate_password(password, User(email=self.email, full_name=data.get("full_name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data
