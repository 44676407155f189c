"""Vouchers at work: keys ahead, everybody answered at once, wallets fetch whole buckets."""

from functools import cache

import pytest

from client.contract import Actor
from client.identity.vouching.certificates import Answers
from client.identity.vouching.errors import AnswersAbsent, BadUpload, NoVoucher
from client.identity.vouching.files import Upload, bucket_name, read_bucket, write_upload
from client.identity.vouching.seed import slot_index
from client.identity.vouching.voucher import Voucher
from client.vault import Vault
from client.wallet import Wallet
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.sdk.bls import decode_g2
from contracts.tools.testing import key_of
from primitives.crypto import digest
from tests.client.identity.chain import Chain
from tests.contracts.identity.signing import CHAIN, name_of
from tests.contracts.identity.vouching import (
    LIST,
    NOW,
    VOUCHERS,
    YEAR,
    Vouching,
    day,
    enrolment,
    maker,
    short_lists,
    signer,
    wallet,
)
from tests.contracts.identity.world import admin

EPOCH = NOW + 10
ASKED = day(EPOCH)


class OverLedger(Chain):
    """A node over the ledger of a world with vouchers."""

    def __init__(self, vouching):
        super().__init__()
        self.ledger = vouching.ledger


@cache
def tree_of(who):
    return wallet(who).year_tree(YEAR, 0)


def voucher(vouching, number, folder):
    agency = VOUCHERS[number - 1]
    actor = Actor(rpc=OverLedger(vouching), wallet=Wallet([key_of(admin(agency))]), chain_id=CHAIN)
    vault = Vault(None, digest("test-voucher", bytes([number])))
    return Voucher(actor, vault, agency, folder / agency)


def upload(who, number):
    elements = wallet(who).hidden_slots(EPOCH, 0)
    path = tree_of(who).path(slot_index(EPOCH, 0), 3)
    return Upload(epoch=EPOCH, number=number, elements=elements, path=path)


@pytest.fixture
async def serving(tmp_path):
    """Somchai and malee have deposited, four vouchers posted their keys in time."""
    vouching = Vouching("somchai", "malee")
    for who in ("somchai", "malee"):
        vouching.enrol(who)
        vouching.deposit(who, root=tree_of(who).root)
    vouchers = {number: voucher(vouching, number, tmp_path) for number in (1, 2, 3, 4)}
    with short_lists():
        for each in vouchers.values():
            assert await each.post(LIST) == 4
    vouching.go_to(EPOCH, hours=-48)
    vouching.sum(LIST)
    for each in vouchers.values():
        assert await each.post(ASKED) == vouching.plan(ASKED)[2]
    vouching.go_to(EPOCH, hours=-20)
    return vouching, vouchers


def fetched(vouching, vouchers, class_id, number, slot):
    """What a wallet makes of the buckets of all who sign."""
    answers, keys = {}, {}
    for one in vouching.chosen(ASKED):
        path = bucket_name(ASKED, class_id, one, 0)
        bucket = read_bucket((vouchers[one]._folder / "answers" / path).read_bytes())
        if number in bucket.answers:
            answers[one] = bucket.answers[number][slot]
        named = (ASKED.kind, ASKED.period, ASKED.edition, ASKED.generation, class_id, one)
        keys[one] = decode_g2(vouching.ask("voucher_key", *named))
    return Answers(keys=keys, answers=answers)


async def test_a_citizen_s_key_is_vouched_for_from_the_buckets_of_all_who_sign(serving):
    vouching, vouchers = serving
    await vouchers[4].sum(ASKED, tuple(range(vouching.plan(ASKED)[2])))
    top = vouching.plan(ASKED)[2] - 1
    counts = set()
    for each in vouchers.values():
        await each.take(write_upload(upload("somchai", 0)))
        await each.take(write_upload(upload("malee", 1)))
        counts.add(await each.answer(ASKED))
    for one in vouching.chosen(ASKED):
        await vouchers[one].state(ASKED, counts.copy().pop())
        await vouchers[one].state(ASKED, counts.copy().pop())

    vouching.go_to(EPOCH, hours=9)
    alive = maker("somchai").alive(ASKED, top, 5, fetched(vouching, vouchers, top, 0, 5))
    shown = maker("somchai").show(enrolment(vouching, "somchai"), alive, 5)
    vouching.do_as("anyone", shown)

    assert counts == {(16,) * (top + 1)}
    assert vouching.level("somchai") == 230


async def test_posting_again_posts_nothing(serving):
    vouching, vouchers = serving
    vouching.go_to(EPOCH, hours=-40)

    assert await vouchers[2].post(ASKED) == 0


async def test_keys_that_are_under_no_root_are_not_taken(serving):
    _, vouchers = serving
    right = upload("somchai", 0)
    moved = Upload(epoch=EPOCH, number=0, elements=right.elements[::-1], path=right.path)

    for wrong in (moved, upload("malee", 0), upload("somchai", 9)):
        with pytest.raises(BadUpload):
            await vouchers[1].take(write_upload(wrong))


async def test_vouchers_that_see_other_last_blocks_leave_the_frozen_one_without_a_certificate(
    serving,
):
    vouching, vouchers = serving
    await vouchers[4].sum(ASKED, tuple(range(vouching.plan(ASKED)[2])))
    first, *later = vouching.chosen(ASKED)
    for each in vouchers.values():
        await each.take(write_upload(upload("somchai", 0)))
    await vouchers[first].answer(ASKED)
    vouching.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))
    for one in later:
        assert await vouchers[one].answer(ASKED) == (0,) * vouching.plan(ASKED)[2]

    with pytest.raises(AnswersAbsent):
        maker("somchai").alive(ASKED, 0, 0, fetched(vouching, vouchers, 0, 0, 0))


async def test_an_agency_that_vouches_for_nobody_posts_nothing(serving, tmp_path):
    vouching, _ = serving
    stranger = voucher(vouching, 1, tmp_path)
    stranger.agency = "rd"

    with pytest.raises(NoVoucher):
        await stranger.post(ASKED)


async def test_all_places_of_a_list_are_answered_together_and_only_under_the_root(serving):
    vouching, vouchers = serving
    sid = name_of("somchai")
    with short_lists():
        elements = wallet("somchai").hidden_places(1, 0)
        other = wallet("malee").hidden_places(1, 0)

    given = await vouchers[2].enrol(LIST, sid, elements)

    assert given == [signer(2).answer(LIST, at, (each,))[0] for at, each in enumerate(elements)]
    for wrong in ((sid, other), (sid, elements[:3]), (name_of("nobody"), elements)):
        with pytest.raises(BadUpload):
            await vouchers[2].enrol(LIST, *wrong)
    vouching.do("etda", SetSubjectStatus(sid, "frozen", ""))
    with pytest.raises(BadUpload):
        await vouchers[2].enrol(LIST, sid, elements)
