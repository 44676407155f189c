"""The parts of one gateway, put together; requests are in the modules beside this one."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.rpc import RpcClient
from gateways.openid.applications import METHODS, Applications
from gateways.openid.asked import PROMPTS, SCOPES
from gateways.openid.grants import Grants, grant_of
from gateways.openid.levels import acr_reached, acr_values
from gateways.openid.limits import Rate, Turns
from gateways.openid.logins import Attempt, Found, Logins, available, wall_s
from gateways.openid.parties import Parties, PartyKeys
from gateways.openid.providers import HttpProviders, Providers
from gateways.openid.pushed import PushedRequests
from gateways.openid.sessions import Sessions
from gateways.openid.signing import ALGORITHM, TokenKeys
from gateways.openid.standing import Standing
from gateways.openid.store import Store

CIBA_GRANT = "urn:openid:params:grant-type:ciba"
_ALGORITHMS = ["ES256", "Ed25519", "EdDSA"]
_ASKS = Rate(a_second=50, at_once=200)
_PROMPTS = Rate(a_second=0.05, at_once=3)  # of one citizen's phone, by all applications
_OPENS = Rate(a_second=9, at_once=60)  # the ledger takes 600 a minute of a relying party


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a gateway is made of.

    `idps` are addresses that count in place of the ledger's; `offered` are the IdPs that citizens
    choose from, all that may answer where it is empty.
    """

    issuer: str
    chain_id: str
    data: Path  # the store
    keys: Path  # a folder of signing keys
    parties: Mapping[str, PartyKeys]
    idps: Mapping[str, str]
    offered: tuple[str, ...] = ()


class Gateway:
    """One process behind an issuer."""

    def __init__(
        self,
        plan: Plan,
        rpc: RpcClient,
        *,
        now: Callable[[], int] = wall_s,
        providers: Providers | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = plan.issuer
        self.chain_id = plan.chain_id
        self.now = now
        self.store = Store(plan.data, now)
        self.keys = TokenKeys(plan.keys, now)
        self.parties = Parties(rpc, plan.chain_id, plan.parties, lambda: now() * 1_000)
        self.providers = providers or HttpProviders(rpc, plan.chain_id, plan.idps)
        self.applications = Applications(rpc, self.parties.agencies, self.store, plan.issuer)
        self.logins = Logins(self.parties, self.providers, now, plan.offered)
        self.standing = Standing(rpc, self.applications, self.logins)
        self.grants = Grants(self.store, self.keys, plan.issuer, plan.chain_id, now)
        self.pushed = PushedRequests(self.store, now)
        self.sessions = Sessions(self.store, self.keys, self.applications, plan.issuer, now)
        self.asks, self.opens = Turns(_ASKS, clock), Turns(_OPENS, clock)
        self.prompts = Turns(_PROMPTS, clock)

    async def grantable(self, attempt: Attempt, found: Found) -> dict[str, Any]:
        """Return what a sign-on grants; its session is still to be named.

        Raises:
            OAuthRefused: temporarily_unavailable.
        """
        signed_on = found.signed_on
        table = await available(self.parties.levels())
        limits = [each.age_s_max for each in table.reuse if each.aal == signed_on.aal]
        acr = acr_reached(signed_on, table.version)
        until = signed_on.auth_time + sum(limits)
        return grant_of(attempt, signed_on, acr, sid="", until=until)

    def url(self, path: str) -> str:
        """Return the address of an endpoint."""
        return self.issuer + path

    async def discovery(self) -> dict[str, Any]:
        """Return the metadata of the provider (OpenID Connect Discovery 1.0 §3, RFC 8414)."""
        table = await self.parties.levels()
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.url("/authorize"),
            "pushed_authorization_request_endpoint": self.url("/par"),
            "token_endpoint": self.url("/token"),
            "userinfo_endpoint": self.url("/userinfo"),
            "jwks_uri": self.url("/jwks"),
            "end_session_endpoint": self.url("/logout"),
            "backchannel_authentication_endpoint": self.url("/backchannel"),
            "backchannel_token_delivery_modes_supported": ["poll"],
            "backchannel_user_code_parameter_supported": False,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", CIBA_GRANT],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": list(METHODS),
            "token_endpoint_auth_signing_alg_values_supported": _ALGORITHMS,
            "dpop_signing_alg_values_supported": _ALGORITHMS,
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": list(SCOPES),
            "claims_supported": [
                *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "sid"),
                *(claim for claims in SCOPES.values() for claim in claims),
            ],
            "claims_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "authorization_response_iss_parameter_supported": True,
            "prompt_values_supported": list(PROMPTS),
            "acr_values_supported": acr_values((table.ials, table.aals)),
            "ui_locales_supported": ["th", "en"],
        }

    async def close(self) -> None:
        """Tell whom it has to, close what is open."""
        await self.sessions.settle()
        if isinstance(self.providers, HttpProviders):
            await self.providers.close()
        self.store.close()
