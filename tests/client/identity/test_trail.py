"""The trail at scale: what a look costs, that nothing in it is hidden, what is proven."""

import json
from dataclasses import replace
from random import Random

import pytest

from client.identity.drafts import SignOn
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.nodes import sectors
from client.identity.office import Office
from client.identity.relying_party import RelyingParty
from client.identity.trail import own_trail
from client.identity.wallet import CitizenWallet, RequestShown
from client.light import LightClient
from client.wallet import Wallet
from contracts.identity.core.messages import RETENTION_DAYS_MIN
from contracts.identity.core.state import RETENTION_DAYS
from contracts.identity.nodes.messages import (
    RegisterNode,
    SetNamespace,
    SetNodeStatus,
    SetRetention,
)
from contracts.identity.requests.messages import Prune, response_statement, terms_digest
from contracts.identity.requests.state import TRAIL_PAGE, TrailEntry, trail, trail_counts
from contracts.tools.testing import key_of
from primitives.state_proof import BadProof
from tests.client.identity.chain import Chain, bank, node_key, party, with_nodes
from tests.client.identity.test_flow import QUESTION, WALLET, asked_with_words, signed_on
from tests.client.voting.chain import VotingChain

KEYS, OTHER = CitizenKeys(b"k" * 32), CitizenKeys(b"o" * 32)
SECTOR = "revenue"
PERIOD_S = RETENTION_DAYS_MIN * 86_400


async def answered(
    chain: Chain, keys: CitizenKeys = KEYS, tag: bytes | None = None
) -> tuple[bytes, str]:
    """The request and the code of an answer, under a tag of the signer's choice."""
    asking = party(chain, SECTOR).ask(QUESTION)
    assert (await party(chain, SECTOR).office.send(asking.request)).is_ok
    shown = RequestShown(
        sector=SECTOR, asked=asking.request, message=asking.message, scope=asking.scope
    )
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.now)
    draft = bank(chain).drafts.answer(shown.req_id, sign_on)
    answer = CitizenWallet(keys, "test-chain").answer(shown, draft, accepts=True)
    if tag is not None:
        answer = replace(answer, trail_tag=tag)
        statement = response_statement(
            "test-chain", terms_digest("test-chain", asking.request), answer
        )
        answer = replace(answer, citizen_signature=keys.pairwise(SECTOR).sign(*statement))
    return shown.req_id, (await bank(chain).office.send(answer)).receipt["code"]


def fill(chain: Chain, keys: CitizenKeys, count: int) -> None:
    """Put the first `count` entries of a citizen into the state, as their answers would."""
    viewer = keys.viewer(SECTOR)
    where = {"idp": "first-bank", "rp": SECTOR, "purpose": "tax", "is_reuse": False}
    for number in range(count):
        req_id = number.to_bytes(32)
        entry = TrailEntry(
            req_id=req_id, trail_tag=viewer.tag(SECTOR, req_id), at=chain.now + number, **where
        )
        put(chain, trail, (viewer.keys[SECTOR], number), entry)
    put(chain, trail_counts, viewer.keys[SECTOR], count)


def put(chain: Chain, entries, key, value) -> None:
    prefix = b"identity\0" + entries.schema.prefix
    state = chain.ledger.state.committed
    state[prefix + entries._key_codec.write(key)] = entries.schema.pack(value)


class Counted:
    """Counts what goes over a chain's wire, both ways, and how often."""

    def __init__(self, chain: Chain) -> None:
        self.chain, self.calls, self.bytes = chain, 0, 0

    async def call(self, method, params, **how):
        answer = await self.chain.call(method, params, **how)
        self.calls += 1
        self.bytes += len(json.dumps(params)) + len(json.dumps(answer))
        return answer

    async def batch(self, requests):
        return [await self.call(request.method, dict(request.params)) for request in requests]


async def look(chain: Chain, keys: CitizenKeys = KEYS) -> tuple[int, Counted]:
    counted = Counted(chain)
    found = await own_trail(counted, keys.viewer(SECTOR))
    return len(found.entries), counted


async def test_whoever_has_the_key_hides_no_answer_and_is_told_from_the_citizen_s_wallet():
    """A thief with the pairwise key, and a tag that no view key makes."""
    chain = await with_nodes()
    mine, _ = await answered(chain)
    theirs, code = await answered(chain, tag=b"t" * 32)
    again, _ = await answered(chain)

    found = await own_trail(chain, KEYS.viewer(SECTOR))

    listed = [(own.number, own.entry.req_id, own.is_foreign) for own in found.entries]
    assert code == "OK"
    assert listed == [(0, mine, False), (1, theirs, True), (2, again, False)]
    assert found.gone == {}


async def test_two_answers_that_are_signed_at_once_are_both_taken():
    chain = await with_nodes()
    askings = [party(chain, SECTOR).ask(QUESTION) for _ in range(2)]
    signed = []
    for asking in askings:
        assert (await party(chain, SECTOR).office.send(asking.request)).is_ok
        shown = RequestShown(
            sector=SECTOR, asked=asking.request, message=asking.message, scope=asking.scope
        )
        draft = bank(chain).drafts.answer(
            shown.req_id, SignOn(ial=230, aal=220, auth_time=chain.now)
        )
        signed.append(CitizenWallet(KEYS, "test-chain").answer(shown, draft, accepts=True))

    outcomes = [await bank(chain).office.send(answer) for answer in reversed(signed)]

    assert [each.is_ok for each in outcomes] == [True, True]
    assert len((await own_trail(chain, KEYS.viewer(SECTOR))).entries) == 2


async def test_a_look_costs_the_same_however_many_others_there_are():
    alone, among = await with_nodes(), await with_nodes()
    for chain in (alone, among):
        fill(chain, KEYS, 3)
    for number in range(500):
        fill(among, CitizenKeys(number.to_bytes(32)), 4)

    (few, cost), (many, cost_among) = await look(alone), await look(among)

    assert few == many == 3
    assert (cost.calls, cost.bytes) == (cost_among.calls, cost_among.bytes)


async def test_a_look_costs_by_what_the_citizen_did_and_nothing_more_than_a_count_elsewhere():
    chain = await with_nodes()
    fill(chain, KEYS, 1_000)

    found, cost = await look(chain)
    nothing, cost_of_nothing = await look(chain, OTHER)

    assert (found, nothing) == (1_000, 0)
    assert cost.calls == 1 + 1_000 // TRAIL_PAGE + 1  # the count, pages, none after the last
    assert cost.bytes < 1_000 * 500
    assert (cost_of_nothing.calls, cost_of_nothing.bytes < 200) == (1, True)


async def test_a_consent_of_a_year_among_pruned_neighbours_is_found():
    chain = await with_nodes()
    supervisor = chain.office("supervisor")
    assert (await supervisor.send(SetRetention(RETENTION_DAYS_MIN))).is_ok
    _, shown = await asked_with_words(chain, SECTOR)
    answer = await signed_on(chain, shown)
    draft = bank(chain).drafts.consent(answer.handle, shown.asked, chain.now + 360 * 86_400)
    assert (await bank(chain).office.send(WALLET.consent(shown, draft))).is_ok
    rest = [(await answered(chain))[0] for _ in range(TRAIL_PAGE + 50)]
    chain.ledger.next_block(time_ms=(PERIOD_S + 86_400) * 1000)
    young, _ = await answered(chain)

    for start in range(0, len(rest), 50):
        pruned = await supervisor.send(Prune(tuple(rest[start : start + 50]), ()))
        assert pruned.is_ok

    found = await own_trail(chain, KEYS.viewer(SECTOR))
    assert [own.entry.req_id for own in found.entries] == [shown.req_id, young]
    assert found.gone == {SECTOR: TRAIL_PAGE + 50}


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_younger_than_the_legal_period_is_ever_missed(seed):
    """Answers under any tag, and pruning by anyone: all that is left is found, the rest counted."""
    random, chain = Random(seed), await with_nodes()
    supervisor = chain.office("supervisor")
    assert (await supervisor.send(SetRetention(RETENTION_DAYS_MIN))).is_ok
    given: dict[bytes, int] = {}
    left: dict[bytes, int] = {}
    for _ in range(120):
        tag = random.choice((None, None, random.randbytes(32)))
        req_id, code = await answered(chain, tag=tag)
        assert code == "OK"
        given[req_id] = left[req_id] = chain.now
        chain.ledger.next_block(time_ms=random.randrange(30 * 86_400) * 1000)
        over = [one for one, at in left.items() if at + PERIOD_S + 3_600 <= chain.now]
        gone = tuple(random.sample(over, min(len(over), random.randrange(4))))
        if gone:
            assert (await supervisor.send(Prune(gone, ()))).is_ok
            left = {one: at for one, at in left.items() if one not in gone}

    found = await own_trail(chain, KEYS.viewer(SECTOR))

    assert {own.entry.req_id for own in found.entries} == set(left)
    assert {one for one, at in given.items() if at + PERIOD_S > chain.now} <= set(left)
    assert sum(found.gone.values()) == len(given) - len(left)


async def test_every_sector_of_the_ledger_is_looked_in():
    chain = await with_nodes()

    assert set(await sectors(chain)) > {"first-bank", "registry", "revenue", "social"}


AGENCIES = {
    "members": ("validator",),
    "supervisor": ("supervisor",),
    "registry": ("as",),
    "first-bank": ("idp",),
    "revenue": ("rp",),
}


def office_on(chain: VotingChain, agency: str) -> Office:
    wallet, chain_id = Wallet([key_of(agency)]), chain.genesis.chain_id
    return Office(rpc=chain, wallet=wallet, chain_id=chain_id, agency=agency)


async def certified() -> VotingChain:
    """A chain whose blocks are certified, with one answer of the citizen."""
    chain = VotingChain(AGENCIES)

    def office(agency: str) -> Office:
        return office_on(chain, agency)

    def node(agency: str, levels: tuple[int, int], *namespaces: str) -> RegisterNode:
        return RegisterNode(agency, agency, *levels, namespaces, (node_key(agency).public_key,))

    for message in (
        node("registry", (0, 0)),
        SetNamespace("th.cid", "registry", is_unique=True),
        node("first-bank", (230, 220), "th.cid"),
        node("revenue", (0, 0), "th.cid"),
        *[SetNodeStatus(name, "active", "") for name in ("registry", "first-bank", "revenue")],
    ):
        assert (await office("supervisor").send(message)).is_ok, message
    asking = RelyingParty(office("revenue")).ask(QUESTION)
    assert (await office("revenue").send(asking.request)).is_ok
    shown = RequestShown(
        sector=SECTOR,
        asked=asking.request,
        message=asking.message,
        scope=asking.scope,
    )
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.blocks.time_ms // 1000)
    draft = Idp(office("first-bank"), node_key("first-bank")).drafts.answer(shown.req_id, sign_on)
    answer = CitizenWallet(KEYS, chain.genesis.chain_id).answer(shown, draft, accepts=True)
    assert (await office("first-bank").send(answer)).is_ok
    return chain


async def test_a_light_client_has_each_entry_and_each_gap_proven():
    chain = await certified()

    found = await own_trail(chain, KEYS.viewer(SECTOR), LightClient(chain.genesis))

    assert [(own.number, own.entry.rp, own.is_foreign) for own in found.entries] == [
        (0, "revenue", False)
    ]
    assert found.gone == {}


@pytest.mark.parametrize("map_name", [trail.schema.name, trail_counts.schema.name])
async def test_an_entry_or_a_count_that_a_node_hides_is_missed_by_a_light_client(map_name):
    chain = await certified()
    honest, hidden = chain.state_getProof, f"identity\0{map_name}\0".encode()

    def hiding(key: str) -> dict:
        answer = honest(key)
        return answer | {"value": None} if bytes.fromhex(key[2:]).startswith(hidden) else answer

    chain.state_getProof = hiding

    with pytest.raises(BadProof):
        await own_trail(chain, KEYS.viewer(SECTOR), LightClient(chain.genesis))


async def test_a_light_client_has_it_proven_that_an_answer_is_there_no_more():
    chain = await certified()
    found = await own_trail(chain, KEYS.viewer(SECTOR))
    chain.to_time(chain.blocks.time_ms + (RETENTION_DAYS + 1) * 86_400_000)
    prune = Prune((found.entries[0].entry.req_id,), ())
    assert (await office_on(chain, "supervisor").send(prune)).is_ok

    later = await own_trail(chain, KEYS.viewer(SECTOR), LightClient(chain.genesis))

    assert (later.entries, later.gone) == ((), {SECTOR: 1})
