"""The keys that sign the gateway's tokens: files of a folder, each named for when it begins.

`<Unix seconds>.key` holds 64 hex digits, the secret of a P-256 key. The last that has begun signs.
All processes behind one issuer read one folder. A key is published from when its file is there, so
that relying parties know it before it signs, and for OVERLAP_S after the next has begun.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.identity.errors import BadCredential
from client.identity.jose import jwk_of, key_named_in, sign_json, to_base64url, verified_json
from client.keystore import read_secret, write_secret
from gateways.openid.errors import GatewayFault
from primitives.crypto import SEED_BYTES, PublicKey
from primitives.keys import P256Key

ALGORITHM = "ES256"
OVERLAP_S = 86_400  # no token that is checked by its signature alone serves longer


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenKey:
    """A key and when it begins to sign, in Unix seconds."""

    since: int
    key: P256Key


class TokenKeys:
    """Signs tokens by the key of now, and says which keys a token may be signed by."""

    def __init__(self, folder: Path, now: Callable[[], int]) -> None:
        self._folder = folder
        self._now = now
        self._read: dict[str, TokenKey] = {}
        self._signing()  # a gateway without a key does not start

    def sign(self, kind: str, claims: Mapping[str, object]) -> str:
        """Return a token of this typ."""
        return sign_json(self._signing().key, kind, claims)

    def jwks(self) -> dict[str, Any]:
        """Return the published keys."""
        return {
            "keys": [
                jwk_of(key) | {"kid": to_base64url(key), "use": "sig", "alg": ALGORITHM}
                for key in self._published()
            ]
        }

    def claims_in(self, token: str, kind: str) -> dict[str, Any]:
        """Return the claims of a token of ours, of any time. Raises BadCredential."""
        key = key_named_in(token)
        if key not in self._published():
            raise BadCredential("the token is signed by no key of this gateway")
        return verified_json(token, kind, key)

    def _keys(self) -> list[TokenKey]:
        """Return all keys in the order of their beginning; a file is read once."""
        names = {path.name: path for path in self._folder.glob("*.key") if path.stem.isdecimal()}
        for name, path in names.items():
            if name not in self._read:
                self._read[name] = TokenKey(since=int(path.stem), key=_key_in(path))
        return sorted((self._read[name] for name in names), key=lambda each: each.since)

    def _signing(self) -> TokenKey:
        begun = [each for each in self._keys() if each.since <= self._now()]
        if not begun:
            raise GatewayFault(f"{self._folder}: no key has begun; make one: sapha gateway key")
        return begun[-1]

    def _published(self) -> list[PublicKey]:
        keys = self._keys()
        ends = [each.since + OVERLAP_S for each in keys[1:]]
        last = keys[-1:]
        kept = [key for key, end in zip(keys, ends, strict=False) if end > self._now()]
        return [each.key.public_key for each in [*kept, *last]]


def make_key(folder: Path, since: int) -> Path:
    """Make a key that signs from `since` on; return its file. Raises KeystoreExists."""
    path = folder / f"{since}.key"
    while True:
        seed = secrets.token_bytes(SEED_BYTES)
        try:
            P256Key(seed)
        except ValueError:  # one in 2**32 is above the order
            continue
        write_secret(path, seed.hex() + "\n")
        return path


def _key_in(path: Path) -> P256Key:
    try:
        return P256Key(bytes.fromhex(read_secret(path).strip()))
    except ValueError as error:
        raise GatewayFault(f"{path}: no secret of a P-256 key") from error
