"""From where somebody asks: what limits are counted by, and what the audit log says."""

from __future__ import annotations

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The visitor's IP address, behind a proxy the one that it tells; None where none is told."""
    try:
        return str(ipaddress.ip_address(get_adapter().get_client_ip(request)))
    except (PermissionDenied, ValueError):
        return None
