"""Documents that left the house, as the API tells them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from institution.api.code_lists import register
from institution.api.resources import Collection, key_of
from institution.models import Scope
from plans.api import InPlan
from reports.models import Document

register("document-kinds", "Kinds of documents", lambda: Document.Kind.choices)


class DocumentSerializer(serializers.ModelSerializer):
    period = serializers.CharField(
        source="period.code", default=None, allow_null=True, help_text="Semester that it is about."
    )
    evaluation = serializers.SerializerMethodField(help_text="Evaluation that it tells: `<year>-<version>`, or null.")
    unit = serializers.CharField(
        source="unit.acronym", default=None, allow_null=True, help_text="Unit that it is about."
    )
    superseded = serializers.BooleanField(source="is_superseded", help_text="A later document tells the same anew.")
    file = serializers.SerializerMethodField(help_text="Address of the PDF, whose SHA-256 is `sha256`.")
    verification = serializers.SerializerMethodField(help_text="Address where anybody may verify it.")

    class Meta:
        model = Document
        fields = [
            "code",
            "kind",
            "title",
            "period",
            "evaluation",
            "unit",
            "issued_at",
            "published_on",
            "superseded",
            "size",
            "sha256",
            "record_sha256",
            "file",
            "verification",
        ]
        extra_kwargs = {
            "code": {"help_text": "Identifies the document; it is printed on it."},
            "title": {"help_text": "In Spanish."},
            "size": {"help_text": "Bytes of the PDF."},
            "record_sha256": {"help_text": "Of the record that is attached to it as JSON."},
        }

    @extend_schema_field({"type": ["string", "null"]})
    def get_evaluation(self, row: Document) -> str | None:
        return f"{row.evaluation.year}-{row.evaluation.version}" if row.evaluation else None

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_file(self, row: Document) -> str:
        return self._absolute(reverse("reports:document_file", args=[row.code]))

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_verification(self, row: Document) -> str:
        return self._absolute(reverse("reports:verify_code", args=[row.code]))

    def _absolute(self, path: str) -> str:
        return self.context["request"].build_absolute_uri(path)


class DocumentFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=Document.Kind.choices, help_text="Kind of document.")
    period = filters.CharFilter(field_name="period__code", help_text="Semester that it is about.")
    published_since = filters.DateFilter(
        field_name="published_on", lookup_expr="gte", help_text="Published on that day or later (YYYY-MM-DD)."
    )

    class Meta:
        model = Document
        fields: list[str] = []


class Documents(InPlan, Collection):
    """The published documents of a plan; persons of the institution also read those that their role sees."""

    scope = Scope.DOCUMENTS
    serializer_class = DocumentSerializer
    queryset = Document.objects.none()
    filterset_class = DocumentFilter
    lookup_field = "code"
    orders = {"issued_at": "issued_at", "code": "code"}

    def rows(self) -> QuerySet[Document]:
        rows = Document.objects.filter(plan=self.plan)
        seen = rows.published() if key_of(self.request) else rows.visible_to(self.request.user).issued()
        return seen.light()
