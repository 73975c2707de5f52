"""The addresses of what happened: the desk, the reports of the units, the plan with its progress, its evidence."""

from django.urls import include, path, register_converter

from monitoring.views import (
    activity,
    board,
    commitments,
    desk,
    files,
    filing,
    historical,
    offline,
    organisation,
    people,
    periods,
    persons,
    plan_editing,
    plan_workbook,
    progress,
    review,
    revisions,
    search,
)

app_name = "monitoring"


class AcronymConverter:
    """The acronym of a unit as one piece of an address; a slash in it would look like two."""

    regex = "[^/]+"

    def to_python(self, piece: str) -> str:
        return piece.replace("~1", "/").replace("~0", "~")

    def to_url(self, acronym: str) -> str:
        return acronym.replace("~", "~0").replace("/", "~1")


register_converter(AcronymConverter, "acronym")

# One unit's report of one semester.
report = [
    path("", review.submission_detail, name="submission_detail"),
    path("revisar/", review.submission_review, name="submission_review"),
    path("empezar/", filing.submission_start, name="submission_start"),
    path("llenar/", filing.submission_form, name="submission_form"),
    path("llenar/pulso/", filing.submission_pulse, name="submission_pulse"),
    path("llenar/<int:indicator>/", filing.result_entry, name="result_entry"),
    path("llenar/<int:indicator>/medios/", filing.evidence_attach, name="evidence_attach"),
    path("medios/<int:pk>/retirar/", filing.evidence_withdraw, name="evidence_withdraw"),
    path("medios/<int:pk>/restituir/", filing.evidence_restore, name="evidence_restore"),
    path("pasos/<slug:step>/", review.submission_step, name="submission_step"),
    path("observaciones/", review.observation_create, name="observation_create"),
    path("observaciones/<int:pk>/responder/", review.observation_reply, name="observation_reply"),
    path("observaciones/<int:pk>/resolver/", review.observation_resolve, name="observation_resolve"),
    path("plazo/", review.extension_grant, name="extension_grant"),
    path("cargo/", review.submission_receipt, name="submission_receipt"),
    path("excel/", offline.workbook_upload, name="workbook_upload"),
    path("excel/libro/", offline.submission_workbook, name="submission_workbook"),
    path("excel/<int:pk>/", offline.workbook_preview, name="workbook_preview"),
    path("excel/<int:pk>/confirmar/", offline.workbook_confirm, name="workbook_confirm"),
    path("excel/<int:pk>/descartar/", offline.workbook_discard, name="workbook_discard"),
]

# The government's units, from one organisation rule to the next.
units = [
    path("", organisation.organisation, name="organisation"),
    path("nueva/", organisation.organisation_unit_create, name="organisation_unit_create"),
    path("sucesion/", organisation.organisation_succession, name="organisation_succession"),
    path("responsabilidades/", organisation.organisation_responsibility, name="organisation_responsibility"),
    path("unidades/<acronym:acronym>/", organisation.organisation_unit, name="organisation_unit"),
    path("unidades/<acronym:acronym>/terminar/", organisation.organisation_unit_end, name="organisation_unit_end"),
]
# Who acts for them.
persons = [
    path("", persons.person_list, name="person_list"),
    path("<int:pk>/", persons.person_detail, name="person_detail"),
    path("<int:pk>/desactivar/", persons.person_deactivate, name="person_deactivate"),
    path("<int:pk>/reactivar/", persons.person_reactivate, name="person_reactivate"),
    path("puestos/<int:pk>/", persons.person_post, name="person_post"),
    path("puestos/<int:pk>/terminar/", persons.person_post_end, name="person_post_end"),
    path("puestos/<int:pk>/reemplazar/", persons.person_post_replace, name="person_post_replace"),
    path("puestos/<int:pk>/corregir/", persons.person_post_correct, name="person_post_correct"),
]

# What changes a target, one by one or by workbook.
reprogramming = [
    path("", revisions.revision_list, name="revision_list"),
    path("nueva/", revisions.revision_create, name="revision_create"),
    path("libro/", revisions.revision_workbook, name="revision_workbook"),
    path("excel/", revisions.revision_upload, name="revision_upload"),
    path("excel/<int:pk>/", revisions.revision_preview, name="revision_preview"),
    path("excel/<int:pk>/confirmar/", revisions.revision_confirm, name="revision_confirm"),
    path("excel/<int:pk>/descartar/", revisions.revision_discard, name="revision_discard"),
]

# Writing a plan while it is a draft.
writing = [
    path("", plan_editing.plan_edit, name="plan_edit"),
    path("parametros/", plan_editing.plan_edit_settings, name="plan_edit_settings"),
    path("vigencia/", plan_editing.plan_edit_force, name="plan_edit_force"),
    path("libro/", plan_workbook.plan_edit_workbook, name="plan_edit_workbook"),
    path("excel/", plan_workbook.plan_edit_upload, name="plan_edit_upload"),
    path("excel/<int:pk>/", plan_workbook.plan_edit_preview, name="plan_edit_preview"),
    path("excel/<int:pk>/confirmar/", plan_workbook.plan_edit_confirm, name="plan_edit_confirm"),
    path("excel/<int:pk>/descartar/", plan_workbook.plan_edit_discard, name="plan_edit_discard"),
    path("indicadores/nuevo/", plan_editing.plan_edit_indicator_create, name="plan_edit_indicator_create"),
    path("indicadores/<int:pk>/", plan_editing.plan_edit_indicator, name="plan_edit_indicator"),
    path("<slug:level>/nuevo/", plan_editing.plan_edit_node_create, name="plan_edit_node_create"),
    path("<slug:level>/<int:pk>/", plan_editing.plan_edit_node, name="plan_edit_node"),
    path("<slug:level>/<int:pk>/mover/", plan_editing.plan_edit_move, name="plan_edit_move"),
    path("<slug:level>/<int:pk>/retirar/", plan_editing.plan_edit_remove, name="plan_edit_remove"),
]

# Results from before this system.
earlier = [
    path("", historical.historical_upload, name="historical_upload"),
    path("<int:pk>/", historical.historical_preview, name="historical_preview"),
    path("<int:pk>/confirmar/", historical.historical_confirm, name="historical_confirm"),
    path("<int:pk>/descartar/", historical.historical_discard, name="historical_discard"),
]

urlpatterns = [
    path("", desk.home, name="home"),
    path("planes/", progress.plan_list, name="plan_list"),
    path("planes/<slug:plan>/", progress.plan_detail, name="plan_detail"),
    path("planes/<slug:plan>/biblioteca/<int:pk>/", files.library_file, name="library_file"),
    path("planes/<slug:plan>/escritorio/", desk.desk, name="desk"),
    path("planes/<slug:plan>/reportes/", desk.submission_list, name="submission_list"),
    # Before the report of a unit: its first piece is a semester, which this is not.
    path("planes/<slug:plan>/reportes/quien-falta/", board.reporting_board, name="reporting_board"),
    path("planes/<slug:plan>/reportes/quien-falta/recordar/", board.reporting_remind, name="reporting_remind"),
    path("planes/<slug:plan>/reportes/plazos/", board.punctuality, name="punctuality"),
    path("planes/<slug:plan>/semestres/", periods.period_list, name="period_list"),
    path("planes/<slug:plan>/semestres/dias/", periods.period_day_off, name="period_day_off"),
    path("planes/<slug:plan>/semestres/dias/<int:pk>/quitar/", periods.period_day_on, name="period_day_on"),
    path("planes/<slug:plan>/semestres/<str:period>/abrir/", periods.period_open, name="period_open"),
    path("planes/<slug:plan>/semestres/<str:period>/cerrar/", periods.period_close, name="period_close"),
    path("planes/<slug:plan>/semestres/<str:period>/reabrir/", periods.period_reopen, name="period_reopen"),
    path("planes/<slug:plan>/reportes/<str:period>/<acronym:acronym>/", include(report)),
    path("planes/<slug:plan>/tablero/", progress.scorecard, name="scorecard"),
    path("planes/<slug:plan>/atenciones/", people.people_reached, name="people_reached"),
    path("planes/<slug:plan>/atenciones/resultados/", people.people_reached_results, name="people_reached_results"),
    path("planes/<slug:plan>/atenciones/excel/", people.people_reached_workbook, name="people_reached_workbook"),
    path("planes/<slug:plan>/tablero/excel/", progress.scorecard_workbook, name="scorecard_workbook"),
    path("planes/<slug:plan>/tablero/anexo/", progress.annex_workbook, name="annex_workbook"),
    path("planes/<slug:plan>/tablero/resultados/", progress.results_workbook, name="results_workbook"),
    path("planes/<slug:plan>/proyeccion/", progress.outlook, name="outlook"),
    path("planes/<slug:plan>/gerencias-comparadas/", progress.unit_comparison, name="unit_comparison"),
    path("planes/<slug:plan>/nodos/<path:code>/", progress.node_detail, name="node_detail"),
    path("planes/<slug:plan>/indicadores/<path:code>/", progress.indicator_detail, name="indicator_detail"),
    path("planes/<slug:plan>/gerencias/", progress.unit_list, name="unit_list"),
    path("planes/<slug:plan>/gerencias/<path:acronym>/", progress.unit_detail, name="unit_detail"),
    path("planes/<slug:plan>/organizacion/", include(units)),
    path("planes/<slug:plan>/personas/", include(persons)),
    path("planes/<slug:plan>/compromisos/", commitments.commitment_list, name="commitment_list"),
    path("planes/<slug:plan>/compromisos/excel/", commitments.commitment_workbook, name="commitment_workbook"),
    path("planes/<slug:plan>/compromisos/<int:pk>/", commitments.commitment_detail, name="commitment_detail"),
    path("planes/<slug:plan>/buscar/", search.search, name="search"),
    path("planes/<slug:plan>/bitacora/", activity.activity_log, name="activity_log"),
    path("planes/<slug:plan>/bitacora/<slug:form>/", activity.activity_log_file, name="activity_log_file"),
    path("planes/<slug:plan>/editar/", include(writing)),
    path("planes/<slug:plan>/copiar/", plan_editing.plan_copy, name="plan_copy"),
    path("planes/<slug:plan>/reprogramaciones/", include(reprogramming)),
    path("planes/<slug:plan>/semestres-anteriores/", include(earlier)),
    path("medios/<int:pk>/", files.evidence_file, name="evidence_file"),
]
