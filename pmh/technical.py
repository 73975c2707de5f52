"""The technical administration: Django's own, for whoever runs the installation, behind the site's one door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

# Other packages would bring their own pages, of second factors and addresses: what opens an account is not shown.
SHOWN = {"institution", "plans", "monitoring", "reports", "admin"}


class TechnicalSite(AdminSite):
    site_header = site_title = _("Administración técnica del PMH")
    index_title = _("Datos de la instalación")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().register([model for model in models if model._meta.app_label in SHOWN], admin_class, **options)

    def admin_view(self, view: Callable, cacheable: bool = False) -> Callable:
        """For everybody else who is signed in these pages do not exist; whoever is not is sent to sign in."""
        inner = super().admin_view(view, cacheable)

        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return update_wrapper(outer, inner)

    @method_decorator([login_not_required, never_cache])
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The site's own door, which also asks for the second factor of whoever has one."""
        wanted = request.GET.get("next", "")
        return redirect_to_login(wanted or request.build_absolute_uri("../"), settings.LOGIN_URL)

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        auth.logout(request)
        return redirect(settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return redirect("account_change_password")
