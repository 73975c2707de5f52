"""The addresses of what is told: the evaluations of a plan and their documents."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("planes/<slug:plan>/evaluaciones/", views.evaluation_list, name="evaluation_list"),
    path("planes/<slug:plan>/evaluaciones/<int:year>/", views.evaluation_detail, name="evaluation_detail"),
    path(
        "planes/<slug:plan>/evaluaciones/<int:year>/nueva-version/",
        views.evaluation_supersede,
        name="evaluation_supersede",
    ),
    path("planes/<slug:plan>/evaluaciones/<int:year>/evaluacion.pdf", views.evaluation_pdf, name="evaluation_pdf"),
]
