"""The page of metrics: what holds now, and what was counted of clients' calls."""

from prometheus_client.parser import text_string_to_metric_families

from node.observe import Signing
from node.observe.metrics import NodeMetrics
from node.rpc.line import Client, too_busy
from node.rpc.meter import Meter
from tests.execution.chain import ALICE, BOB


async def samples_of(node) -> dict[tuple[str, str], float]:
    """Return the value of each sample, by its name and the value of its label ("" without one)."""
    status, page = await node.page("/metrics")
    assert status == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if not sample.name.endswith("_bucket")
    }


async def test_consensus_members_and_files_are_shown_as_they_are_now(node):
    node.view.is_signing = Signing("waiting", "listening")

    shown = await samples_of(node)

    assert shown["sapha_height", ""] == 1
    assert shown["sapha_quorum", ""] == 3
    assert shown["sapha_halted", ""] == 0
    assert shown["sapha_may_sign", ""] == 0
    assert shown["sapha_not_signing", "waiting"] == 1
    assert shown["sapha_missed_turns", "v2"] == 3
    assert shown["sapha_peer_connected", "v1"] == 1
    assert shown["sapha_peer_round_trip_seconds", "v1"] == 0.002
    assert shown["sapha_database_bytes", ""] > 0
    assert shown["sapha_disk_bytes", ""] >= shown["sapha_disk_free_bytes", ""] > 0
    assert shown["sapha_check", "disk"] == 0


async def test_a_check_that_fails_is_shown_by_its_name(node):
    node.view.problem = "no space to write"

    shown = await samples_of(node)

    assert shown["sapha_check", "disk"] == 2


async def test_who_signed_the_last_blocks_is_shown_with_the_blocks_since(node):
    for amount in (1, 2, 3):
        await node.mempool.admission.submit([node.chain.transfer(ALICE, BOB, amount).raw])
        node.commit()
    head = node.chain.ledger.head().header.height
    took_part = node.chain.ledger.reads.participation(1, head - 1).validators

    shown = await samples_of(node)

    assert {one.name: shown["sapha_signed_certificates", one.name] for one in took_part} == {
        one.name: one.signed for one in took_part
    }
    assert {one.name: shown["sapha_unsigned_blocks", one.name] for one in took_part} == {
        one.name: head - 1 - (one.last_signed or 0) for one in took_part
    }
    assert any(one.last_signed is None for one in took_part)


async def test_the_mempool_shows_each_lane(node):
    node.mempool.pool.add(node.chain.transfer(ALICE, BOB, 1), None)
    node.mempool.pool.add(node.chain.transfer(BOB, ALICE, 2), None, is_stranger=True)

    shown = await samples_of(node)

    assert shown["sapha_mempool_transactions", ""] == 2
    assert shown["sapha_mempool_lane_transactions", "known"] == 1
    assert shown["sapha_mempool_lane_transactions", "strangers"] == 1
    assert shown["sapha_mempool_transactions_max", ""] == node.view.pool.limits.transactions_max


async def test_each_answered_call_is_timed_under_its_method(node):
    await node.call("chain_getStatus")
    await node.call("chain_getStatus")

    shown = await samples_of(node)

    assert shown["sapha_rpc_calls_total", "chain_getStatus"] == 2
    assert shown["sapha_rpc_seconds_count", "chain_getStatus"] == 2
    assert shown["sapha_rpc_seconds_sum", "chain_getStatus"] > 0


async def test_calls_told_to_come_back_are_counted_under_their_method(node, monkeypatch):
    monkeypatch.setattr(Meter, "is_slice_used", False)
    asked = []

    async def turn(client: Client, _price_s: float) -> None:
        asked.append(client)
        if len(asked) > 2:  # the body and its first call
            raise too_busy("no turn")

    await node.call("chain_getStatus")  # on a connection that stays open
    node.server.share.turn = turn
    await node.batch(*[("chain_getStatus", {})] * 10)

    shown = await samples_of(node)

    assert shown["sapha_rpc_sheds_total", "chain_getStatus"] == 9


def test_a_node_names_about_fifty_series_of_its_own():
    page = NodeMetrics().page().decode().splitlines()

    names = {line.split()[2] for line in page if line.startswith("# TYPE sapha_")}

    assert len(names) >= 45
