"""What an application asks for in an authorization request, read strictly.

Source: OpenID Connect Core 1.0 §3.1.2.1, §5.5; RFC 6749 §4.1.1, RFC 7636, RFC 9126, RFC 9449 §10.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateways.openid.applications import Application
from gateways.openid.errors import OAuthRefused, bad_request

OPENID, OFFLINE = "openid", "offline_access"
# Which claims a scope stands for, of those that the application's record names (Core §5.4).
SCOPES: Mapping[str, tuple[str, ...]] = {
    OPENID: (),
    OFFLINE: (),
    "profile": (
        "name",
        "family_name",
        "given_name",
        "middle_name",
        "gender",
        "birthdate",
        "locale",
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
PROMPTS = ("none", "login", "consent", "select_account")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_CHARS_MAX = 2_048
_MAX_AGE_S_MAX = 30 * 86_400
KNOWN = (  # parameters of a request; what else is pushed is not kept
    *("response_type", "response_mode", "client_id", "redirect_uri", "state", "nonce", "scope"),
    *("code_challenge", "code_challenge_method", "acr_values", "max_age", "prompt", "claims"),
    *("ui_locales", "login_hint", "id_token_hint", "dpop_jkt"),
)
UNSUPPORTED = {
    "request": "request_not_supported",
    "registration": "registration_not_supported",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An authorization request that is sound."""

    client_id: str
    redirect_uri: str
    state: str | None
    nonce: str | None
    scope: tuple[str, ...]
    challenge: str  # S256 of the code verifier
    acr_values: tuple[str, ...]
    is_acr_essential: bool
    max_age: int | None
    prompt: tuple[str, ...]
    claims: tuple[str, ...]  # that the record names and the request asks for
    token_claims: tuple[str, ...]  # those of them that the ID token is to have
    locale: str
    hint: str | None
    id_token_hint: str | None
    dpop_jkt: str | None
    sub: str | None = None  # who alone is to sign on, as the application knows them

    @property
    def is_silent(self) -> bool:
        """Whether nobody is to be asked anything."""
        return "none" in self.prompt

    @property
    def is_fresh(self) -> bool:
        """Whether the citizen is to sign on anew."""
        return "login" in self.prompt or self.max_age == 0

    def to_json(self) -> dict[str, Any]:
        """Return it as a document."""
        return asdict(self)

    @classmethod
    def of_json(cls, document: Mapping[str, Any]) -> "Asked":
        """Return it from its own document."""
        read: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in document.items()
        }
        return cls(**read)


def redirect_of(app: Application, params: Mapping[str, str]) -> str:
    """Return where the answer goes: one of the application's addresses, letter by letter.

    Raises:
        OAuthRefused: to be shown to the citizen, never sent anywhere.
    """
    redirect = params.get("redirect_uri", "")
    if redirect not in app.record.redirects:
        raise bad_request("redirect_uri is none of the application's addresses")
    return redirect


def read_asked(app: Application, params: Mapping[str, str]) -> Asked:
    """Return what is asked; `params` hold each name once.

    Raises:
        OAuthRefused: to be sent to the redirect address.
    """
    redirect = redirect_of(app, params)
    for name, error in UNSUPPORTED.items():
        if name in params:
            raise OAuthRefused(error, f"{name} is not supported; use a pushed request")
    if too_long := [name for name, text in params.items() if len(text) > _CHARS_MAX]:
        raise bad_request(f"{too_long[0]:.40} has more than {_CHARS_MAX} characters")
    if params.get("response_type") != "code":
        raise OAuthRefused("unsupported_response_type", "response_type is code")
    if params.get("response_mode", "query") != "query":
        raise bad_request("response_mode is query")
    scope = tuple(dict.fromkeys(params.get("scope", "").split()))
    if OPENID not in scope:
        raise OAuthRefused("invalid_scope", "scope lacks openid")
    wanted = _claims_of(params.get("claims"))
    named = [claim for each in scope for claim in SCOPES.get(each, ())]
    named += [*wanted["userinfo"], *wanted["id_token"]]
    essential = _essential_acr(wanted["id_token"])
    return Asked(
        client_id=app.client_id,
        redirect_uri=redirect,
        state=params.get("state"),
        nonce=params.get("nonce"),
        scope=tuple(each for each in scope if each in SCOPES),
        challenge=_challenge(params),
        acr_values=essential or tuple(params.get("acr_values", "").split()),
        is_acr_essential=essential is not None,
        max_age=_max_age(params.get("max_age")),
        prompt=_prompt(params.get("prompt", "")),
        claims=tuple(claim for claim in app.record.claims if claim in named),
        token_claims=tuple(c for c in app.record.claims if c in wanted["id_token"]),
        locale="en" if params.get("ui_locales", "th").lower().startswith("en") else "th",
        hint=params.get("login_hint"),
        id_token_hint=params.get("id_token_hint"),
        dpop_jkt=params.get("dpop_jkt"),
        sub=_sub(wanted["id_token"]),
    )


def single(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return parameters, each of which is given once; empty ones count as absent (RFC 6749 §3.1).

    Raises:
        OAuthRefused: invalid_request.
    """
    found: dict[str, str] = {}
    for name, text in pairs:
        if name in found:
            raise bad_request(f"{name:.40} is given twice")
        if text:
            found[name] = text
    return found


def _challenge(params: Mapping[str, str]) -> str:
    challenge = params.get("code_challenge", "")
    if params.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise bad_request("PKCE with code_challenge_method S256 is required")
    return challenge


def _max_age(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise bad_request("max_age is no number of seconds")
    return min(int(text), _MAX_AGE_S_MAX)


def _prompt(text: str) -> tuple[str, ...]:
    found = tuple(text.split())
    if ("none" in found and len(found) > 1) or any(each not in PROMPTS for each in found):
        raise bad_request("prompt is none, or of login, consent, select_account")
    return found


def _claims_of(text: str | None) -> dict[str, dict[str, Any]]:
    """Return the claims parameter by member. Raises OAuthRefused."""
    try:
        document = {} if text is None else json.loads(text)
        members = {name: document.get(name) or {} for name in ("id_token", "userinfo")}
        return {name: dict(member) for name, member in members.items()}
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise bad_request("claims is no JSON object of id_token and userinfo") from error


def _sub(claims: Mapping[str, Any]) -> str | None:
    """Return the one citizen that is asked for (Core §5.5.1), None for anyone."""
    sub = claims.get("sub")
    value = sub.get("value") if isinstance(sub, dict) else None
    if value is not None and not isinstance(value, str):
        raise bad_request("the value of sub is no text")
    return value


def _essential_acr(claims: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the values of which acr must be one; None where it need not be any."""
    acr = claims.get("acr")
    if not isinstance(acr, dict) or acr.get("essential") is not True:
        return None
    values = acr.get("values", [acr["value"]] if "value" in acr else None)
    if values is None:
        return None
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise bad_request("the values of acr are no texts")
    return tuple(values)
