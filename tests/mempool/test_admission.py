"""What enters the pool, what is told, and what is on disk by then."""

import asyncio

import pytest

from node.mempool import JournalFault, PoolLimits, Submitted, open_journal
from node.mempool.journal import read_frames
from primitives.codec import decode, encode
from primitives.errors import Rejected
from primitives.ids import address_of
from primitives.transaction import Transaction, sign_body
from tests.builders import key
from tests.execution.chain import ALICE, BANK, BOB
from tests.mempool.builders import Mempool, until

MINUTE_MS = 60_000


def with_signatures(transaction: Transaction, signatures) -> bytes:
    return encode((transaction.body_bytes, tuple(signatures)))


def badly_signed(transaction: Transaction) -> bytes:
    public_key, signature = transaction.signatures[0]
    flipped = bytes([signature[0] ^ 1]) + signature[1:]
    return with_signatures(transaction, [(public_key, flipped)])


def twice_signed(transaction: Transaction) -> bytes:
    return with_signatures(transaction, transaction.signatures * 2)


BAD_TRANSACTIONS = {
    "empty": (lambda c: b"", "NOT_CANONICAL"),
    "not msgpack": (lambda c: b"\xc1\xc1", "NOT_CANONICAL"),
    "surplus byte": (lambda c: c.transfer(ALICE, BOB, 1).raw + b"\0", "NOT_CANONICAL"),
    "too large": (lambda c: bytes(70_000), "TOO_LARGE"),
    "too deep": (lambda c: b"\x91" * 200 + b"\x90", "TOO_DEEP"),
    "too many items": (lambda c: b"\xdc\xff\xff" + bytes(60_000), "TOO_MANY_ITEMS"),
    "a map": (lambda c: b"\x81\x01\x02", "NOT_CANONICAL"),
    "a float": (lambda c: b"\xcb" + bytes(8), "NOT_CANONICAL"),
    "three fields": (lambda c: encode((b"", (), 1)), "BAD_SHAPE"),
    "unknown version": (lambda c: encode((encode((2, "x")), ())), "BAD_VERSION"),
    "wrong chain": (lambda c: c.transfer(ALICE, BOB, 1, chain_id="other").raw, "WRONG_CHAIN"),
    "expired": (lambda c: c.transfer(ALICE, BOB, 1, expires_at_ms=1).raw, "EXPIRED"),
    "expiry too far": (
        lambda c: c.transfer(ALICE, BOB, 1, expires_at_ms=c.next_ms + 11 * MINUTE_MS).raw,
        "EXPIRY_TOO_FAR",
    ),
    "unknown contract": (
        lambda c: c.transfer(ALICE, BOB, 1, contract="lottery").raw,
        "UNKNOWN_CONTRACT",
    ),
    "unknown method": (lambda c: c.transaction(ALICE, "steal").raw, "UNKNOWN_METHOD"),
    "argument count": (lambda c: c.transaction(ALICE, "transfer").raw, "WRONG_ARGUMENT_COUNT"),
    "argument type": (
        lambda c: c.transaction(ALICE, "transfer", "bob", 1, "").raw,
        "WRONG_ARGUMENT_TYPE",
    ),
    "zero amount": (lambda c: c.transfer(ALICE, BOB, 0).raw, "ARGUMENT_OUT_OF_BOUNDS"),
    "control character": (
        lambda c: c.transaction(ALICE, "transfer", address_of(BOB.public_key), 1, "a\u0007b").raw,
        "BAD_TEXT",
    ),
    "not allowed": (
        lambda c: c.transaction(ALICE, "issue", address_of(BOB.public_key), 1, "R").raw,
        "NOT_ALLOWED",
    ),
    "no signature": (
        lambda c: with_signatures(c.transfer(ALICE, BOB, 1), ()),
        "MISSING_SIGNATURE",
    ),
    "bad signature": (
        lambda c: badly_signed(c.transfer(ALICE, BOB, 1)),
        "BAD_SIGNATURE",
    ),
    "another's signature": (
        lambda c: sign_body(c.transfer(ALICE, BOB, 1).body, [BOB]).raw,
        "KEY_NOT_IN_ACCOUNT",
    ),
    "repeated signature": (
        lambda c: twice_signed(c.transfer(ALICE, BOB, 1)),
        "REPEATED_SIGNATURE",
    ),
}


@pytest.mark.parametrize("name", BAD_TRANSACTIONS)
async def test_each_bad_transaction_is_refused_by_name(mempool, name):
    make, code = BAD_TRANSACTIONS[name]

    (outcome,) = await mempool.admission.submit([make(mempool.chain)])

    assert isinstance(outcome, Rejected)
    assert outcome.code == code
    assert len(mempool.pool) == 0


async def test_a_batch_answers_each_in_order(mempool):
    good = [mempool.chain.transfer(ALICE, BOB, 1) for _ in range(250)]
    raws = [item.raw for item in good]
    raws[120] = b"\xc1"

    outcomes = await mempool.admission.submit(raws)

    assert isinstance(outcomes[120], Rejected)
    assert [outcome.transaction_id for outcome in outcomes if isinstance(outcome, Submitted)] == [
        item.transaction_id for item in good if item is not good[120]
    ]


@pytest.mark.parametrize("processes", [0, 2])
async def test_signatures_are_checked_here_or_in_processes_alike(chain, tmp_path, processes):
    mempool = Mempool(chain, tmp_path, processes=processes)
    bad = BAD_TRANSACTIONS["bad signature"][0](chain)
    raws = [chain.transfer(ALICE, BOB, satang).raw for satang in range(1, 31)]
    raws[1] = bad

    outcomes = await mempool.admission.submit(raws)
    mempool.close()

    codes = [outcome.code if isinstance(outcome, Rejected) else "OK" for outcome in outcomes]
    assert codes == ["OK", "BAD_SIGNATURE", *["OK"] * 28]


async def test_an_acknowledged_transaction_is_on_disk(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)

    await mempool.admission.submit([item.raw])
    content = mempool.journal_path.read_bytes()

    assert read_frames(content).raws == (item.raw,)


async def test_what_the_disk_refuses_is_not_acknowledged(mempool, monkeypatch):
    def broken(_descriptor):
        raise OSError(5, "Input/output error")

    item = mempool.chain.transfer(ALICE, BOB, 1)
    monkeypatch.setattr("node.mempool.journal.os.fsync", broken)

    with pytest.raises(JournalFault):
        await mempool.admission.submit([item.raw])

    assert mempool.offered == []


async def test_an_acknowledged_transaction_survives_a_restart(chain, tmp_path):
    first = Mempool(chain, tmp_path)
    items = [chain.transfer(ALICE, BOB, amount) for amount in (1, 2, 3)]
    await first.admission.submit([item.raw for item in items])
    first.close()

    second = Mempool(chain, tmp_path)
    count = await second.admission.replay(second.replay.raws)
    second.close()

    assert count == 3
    assert second.pool.select(10, 10_000) == items


async def test_a_committed_transaction_does_not_wait_again_after_a_restart(chain, tmp_path):
    first = Mempool(chain, tmp_path)
    await first.admission.submit([chain.transfer(ALICE, BOB, 1).raw])
    first.commit_waiting()
    first.close()

    second = Mempool(chain, tmp_path)
    count = await second.admission.replay(second.replay.raws)
    second.close()

    assert count == 0
    assert len(second.pool) == 0


async def test_the_same_bytes_again_are_pending_and_written_once(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)
    first = await mempool.admission.submit([item.raw])

    again = await mempool.admission.submit([item.raw])

    assert again == first == [Submitted(item.transaction_id, "pending")]
    assert len(read_frames(mempool.journal_path.read_bytes()).raws) == 1


async def test_the_same_bytes_twice_in_a_batch_are_one_transaction(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)

    outcomes = await mempool.admission.submit([item.raw, item.raw])

    assert outcomes == [Submitted(item.transaction_id, "pending")] * 2
    assert len(mempool.pool) == 1


async def test_the_same_bytes_after_the_block_are_committed(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)
    await mempool.admission.submit([item.raw])
    mempool.commit_waiting()

    outcomes = await mempool.admission.submit([item.raw])

    assert outcomes == [Submitted(item.transaction_id, "committed")]


async def test_the_same_bytes_after_their_expiry_are_still_committed(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)
    await mempool.admission.submit([item.raw])
    mempool.commit_waiting()
    mempool.now_ms = item.body.expires_at_ms + 1

    outcomes = await mempool.admission.submit([item.raw])

    assert outcomes == [Submitted(item.transaction_id, "committed")]


async def test_the_same_body_with_another_signature_is_the_same_transaction(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)
    await mempool.admission.submit([item.raw])

    outcomes = await mempool.admission.submit([badly_signed(item)])

    assert outcomes == [Submitted(item.transaction_id, "pending")]
    assert mempool.pool.select(10, 10_000) == [item]


async def test_the_same_transaction_submitted_at_once_is_added_once(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)

    answers = await asyncio.gather(*(mempool.admission.submit([item.raw]) for _ in range(5)))

    assert answers == [[Submitted(item.transaction_id, "pending")]] * 5
    assert mempool.pool.select(10, 10_000) == [item]
    assert mempool.offered == [item]


async def test_own_clients_transactions_are_offered_and_members_are_not(mempool):
    own = mempool.chain.transfer(ALICE, BOB, 1)
    passed_on = mempool.chain.transfer(ALICE, BOB, 2)

    await mempool.admission.submit([own.raw])
    await mempool.admission.admit_batch([passed_on.raw], key(9).public_key)

    assert mempool.offered == [own]
    assert mempool.pool.select(10, 10_000) == [own, passed_on]


async def test_a_members_transaction_that_a_client_submits_too_is_put_on_disk(mempool):
    item = mempool.chain.transfer(ALICE, BOB, 1)
    await mempool.admission.admit_batch([item.raw], key(9).public_key)
    before = read_frames(mempool.journal_path.read_bytes()).raws

    await mempool.admission.submit([item.raw])

    assert before == ()
    assert read_frames(mempool.journal_path.read_bytes()).raws == (item.raw,)


async def test_beyond_the_bound_nothing_more_is_even_verified(chain, tmp_path):
    mempool = Mempool(chain, tmp_path, limits=PoolLimits(transactions_max=2))
    bad = BAD_TRANSACTIONS["bad signature"][0](chain)
    raws = [chain.transfer(ALICE, BOB, 1).raw, chain.transfer(ALICE, BOB, 2).raw, bad]

    outcomes = await mempool.admission.submit(raws)
    mempool.close()

    assert outcomes[2].code == "MEMPOOL_FULL"
    assert len(mempool.pool) == 2


async def test_who_waits_for_work_is_told_once_a_batch(mempool):
    told: list[int] = []
    mempool.pool.on_waiting = lambda: told.append(len(mempool.pool))

    await mempool.admission.submit([mempool.chain.transfer(ALICE, BOB, 1).raw for _ in range(3)])

    assert told == [3]


async def test_candidates_whose_rights_are_gone_are_dropped_with_the_reason(mempool):
    chain = mempool.chain
    item = chain.transfer(ALICE, BOB, 1)
    await mempool.admission.submit([item.raw])
    mempool.now_ms = item.body.expires_at_ms + 1

    count = mempool.admission.recheck([item])

    assert count == 1
    assert mempool.pool.dropped_as(item.transaction_id) == "EXPIRED"


async def test_signatures_verified_at_admission_are_not_verified_again(mempool, monkeypatch):
    item = mempool.chain.issue(ALICE, 5)
    calls: list[bytes] = []
    real = Transaction.check_signatures

    def counted(transaction):
        calls.append(transaction.raw)
        real(transaction)

    monkeypatch.setattr(Transaction, "check_signatures", counted)

    await mempool.admission.submit([item.raw])
    mempool.commit_waiting()

    assert calls == [item.raw]
    assert BANK.public_key == item.signatures[0][0]


async def test_housekeeping_keeps_the_journal_to_what_waits(chain, tmp_path, monkeypatch):
    monkeypatch.setattr("node.mempool.admission._HOUSEKEEPING_S", 0.001)
    mempool = Mempool(chain, tmp_path)
    monkeypatch.setattr(mempool.journal, "_compact_bytes", 100)
    await mempool.admission.submit([chain.transfer(ALICE, BOB, 1).raw for _ in range(10)])
    mempool.commit_waiting()
    waits = chain.transfer(ALICE, BOB, 2)
    await mempool.admission.submit([waits.raw])

    housekeeping = asyncio.create_task(mempool.admission.run())
    await until(lambda: mempool.journal.size_bytes < 400)
    housekeeping.cancel()
    mempool.close()
    journal, replay = open_journal(mempool.journal_path)
    journal.close()

    assert replay.raws == (waits.raw,)
    assert decode(replay.raws[0], bytes_max=1_000)
