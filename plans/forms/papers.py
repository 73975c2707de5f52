"""What is typed about the plan's papers: a step of the road map, a document of the library."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution.forms import CHOOSE, DayField
from institution.uploads import Accepted, UploadRefused, accept
from plans.forms.editing import EditForm, units_of
from plans.models import ApprovalStep, LibraryItem, Plan


class StepForm(EditForm):
    """One step of the road map: what, who, planned and done."""

    class Meta:
        model = ApprovalStep
        fields = ["name", "order", "responsible_unit", "planned_on", "done_on", "document", "notes"]
        field_classes = dict.fromkeys(("planned_on", "done_on"), DayField)
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        labels = {"order": gettext_lazy("Lugar en la hoja de ruta")}
        help_texts = {
            "order": gettext_lazy("Si el lugar está ocupado, los pasos siguientes se corren."),
            "done_on": gettext_lazy("Vacío mientras el paso está pendiente."),
            "document": gettext_lazy("Con el que se cumplió: tipo y número."),
        }

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible_unit"].queryset = units_of(plan, self.instance.responsible_unit_id)
        self.fields["responsible_unit"].empty_label = str(_("Ninguna"))
        last = plan.approval_steps.order_by("order").last()
        self.fields["order"].validators.append(MinValueValidator(1))
        self.fields["order"].widget.attrs["min"] = 1
        if not self.instance.pk:
            self.fields["order"].initial = last.order + 1 if last else 1


class ItemForm(EditForm):
    """One document of the library: a file or a link, and what it is."""

    upload = forms.FileField(
        label=gettext_lazy("Archivo"),
        help_text=gettext_lazy("PDF, Word, Excel, PowerPoint, ODS, ODT o imagen, de hasta 20 MB."),
        required=False,
        widget=forms.FileInput,
    )
    url = forms.URLField(
        label=gettext_lazy("O un enlace"),
        help_text=gettext_lazy("Donde está publicado; empieza con https://."),
        max_length=500,
        required=False,
        assume_scheme="https",
    )

    class Meta:
        model = LibraryItem
        fields = ["title", "kind", "number", "dated_on", "description", "url", "is_public"]
        field_classes = {"dated_on": DayField}
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    field_order = ["title", "kind", "number", "dated_on", "description", "upload", "url", "is_public"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accepted: Accepted | None = None
        self.fields["kind"].choices = [("", CHOOSE), *LibraryItem.Kind.choices]
        if self.instance.file:
            name = {"name": self.instance.file_name or self.instance.file.name.rpartition("/")[2]}
            self.fields["upload"].help_text = _("Hoy: %(name)s. Otro archivo, o un enlace, ocupa su lugar.") % name

    def clean_upload(self) -> UploadedFile | None:
        """The file, opened before it is believed."""
        file = self.cleaned_data.get("upload")
        if not file:
            return None
        try:
            self.accepted = accept(file, name=file.name)
        except UploadRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return file

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "upload" in self.errors or "url" in self.errors:
            return data
        if self.accepted and data.get("url"):
            self.add_error("url", _("Un documento es un archivo o un enlace, no los dos."))
        elif not (self.accepted or data.get("url") or self.instance.file):
            self.add_error("upload", _("Elija el archivo, o escriba el enlace."))
        return data

    def told(self) -> dict[str, Any]:
        """What was typed, for `write_item`."""
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "seen")}
