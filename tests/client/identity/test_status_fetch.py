"""Where a credential names a status list, the list is fetched, and what it says counts."""

from dataclasses import replace

import pytest

from client.identity.credential import Audience, Credential, issue_credential, present
from client.identity.errors import BadCredential
from client.identity.idp import Terms
from client.identity.keys import CitizenKeys
from client.identity.relying_party import check_shown
from client.identity.status_fetch import fetch_list
from client.identity.status_list import ListTerms, Status, StatusList, StatusPlace, issue_list
from tests.client.identity.chain import Chain, node_key, with_nodes

KEYS = CitizenKeys(b"k" * 32)
URI = "https://first-bank.example/status/1"
PLACE = StatusPlace(uri=URI, index=7)


def credential(chain: Chain, **changes: object) -> Credential:
    terms = Terms(
        issuer="first-bank",
        kind="sapha/member",
        issued_at=chain.now,
        expires_at=chain.now + 86_400,
        att_id=None,
        holder=KEYS.subject.public_key,
        status=PLACE,
    )
    return issue_credential(node_key("first-bank"), replace(terms, **changes), {"member": "ก"})


def audience(chain: Chain) -> Audience:
    return Audience(verifier="revenue", nonce="n1", at=chain.now)


async def shown(chain: Chain, token: str):
    """What a relying party learns where the issuer's list is this token."""
    asked = []

    async def fetch(uri: str) -> str:
        asked.append(uri)
        return token

    presentation = present(credential(chain), ("member",), KEYS.subject, audience(chain))
    found = await check_shown(chain, presentation, audience(chain), fetch)
    assert asked == [URI]
    return found


def listed(chain: Chain, status: int = Status.VALID, *, by: str = "first-bank", **terms) -> str:
    statuses = StatusList.empty(100)
    statuses.put(PLACE.index, status)
    named = {"uri": URI, "issued_at": chain.now, "expires_at": chain.now + 600} | terms
    return issue_list(node_key(by), ListTerms(**named), statuses)


async def test_a_credential_whose_place_is_valid_counts():
    chain = await with_nodes()

    assert (await shown(chain, listed(chain))).claims == {"member": "ก"}


@pytest.mark.parametrize("status", [Status.INVALID, Status.SUSPENDED, 3])
async def test_a_credential_whose_place_says_otherwise_does_not(status):
    chain = await with_nodes()

    with pytest.raises(BadCredential, match=f"says {int(status)} of the credential"):
        await shown(chain, listed(chain, status))


async def test_a_list_is_the_issuer_s_own_of_this_address_and_not_over():
    chain = await with_nodes()

    with pytest.raises(BadCredential, match="second-bank's, not first-bank's"):
        await shown(chain, listed(chain, by="second-bank"))
    with pytest.raises(BadCredential, match="another one"):
        await shown(chain, listed(chain, uri=URI + "0"))
    with pytest.raises(BadCredential, match="expired"):
        await shown(chain, listed(chain, expires_at=chain.now))
    with pytest.raises(BadCredential):
        await shown(chain, "no token")


@pytest.mark.parametrize("uri", ["http://first-bank.example/1", "file:///etc/hosts", ""])
async def test_a_list_is_fetched_over_https_alone(uri):
    with pytest.raises(BadCredential, match="HTTPS alone"):
        await fetch_list(uri)
