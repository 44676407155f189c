"""What a relying party may check of a gateway's ID token by itself, believing no node.

A gateway signs tokens; the ledger holds what citizens answered. Each token names its request, and
opens its words, which hold letters made of the nonce that the relying party chose. So a token that
was made up, or of an answer to another login or to another agency, is noticed. Source:
docs/identity.md#what-a-dishonest-gateway-could-do.
"""

import hmac
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from client.contract import proven
from client.identity.assertion import sub_of
from client.identity.draft_file import opening_of
from client.identity.errors import BadCredential, BadDraft
from client.identity.jose import read_id
from client.identity.words import words_in
from client.rpc import RpcClient
from contracts.identity.core.messages import ACCEPT
from contracts.identity.core.state import (
    Node,
    Progress,
    Response,
    Terms,
    nodes,
    progress_of,
    responses,
    terms_of,
)

if TYPE_CHECKING:
    from client.light import LightClient

_CODE_CHARS = 8
_SKEW_S = 30
_STANDING = ("confirmed", "data_pending", "completed", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a relying party knows of a login by itself: its nonce, and when it began (Unix s)."""

    nonce: str
    began_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proven:
    """What the ledger proves of a token's request."""

    agency: str
    node: Node
    terms: Terms
    progress: Progress
    answer: Response


def binding_code(nonce: str) -> str:
    """Return the letters of a nonce that stand in the words which the citizen signs: 40 bits."""
    digest = sha256(b"sapha/gateway/binding " + nonce.encode()).digest()
    return b32encode(digest).decode()[:_CODE_CHARS]


def bound_words(text: str, nonce: str) -> str:
    """Return words with the letters of a nonce at their end."""
    return f"{text} [{binding_code(nonce)}]"


async def check_gateway_token(
    rpc: RpcClient, light: "LightClient", claims: Mapping[str, Any], login: Login
) -> None:
    """Compare the claims of an ID token, whose signature was checked, with what the ledger proves.

    Raises:
        BadCredential: the ledger does not bear the token out; says which claim.
        BadProof, BadCertificate: the node does not prove what it says.
    """
    named = claims.get("sapha")
    if not isinstance(named, Mapping) or named.get("chain_id") != light.genesis.chain_id:
        raise BadCredential("the token names no request of this chain")
    found = await _proven(rpc, light, claims, named)
    _compare(claims, named, found)
    if found.answer.at + _SKEW_S < login.began_at:
        raise BadCredential("the citizen's answer is older than this login")
    try:
        opening = opening_of(named.get("words"))
    except BadDraft as error:
        raise BadCredential("the token does not open the words of its request") from error
    opening.check(found.terms.msg_hash)
    text = words_in(opening, found.agency).text
    if not hmac.compare_digest(text[-_CODE_CHARS - 1 :], f"{binding_code(login.nonce)}]"):
        raise BadCredential("the citizen answered another login than this one")


async def _proven(
    rpc: RpcClient, light: "LightClient", claims: Mapping[str, Any], named: Mapping[str, Any]
) -> _Proven:
    try:
        req_id, idp = read_id(named.get("req_id")), str(named["idp"])
        agency = str(claims["aud"]).rpartition(".")[0]
    except (ValueError, KeyError) as error:
        raise BadCredential("the token names no request, IdP or audience") from error
    terms = (await proven(rpc, light, "identity", terms_of, req_id)).value
    progress = (await proven(rpc, light, "identity", progress_of, req_id)).value
    answer = (await proven(rpc, light, "identity", responses, req_id, idp)).value
    node = (await proven(rpc, light, "identity", nodes, agency)).value
    if terms is None or progress is None or answer is None or node is None:
        raise BadCredential("the ledger has no such request, answer or relying party")
    return _Proven(agency=agency, node=node, terms=terms, progress=progress, answer=answer)


def _compare(claims: Mapping[str, Any], named: Mapping[str, Any], found: _Proven) -> None:
    """Raise BadCredential naming the first claim that is not the ledger's."""
    answer, key = found.answer, found.answer.citizen_key
    if key is None or answer.decision != ACCEPT or found.progress.state not in _STANDING:
        raise BadCredential("nobody accepted the request")
    stated = {
        "aud": (found.agency, found.terms.rp),
        "sub": (claims.get("sub"), sub_of(found.node.sector, key)),
        "auth_time": (claims.get("auth_time"), answer.auth_time),
        "ial": (named.get("ial"), answer.ial),
        "aal": (named.get("aal"), answer.aal),
    }
    for name, (said, held) in stated.items():
        if said != held:
            raise BadCredential(f"the token's {name} is not what the ledger holds")
