"""The addresses of the help."""

from django.urls import path

from pmh.help import views

app_name = "help"

urlpatterns = [
    path("ayuda/", views.index, name="index"),
    path("ayuda/<slug:slug>/", views.page, name="page"),
]
