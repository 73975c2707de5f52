"""Every address of the site."""

from django.urls import include, path

urlpatterns = [
    path("cuenta/", include("allauth.account.urls")),
]
