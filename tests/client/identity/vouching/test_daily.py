"""A wallet shows its certificates by itself: once a day and sector, and only what is needed."""

import shutil

import pytest

from client.identity.idp import Idp
from client.identity.office import Office
from client.identity.permissions import Permissions
from client.identity.vouching.daily import DailyCertificates
from client.identity.vouching.errors import BadFolder, NoCertificates, OtherSeed, Reason
from client.identity.vouching.folder import WalletFolder
from client.identity.vouching.roots import Roots
from client.wallet import Wallet
from contracts.identity.subjects.messages import SetSubjectStatus
from contracts.identity.vouching.messages import RequireCertificates
from contracts.tools.testing import key_of
from tests.client.identity.vouching.citizens import (
    ASKED,
    EPOCH,
    Node,
    enrolled,
    holder_of,
    quick,
)
from tests.contracts.identity.scenes import keeping
from tests.contracts.identity.signing import CHAIN, name_of, node_key
from tests.contracts.identity.vouching import BANKING, STATE, YEAR, wallet
from tests.contracts.identity.world import admin


@pytest.fixture
async def town(tmp_path):
    """The world, its vouchers, and the wallets of somchai and malee."""
    with quick():
        yield await enrolled(tmp_path, "somchai", "malee")


async def shown(world, holder, sector, level=0):
    """Show what an act needs, if it needs anything; return the message."""
    message = await DailyCertificates(holder).for_act(sector, level)
    if message is not None:
        world.do_as("anyone", message)
    return message


async def test_the_pairwise_key_is_the_same_at_every_idp_and_is_that_of_the_place(town):
    world, _, holders = town

    await shown(world, holders["somchai"], "state", 230)

    own = wallet("somchai").pairwise((1, STATE)).public_key
    assert holders["somchai"].keys.pairwise("state").public_key == own
    assert world.ask("vouched_level", "state", own) == 230


async def test_certificates_are_shown_once_a_day_and_sector(town):
    world, vouchers, holders = town
    somchai = holders["somchai"]

    first = await shown(world, somchai, "state", 210)
    again = await shown(world, somchai, "state", 210)
    other = await shown(world, somchai, "banking", 210)
    await vouchers.begin(EPOCH + 2)
    tomorrow = await shown(world, somchai, "state", 210)

    assert again is None
    assert len({first.slot_key, other.slot_key, tomorrow.slot_key}) == 3
    assert first.key == tomorrow.key != other.key
    assert world.level("somchai", BANKING) == 0  # another day's


async def test_the_lowest_class_that_bears_the_act_is_shown_and_a_higher_one_when_needed(town):
    world, _, holders = town

    await shown(world, holders["somchai"], "state", 0)
    low = world.level("somchai")
    first = holders["somchai"].folder.slots.copy()
    await shown(world, holders["somchai"], "state", 230)

    assert (low, world.level("somchai")) == (world.plan(ASKED)[1][0], 230)
    assert holders["somchai"].folder.slots == first  # by the same throwaway key


async def test_what_was_lost_comes_back_from_the_seed_and_shows_no_slot_twice(town, tmp_path):
    world, vouchers, holders = town
    await shown(world, holders["somchai"], "state")
    shutil.rmtree(holders["somchai"].folder.path)

    restored = await holder_of(world, "somchai", vouchers, tmp_path)
    assert await Roots(restored).enrolment(1) is None
    assert await Roots(restored).deposit(YEAR) is None
    message = await shown(world, restored, "banking")

    assert message.slot_key == wallet("somchai").slot(EPOCH, 1, 0).public_key
    assert world.level("somchai", BANKING) > 0


async def test_another_seed_of_the_citizen_is_noticed(town, tmp_path):
    world, vouchers, _ = town
    other = await holder_of(world, "malee", vouchers, tmp_path / "other")
    other.folder.sid = name_of("somchai")

    with pytest.raises(OtherSeed):
        await Roots(other).enrolment(1)
    with pytest.raises(OtherSeed):
        await Roots(other).deposit(YEAR)


async def test_whole_buckets_are_fetched_of_every_class_and_only_once(town):
    _, _, holders = town
    somchai = DailyCertificates(holders["somchai"])

    first = await somchai.fetch(230)
    shutil.rmtree(holders["malee"].folder.path, ignore_errors=True)
    again = await somchai.fetch(230)

    assert first == again > 3 * 2 * 8 * 48  # of three vouchers, two depositors


async def test_where_none_are_required_none_are_shown_and_where_they_are_the_citizen_reads_why(
    town,
):
    world, _, holders = town
    somchai, day_s = holders["somchai"], DailyCertificates(holders["somchai"])
    world.do("etda", RequireCertificates(EPOCH + 2))
    world.go_to(EPOCH + 1)
    assert await day_s.for_act("state", 210) is None  # tomorrow's answers are not there

    world.go_to(EPOCH + 2)
    with pytest.raises(NoCertificates) as refused:
        await day_s.for_act("state", 210)

    assert refused.value.reason is Reason.NO_ROUND
    assert refused.value.code == "NO_CERTIFICATES"
    assert "วันนี้ไม่มีหน่วยงานรับรองกุญแจ" in refused.value.message
    assert somchai.folder.epoch == EPOCH + 2


async def test_a_frozen_citizen_is_left_out_from_the_next_epoch_on_and_reads_so(town):
    world, vouchers, holders = town
    world.do("etda", RequireCertificates(EPOCH + 2))
    world.do("etda", SetSubjectStatus(name_of("somchai"), "frozen", ""))
    await vouchers.begin(EPOCH + 2)

    with pytest.raises(NoCertificates) as refused:
        await DailyCertificates(holders["somchai"]).for_act("state", 210)

    assert refused.value.reason is Reason.LEFT_OUT
    assert await DailyCertificates(holders["malee"]).for_act("state", 210) is not None


@pytest.mark.parametrize(
    ("level", "sector", "reason"),
    [(300, "state", Reason.CLASS_TOO_LOW), (0, "land", Reason.NO_PLACE)],
)
async def test_what_nobody_vouches_for_is_said(town, level, sector, reason):
    world, vouchers, holders = town
    world.do("etda", RequireCertificates(EPOCH + 2))
    await vouchers.begin(EPOCH + 2)

    with pytest.raises(NoCertificates) as refused:
        await DailyCertificates(holders["somchai"]).for_act(sector, level)

    assert refused.value.reason is reason


async def test_a_day_has_eight_sectors(town):
    world, _, holders = town
    somchai = holders["somchai"]
    somchai.folder.begin(EPOCH)
    for slot in range(8):
        somchai.folder.take(slot, f"sector-{slot}")
    world.do("etda", RequireCertificates(EPOCH + 2))

    with pytest.raises(NoCertificates) as refused:
        await DailyCertificates(somchai)._made("state", 0)

    assert refused.value.reason is Reason.SLOTS_USED


async def test_a_year_is_deposited_on_a_day_of_the_60_before_that_the_seed_draws(town):
    _, _, holders = town
    days = {who: Roots(holder).deposit_day(2024) for who, holder in holders.items()}

    assert all(19_723 - 60 <= day < 19_723 for day in days.values())
    assert Roots(holders["somchai"]).deposit_day(2024) == days["somchai"]


async def test_a_wrong_answer_is_named_and_fetched_anew(town):
    _, _, holders = town
    somchai = holders["somchai"]
    await DailyCertificates(somchai).fetch(230)
    files = sorted((somchai.folder.path / "answers").rglob("0.bin"))
    whole = files[0].read_bytes()
    for path in files:
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

    with pytest.raises(Exception, match=r"voucher|element|answers"):
        await DailyCertificates(somchai).for_act("state", 0)
    assert await DailyCertificates(somchai).for_act("state", 0) is not None


async def test_the_folder_comes_back_as_it_was_saved_and_a_damaged_one_is_named(town):
    _, _, holders = town
    folder = holders["somchai"].folder
    folder.begin(EPOCH)
    folder.take(3, "state")

    assert WalletFolder.open(folder.path) == folder
    (folder.path / "wallet.json").write_text('{"sid": "0x"}')
    with pytest.raises(BadFolder):
        WalletFolder.open(folder.path)


async def test_an_idp_sends_the_certificates_before_the_act_that_needs_them(town):
    world, vouchers, holders = town
    world.do("etda", RequireCertificates(EPOCH + 2))
    await vouchers.begin(EPOCH + 2)
    somchai = holders["somchai"]
    office = Office(
        rpc=Node(world), wallet=Wallet([key_of(admin("kbank"))]), chain_id=CHAIN, agency="kbank"
    )
    idp = Idp(office, node_key("kbank"))
    act = Permissions(somchai.keys, CHAIN).keep_session(keeping(world, "S"))
    certificates = await DailyCertificates(somchai).for_act("state", act.ial)

    refused = await idp.carry(act, None)
    carried = await idp.carry(act, certificates)

    assert (refused.receipt["code"], carried.is_ok) == ("NOT_VOUCHED", True)
