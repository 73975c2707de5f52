"""The addresses of what happened: the plan with its progress, its indicators, its units and its evidence."""

from django.urls import path

from monitoring import views

app_name = "monitoring"

urlpatterns = [
    path("", views.home, name="home"),
    path("planes/", views.plan_list, name="plan_list"),
    path("planes/<slug:plan>/", views.plan_detail, name="plan_detail"),
    path("planes/<slug:plan>/biblioteca/<int:pk>/", views.library_file, name="library_file"),
    path("planes/<slug:plan>/tablero/", views.scorecard, name="scorecard"),
    path("planes/<slug:plan>/nodos/<path:code>/", views.node_detail, name="node_detail"),
    path("planes/<slug:plan>/indicadores/<path:code>/", views.indicator_detail, name="indicator_detail"),
    path("planes/<slug:plan>/gerencias/", views.unit_list, name="unit_list"),
    path("planes/<slug:plan>/gerencias/<path:acronym>/", views.unit_detail, name="unit_detail"),
    path("medios/<int:pk>/", views.evidence_file, name="evidence_file"),
]
