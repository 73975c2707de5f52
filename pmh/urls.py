"""Every address of the site."""

from allauth.account.urls import urlpatterns as allauth_patterns
from django.contrib import admin
from django.urls import include, path

# An address is changed by the institution, not by its owner, and is never verified or signed in to by mail.
NOT_OFFERED = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
}

handler400 = "pmh.errors.bad_request"
handler404 = "pmh.errors.page_not_found"
handler500 = "pmh.errors.server_error"

urlpatterns = [
    path("cuenta/", include([pattern for pattern in allauth_patterns if pattern.name not in NOT_OFFERED])),
    path("cuenta/dos-pasos/", include("allauth.mfa.urls")),
    path("tecnica/", admin.site.urls),
    path("api/v1/", include("pmh.api")),
    path("salud/", include(("pmh.health", "health"))),
    path("", include("institution.urls")),
    path("", include("pmh.help.urls")),
    path("", include("plans.urls")),
    path("", include("monitoring.urls")),
    path("", include("reports.urls")),
]
