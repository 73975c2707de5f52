"""The addresses of what was promised and asked before anything happened: the plan's papers, its extra budget."""

from django.urls import path

from plans.views import agencies, budget, papers

app_name = "plans"

KEY = "planes/<slug:plan>/agencias/claves/<slug:prefix>/"
urlpatterns = [
    path("planes/<slug:plan>/agencias/", agencies.agency_list, name="agency_list"),
    path("planes/<slug:plan>/agencias/<int:pk>/clave/", agencies.agency_key_create, name="agency_key_create"),
    path(KEY, agencies.agency_key, name="agency_key"),
    path(f"{KEY}renovar/", agencies.agency_key_renew, name="agency_key_renew"),
    path(f"{KEY}revocar/", agencies.agency_key_revoke, name="agency_key_revoke"),
    path("planes/<slug:plan>/presupuesto/", budget.budget_answers, name="budget_answers"),
    path("planes/<slug:plan>/presupuesto/plazo/", budget.budget_deadline, name="budget_deadline"),
    path("planes/<slug:plan>/hoja-de-ruta/", papers.approval_list, name="approval_list"),
    path("planes/<slug:plan>/hoja-de-ruta/nuevo/", papers.approval_create, name="approval_create"),
    path("planes/<slug:plan>/hoja-de-ruta/<int:pk>/", papers.approval_edit, name="approval_edit"),
    path("planes/<slug:plan>/hoja-de-ruta/<int:pk>/retirar/", papers.approval_remove, name="approval_remove"),
    path("planes/<slug:plan>/biblioteca/", papers.library, name="library"),
    path("planes/<slug:plan>/biblioteca/nuevo/", papers.library_create, name="library_create"),
    path("planes/<slug:plan>/biblioteca/<int:pk>/editar/", papers.library_edit, name="library_edit"),
    path("planes/<slug:plan>/biblioteca/<int:pk>/retirar/", papers.library_withdraw, name="library_withdraw"),
    path("planes/<slug:plan>/biblioteca/<int:pk>/restituir/", papers.library_restore, name="library_restore"),
]
