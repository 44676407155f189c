"""What an IdP tells a relying party after a confirmed request, and how it is checked.

An assertion is a JWS by a key of the IdP's node, bound to one request and one answer on the ledger.
`sub` is made of the pairwise key that answered, so a person has one in a sector, whichever IdP and
whichever of its keys signs. Source: docs/identity.md#who-answered; OpenID Connect Core 1.0 §2.
"""

from dataclasses import dataclass
from hashlib import sha512
from typing import Any

from client.identity.errors import BadCredential
from client.identity.jose import key_named_in, read_id, sign_json, to_base64url, verified_json
from client.identity.nodes import CLOCK_SKEW_S
from client.identity.payload import Payload, canonical
from primitives.crypto import PublicKey
from primitives.keys import KeyPair

ASSERTION = "sapha-assertion+jwt"
ASSERTION_AGE_S_MAX = 86_400
_SUB_TAG = b"sapha/id/v2/sub"
_SUB_BYTES = 32
_LENGTH_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer as the ledger holds it, with the request that it answers; times in seconds."""

    req_id: bytes
    rp: str
    sector: str  # the relying party's
    state: str  # the request's, now
    idp: str
    handle: bytes
    ial: int
    aal: int
    auth_time: int
    decision: str
    citizen_key: PublicKey | None
    on_behalf_of: PublicKey | None  # whose mandate who answered holds
    table_version: int
    at: int  # when the ledger took it


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a token says that agrees with the ledger so far; `con_id` is None without claims."""

    signed_on: "SignedOn"
    con_id: bytes | None
    issued_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOn:
    """Who answered a request: `sub` names the person in the relying party's sector.

    `on_behalf_of` is the `sub` of whoever gave them the mandate, None if they act for themselves;
    `con_id` names the consent under which claims are told, None without claims.
    """

    sub: str
    on_behalf_of: str | None
    idp: str
    ial: int
    aal: int
    auth_time: int
    claims: dict[str, Any]
    con_id: bytes | None = None


def sub_of(sector: str, pairwise_key: PublicKey) -> str:
    """Return base64url of the first 32 bytes of H("sapha/id/v2/sub", sector, kind || key).

    H is SHA-512 over the fields, each after its length in 8 bytes.
    """
    fields = (_SUB_TAG, sector.encode(), pairwise_key)
    framed = b"".join(len(field).to_bytes(_LENGTH_BYTES, "big") + field for field in fields)
    return to_base64url(sha512(framed).digest()[:_SUB_BYTES])


def acr_of(answer: Answered) -> str:
    """Return the levels of an answer, such as th-ial2.3-aal2.2@v1, by the request's table."""
    ial, aal = (f"{level // 100}.{level % 100 // 10}" for level in (answer.ial, answer.aal))
    return f"th-ial{ial}-aal{aal}@v{answer.table_version}"


def issue_assertion(
    key: KeyPair, answer: Answered, claims: Payload, now: int, con_id: bytes | None = None
) -> str:
    """Return what the IdP of this node key tells the relying party of a confirmed request.

    `claims` are told under the consent `con_id`.

    Raises:
        BadCredential: the answer is no accept of a confirmed request.
        BadPayload: the claims.
    """
    canonical(claims)
    stated = _facts(answer)
    times = {"iat": now, "exp": now + ASSERTION_AGE_S_MAX}
    told = {"claims": dict(claims), "con_id": None if con_id is None else con_id.hex()}
    return sign_json(key, ASSERTION, stated | times | told)


def read_assertion(token: str, answer: Answered, now: int) -> Assertion:
    """Return who answered, if token and ledger agree.

    It is made within a day of the answer, as the ledger dates that, and serves a day at most. The
    key in the token's header signed it; whether it is the IdP's, the caller asks the ledger.

    Raises:
        BadCredential: the signature, a fact that is not the ledger's, or a time.
    """
    stated = verified_json(token, ASSERTION, key_named_in(token))
    for name, value in _facts(answer).items():
        if stated.get(name) != value:
            raise BadCredential(f"the assertion's {name} is not what the ledger holds")
    issued_at = _issued_at(stated, answer.at, now)
    claims = stated.get("claims")
    if not isinstance(claims, dict):
        raise BadCredential("the assertion's claims are no object")
    con_id = _consent_in(stated.get("con_id"))
    signed_on = SignedOn(
        sub=stated["sub"],
        on_behalf_of=stated.get("on_behalf_of"),
        idp=answer.idp,
        ial=answer.ial,
        aal=answer.aal,
        auth_time=answer.auth_time,
        claims=claims,
        con_id=con_id,
    )
    return Assertion(signed_on=signed_on, con_id=con_id, issued_at=issued_at)


def _issued_at(stated: dict[str, Any], answered_at: int, now: int) -> int:
    """Return when an assertion was made. Raises BadCredential."""
    issued_at, expires_at = stated.get("iat"), stated.get("exp")
    if type(issued_at) is not int or type(expires_at) is not int or expires_at <= now:
        raise BadCredential(f"the assertion expired at {expires_at}")
    if expires_at - issued_at > ASSERTION_AGE_S_MAX:
        raise BadCredential(f"an assertion serves {ASSERTION_AGE_S_MAX} s at most")
    if not -CLOCK_SKEW_S <= issued_at - answered_at <= ASSERTION_AGE_S_MAX:
        raise BadCredential(f"the assertion is of {issued_at}, the answer of {answered_at}")
    return issued_at


def _consent_in(con_id: object) -> bytes | None:
    try:
        return None if con_id is None else read_id(con_id)
    except (TypeError, ValueError) as error:
        raise BadCredential("the assertion names no consent") from error


def _facts(answer: Answered) -> dict[str, object]:
    """Return what the ledger fixes of an assertion. Raises BadCredential."""
    if answer.decision != "accept" or answer.citizen_key is None:
        raise BadCredential(f"{answer.idp} answered {answer.decision}: nobody signed on")
    if answer.state not in ("confirmed", "data_pending", "completed", "closed"):
        raise BadCredential(f"the request is {answer.state}, not confirmed")
    principal = answer.on_behalf_of
    return {
        "iss": answer.idp,
        "aud": answer.rp,
        "sub": sub_of(answer.sector, answer.citizen_key),
        "on_behalf_of": None if principal is None else sub_of(answer.sector, principal),
        "req_id": answer.req_id.hex(),
        "handle": answer.handle.hex(),
        "acr": acr_of(answer),
        "auth_time": answer.auth_time,
    }
