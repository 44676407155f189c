"""The law of freezes and seizures: an order, an end, two persons, and a court for the money."""

import pytest

from contracts.cbdc.authority.messages import (
    AlreadyFrozen,
    ApproveFreeze,
    BadScope,
    Freeze,
    Issue,
    NoOrder,
    NotFrozen,
    Pause,
    Seize,
    Unfreeze,
)
from contracts.cbdc.core.messages import (
    BadUntil,
    Frozen,
    HoldingLimit,
    InsufficientFunds,
    NotIndependent,
    Paused,
    ReferenceReused,
    SelfTransfer,
    TooFewSigners,
    UnknownWallet,
    WalletClosed,
)
from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.wallets.messages import CloseWallet
from primitives.errors import NotAllowed, WrongArgumentType
from tests.contracts.cbdc.town import DAY_MS, HOUR_MS, Town, admin, name_of

ALICE, BOB, SHOP = (Town.address(name) for name in ("alice", "bob", "shop"))
ORDER = name_of("order")


@pytest.fixture
def suspect(town):
    """Alice has 500 satang, the shop some too."""
    town.person("alice", 210, money=500)
    town.merchant("shop", money=500)
    return town


def order(town, *, scope="out", ms=24 * HOUR_MS, name="order", wallet=ALICE, agency="sec"):
    return Freeze(agency, wallet, scope, name_of(name), town.now + ms)


def test_a_freeze_stops_what_leaves_until_its_end(suspect):
    suspect.do("sec", order(suspect))
    until = suspect.now + 24 * HOUR_MS
    assert suspect.fields("WalletFrozen") == (ALICE, "out", "sec", ORDER, until)

    suspect.refuse("alice", Frozen, Transfer(SHOP, 1, ""))
    suspect.do("shop", Transfer(ALICE, 1, ""))
    suspect.wait(24 * HOUR_MS - 1)
    suspect.refuse("alice", Frozen, Transfer(SHOP, 1, ""))
    suspect.wait(1)
    suspect.do("alice", Transfer(SHOP, 1, ""))

    assert suspect.ask("freeze_state", ALICE)[2] is False


def test_a_freeze_of_everything_stops_receipts_too(suspect):
    suspect.do("sec", order(suspect, scope="all"))

    suspect.refuse("shop", Frozen, Transfer(ALICE, 1, ""))
    suspect.refuse("alice", Frozen, Transfer(SHOP, 1, ""))


def test_one_persons_freeze_ends_after_72_hours(suspect):
    suspect.do("sec", order(suspect, ms=30 * DAY_MS))

    suspect.wait(72 * HOUR_MS - 1)
    suspect.refuse("alice", Frozen, Transfer(SHOP, 1, ""))
    suspect.wait(1)
    suspect.do("alice", Transfer(SHOP, 1, ""))

    assert suspect.balance("shop") == 501


def test_a_second_person_lets_a_freeze_last(suspect):
    suspect.do("sec", order(suspect, ms=30 * DAY_MS))
    until = suspect.ask("freeze_state", ALICE)[1][4]

    suspect.do("etda", ApproveFreeze("etda", ALICE, ORDER))

    assert suspect.fields("WalletFrozen")[4] == until
    suspect.wait(30 * DAY_MS - 1)
    suspect.refuse("alice", Frozen, Transfer(SHOP, 1, ""))
    suspect.wait(1)
    suspect.do("alice", Transfer(SHOP, 1, ""))


def test_who_froze_does_not_approve_a_colleague_does(suspect):
    suspect.officer("sec", "sue", "cbdc")
    suspect.do("sec", order(suspect, ms=30 * DAY_MS))

    suspect.refuse("sec", NotIndependent, ApproveFreeze("sec", ALICE, ORDER))
    suspect.refuse("kbank", NotAllowed, ApproveFreeze("sec", ALICE, ORDER))
    suspect.do("sue", ApproveFreeze("sec", ALICE, ORDER))

    assert suspect.ask("frozen_page", None, 5)[0][2] is True


def test_only_a_running_freeze_of_this_order_is_approved(suspect):
    suspect.refuse("etda", NotFrozen, ApproveFreeze("etda", ALICE, ORDER))
    suspect.do("sec", order(suspect, ms=30 * DAY_MS))
    suspect.refuse("etda", NotFrozen, ApproveFreeze("etda", ALICE, name_of("other")))
    suspect.wait(72 * HOUR_MS)

    suspect.refuse("etda", NotFrozen, ApproveFreeze("etda", ALICE, ORDER))


def test_a_freeze_needs_an_order(suspect):
    none = Freeze("sec", ALICE, "out", bytes(32), suspect.now + HOUR_MS)
    absent = Freeze("sec", ALICE, "out", None, suspect.now + HOUR_MS)

    suspect.refuse("sec", NoOrder, none)
    suspect.refuse("sec", WrongArgumentType, absent)

    assert suspect.ask("freeze_state", ALICE) is None


def test_an_order_freezes_a_wallet_once(suspect):
    suspect.do("sec", order(suspect))
    suspect.refuse("etda", AlreadyFrozen, order(suspect, name="second", agency="etda"))
    suspect.wait(24 * HOUR_MS)

    suspect.refuse("sec", ReferenceReused, order(suspect))
    suspect.do("sec", order(suspect, wallet=SHOP))
    suspect.do("sec", order(suspect, name="second"))


def test_a_freeze_has_an_end_and_a_scope(suspect):
    for ms in (0, -1, 366 * DAY_MS + 1):
        suspect.refuse("sec", BadUntil, order(suspect, ms=ms))
    suspect.refuse("sec", BadScope, order(suspect, scope="in"))
    suspect.do("sec", order(suspect, ms=366 * DAY_MS))


def test_only_wallets_are_frozen_and_by_supervisors(suspect):
    suspect.officer("kbank", "clerk", "cbdc")
    suspect.refuse("clerk", NotAllowed, order(suspect))
    suspect.refuse("kbank", NotAllowed, order(suspect, agency="kbank"))
    suspect.refuse("court", NotAllowed, order(suspect, agency="court"))
    suspect.refuse("sec", UnknownWallet, order(suspect, wallet=BOB))
    suspect.person("carl", 0)
    carl = Town.address("carl")
    suspect.do("kbank", CloseWallet("kbank", carl))

    suspect.refuse("sec", WalletClosed, order(suspect, wallet=carl))


def test_a_supervisor_ends_a_freeze(suspect):
    suspect.refuse("etda", NotFrozen, Unfreeze("etda", ALICE))
    suspect.do("sec", order(suspect))
    suspect.refuse("kbank", NotAllowed, Unfreeze("sec", ALICE))

    suspect.do("etda", Unfreeze("etda", ALICE))

    assert suspect.fields("WalletUnfrozen") == (ALICE, "etda")
    suspect.do("alice", Transfer(SHOP, 1, ""))
    suspect.refuse("etda", NotFrozen, Unfreeze("etda", ALICE))


def test_a_court_seizes_from_a_frozen_wallet(suspect):
    suspect.institution("welfare")
    suspect.do("sec", order(suspect, scope="all"))

    suspect.do("court", Seize(ALICE, 300, name_of("judgement"), admin("welfare")))

    assert suspect.fields("Seized") == (ALICE, admin("welfare"), 300, name_of("judgement"))
    assert (suspect.balance("alice"), suspect.balance("welfare")) == (200, 300)


def test_who_froze_does_not_seize(suspect):
    suspect.institution("welfare")
    suspect.officer("sec", "court", "cbdc")
    suspect.do("court", order(suspect))

    suspect.refuse(
        "court", NotIndependent, Seize(ALICE, 300, name_of("judgement"), admin("welfare"))
    )

    assert suspect.balance("alice") == 500


def test_nothing_is_seized_from_a_wallet_that_is_not_frozen(suspect):
    suspect.institution("welfare")
    msg = Seize(ALICE, 300, name_of("judgement"), admin("welfare"))

    suspect.refuse("court", NotFrozen, msg)
    suspect.do("sec", order(suspect))
    suspect.wait(24 * HOUR_MS)
    suspect.refuse("court", NotFrozen, msg)
    suspect.refuse("court", UnknownWallet, Seize(BOB, 300, ORDER, admin("welfare")))


def test_a_seizure_is_within_the_money_and_the_receivers_limit(suspect):
    suspect.institution("welfare")
    suspect.person("carl", 0)
    suspect.do("sec", order(suspect))

    judgement = name_of("judgement")
    over = Seize(ALICE, 501, judgement, admin("welfare"))
    suspect.refuse("court", InsufficientFunds, over)
    suspect.refuse("court", HoldingLimit, Seize(ALICE, 600_000, judgement, Town.address("carl")))
    suspect.refuse("court", UnknownWallet, Seize(ALICE, 1, judgement, BOB))
    suspect.refuse("court", SelfTransfer, Seize(ALICE, 1, judgement, ALICE))
    suspect.refuse("court", NoOrder, Seize(ALICE, 1, bytes(32), admin("welfare")))

    assert suspect.balance("alice") == 500


def test_an_order_sent_again_is_told_before_anything_else(suspect):
    freezing = order(suspect)
    suspect.do("sec", freezing)
    height = suspect.ledger.block.height

    refusal = suspect.refuse("sec", ReferenceReused, freezing)

    assert dict(refusal.details) == {"height": height}


def test_an_order_seizes_once(suspect):
    suspect.institution("welfare")
    suspect.do("sec", order(suspect))
    msg = Seize(ALICE, 100, name_of("judgement"), admin("welfare"))
    suspect.do("court", msg)

    suspect.refuse("court", ReferenceReused, msg)
    suspect.refuse("court", ReferenceReused, Seize(ALICE, 100, ORDER, admin("welfare")))

    assert suspect.balance("alice") == 400


def test_only_a_court_of_enough_signatures_seizes():
    town = Town(issuer_signers_min=1)
    town.person("alice", 210, money=500)
    town.institution("welfare")
    town.do("sec", order(town))
    msg = Seize(ALICE, 100, name_of("judgement"), admin("welfare"))

    for name in ("sec", "bot", "kbank", "court-0"):
        town.refuse(name, NotAllowed, msg)
    town.do("court", msg)
    strict = Town(issuer_signers_min=2, parameters={})
    strict.do("bot", Issue(admin("kbank"), 1, "two"))
    with pytest.raises(TooFewSigners):
        Town(issuer_signers_min=3)


def test_paused_payments_stop_seizures(suspect):
    suspect.institution("welfare")
    suspect.do("sec", order(suspect))
    suspect.do("bot", Pause("payments"))

    suspect.refuse("court", Paused, Seize(ALICE, 100, name_of("judgement"), admin("welfare")))


def test_the_supervisors_list_shows_what_runs(suspect):
    suspect.do("sec", order(suspect))
    suspect.do("etda", order(suspect, wallet=SHOP, ms=HOUR_MS, agency="etda"))
    suspect.wait(2 * HOUR_MS)

    found = {line[0]: line[2] for line in suspect.ask("frozen_page", None, 10)}

    assert found == {ALICE: True, SHOP: False}
