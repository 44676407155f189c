"""Applications of relying parties, as the ledger holds them, and how they prove who they are.

The record is asked of the ledger at each use: what an agency's administrator changes counts at
once, in every gateway. Source: RFC 6749 §2.3, RFC 7523 §3, FAPI 2.0 Security Profile §5.3.2.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import unquote_plus

from client.identity.errors import BadCredential
from client.identity.jose import unverified_json, verified_json
from client.identity.nodes import application_of, check_acting
from client.rpc import RpcClient
from contracts.identity.core.messages import Client
from gateways.openid.errors import INVALID_CLIENT, OAuthRefused, bad_request
from gateways.openid.store import Store

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BASIC, PRIVATE_KEY, NONE = "client_secret_basic", "private_key_jwt", "none"
METHODS = (BASIC, PRIVATE_KEY, NONE)
FAPI2 = "fapi2"
_ASSERTION_AGE_S_MAX = 600
_SKEW_S = 10
_CLIENT_ID_CHARS_MAX = 65


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application that may sign citizens on, by its client_id."""

    client_id: str
    agency: str
    record: Client

    @property
    def is_fapi2(self) -> bool:
        """Whether the FAPI 2.0 security profile is demanded of it."""
        return self.record.profile == FAPI2

    @property
    def method(self) -> str:
        """How it proves who it is."""
        if self.record.keys:
            return PRIVATE_KEY
        return NONE if self.record.secret_digest is None else BASIC


class Applications:
    """Finds applications of the agencies that a gateway serves, and checks who they are."""

    def __init__(self, rpc: RpcClient, agencies: frozenset[str], store: Store, issuer: str) -> None:
        self._rpc = rpc
        self._agencies = agencies
        self._store = store
        self._issuer = issuer

    async def find(self, client_id: str) -> Application:
        """Return an application. Raises OAuthRefused: it or its agency is none, or not active."""
        agency, _, name = client_id[:_CLIENT_ID_CHARS_MAX].rpartition(".")
        record = None
        if agency in self._agencies and 0 < len(name) <= 32 and name.isprintable():
            record = await application_of(self._rpc, agency, name)
        if record is None or not record.is_active:
            raise OAuthRefused(INVALID_CLIENT, "no active application of this client_id")
        try:
            await check_acting(self._rpc, agency)
        except BadCredential as error:
            raise OAuthRefused(INVALID_CLIENT, error.message) from error
        return Application(client_id=client_id, agency=agency, record=record)

    async def authenticated(
        self, header: str | None, form: Mapping[str, str], url: str, now: int
    ) -> Application:
        """Return the application that a request to `url` is from.

        It proves itself in the one way that its record says; a public one names itself.

        Raises:
            OAuthRefused: invalid_client, or invalid_request for two ways at once.
        """
        assertion = form.get("client_assertion")
        if header is not None and assertion is not None:
            raise bad_request("a client proves itself in one way")
        if header is not None:
            client_id, secret = _basic(header)
            found = await self.find(client_id)
            _require(found, BASIC)
            digest = found.record.secret_digest or b""
            if not hmac.compare_digest(sha256(secret.encode()).digest(), digest):
                raise OAuthRefused(INVALID_CLIENT, "the secret is another")
        elif assertion is not None:
            found = await self._by_assertion(assertion, form, url, now)
        else:
            found = await self.find(form.get("client_id", ""))
            _require(found, NONE)
        if form.get("client_id", found.client_id) != found.client_id:
            raise bad_request("client_id is another than who proves itself")
        return found

    async def _by_assertion(
        self, assertion: str, form: Mapping[str, str], url: str, now: int
    ) -> Application:
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise bad_request("the client_assertion_type is not jwt-bearer")
        try:
            found = await self.find(str(unverified_json(assertion).get("sub", "")))
            _require(found, PRIVATE_KEY)
            claims = _verified(assertion, found)
        except BadCredential as error:
            raise OAuthRefused(INVALID_CLIENT, error.message) from error
        own = (self._issuer,) if found.is_fapi2 else (self._issuer, f"{self._issuer}/token", url)
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        if found.is_fapi2 and not isinstance(audience, str):
            raise OAuthRefused(INVALID_CLIENT, "aud is the issuer, as one text")
        if not set(map(str, audiences)) & set(own):
            raise OAuthRefused(INVALID_CLIENT, "aud is not this issuer")
        if claims.get("iss") != found.client_id or claims.get("sub") != found.client_id:
            raise OAuthRefused(INVALID_CLIENT, "iss and sub are the client_id")
        expires_at, identifier = claims.get("exp"), claims.get("jti")
        if not isinstance(expires_at, int | float) or not isinstance(identifier, str):
            raise OAuthRefused(INVALID_CLIENT, "exp or jti is missing")
        if not now - _SKEW_S < expires_at <= now + _ASSERTION_AGE_S_MAX:
            raise OAuthRefused(INVALID_CLIENT, "the assertion has expired, or lasts too long")
        not_before = claims.get("nbf", now)
        if not isinstance(not_before, int | float) or not not_before <= now + _SKEW_S:
            raise OAuthRefused(INVALID_CLIENT, "the assertion begins later")
        known = f"{found.client_id} {identifier}"
        if not self._store.is_first("assertion", known, int(expires_at) + 2 * _SKEW_S):
            raise OAuthRefused(INVALID_CLIENT, "the assertion was used before")
        return found


def _verified(assertion: str, found: Application) -> dict[str, object]:
    """Return the claims of an assertion by one of the application's keys. Raises BadCredential."""
    refusal = BadCredential("the application has no key")
    for key in found.record.keys:
        try:
            return verified_json(assertion, None, key)
        except BadCredential as error:
            refusal = error
    raise refusal


def _require(found: Application, method: str) -> None:
    if found.method != method:
        raise OAuthRefused(INVALID_CLIENT, f"{found.client_id} proves itself by {found.method}")


def _basic(header: str) -> tuple[str, str]:
    """Return client_id and secret, percent-decoded (RFC 6749 §2.3.1). Raises OAuthRefused."""
    scheme, _, encoded = header.partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise OAuthRefused(INVALID_CLIENT, "the authorization is not base64") from error
    client_id, mark, secret = text.partition(":")
    if scheme.lower() != "basic" or not mark:
        raise OAuthRefused(INVALID_CLIENT, "the authorization is not Basic")
    return unquote_plus(client_id), unquote_plus(secret)
