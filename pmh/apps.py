from django.apps import AppConfig


class PMHConfig(AppConfig):
    name = "pmh"
