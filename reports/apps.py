from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Documentos")

    def ready(self) -> None:
        from reports import checks, issuing  # noqa: F401  (registers checks, and the work of making documents)
