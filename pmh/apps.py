from django.apps import AppConfig


class PMHConfig(AppConfig):
    name = "pmh"

    def ready(self) -> None:
        from pmh.help import checks  # noqa: F401  (registers it)
