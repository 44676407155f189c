"""What a sign-on gives an application: a code once, tokens for it, and no longer than the session.

A grant stands under a random secret that codes and tokens name; who drops it ends them all. It
names the request on the ledger, and so does each ID token. Source: OpenID Connect Core 1.0 §2,
§3.1.3, §12; RFC 6749 §4.1.2, §10.5.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from client.identity.assertion import SignedOn
from client.identity.draft_file import opening_json
from client.identity.jose import to_base64url
from gateways.openid.applications import NONE, Application
from gateways.openid.asked import OFFLINE
from gateways.openid.errors import INVALID_GRANT, INVALID_TOKEN, OAuthRefused, bad_request
from gateways.openid.logins import Attempt
from gateways.openid.signing import TokenKeys
from gateways.openid.store import Store

CODE_S, ACCESS_S, ID_TOKEN_S = 60, 600, 600
_SECRET_BYTES, _SID_BYTES = 32, 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an access token is good for: a grant, of which it is told the claims."""

    grant: dict[str, Any]
    jkt: str | None


def new_secret() -> str:
    """Return 32 random bytes as text."""
    return to_base64url(secrets.token_bytes(_SECRET_BYTES))


def sid_for(sid: str, client_id: str) -> str:
    """Return the name of a session for one application: no two of them can compare theirs."""
    return hmac.digest(sid.encode(), client_id.encode(), "sha256")[:_SID_BYTES].hex()


def grant_of(
    attempt: Attempt, signed_on: SignedOn, acr: str, *, sid: str, until: int
) -> dict[str, Any]:
    """Return the grant that a sign-on makes; it ends with its session, at `until` at the latest."""
    asked = attempt.asked
    met = [each.acr for each in attempt.levels if each.are_met_by(signed_on)]
    return {
        "client_id": asked.client_id,
        "sub": signed_on.sub,
        "sid": sid,
        "until": until,
        "nonce": asked.nonce,
        "scope": list(asked.scope),
        "acr": met[0] if met else acr,
        "auth_time": signed_on.auth_time,
        "claims": signed_on.claims,
        "con_id": None if signed_on.con_id is None else signed_on.con_id.hex(),
        "token_claims": list(asked.token_claims),
        "attempt": attempt.to_json(),
        "sapha": {
            "req_id": attempt.asking.request.req_id.hex(),
            "idp": signed_on.idp,
            "ial": signed_on.ial,
            "aal": signed_on.aal,
            "words": opening_json(attempt.asking.message),
        },
    }


class Grants:
    """Makes codes and tokens of grants, and takes them back."""

    def __init__(
        self, store: Store, keys: TokenKeys, issuer: str, chain_id: str, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._keys = keys
        self._issuer = issuer
        self._chain_id = chain_id
        self._now = now

    def code(self, grant: Mapping[str, Any], attempt: Attempt) -> str:
        """Keep a grant, and return a code for it that serves once, for a minute."""
        code, name = new_secret(), self._keep(grant)
        asked = attempt.asked
        bound: dict[str, str | None]
        bound = {"client_id": asked.client_id, "redirect_uri": asked.redirect_uri}
        bound |= {"challenge": asked.challenge, "jkt": asked.dpop_jkt}
        self._store.put("code", code, bound | {"grant": name}, self._now() + CODE_S)
        return code

    def redeemable(
        self, app: Application, form: Mapping[str, str], jkt: str | None
    ) -> tuple[str, dict[str, Any]]:
        """Return name and grant that a code is for; `redeem` spends it.

        A code that was used already ends what it gave (RFC 6749 §10.5).

        Raises:
            OAuthRefused: invalid_grant.
        """
        code = form.get("code", "")
        spent = self._store.get("spent", code)
        if spent is not None and spent["client_id"] == app.client_id:
            self._store.drop("grant", spent["grant"])
            raise OAuthRefused(INVALID_GRANT, "the code was used before; what it gave has ended")
        bound = self._store.get("code", code)
        if bound is None or bound["client_id"] != app.client_id:
            raise OAuthRefused(INVALID_GRANT, "no such code of this application")
        if bound["redirect_uri"] != form.get("redirect_uri"):
            raise OAuthRefused(INVALID_GRANT, "redirect_uri is another than was asked with")
        verifier = form.get("code_verifier", "")
        if to_base64url(sha256(verifier.encode()).digest()) != bound["challenge"]:
            raise OAuthRefused(INVALID_GRANT, "code_verifier is another than was asked with")
        if bound["jkt"] is not None and bound["jkt"] != jkt:
            raise OAuthRefused(INVALID_GRANT, "the code is for another DPoP key")
        return bound["grant"], self._counting(bound["grant"])

    def redeem(self, app: Application, code: str, name: str, jkt: str | None) -> dict[str, Any]:
        """Spend a code and return the tokens of its grant. Raises OAuthRefused: invalid_grant."""
        self._spend("code", code, {"grant": name, "client_id": app.client_id})
        return self.tokens(app, name, jkt, is_first=True)

    def open(self, grant: Mapping[str, Any]) -> str:
        """Keep a grant and return its name, for `tokens`."""
        return self._keep(grant)

    def tokens(
        self, app: Application, name: str, jkt: str | None, *, is_first: bool
    ) -> dict[str, Any]:
        """Return the token response of a grant; a refresh token comes with the first alone.

        Raises:
            OAuthRefused: invalid_grant: the grant or its session has ended.
        """
        grant = self._counting(name)
        now, access = self._now(), new_secret()
        expires_at = min(now + ACCESS_S, max(grant["until"], now + CODE_S))
        self._store.put("access", access, {"grant": name, "jkt": jkt}, expires_at)
        answer = {
            "access_token": access,
            "token_type": "Bearer" if jkt is None else "DPoP",
            "expires_in": expires_at - now,
            "scope": " ".join(grant["scope"]),
            "id_token": self._id_token(grant, access, now, is_first=is_first),
        }
        if OFFLINE in grant["scope"] and grant["until"] > now and (is_first or app.method == NONE):
            answer["refresh_token"] = self._refresh(app, name, grant, jkt)
        return answer

    def refreshing(
        self, app: Application, token: str, jkt: str | None
    ) -> tuple[str, dict[str, Any]]:
        """Return name and grant that a refresh token is for; a public client's serves once.

        Used again, it was stolen by one of its two users: what it gave has ended (RFC 9700 §4.14).

        Raises:
            OAuthRefused: invalid_grant.
        """
        spent = self._store.get("spent", token)
        if spent is not None and spent["client_id"] == app.client_id:
            self.end(spent["grant"])
            raise OAuthRefused(INVALID_GRANT, "the refresh token was used before; all has ended")
        kept = self._store.get("refresh", token)
        if kept is None or kept["client_id"] != app.client_id:
            raise OAuthRefused(INVALID_GRANT, "no such refresh token of this application")
        if kept["jkt"] is not None and kept["jkt"] != jkt:
            raise OAuthRefused(INVALID_GRANT, "the refresh token is for another DPoP key")
        return kept["grant"], self._counting(kept["grant"])

    def refresh(self, app: Application, token: str, name: str, jkt: str | None) -> dict[str, Any]:
        """Return new tokens of a grant; a public client's token is spent, and followed by one.

        Raises:
            OAuthRefused: invalid_grant.
        """
        if app.method == NONE:
            self._spend("refresh", token, {"grant": name, "client_id": app.client_id})
        return self.tokens(app, name, jkt, is_first=False)

    def access(self, token: str) -> Access:
        """Return what an access token is good for. Raises OAuthRefused: invalid_token."""
        kept = self._store.get("access", token)
        grant = None if kept is None else self._live(kept["grant"])
        if kept is None or grant is None:
            raise OAuthRefused(INVALID_TOKEN, "the access token is unknown, or has ended")
        return Access(grant=grant, jkt=kept["jkt"])

    def end(self, name: str) -> None:
        """End a grant with all its tokens."""
        self._store.drop("grant", name)

    def _keep(self, grant: Mapping[str, Any]) -> str:
        name, least = new_secret(), self._now() + CODE_S + ACCESS_S
        self._store.put("grant", name, grant, max(grant["until"], least))
        return name

    def _spend(self, kind: str, secret: str, of: Mapping[str, Any]) -> None:
        """Take a secret that serves once, and remember whose it was."""
        with self._store.together():
            taken = self._store.take(kind, secret)
            if taken is not None:
                grant = self._store.get("grant", of["grant"]) or {"until": 0}
                until = max(self._now() + ACCESS_S, grant["until"])
                self._store.put("spent", secret, of, until)
        if taken is None:
            raise OAuthRefused(INVALID_GRANT, f"the {kind} was used before")

    def _counting(self, name: str) -> dict[str, Any]:
        grant = self._live(name)
        if grant is None:
            raise OAuthRefused(INVALID_GRANT, "the session has ended")
        return grant

    def _live(self, name: str) -> dict[str, Any] | None:
        """Return a grant whose session has not ended."""
        grant = self._store.get("grant", name)
        if grant is None or self._store.get("sid", grant["sid"]) is None:
            return None
        return grant

    def _refresh(
        self, app: Application, name: str, grant: Mapping[str, Any], jkt: str | None
    ) -> str:
        token = new_secret()
        # A confidential client proves itself at each use; the key binds a public one's alone.
        bound_to = jkt if app.method == NONE else None
        bound = {"grant": name, "client_id": app.client_id, "jkt": bound_to}
        self._store.put("refresh", token, bound, grant["until"])
        return token

    def _id_token(self, grant: Mapping[str, Any], access: str, now: int, *, is_first: bool) -> str:
        half = sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self._issuer,
            "sub": grant["sub"],
            "aud": grant["client_id"],
            "exp": now + ID_TOKEN_S,
            "iat": now,
            "auth_time": grant["auth_time"],
            "acr": grant["acr"],
            "sid": sid_for(grant["sid"], grant["client_id"]),
            "at_hash": to_base64url(half),
            "sapha": {"chain_id": self._chain_id, **grant["sapha"]},
        }
        if is_first and grant["nonce"] is not None:
            claims["nonce"] = grant["nonce"]
        told = {n: grant["claims"][n] for n in grant["token_claims"] if n in grant["claims"]}
        return self._keys.sign("JWT", told | claims)


def bearer(header: str | None) -> tuple[str, str]:
    """Return scheme and token of an Authorization header. Raises OAuthRefused."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() not in ("bearer", "dpop") or not token:
        raise OAuthRefused(INVALID_TOKEN, "no access token")
    return scheme.lower(), token


def require(form: Mapping[str, str], name: str) -> str:
    """Return a parameter that must be there. Raises OAuthRefused."""
    if name not in form:
        raise bad_request(f"{name} is missing")
    return form[name]
