"""Vouchers at work: keys ahead, everybody answered at once, wallets fetch whole buckets."""

from dataclasses import replace
from functools import cache

import pytest

from client.contract import Actor
from client.identity.vouching.certificates import Answers
from client.identity.vouching.errors import BadUpload, NoVoucher
from client.identity.vouching.files import (
    PlacesUpload,
    Upload,
    bucket_name,
    places_name,
    read_bucket,
    read_place_answers,
    write_places,
    write_upload,
)
from client.identity.vouching.seed import slot_index
from client.identity.vouching.voucher import Voucher
from client.vault import Vault
from client.wallet import Wallet
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.identity.vouching.messages import JudgeDepositors, UnknownDeposit, WrongEpoch
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
    vouching.go_to(EPOCH, hours=-6)
    return vouching, vouchers


def chosen_of(vouching):
    """Who signs in the round, after the sum."""
    vouching.sum(ASKED)
    return vouching.chosen(ASKED)


def fetched(vouching, vouchers, class_id, number, slot):
    """What a wallet makes of the buckets of all who sign."""
    answers, keys = {}, {}
    for one in vouching.chosen(ASKED):
        path = bucket_name(ASKED, class_id, one, 0)
        bucket = read_bucket(vouchers[one].intake.published(path))
        if number in bucket.answers:
            answers[one] = bucket.answers[number][slot]
        named = (ASKED.kind, ASKED.period, ASKED.edition, ASKED.generation, class_id, one)
        keys[one] = decode_g2(vouching.ask("voucher_key", *named))
    return Answers(keys=keys, answers=answers)


async def test_a_citizen_s_key_is_vouched_for_from_the_buckets_of_all_who_sign(serving):
    vouching, vouchers = serving
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


async def test_identity_3_honest_vouchers_at_different_heights_answer_the_same(serving):
    vouching, vouchers = serving
    first, *later = chosen_of(vouching)
    for each in vouchers.values():
        await each.take(write_upload(upload("somchai", 0)))
    counts = await vouchers[first].answer(ASKED)

    vouching.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))
    for one in later:
        assert await vouchers[one].answer(ASKED) == counts

    answers = fetched(vouching, vouchers, 0, 0, 0)
    assert maker("somchai").alive(ASKED, 0, 0, answers).asked == ASKED


@pytest.mark.parametrize(("minutes", "answered"), [(-1, 0), (1, 8)])
async def test_identity_4_a_freeze_counts_up_to_six_hours_before_the_epoch(
    serving, minutes, answered
):
    vouching, vouchers = serving
    await vouchers[2].take(write_upload(upload("somchai", 0)))
    freezing = SetSubjectStatus(name_of("somchai"), "frozen", "")
    judging = JudgeDepositors(EPOCH, 0, 1)

    vouching.go_to(EPOCH, hours=-6 + min(minutes, 0) / 60)
    if minutes < 0:
        vouching.refuse_as("anyone", WrongEpoch, judging)
        vouching.do("etda", freezing)
        vouching.go_to(EPOCH, hours=-6)
    vouching.do_as("anyone", judging)
    if minutes > 0:
        vouching.wait(60 * minutes)
        vouching.do("etda", freezing)

    assert set(await vouchers[2].answer(ASKED)) == {answered}


async def test_who_is_judged_for_an_epoch_stays_so(serving):
    vouching, vouchers = serving
    await vouchers[2].take(write_upload(upload("somchai", 0)))
    vouching.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))
    vouching.do_as("anyone", JudgeDepositors(EPOCH, 0, 1))
    vouching.do("etda", SetSubjectStatus(name_of("somchai"), "active", ""))
    vouching.do_as("anyone", JudgeDepositors(EPOCH, 0, 1))

    assert set(await vouchers[2].answer(ASKED)) == {0}
    vouching.refuse_as("anyone", UnknownDeposit, JudgeDepositors(EPOCH, 0, 2))
    vouching.go_to(EPOCH + 1)
    vouching.refuse_as("anyone", WrongEpoch, JudgeDepositors(EPOCH, 0, 1))


async def test_nothing_is_taken_for_an_epoch_once_it_is_answered(serving):
    _, vouchers = serving
    await vouchers[2].take(write_upload(upload("somchai", 0)))
    counts = await vouchers[2].answer(ASKED)

    with pytest.raises(BadUpload, match="answered"):
        await vouchers[2].take(write_upload(upload("malee", 1)))
    assert await vouchers[2].answer(ASKED) == counts


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
        right = listed("somchai")
        for wrong in (
            replace(right, elements=listed("malee").elements),
            replace(right, sid=name_of("nobody")),
            replace(right, generation=1),
        ):
            with pytest.raises(BadUpload):
                await vouchers[2].take(write_places(wrong))

        assert await vouchers[2].take(write_places(right)) == right
        assert [await vouchers[2].answer_places(LIST) for _ in range(2)] == [1, 0]
        found = vouchers[2].intake.published(places_name(LIST, 2, sid))
        given = read_place_answers(found)
        vouching.do("etda", SetSubjectStatus(sid, "frozen", ""))
        with pytest.raises(BadUpload):
            await vouchers[2].take(write_places(right))

    signed = [signer(2).answer(LIST, at, (each,))[0] for at, each in enumerate(right.elements)]
    assert given.answers == tuple(signed)


def listed(who):
    """What a citizen hands in of a list."""
    elements = wallet(who).hidden_places(1, 0)
    return PlacesUpload(list_id=1, generation=0, sid=name_of(who), elements=elements)
