"""How allauth behaves here."""

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class ClosedSignupAdapter(DefaultAccountAdapter):
    """Accounts are made by the institution; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Verification in two steps. The code to scan is drawn into the page: a picture in a `data:` address is blocked."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("No es el código, o ya cambió: escriba el que se muestra ahora."),
    }

    def build_totp_svg(self, url: str) -> SafeString:
        drawing = segno.make(url, micro=False).svg_inline(
            border=4, light="#fff", omitsize=True, svgclass="qr", title=_("Código QR para la aplicación")
        )
        return SafeString(drawing)
