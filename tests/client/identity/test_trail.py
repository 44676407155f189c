"""The trail at scale: what a look costs, what it finds after gaps and pruning, what is proven."""

import json
from random import Random

import pytest

from client.identity.drafts import SignOn
from client.identity.idp import Idp
from client.identity.keys import CitizenKeys
from client.identity.office import Office
from client.identity.relying_party import RelyingParty
from client.identity.trail import GAP, next_number, own_trail, sectors
from client.identity.wallet import CitizenWallet, RequestShown
from client.light import LightClient
from client.wallet import Wallet
from contracts.identity.core.messages import RETENTION_DAYS_MIN
from contracts.identity.nodes.messages import (
    RegisterNode,
    SetNamespace,
    SetNodeStatus,
    SetRetention,
)
from contracts.identity.requests.messages import Prune
from contracts.identity.requests.state import TrailEntry, trail, trail_counts
from contracts.tools.testing import key_of
from primitives.state_proof import BadProof
from tests.client.identity.chain import Chain, bank, node_key, party, with_nodes
from tests.client.identity.test_flow import QUESTION
from tests.client.voting.chain import VotingChain

KEYS, OTHER = CitizenKeys(b"k" * 32), CitizenKeys(b"o" * 32)
SECTOR = "revenue"
PERIOD_S = RETENTION_DAYS_MIN * 86_400


async def answered(chain: Chain, number: int, keys: CitizenKeys = KEYS) -> tuple[bytes, str]:
    """The request and the code of an answer under a number of the citizen's choice."""
    asking = party(chain, SECTOR).ask(QUESTION)
    assert (await party(chain, SECTOR).office.send(asking.request)).is_ok
    shown = RequestShown(
        sector=SECTOR,
        asked=asking.request,
        message=asking.message,
        scope=asking.scope,
        trail_number=number,
    )
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.now)
    draft = bank(chain).drafts.answer(shown.req_id, sign_on)
    answer = CitizenWallet(keys, "test-chain").answer(shown, draft, accepts=True)
    return shown.req_id, (await bank(chain).office.send(answer)).receipt["code"]


async def next_of(chain: Chain, keys: CitizenKeys = KEYS) -> int:
    return await next_number(chain, keys.viewer(SECTOR), SECTOR)


def fill(chain: Chain, keys: CitizenKeys, count: int) -> None:
    """Put the first `count` entries of a citizen into the state, as their answers would."""
    viewer = keys.viewer(SECTOR)
    where = {"idp": "first-bank", "rp": SECTOR, "purpose": "tax", "is_reuse": False}
    for number in range(count):
        entry = TrailEntry(req_id=viewer.tag(SECTOR, number), at=chain.now + number, **where)
        put(chain, trail, (viewer.tag(SECTOR, number), viewer.keys[SECTOR]), entry)
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
    return len(found), counted


async def test_numbers_are_used_one_after_the_other_in_each_sector():
    chain = await with_nodes()

    numbers = []
    for _ in range(3):
        numbers.append(await next_of(chain))
        assert (await answered(chain, numbers[-1]))[1] == "OK"

    assert numbers == [0, 1, 2]
    assert await next_number(chain, KEYS.viewer("social"), "social") == 0
    assert await next_of(chain, OTHER) == 0


async def test_two_answers_signed_for_one_number_are_two_once_the_later_is_signed_anew():
    chain = await with_nodes()
    assert (await answered(chain, 0))[1] == "OK"

    assert (await answered(chain, 0))[1] == "TRAIL_TAG_USED"

    assert await next_of(chain) == 1


async def test_a_number_that_was_signed_for_and_never_sent_is_used_by_a_later_answer():
    chain = await with_nodes()
    for number in (0, 2, 3):
        await answered(chain, number)

    assert await next_of(chain) == 1
    assert [own.number for own in await own_trail(chain, KEYS.viewer(SECTOR))] == [0, 2, 3]


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
    assert cost.calls == 1 + 1 + -(-1_000 // GAP)  # the count, newer ones, pages
    assert cost.bytes < 1_000 * 400
    assert (cost_of_nothing.calls, cost_of_nothing.bytes < 200) == (1, True)


async def test_the_newest_are_found_after_the_oldest_were_pruned():
    chain = await with_nodes()
    supervisor = chain.office("supervisor")
    assert (await supervisor.send(SetRetention(RETENTION_DAYS_MIN))).is_ok
    old = [(await answered(chain, number))[0] for number in range(GAP + 6)]
    chain.ledger.next_block(time_ms=(PERIOD_S + 3_600) * 1000)
    for _ in range(2):
        await answered(chain, await next_of(chain))

    for start in range(0, len(old), GAP):
        pruned = await supervisor.send(Prune(tuple(old[start : start + GAP]), ()))
        assert pruned.is_ok

    found = await own_trail(chain, KEYS.viewer(SECTOR))
    assert [own.number for own in found] == [GAP + 6, GAP + 7]


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_younger_than_the_legal_period_is_ever_missed(seed):
    """Answers that are never sent, sent late or twice, and pruning by anyone: all is found."""
    random, chain = Random(seed), await with_nodes()
    supervisor = chain.office("supervisor")
    assert (await supervisor.send(SetRetention(RETENTION_DAYS_MIN))).is_ok
    young: dict[bytes, int] = {}
    for _ in range(120):
        number = await next_of(chain) + random.choice((0, 0, 0, 1, 2))
        req_id, code = await answered(chain, number)
        if code == "OK":
            young[req_id] = chain.now
        chain.ledger.next_block(time_ms=random.randrange(30 * 86_400) * 1000)
        over = [one for one, at in young.items() if at + PERIOD_S + 3_600 <= chain.now]
        gone = tuple(over[: random.randrange(4)])
        if gone:
            assert (await supervisor.send(Prune(gone, ()))).is_ok
            young = {one: at for one, at in young.items() if one not in gone}

    found = {own.entry.req_id for own in await own_trail(chain, KEYS.viewer(SECTOR))}

    assert {one for one, at in young.items() if at + PERIOD_S > chain.now} <= found <= set(young)


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
        trail_number=0,
    )
    sign_on = SignOn(ial=230, aal=220, auth_time=chain.blocks.time_ms // 1000)
    draft = Idp(office("first-bank"), node_key("first-bank")).drafts.answer(shown.req_id, sign_on)
    answer = CitizenWallet(KEYS, chain.genesis.chain_id).answer(shown, draft, accepts=True)
    assert (await office("first-bank").send(answer)).is_ok
    return chain


async def test_a_light_client_has_each_entry_and_each_gap_proven():
    chain = await certified()

    found = await own_trail(chain, KEYS.viewer(SECTOR), LightClient(chain.genesis))

    assert [(own.number, own.entry.rp) for own in found] == [(0, "revenue")]


async def test_an_entry_that_a_node_hides_is_missed_by_a_light_client():
    chain = await certified()
    honest = chain.state_getProof

    def hiding(key: str) -> dict:
        answer = honest(key)
        return answer | {"value": None} if bytes.fromhex(key[2:]).startswith(HIDDEN) else answer

    chain.state_getProof = hiding

    with pytest.raises(BadProof):
        await own_trail(chain, KEYS.viewer(SECTOR), LightClient(chain.genesis))


HIDDEN = b"identity\0trail\0"
