"""What a relying party may check of a gateway's ID token by itself, believing no node.

A gateway signs tokens; the ledger holds what citizens answered. Each token names its request, and
opens its words, which hold letters made of the nonce that the relying party chose. So a token that
was made up, or of an answer to another login or to another agency, is noticed. Source:
docs/identity.md#what-a-dishonest-gateway-could-do.
"""

import hmac
import re
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
from contracts.identity.core.messages import ACCEPT, Client
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
from contracts.identity.nodes.state import clients

if TYPE_CHECKING:
    from client.light import LightClient

_CODE_CHARS = 8
_SKEW_S = 30
_ACR = re.compile(r"th-ial(\d)\.(\d)-aal(\d)\.(\d)(?:@v(\d{1,9}))?", re.ASCII)
_LETTERS = re.compile(r" \[[A-Z2-7]{8}\]\Z")
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
    app: Client
    terms: Terms
    progress: Progress
    answer: Response


def binding_code(nonce: str) -> str:
    """Return the letters of a nonce that stand in the words which the citizen signs: 40 bits."""
    digest = sha256(b"sapha/gateway/binding " + nonce.encode()).digest()
    return b32encode(digest).decode()[:_CODE_CHARS]


def acr_parts(acr: str) -> tuple[int, int, int | None] | None:
    """Return IAL, AAL and level table of an acr value; IAL 2.3 is 230. None: it is not one."""
    match = _ACR.fullmatch(acr)
    if match is None:
        return None
    version = None if match[5] is None else int(match[5])
    return int(match[1] + match[2]) * 10, int(match[3] + match[4]) * 10, version


def sign_in_words(app: Client) -> str:
    """Return what a citizen is asked who signs in to an application, before the letters."""
    return f"เข้าสู่ระบบ {app.name_th} / Sign in to {app.name_en}"


def bound_words(text: str, nonce: str) -> str:
    """Return words with the letters of a nonce at their end."""
    return f"{text} [{binding_code(nonce)}]"


def unbound_words(text: str) -> str:
    """Return words without the letters of a nonce at their end."""
    return _LETTERS.sub("", text)


async def check_gateway_token(
    rpc: RpcClient, light: "LightClient", claims: Mapping[str, Any], login: Login
) -> None:
    """Compare the claims of an ID token, whose signature was checked, with what the ledger proves.

    Not for sign-ons without a browser (CIBA), which have no nonce. The words name the application
    as its record does now: compare when the token comes, not after a change of its name.

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
    own = bound_words(sign_in_words(found.app), login.nonce)
    if not hmac.compare_digest(text.encode(), own.encode()):
        raise BadCredential("the citizen answered another login, or one to another application")


async def _proven(
    rpc: RpcClient, light: "LightClient", claims: Mapping[str, Any], named: Mapping[str, Any]
) -> _Proven:
    try:
        req_id, idp = read_id(named.get("req_id")), str(named["idp"])
        agency, _, name = str(claims["aud"]).rpartition(".")
    except (ValueError, KeyError) as error:
        raise BadCredential("the token names no request, IdP or audience") from error
    terms = (await proven(rpc, light, "identity", terms_of, req_id)).value
    progress = (await proven(rpc, light, "identity", progress_of, req_id)).value
    answer = (await proven(rpc, light, "identity", responses, req_id, idp)).value
    node = (await proven(rpc, light, "identity", nodes, agency)).value
    app = (await proven(rpc, light, "identity", clients, agency, name)).value
    if terms is None or progress is None or answer is None or node is None or app is None:
        raise BadCredential("the ledger has no such request, answer or relying party")
    return _Proven(agency=agency, node=node, app=app, terms=terms, progress=progress, answer=answer)


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
    acr = acr_parts(str(claims.get("acr")))
    if acr is None or acr[0] > answer.ial or acr[1] > answer.aal:
        raise BadCredential("the token's acr is not what the ledger holds")
    if acr[2] not in (None, found.terms.table_version):
        raise BadCredential("the token's acr is of another level table than the request")
