"""A voucher's service: by itself, after any fall, over letters, believing no node."""

from contextlib import suppress

import pytest

from client.access import RpcSettings
from client.contract import Actor
from client.errors import RpcRefused, StaleAnswer
from client.hpke import SealingKey
from client.identity.vouching import intake as intake_module
from client.identity.vouching import service as service_module
from client.identity.vouching.errors import BadUpload, NoVoucher
from client.identity.vouching.files import bucket_name, read_bucket, write_upload
from client.identity.vouching.letters import LetterCarrier
from client.identity.vouching.service import UPLOADS_AHEAD, VoucherService
from client.identity.vouching.voucher import Voucher
from client.light import LightClient
from client.relay.address import RelayAddress
from client.relay.carrier import Carrier
from client.relay.door import Door, DoorParts
from client.relay.letter import LETTER_BYTES
from client.relay.mailbox import Mailbox
from client.rpc import Request, RpcClient
from client.vault import Vault
from client.wallet import Wallet
from contracts.identity.crypto.certificates import SLOTS
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.identity.vouching.messages import JudgeDepositors
from contracts.tools.testing import key_of
from primitives.codec import encode
from primitives.crypto import digest
from primitives.errors import PeerFault, Rejected
from tests.client.identity.vouching.proven import LyingNode, ProvenNode
from tests.client.identity.vouching.test_voucher import ASKED, EPOCH, tree_of, upload
from tests.client.peers import Ledger, LedgerPeer
from tests.client.relay.acts import NOW as LETTER_NOW
from tests.client.relay.acts import relay
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.identity.vouching import (
    VOUCHERS,
    Vouching,
    posting,
    short_lists,
)
from tests.contracts.identity.world import admin

PEOPLE = ("somchai", "malee")
NUMBER = 2  # of the voucher that is looked at


class Killed(BaseException):
    """The machine stopped."""


@pytest.fixture(scope="module")
def deposited():
    """Two citizens have deposited, and nobody has posted a key."""
    vouching = Vouching(*PEOPLE)
    for who in PEOPLE:
        vouching.deposit(who, root=tree_of(who).root)
    vouching.go_to(EPOCH, hours=-48)
    return vouching


@pytest.fixture(scope="module")
def due(deposited):
    """Three of four have posted an epoch's keys, which is to be answered now."""
    vouching = deposited.copied()
    vouching.numbers = (1, 2, 3)
    vouching.post(ASKED)
    vouching.go_to(EPOCH, hours=-6)
    return vouching


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("client.relay.way._now_ms", lambda: LETTER_NOW)


def voucher(node, folder):
    """The voucher over a node, which proves what it says."""
    agency = VOUCHERS[NUMBER - 1]
    actor = Actor(rpc=node, wallet=Wallet([key_of(admin(agency))]), chain_id=CHAIN)
    vault = Vault(None, digest("test-voucher", bytes([NUMBER])))
    return Voucher(actor, vault, agency, folder, LightClient(node.genesis))


def service(node, folder, monkeypatch):
    found = VoucherService(voucher(node, folder), node.genesis)
    monkeypatch.setattr(service_module, "wall_ms", lambda: node.blocks.ledger.block.time_ms)
    return found


async def test_a_service_posts_sums_answers_and_states_by_itself(deposited, tmp_path, monkeypatch):
    vouching = deposited.copied()
    at_work = service(ProvenNode(vouching), tmp_path, monkeypatch)
    with short_lists():
        posted = await at_work.step()
        again = await at_work.step()
        for number in (1, 3):
            vouching.do(VOUCHERS[number - 1], posting(vouching, ASKED, number))
        await at_work.voucher.take(write_upload(upload("somchai", 0)))
        vouching.go_to(EPOCH, hours=-6)
        await at_work.step()
        idle = [duty for duty in await at_work.voucher.duties() if duty.asked == ASKED]

    classes = vouching.plan(ASKED)[2]
    assert (posted > classes, again) == (True, 0)
    assert vouching.ask("stated", "alive", EPOCH, 1, 0, NUMBER) == (SLOTS,) * classes
    assert idle == []


def files_of(folder):
    """What is published: the bytes of each file, by its name."""
    answers = folder / "answers"
    return {str(path.relative_to(answers)): path.read_bytes() for path in answers.rglob("*.bin")}


def killing(monkeypatch, node, after):
    """Let the machine stop before its next step after so many; a step is a file or an act."""
    left = [after]
    write, submit = intake_module.write_whole, node.tx_submit

    def step(does):
        def taken(*given, **named):
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return does(*given, **named)

        return taken

    monkeypatch.setattr(intake_module, "write_whole", step(write))
    monkeypatch.setattr(node, "tx_submit", step(submit))


async def test_killed_at_any_point_a_voucher_gives_no_second_answer(due, tmp_path, monkeypatch):
    for after in range(100):
        vouching, folder = due.copied(), tmp_path / str(after)
        node = ProvenNode(vouching)
        first = voucher(node, folder)
        await first.take(write_upload(upload("somchai", 0)))
        with monkeypatch.context() as patch:
            killing(patch, node, after)
            try:
                await first.state(ASKED, await first.answer(ASKED))
            except Killed:
                is_over = False
            else:
                is_over = True
        before = files_of(folder)

        # Meanwhile a person is frozen, and another hands in.
        vouching.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))
        second = voucher(node, folder)
        with suppress(BadUpload):
            await second.take(write_upload(upload("malee", 1)))
        counts = await second.answer(ASKED)
        await second.state(ASKED, counts)

        found = files_of(folder)
        assert before == {name: found[name] for name in before}
        assert counts == counted(vouching, found)
        assert vouching.ask("stated", "alive", EPOCH, 1, 0, NUMBER) == counts
        assert not list(folder.rglob(".*"))
        if is_over:
            return
    raise AssertionError("it never came to its end")


def counted(vouching, found):
    """How many blinded keys a wallet finds answered, by class."""
    counts = []
    for class_id in range(vouching.plan(ASKED)[2]):
        data = found.get(bucket_name(ASKED, class_id, NUMBER, 0))
        rows = {} if data is None else read_bucket(data).answers
        counts.append(sum(len(row) for row in rows.values()))
    return tuple(counts)


@pytest.mark.parametrize(
    ("entries", "value"),
    [
        (b"identity\0judged\0", encode((EPOCH, (300, 300)))),
        (b"identity\0rounds\0", encode((0, (110,), 1))),
        (b"identity\0editions\0", encode((("facelab", "mea"), 2, 1))),
        (b"identity\0deposits\0", None),
    ],
)
async def test_a_node_that_lies_is_not_believed(due, tmp_path, entries, value):
    vouching = due.copied()
    lie = None if value is None else "0x" + value.hex()
    honest = voucher(ProvenNode(vouching), tmp_path)
    await honest.take(write_upload(upload("somchai", 0)))
    lied_to = voucher(LyingNode(vouching, {entries: lie}), tmp_path)

    with pytest.raises((PeerFault, Rejected)):
        await lied_to.answer(ASKED)

    assert files_of(tmp_path) == {}


class Behind:
    """Nodes of which now one answers and now another."""

    witness = None

    def __init__(self, node):
        self.node = node

    async def call(self, *given, **options):
        return await self.node.call(*given, **options)

    async def batch(self, *given, **options):
        return await self.node.batch(*given, **options)


async def test_a_node_that_is_behind_decides_nothing(due, tmp_path, monkeypatch):
    node = ProvenNode(due.copied())
    node.seal()
    rpc = Behind(node)
    behind = node.fork()
    monkeypatch.setattr(behind, "seal", lambda: None)
    vouching = Vouching.copied(due)
    vouching.ledger = node.blocks.ledger
    rpc.genesis = node.genesis
    found = voucher(rpc, tmp_path)
    await found.take(write_upload(upload("somchai", 0)))
    vouching.do_as("anyone", JudgeDepositors(EPOCH, 0, 1))
    await found.take(write_upload(upload("malee", 1)))

    rpc.node = behind
    with pytest.raises(StaleAnswer):
        await found.answer(ASKED)
    assert found.intake.closed(ASKED) is None

    rpc.node = node
    assert set(await found.answer(ASKED)) == {2 * SLOTS}


async def test_a_relay_learns_who_hands_in_and_the_voucher_what(due, tmp_path, monkeypatch):
    vouching, seen = due.copied(), []
    at_work = service(ProvenNode(vouching), tmp_path, monkeypatch)
    given = write_upload(upload("somchai", 0))
    name = bucket_name(ASKED, 0, NUMBER, 0)
    async with opened(at_work) as (door, key):
        carrying = Carrier([door.address], RpcSettings())
        carry = carrying.carry

        async def watched(letter):
            body, status = await carry(letter)
            seen.append((letter, body))
            return body, status

        monkeypatch.setattr(carrying, "carry", watched)
        async with (
            carrying,
            relay(LedgerPeer(Ledger()), carrier=carrying) as near,
            LetterCarrier({NUMBER: RelayAddress(near.address.url, key)}) as way,
        ):
            early = await way.fetch(NUMBER, name)
            await way.hand_in(NUMBER, given)
            await at_work.step()
            bucket = read_bucket(await way.fetch(NUMBER, name))
            with pytest.raises(NoVoucher):
                await way.fetch(1, name)

    assert (early, set(bucket.answers)) == (None, {0})
    assert {len(letter) for letter, _ in seen} == {LETTER_BYTES}
    assert {len(body) % LETTER_BYTES for _, body in seen} == {0}
    for secret in (given, given.hex().encode(), name.encode(), bucket.answers[0][0]):
        assert not any(secret in part for pair in seen for part in pair)


class opened:  # noqa: N801 - used as a function
    """A voucher's door that is open, and its key."""

    def __init__(self, at_work):
        key = SealingKey.generate()
        parts = DoorParts(mailbox=Mailbox(key), desk=at_work, now_ms=lambda: LETTER_NOW)
        self.door, self.key = Door(parts), key.public

    async def __aenter__(self):
        await self.door.start()
        return self.door, self.key

    async def __aexit__(self, *_error):
        await self.door.stop()


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("voucher_fetch", {"name": "../../vault/seed.bin"}, None),
        ("voucher_fetch", {"name": "/etc/passwd"}, None),
        ("voucher_fetch", {"name": "1/../../inbox/a.bin"}, None),
        ("voucher_fetch", {"name": 7}, "BAD_SHAPE"),
        ("voucher_fetch", {"name": "a" * 300}, "BAD_SHAPE"),
        ("voucher_handIn", {"upload": "0x00"}, "BAD_UPLOAD"),
        ("voucher_handIn", {}, "BAD_SHAPE"),
        ("tx_submit", {}, "UNKNOWN_RPC_METHOD"),
        ("chain_getStatus", {}, "UNKNOWN_RPC_METHOD"),
    ],
)
async def test_a_voucher_s_door_gives_published_files_and_nothing_else(
    due, tmp_path, monkeypatch, method, params, code
):
    at_work = service(ProvenNode(due.copied()), tmp_path / "voucher", monkeypatch)
    async with opened(at_work) as (door, _), RpcClient([str(door.address)]) as rpc:
        (answer,) = await rpc.batch([Request(method, params)])

    if code is None:
        assert answer == {"content": None}
    else:
        assert isinstance(answer, RpcRefused)
        assert answer.code == code


async def test_uploads_are_taken_for_the_coming_weeks_alone(due, tmp_path, monkeypatch):
    at_work = service(ProvenNode(due.copied()), tmp_path, monkeypatch)
    now = await at_work.epoch()
    epochs = range(now, now + UPLOADS_AHEAD)

    assert EPOCH in epochs
    with pytest.raises(BadUpload, match="not taken now"):
        await at_work.voucher.take(write_upload(upload("somchai", 0)), range(EPOCH + 1, EPOCH + 2))


async def test_what_belongs_to_past_epochs_is_forgotten(due, tmp_path, monkeypatch):
    vouching = due.copied()
    at_work = service(ProvenNode(vouching), tmp_path, monkeypatch)
    await at_work.voucher.take(write_upload(upload("somchai", 0)))
    await at_work.step()
    assert files_of(tmp_path)

    vouching.go_to(EPOCH + 2, hours=1)
    await at_work.step()

    assert files_of(tmp_path) == {}
    assert at_work.voucher.intake.numbers(EPOCH) == []


async def test_what_is_refused_is_tried_ever_more_rarely(due, tmp_path, monkeypatch):
    vouching = due.copied()
    node = ProvenNode(vouching)
    at_work = service(node, tmp_path, monkeypatch)
    await at_work.step()
    vouching.go_to(EPOCH + 2, hours=1)  # nobody else posted keys of the epoch after
    await at_work.step()
    before = vouching.ledger.block.height

    for _ in range(3):
        await at_work.step()

    acts = {duty.act for duty in await at_work.voucher.duties()}
    assert "answers" in acts
    assert sent_since(node, before) == []


def sent_since(node, height):
    """The transactions of blocks above a height."""
    sealed = node.blocks.sealed.items()
    return [raw for at, one in sealed if at > height for raw in one.transactions]
