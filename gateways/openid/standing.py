"""Whether what a sign-on gave may still be given: asked of ledger and IdP before each giving.

A code, a refresh token and an access token are promises that end early: with the citizen's key,
consent or standing, with their IdP, with the application, its address or its agency.
"""

from collections.abc import Mapping
from typing import Any

from client.identity import ledger
from client.rpc import RpcClient
from gateways.openid.applications import Application, Applications
from gateways.openid.asked import Asked, redirect_of
from gateways.openid.errors import ACCESS_DENIED, INVALID_CLIENT, INVALID_REQUEST, OAuthRefused
from gateways.openid.logins import Attempt, Logins, available


class Standing:
    """Asks whether sign-ons and applications count now."""

    def __init__(self, rpc: RpcClient, applications: Applications, logins: Logins) -> None:
        self._rpc = rpc
        self._applications = applications
        self._logins = logins

    async def application(self, asked: Asked) -> Application:
        """Return the application of a request, which may still be answered at its address.

        Raises:
            OAuthRefused: the application, the address or the agency counts no more.
        """
        app = await available(self._applications.find(asked.client_id))
        redirect_of(app, {"redirect_uri": asked.redirect_uri})
        return app

    async def check_now(self, asked: Asked) -> None:
        """Raise OAuthRefused unless the ledger goes on and the application is what it was.

        Raises:
            OAuthRefused: access_denied; temporarily_unavailable without a quorum.
        """
        await self._logins.check_clock()
        try:
            await self.application(asked)
        except OAuthRefused as refused:
            if refused.error not in (INVALID_CLIENT, INVALID_REQUEST):
                raise
            raise OAuthRefused(ACCESS_DENIED, refused.description) from refused

    async def check(self, grant: Mapping[str, Any]) -> None:
        """Raise OAuthRefused unless ledger and IdP bear a grant out now.

        Raises:
            OAuthRefused: access_denied; temporarily_unavailable where one does not answer.
        """
        attempt, con_id = Attempt.of_json(grant["attempt"]), grant["con_id"]
        await self.check_now(attempt.asked)
        idp = grant["sapha"]["idp"]
        found = await self._logins.told(attempt.agency, attempt.asking, idp)
        if found is None or found.signed_on.sub != grant["sub"]:
            raise OAuthRefused(ACCESS_DENIED, "the citizen is no longer signed on")
        if con_id and not await available(ledger.is_granted(self._rpc, bytes.fromhex(con_id))):
            raise OAuthRefused(ACCESS_DENIED, "the citizen's consent is granted no more")
