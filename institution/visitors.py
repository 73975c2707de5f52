"""From where somebody asks: what limits are counted by, and what the audit log says."""

from __future__ import annotations

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The visitor's IP address, behind a proxy the one that it tells; None where none is told."""
    try:
        # The zone of a link-local address (`%eth0`) is this machine's own name for a cable.
        return str(ipaddress.ip_address(get_adapter().get_client_ip(request).partition("%")[0]))
    except (PermissionDenied, ValueError):
        return None
