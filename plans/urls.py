"""The addresses of what was promised and asked before anything happened: the plan's extra budget."""

from django.urls import path

from plans import views

app_name = "plans"

urlpatterns = [
    path("planes/<slug:plan>/presupuesto/", views.budget_answers, name="budget_answers"),
    path("planes/<slug:plan>/presupuesto/plazo/", views.budget_deadline, name="budget_deadline"),
]
