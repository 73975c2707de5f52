"""Who asks: an agency by its key. Persons of the institution come through their session."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from institution import clock
from institution.api.throttling import count_wrong_key, refuse_guessing
from institution.models import GENERATOR, AgencyKey

KEYWORD = "Api-Key"
LONGEST_KEY = 200
# What a key that is not there is compared with, so that both take as long.
NOBODYS_HASH = GENERATOR.hash("nobody's")


class AgencyReader:
    """The user of a request that came with a key: nobody of the institution."""

    is_authenticated = True
    is_anonymous = False
    is_active = True
    is_system = False
    pk = None

    def __init__(self, key: AgencyKey) -> None:
        self.key = key

    def __str__(self) -> str:
        return str(self.key.agency)


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key <key>`. As many queries whether there is such a key or not.

    Raises AuthenticationFailed: that a key has expired or was revoked is told only to who has all of it; and Throttled
    where too many that do not hold came from the same address.
    """

    def authenticate(self, request: Request) -> tuple[AgencyReader, AgencyKey] | None:
        header = get_authorization_header(request)
        if not header:
            return None
        refuse_guessing(request._request)
        try:
            key = self._valid(header)
        except AuthenticationFailed:
            count_wrong_key(request._request)
            raise
        request._request.agency_key = key  # by which the audit log knows whom the answer goes to
        return AgencyReader(key), key

    def _valid(self, header: bytes) -> AgencyKey:
        """One query for whatever has the form of a key."""
        keyword, _space, sent = header.partition(b" ")
        if keyword.lower() != KEYWORD.lower().encode():
            raise AuthenticationFailed(code="key_unknown")
        key = self._key(sent.strip())
        if key.revoked_at is not None:
            raise AuthenticationFailed(code="key_revoked")
        if key.expires_at <= clock.real_now():
            raise AuthenticationFailed(code="key_expired")
        return key

    def _key(self, sent: bytes) -> AgencyKey:
        try:
            text = sent.decode("ascii")
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(code="key_unknown") from error
        prefix = text.partition(".")[0]
        if len(text) > LONGEST_KEY or "\0" in text or not prefix:
            raise AuthenticationFailed(code="key_unknown")
        found = AgencyKey.objects.filter(prefix=prefix[:9]).select_related("agency__government").first()
        if not GENERATOR.verify(text, found.hashed_key if found else NOBODYS_HASH) or found is None:
            raise AuthenticationFailed(code="key_unknown")
        return found

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD
