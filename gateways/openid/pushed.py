"""Authorization requests that applications pushed: kept, shown, used by one login (RFC 9126)."""

from collections.abc import Callable, Mapping

from gateways.openid.applications import Application
from gateways.openid.errors import bad_request
from gateways.openid.grants import new_secret
from gateways.openid.logins import TTL_S
from gateways.openid.store import Store

PREFIX = "urn:ietf:params:oauth:request_uri:"
LIFE_S = 90


class PushedRequests:
    """The requests of all applications, each under the secret that names it."""

    def __init__(self, store: Store, now: Callable[[], int]) -> None:
        self._store = store
        self._now = now

    def keep(self, params: Mapping[str, str]) -> str:
        """Keep the parameters of a request for LIFE_S, and return its name."""
        uri = PREFIX + new_secret()
        self._store.put("par", uri, params, self._now() + LIFE_S)
        return uri

    def found(self, app: Application, params: Mapping[str, str]) -> dict[str, str]:
        """Return the parameters that a client pushed, with the name as `pushed`; or these.

        Raises:
            OAuthRefused: there is no such request of the application, or a login has used it.
        """
        uri = params.get("request_uri", "")
        if not uri.startswith(PREFIX):
            return {name: text for name, text in params.items() if name != "pushed"}
        kept = self._store.get("par", uri)
        is_used = self._store.get("par-used", uri) is not None
        if kept is None or is_used or kept["client_id"] != app.client_id:
            raise bad_request("request_uri is unknown, was used, or is another's")
        return {**kept, "pushed": uri}

    def use(self, uri: str | None, login: str) -> None:
        """Count a request as used by a login, where there is one; looking uses nothing up.

        Raises:
            OAuthRefused: another login has used it.
        """
        if uri is None:
            return
        with self._store.together():  # of two gateways, one uses it
            used = self._store.get("par-used", uri)
            if used is not None and used["login"] != login:
                raise bad_request("the pushed request was used by another login")
            self._store.put("par-used", uri, {"login": login}, self._now() + TTL_S)
