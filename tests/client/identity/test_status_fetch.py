"""Where a credential names a status list, the list is fetched, and what it says counts."""

from dataclasses import replace

import pytest
from aiohttp import web

from client.access import trusting
from client.errors import NodeUnreachable
from client.identity.credential import Audience, Credential, Terms, issue_credential, present
from client.identity.errors import BadCredential
from client.identity.keys import CitizenKeys
from client.identity.relying_party import check_shown
from client.identity.status_fetch import LIST_AGE_S_MAX, check_status, fetch_list
from client.identity.status_list import ListTerms, Status, StatusList, StatusPlace, issue_list
from contracts.identity.nodes.messages import SetNodeStatus
from node.rpc.tls import server_context
from primitives.crypto import SigningKey
from tests.client.identity.chain import Chain, node_key, with_nodes
from tests.client.identity.test_who_answered import rotate
from tests.rpc.certificates import certificate_files

KEYS = CitizenKeys(b"k" * 32)
URI = "https://first-bank.example/status/1"
PLACE = StatusPlace(uri=URI, index=7)


def terms_of(chain: Chain, **changes: object) -> Terms:
    terms = Terms(
        issuer="first-bank",
        kind="sapha/member",
        issued_at=chain.now,
        expires_at=chain.now + 86_400,
        att_id=None,
        holder=KEYS.subject.public_key,
        status=PLACE,
    )
    return replace(terms, **changes)


def credential(chain: Chain, **changes: object) -> Credential:
    return issue_credential(node_key("first-bank"), terms_of(chain, **changes), {"member": "ก"})


def audience(chain: Chain) -> Audience:
    return Audience(verifier="revenue", nonce="n1", at=chain.now)


async def shown(chain: Chain, token: str):
    """What a relying party learns where the issuer's list is this token."""
    asked = []

    async def fetch(uri: str) -> str:
        asked.append(uri)
        return token

    presentation = present(credential(chain), ("member",), KEYS.subject, audience(chain))
    issuers = ("first-bank",)
    found = await check_shown(chain, presentation, audience(chain), issuers, fetch)
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


@pytest.mark.parametrize("issuers", [(), ("second-bank",)])
async def test_what_names_no_attestation_is_believed_of_whom_the_verifier_names_alone(issuers):
    chain = await with_nodes()
    presentation = present(credential(chain), ("member",), KEYS.subject, audience(chain))
    fetch = giving(listed(chain))

    with pytest.raises(BadCredential, match="none whose word without attestation counts"):
        await check_shown(chain, presentation, audience(chain), issuers, fetch)


async def test_no_agency_vouches_for_another_s_credential_by_acting_itself():
    chain = await with_nodes()
    made_up = issue_credential(
        node_key("social"), terms_of(chain, issuer="social", kind="sapha/proofing"), {"age": 40}
    )
    presentation = present(made_up, ("age",), KEYS.subject, audience(chain))
    fetch = giving(listed(chain, by="social"))

    with pytest.raises(BadCredential, match="social is none whose word"):
        await check_shown(chain, presentation, audience(chain), ("first-bank",), fetch)


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


async def test_a_list_is_signed_by_a_key_that_is_in_force_of_an_issuer_that_acts():
    chain = await with_nodes()
    before = listed(chain)
    suspended = SetNodeStatus("first-bank", "suspended", "")
    assert (await chain.office("supervisor").send(suspended)).is_ok
    with pytest.raises(BadCredential, match="does not act now"):
        await check_status(chain, PLACE, "first-bank", chain.now, giving(before))
    restored = SetNodeStatus("first-bank", "active", "")
    assert (await chain.office("supervisor").send(restored)).is_ok
    await rotate(chain, "first-bank", SigningKey(b"q" * 32), 0)
    chain.ledger.next_block(time_ms=1_000)

    for dated in (before, listed(chain)):
        with pytest.raises(BadCredential, match="did not sign"):
            await check_status(chain, PLACE, "first-bank", chain.now, giving(dated))


async def test_a_list_serves_a_week_whatever_it_says():
    chain = await with_nodes()
    old = listed(chain, expires_at=chain.now + 10**9)
    await check_status(chain, PLACE, "first-bank", chain.now + LIST_AGE_S_MAX, giving(old))

    with pytest.raises(BadCredential, match="older than"):
        await check_status(chain, PLACE, "first-bank", chain.now + LIST_AGE_S_MAX + 1, giving(old))


def giving(token: str):
    async def fetch(_uri: str) -> str:
        return token

    return fetch


@pytest.fixture
async def door(tmp_path):
    """An HTTPS server on loopback that gives what a test says, and how its authority is trusted."""
    given = {
        "/status/1": (200, "a.b.c\n"),
        "/long": (200, "x" * 2_000_000),
        "/moved": (302, ""),
        "/big": (200, "x" * 2_097_153),
    }

    async def answer(request: web.Request) -> web.Response:
        status, text = given.get(request.path, (404, ""))
        return web.Response(status=status, text=text, headers={"Location": "/status/1"})

    certificate, key = certificate_files(tmp_path)
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server_context(certificate, key)).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}", trusting(certificate)
    await runner.cleanup()


async def test_a_list_is_fetched_over_tls_from_who_has_a_certificate_that_is_trusted(door):
    address, tls = door

    assert await fetch_list(f"{address}/status/1", tls) == "a.b.c"
    with pytest.raises(NodeUnreachable, match="certificate"):
        await fetch_list(f"{address}/status/1")


async def test_a_list_of_many_parts_is_fetched_whole(door):
    address, tls = door

    assert len(await fetch_list(f"{address}/long", tls)) == 2_000_000


@pytest.mark.parametrize("path", ["/moved", "/big", "/absent"])
async def test_what_is_moved_too_big_or_absent_is_no_list(door, path):
    address, tls = door

    with pytest.raises(BadCredential, match="gives no status list"):
        await fetch_list(address + path, tls)


@pytest.mark.parametrize("uri", ["http://first-bank.example/1", "file:///etc/hosts", ""])
async def test_a_list_is_fetched_over_https_alone(uri):
    with pytest.raises(BadCredential, match="HTTPS alone"):
        await fetch_list(uri)
