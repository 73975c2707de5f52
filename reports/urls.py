"""The addresses of what is told: the evaluations of a plan and their documents."""

from django.urls import include, path

from reports.views import closing, commitments, documents, evaluations, findings, handover, verification, writing

app_name = "reports"

YEAR = "planes/<slug:plan>/evaluaciones/<int:year>/"
DRAFT = f"{YEAR}borrador/"

# One document of the archive.
document = [
    path("", documents.document_detail, name="document_detail"),
    path("estado/", documents.document_state, name="document_state"),
    path("reintentar/", documents.document_retry, name="document_retry"),
    path("publicar/", documents.document_publish, name="document_publish"),
    path("retirar/", documents.document_withdraw, name="document_withdraw"),
    path("firmado/", documents.document_sign, name="document_sign"),
]

urlpatterns = [
    path("", include("reports.public.urls")),
    path("planes/<slug:plan>/evaluaciones/", evaluations.evaluation_list, name="evaluation_list"),
    path("planes/<slug:plan>/evaluaciones/<int:year>/", evaluations.evaluation_detail, name="evaluation_detail"),
    path(
        "planes/<slug:plan>/evaluaciones/<int:year>/nueva-version/",
        evaluations.evaluation_supersede,
        name="evaluation_supersede",
    ),
    path(
        "planes/<slug:plan>/evaluaciones/<int:year>/evaluacion.pdf", evaluations.evaluation_pdf, name="evaluation_pdf"
    ),
    path(f"{YEAR}abrir/", closing.evaluation_open, name="evaluation_open"),
    path(f"{YEAR}comparar/", closing.evaluation_comparison, name="evaluation_comparison"),
    path(f"{YEAR}versiones/", closing.evaluation_versions, name="evaluation_versions"),
    path(DRAFT, writing.evaluation_write, name="evaluation_write"),
    path(f"{DRAFT}cerrar/", closing.evaluation_closing, name="evaluation_closing"),
    path(f"{DRAFT}hallazgos/", findings.evaluation_findings, name="evaluation_findings"),
    path(f"{DRAFT}hallazgos/nuevo/", findings.evaluation_finding_create, name="evaluation_finding_create"),
    path(f"{DRAFT}hallazgos/<int:pk>/", findings.evaluation_finding, name="evaluation_finding"),
    path(f"{DRAFT}hallazgos/<int:pk>/quitar/", findings.evaluation_finding_remove, name="evaluation_finding_remove"),
    path(f"{DRAFT}compromisos/", commitments.evaluation_commitments, name="evaluation_commitments"),
    path(f"{DRAFT}compromisos/nuevo/", commitments.evaluation_commitment_create, name="evaluation_commitment_create"),
    path(f"{DRAFT}compromisos/<int:pk>/", commitments.evaluation_commitment, name="evaluation_commitment"),
    path(
        f"{DRAFT}compromisos/<int:pk>/quitar/",
        commitments.evaluation_commitment_remove,
        name="evaluation_commitment_remove",
    ),
    path(f"{DRAFT}textos/<slug:section>/", writing.evaluation_section, name="evaluation_section"),
    path(f"{DRAFT}textos/<slug:section>/dato/", writing.evaluation_section_entry, name="evaluation_section_entry"),
    path(
        f"{DRAFT}textos/<slug:section>/historia/",
        writing.evaluation_section_history,
        name="evaluation_section_history",
    ),
    path(
        f"{DRAFT}textos/<slug:section>/historia/<int:version>/restituir/",
        writing.evaluation_section_restore,
        name="evaluation_section_restore",
    ),
    path(
        "planes/<slug:plan>/evaluaciones/<int:year>/evaluacion.xlsx",
        evaluations.evaluation_workbook,
        name="evaluation_workbook",
    ),
    path("planes/<slug:plan>/documentos/", documents.document_list, name="document_list"),
    path("planes/<slug:plan>/documentos/pedir/<slug:kind>/", documents.document_ask, name="document_ask"),
    path("planes/<slug:plan>/entrega/<str:acronym>.xlsx", handover.handover_workbook, name="handover_workbook"),
    path("planes/<slug:plan>/documentos/<slug:code>/", include(document)),
    # Open to everybody: a published document, and whether a document is genuine.
    path("documentos/<slug:code>/", documents.document_file, name="document_file"),
    path("documentos/<slug:code>/firmado/<int:pk>/", documents.document_signed_file, name="document_signed_file"),
    path("verificar/", verification.verify, name="verify"),
    path("verificar/<slug:code>/", verification.verify_code, name="verify_code"),
]
