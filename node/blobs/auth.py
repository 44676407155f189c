"""Checks that a request is an account's, is fresh, and was not seen here before."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from primitives.blob import BlobRequest
from primitives.crypto import PublicKey, Signature
from primitives.errors import (
    BadSignature,
    Expired,
    ExpiryTooFar,
    ForeignSite,
    KeyNotInAccount,
    QuotaExceeded,
    Replayed,
)
from primitives.ids import Address
from primitives.keys import sites_of
from primitives.limits import BLOB_REQUEST_AHEAD_MS_MAX
from primitives.webauthn import Site

IsKeyOf = Callable[[Address, PublicKey], bool]
IsSiteOf = Callable[[PublicKey, Site], bool]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request with the signature of one key; whether that is the account's is not known yet."""

    request: BlobRequest
    public_key: PublicKey
    signature: Signature


class RequestGuard:
    """Lets a request pass once. One key of an account is enough, whatever its threshold."""

    def __init__(self, is_key_of: IsKeyOf, is_site_of: IsSiteOf, *, nonces_max: int) -> None:
        self._is_key_of = is_key_of
        self._is_site_of = is_site_of
        self._nonces_max = nonces_max
        self._seen: OrderedDict[tuple[PublicKey, bytes], int] = OrderedDict()  # -> expiry

    def check(self, signed: SignedRequest, now_ms: int) -> None:
        """Let `signed` pass, this time.

        Raises:
            Expired, ExpiryTooFar: it is not valid now.
            BadSignature, KeyNotInAccount, ForeignSite: it is not the account's.
            Replayed: it was here before.
            QuotaExceeded: too many requests came within a minute.
        """
        request = signed.request
        if request.expires_at_ms <= now_ms:
            raise Expired(f"the request expired {now_ms - request.expires_at_ms} ms ago")
        if request.expires_at_ms > now_ms + BLOB_REQUEST_AHEAD_MS_MAX:
            raise ExpiryTooFar(f"a request expires at most {BLOB_REQUEST_AHEAD_MS_MAX} ms ahead")
        if not request.is_signed(signed.public_key, signed.signature):
            raise BadSignature("the request's signature does not verify")
        if not self._is_key_of(request.account, signed.public_key):
            raise KeyNotInAccount("the signing key is not one of the account's")
        for key, site in sites_of(((signed.public_key, signed.signature),)):
            if site is None or not self._is_site_of(key, site):
                raise ForeignSite("the passkey signed elsewhere than its record says")
        self._remember(signed, now_ms)

    def forget(self, signed: SignedRequest) -> None:
        """Let `signed` pass once more: there was no room for what it brought."""
        self._seen.pop((signed.public_key, signed.request.nonce), None)

    def _remember(self, signed: SignedRequest, now_ms: int) -> None:
        mark = (signed.public_key, signed.request.nonce)
        if mark in self._seen:
            raise Replayed("this request was here before; sign a fresh one")
        while self._seen and next(iter(self._seen.values())) <= now_ms:
            self._seen.popitem(last=False)
        if len(self._seen) >= self._nonces_max:
            raise QuotaExceeded("too many requests within a minute; try another node")
        # No earlier than it expires; the order of arrival then is the order of forgetting.
        self._seen[mark] = now_ms + BLOB_REQUEST_AHEAD_MS_MAX
