"""Django's administration as an app of this house: found by its own door (`pmh.technical`)."""

from django.contrib.admin.apps import AdminConfig


class TechnicalAdminConfig(AdminConfig):
    default_site = "pmh.technical.TechnicalSite"
