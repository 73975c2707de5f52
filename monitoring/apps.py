from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Seguimiento")

    def ready(self) -> None:
        post_migrate.connect(_catch_up, sender=self)


def _catch_up(**_kwargs: object) -> None:
    """Results that were validated before agencies were told of any are told now."""
    from monitoring.releasing import release_what_was_never_told  # there are no models yet when this file is read

    release_what_was_never_told()
