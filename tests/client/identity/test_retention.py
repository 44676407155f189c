"""A copy of a record is proven after the ledger has pruned it, to who trusts no node."""

from dataclasses import replace

from client.contract import ask
from client.identity.retention import does_prove
from client.light import LightClient
from client.state_keys import Ended, state_key
from contracts.identity.core.state import RETENTION_DAYS
from contracts.identity.requests.messages import Prune
from contracts.identity.requests.state import trail
from contracts.identity.requests.trail import request_record, trail_page
from tests.client.identity.test_trail import KEYS, SECTOR, certified, office_on
from tests.client.voting.chain import hexed

PERIOD_MS = (RETENTION_DAYS * 86_400 + 3_600) * 1000


async def pruned():
    """A certified chain, the copy of a request's record, and the proof that it went."""
    chain = await certified()
    viewer = KEYS.viewer(SECTOR)
    (line,) = await ask(chain, trail_page, viewer.keys[SECTOR], 0)
    req_id = line.entry.req_id
    kept = await ask(chain, request_record, req_id)
    assert kept is not None
    chain.to_time(chain.blocks.time_ms + PERIOD_MS)
    outcome = await office_on(chain, "supervisor").send(Prune((req_id,), ()))
    assert outcome.is_ok
    proven = await LightClient(chain.genesis).receipt(chain, outcome.transaction_id)
    return chain, req_id, kept, proven.receipt


async def test_the_receipt_of_the_pruning_proves_a_copy():
    chain, req_id, kept, receipt = await pruned()

    assert does_prove(receipt, chain.genesis.chain_id, req_id, kept)
    assert await ask(chain, request_record, req_id) is None


async def test_it_proves_no_copy_that_was_changed_and_none_of_another_request_or_chain():
    chain, req_id, kept, receipt = await pruned()
    forged = replace(kept, terms=replace(kept.terms, min_ial=300))

    assert not does_prove(receipt, chain.genesis.chain_id, req_id, forged)
    assert not does_prove(receipt, chain.genesis.chain_id, bytes(32), kept)
    assert not does_prove(receipt, "another-chain", req_id, kept)


async def test_a_proof_of_an_entry_from_before_still_verifies_after_it_went():
    chain = await certified()
    light, viewer = LightClient(chain.genesis), KEYS.viewer(SECTOR)
    key = state_key("identity", trail.schema.name, Ended(viewer.keys[SECTOR]), 0)
    shown = chain.state_getProof(hexed(key))
    value, proof = bytes.fromhex(shown["value"][2:]), bytes.fromhex(shown["proof"][2:])
    header = [bytes.fromhex(shown[name][2:]) for name in ("header_bytes", "certificate")]
    (line,) = await ask(chain, trail_page, viewer.keys[SECTOR], 0)
    req_id = line.entry.req_id
    chain.to_time(chain.blocks.time_ms + PERIOD_MS)

    assert (await office_on(chain, "supervisor").send(Prune((req_id,), ()))).is_ok

    at = light.check_header(*header)
    found = light.check_state(at, key=key, value=value, proof_bytes=proof)
    assert found.value == value
    assert chain.state_getProof(hexed(key))["value"] is None
