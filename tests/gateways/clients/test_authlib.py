"""Authlib, as it comes from its registry, signs a citizen on."""

import asyncio

from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.gateways.clients.login import check
from tests.gateways.openid.world import CALLBACK, SECRET, VERIFIER, Browser


def discovered(issuer: str) -> dict:
    with OAuth2Session() as http:
        return http.request(
            "GET", f"{issuer}/.well-known/openid-configuration", withhold_token=True
        ).json()


def finish(session: OAuth2Session, metadata: dict, back: str) -> dict:
    token = session.fetch_token(
        metadata["token_endpoint"], authorization_response=back, code_verifier=VERIFIER
    )
    keys = session.request("GET", metadata["jwks_uri"], withhold_token=True).json()
    algorithms = metadata["id_token_signing_alg_values_supported"]
    decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=algorithms)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": "revenue.portal"},
        },
        params={"nonce": "n-authlib", "access_token": token["access_token"]},
    )
    claims.validate()
    return dict(claims) | session.get(metadata["userinfo_endpoint"]).json()


async def test_authlib_signs_a_citizen_on(world):
    metadata = await asyncio.to_thread(discovered, world.issuer)
    with OAuth2Session(
        "revenue.portal",
        SECRET,
        scope="openid profile",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    ) as session:
        place, _state = session.create_authorization_url(
            metadata["authorization_endpoint"], nonce="n-authlib", code_verifier=VERIFIER
        )
        back = await Browser().visit(place)
        found = await asyncio.to_thread(finish, session, metadata, back)

    check(found, world)
