"""What the ledger names comes to its hosts, whoever withholds it or lies, and goes when erased."""

import asyncio

import pytest

from node.blobs.errors import ContentErased
from node.blobs.wire import Answer, Get
from primitives.blob import Head
from primitives.blob_documents import read_erasure
from tests.blobs.builders import (
    CITIZEN,
    FULL,
    OFFICER,
    BrokenFiles,
    content,
    noise,
    wraps,
)
from tests.blobs.network import FAST, IMPATIENT, KEYS, network_of, until
from tests.builders import CHAIN_ID


async def test_an_upload_comes_to_every_host_once_the_ledger_names_it(tmp_path):
    async with network_of(tmp_path, "dopa", "police", "court") as (network, dopa, police, court):
        made = content(parts=2)

        assert await dopa.upload(CITIZEN, made)
        assert not police.has(made)
        network.ledger.name(made, "dopa", "police")
        await until(lambda: police.has(made))

        assert [await police.get(OFFICER, made, i) for i in range(3)] == list(made.blobs)
        assert not court.has(made)
        assert police.store.index.pending_bytes == 0


async def test_an_upload_at_a_node_that_is_no_host_comes_to_the_host(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content(parts=1)
        await dopa.upload(CITIZEN, made)

        network.ledger.name(made, "police")

        await until(lambda: police.has(made))
        await until(lambda: dopa.store.held(made.digest).is_passed_on)
        dopa.now_ms += 3_600_001
        await until(lambda: dopa.store.held(made.digest) is None)
        assert police.has(made)


def truncated(answer: Answer) -> bytes:
    found = answer.found[:-1] if isinstance(answer.found, bytes) else answer.found
    return Answer(answer.request_id, found).encode()


def other_bytes(answer: Answer) -> bytes:
    return Answer(answer.request_id, noise("lie", 1_000)).encode()


def another_head(answer: Answer) -> bytes:
    return Answer(answer.request_id, Head((), b"lie").encode()).encode()


def wraps_for_a_blob(answer: Answer) -> bytes:
    return Answer(answer.request_id, ()).encode()


def silence(_answer: Answer) -> None:
    return None


def malformed(_answer: Answer) -> bytes:
    return b"\xc1"


def to_nobody(answer: Answer) -> bytes:
    return Answer(answer.request_id + 1, answer.found).encode()


LIES = {
    "truncated": truncated,
    "other bytes": other_bytes,
    "another head": another_head,
    "wraps for a blob": wraps_for_a_blob,
    "silence": silence,
    "malformed": malformed,
    "an answer to nobody": to_nobody,
}


@pytest.mark.parametrize("lie", LIES)
async def test_what_one_peer_withholds_or_falsifies_comes_from_another_and_is_reported(
    tmp_path, lie
):
    settings = IMPATIENT if lie == "silence" else FAST
    async with network_of(tmp_path, "dopa", "court", settings=settings) as (network, dopa, court):
        made = content(parts=2)
        network.ledger.name(made, "dopa", "court", "police")
        await dopa.upload(CITIZEN, made)
        await until(lambda: court.has(made))

        network.answers["dopa"] = LIES[lie]
        police = network.start("police")
        police.blobs._order.announced(KEYS["dopa"].public_key, made.digest)  # asked first
        await until(lambda: police.has(made))

        assert {name for name, _why in police.line.penalised} == {"dopa"}
        assert [await police.get(OFFICER, made, i) for i in range(3)] == list(made.blobs)


async def test_a_peer_that_has_nothing_is_passed_over_without_blame(tmp_path):
    async with network_of(tmp_path, "dopa", "court") as (network, dopa, _court):
        made = content()
        await dopa.upload(CITIZEN, made)
        network.ledger.name(made, "police")

        police = network.start("police")
        await until(lambda: police.has(made))

        assert police.line.penalised == []


async def test_a_member_that_is_no_host_gets_no_blob_and_no_wraps(tmp_path):
    async with network_of(tmp_path, "dopa", "court") as (network, dopa, court):
        made = content()
        network.ledger.name(made, "dopa")
        await dopa.upload(CITIZEN, made)
        await dopa.put_wraps(CITIZEN, made, wraps(made))
        seen = []
        network.answers["dopa"] = lambda answer: seen.append(answer.found) or answer.encode()

        network.ledger.hosts[made.digest] = ("dopa",)
        court.blobs._fetcher.want(made.digest)
        await until(lambda: len(seen) >= 2)

        assert set(seen) == {None}
        assert not court.has(made)


async def test_a_node_that_was_away_fetches_what_it_missed(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, _police):
        await network.stop("police")
        made = [content(f"case {n}", parts=1) for n in range(5)]
        for one in made:
            await dopa.upload(CITIZEN, one)
            network.ledger.name(one, "dopa", "police")

        police = network.start("police")

        await until(lambda: all(police.has(one) for one in made))
        assert police.line.penalised == []


async def test_an_interrupted_fetch_goes_on_with_what_is_missing(tmp_path):
    async with network_of(tmp_path, "dopa") as (network, dopa):
        made = content(parts=3)
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)
        answered = []

        def first_two(answer):
            answered.append(answer)
            return answer.encode() if len(answered) <= 2 else None

        network.answers["dopa"] = first_two
        police = network.start("police")
        await until(lambda: len(answered) >= 3)
        half = set(police.store.held(made.digest).sizes)
        await network.stop("police")
        network.answers.clear()

        police = network.start("police")
        await until(lambda: police.has(made))

        assert half == {0, 1}


async def test_bit_rot_is_mended_from_another_host_when_the_blob_is_asked_for(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content(parts=1)
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)
        await until(lambda: police.has(made))

        next((tmp_path / "police").rglob("*.part-1")).write_bytes(b"rot")

        assert await police.get(OFFICER, made, 1) == made.blobs[1]
        assert next((tmp_path / "police").rglob("*.part-1")).read_bytes() == made.blobs[1]


async def test_a_blob_lost_while_its_content_arrives_is_fetched_again(tmp_path, monkeypatch):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made, gate, fetcher = content(parts=1), asyncio.Event(), police.blobs._fetcher
        finish = fetcher._finish

        async def finish_late(*arguments):
            await gate.wait()
            await finish(*arguments)

        monkeypatch.setattr(fetcher, "_finish", finish_late)
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)
        await until(lambda: police.has(made))

        next((tmp_path / "police").rglob("*.part-1")).write_bytes(b"rot")
        asked = asyncio.create_task(police.get(OFFICER, made, 1))
        await until(lambda: not police.has(made))
        gate.set()

        assert await asked == made.blobs[1]


async def test_a_host_with_a_full_disk_has_it_once_there_is_room(tmp_path):
    async with network_of(tmp_path, "dopa") as (network, dopa):
        made, files = content(), BrokenFiles()
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)

        police = network.start("police", files=files)
        with files.failing_at("write", FULL):
            fetcher = police.blobs._fetcher
            lanes = (fetcher._announced, fetcher._hoped)
            await until(
                lambda: any(made.digest in lane and lane[made.digest].tries >= 2 for lane in lanes)
            )
            assert not police.has(made)

        await until(lambda: police.has(made))
        assert police.line.penalised == []


async def test_an_upload_that_no_transaction_names_in_time_is_thrown_away(tmp_path):
    async with network_of(tmp_path, "dopa") as (_network, dopa):
        made = content()
        await dopa.upload(CITIZEN, made)

        dopa.now_ms += 3_600_001

        await until(lambda: not list((tmp_path / "dopa").rglob("*.head-0")))
        assert dopa.store.held(made.digest) is None


async def test_what_the_ledger_erases_goes_everywhere_and_does_not_come_back(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content(parts=1)
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)
        await dopa.put_wraps(CITIZEN, made, wraps(made))
        await until(lambda: police.has(made))

        network.ledger.erase(made)

        def left() -> list[str]:
            return [path.name for path in tmp_path.rglob("*") if path.is_file()]

        await until(lambda: left() == [f"{made.digest.hex()}.erased"] * 2)
        assert not dopa.has(made)
        assert not police.has(made)
        for node in (dopa, police):
            with pytest.raises(ContentErased):
                await node.upload(CITIZEN, made)
            receipt = read_erasure(await node.erase(OFFICER, made), chain_id=CHAIN_ID)
            assert (receipt.body.node, receipt.public_key) == (
                node.name,
                KEYS[node.name].public_key,
            )


async def test_what_was_erased_while_a_host_was_away_is_erased_when_it_is_back(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content()
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)
        await until(lambda: police.has(made))
        await network.stop("police")
        network.ledger.erase(made)

        again = network.start("police")

        await until(lambda: again.store.is_erased(made.digest))
        assert again.store.held(made.digest) is None


async def test_wraps_put_at_one_host_come_to_the_others(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content()
        network.ledger.name(made, "dopa", "police")
        await dopa.upload(CITIZEN, made)
        await until(lambda: police.has(made))
        first, second = wraps(made), wraps(made, OFFICER, recipients=(b"B", b"C"))

        await dopa.put_wraps(CITIZEN, made, first)
        await police.put_wraps(OFFICER, made, second)
        expected = {first.encode(), second.encode()}

        for node in (dopa, police):
            await until(lambda node=node: len(node.store.held(made.digest).wraps) == 2)
            assert set(await node.get_wraps(OFFICER, made)) == expected


async def test_wraps_put_before_the_ledger_names_the_content_come_with_it(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content()
        await dopa.upload(CITIZEN, made)
        await dopa.put_wraps(CITIZEN, made, wraps(made))

        network.ledger.name(made, "police")

        await until(lambda: police.has(made) and police.store.held(made.digest).wraps)
        assert await police.get_wraps(OFFICER, made) == [wraps(made).encode()]


async def test_a_new_host_takes_wraps_of_who_may_read_no_longer_from_a_host(tmp_path):
    async with network_of(tmp_path, "dopa") as (network, dopa):
        made = content()
        network.ledger.name(made, "dopa")
        await dopa.upload(CITIZEN, made)
        await dopa.put_wraps(OFFICER, made, wraps(made, OFFICER))

        network.ledger.name(made, "dopa", "police", readers=[CITIZEN])
        police = network.start("police")

        await until(lambda: police.has(made) and police.store.held(made.digest).wraps)
        assert await police.get_wraps(CITIZEN, made) == [wraps(made, OFFICER).encode()]


async def test_a_case_that_moves_comes_to_its_new_host(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (network, dopa, police):
        made = content(parts=1)
        network.ledger.name(made, "dopa")
        await dopa.upload(CITIZEN, made)

        network.ledger.name(made, "dopa", "police")

        await until(lambda: police.has(made))
        assert police.line.penalised == []


async def test_unanswered_requests_are_bounded_and_answers_to_nothing_are_a_fault(tmp_path):
    async with network_of(tmp_path, "dopa", "police") as (_network, dopa, _police):
        made = content()
        server = dopa.blobs._server
        peer = KEYS["police"].public_key
        frame = Answer(1, None).encode()

        for number in range(FAST.waiting_max * 3):
            dopa.blobs.on_frame(peer, Get(number, made.digest, 0).encode())
        waiting = len(server._waiting[peer])
        dopa.blobs.on_frame(peer, frame)

        assert waiting == FAST.waiting_max
        assert dopa.line.penalised == [("police", "sent a blob that nobody asked for")]
