"""Why the gateway gives no token, in the words of OAuth 2.0 and OpenID Connect.

SaphaError
├── OAuthRefused      an error code that a relying party's library knows
│   └── TooMany       the application asks too often
└── LocalFault
    └── GatewayFault  settings, keys or the store cannot be used
"""

from primitives.errors import LocalFault, SaphaError

INVALID_REQUEST, INVALID_CLIENT, INVALID_GRANT = (
    "invalid_request",
    "invalid_client",
    "invalid_grant",
)
ACCESS_DENIED, LOGIN_REQUIRED = "access_denied", "login_required"
UNAVAILABLE, SLOW_DOWN = "temporarily_unavailable", "slow_down"
PENDING, EXPIRED = "authorization_pending", "expired_token"
INVALID_TOKEN, INVALID_DPOP = "invalid_token", "invalid_dpop_proof"
UNMET = "unmet_authentication_requirements"
_STATUS = {INVALID_CLIENT: 401, INVALID_TOKEN: 401, UNAVAILABLE: 503}


class OAuthRefused(SaphaError):
    """The refusal of one request; `description` is for developers and names no person."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(f"{error}: {description}")

    @property
    def status(self) -> int:
        """The HTTP status where the answer is no redirection."""
        return _STATUS.get(self.error, 400)


class TooMany(OAuthRefused):
    """An application asks more often than it may; nothing was done."""

    def __init__(self) -> None:
        super().__init__(UNAVAILABLE, "more requests than this application may make; wait")

    @property
    def status(self) -> int:
        """Too Many Requests."""
        return 429


class GatewayFault(LocalFault):
    """Settings, keys or the store of the gateway cannot be used."""


def bad_request(description: str) -> OAuthRefused:
    """Return the refusal of a request that breaks the form."""
    return OAuthRefused(INVALID_REQUEST, description)
