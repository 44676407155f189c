"""Everyone of the digital baht against the real contract: who may do what, by which message."""

from dataclasses import replace

import pytest

from client.cbdc.attesting import AttestationIssuer, Grounds, holder_of, nullifier_of
from client.cbdc.audit import audit
from client.cbdc.device import Device, double_spend_in, new_nonce
from client.cbdc.payout_file import Payout
from client.cbdc.payouts import pay_out
from client.cbdc.qr import read_wallet_payment
from client.cbdc.requests import payment_of, transfer, with_qr
from client.cbdc.statement import read_statement
from client.contract import Actor, ask
from client.errors import RpcRefused
from client.wallet import Wallet
from contracts.cbdc.authority import messages as authority
from contracts.cbdc.contract import supply
from contracts.cbdc.disputes.messages import DisputeOpen, DisputeResolve, DisputeRespond
from contracts.cbdc.holds.messages import Capture, Hold, Release
from contracts.cbdc.offline.messages import (
    OfflineCompensate,
    OfflineLoad,
    OfflineReport,
    OfflineRevokeDevice,
    OfflineSettle,
)
from contracts.cbdc.payments.messages import AcceptLink, ConfirmPayout, Defund, Fund, LinkBank
from contracts.cbdc.requests.messages import ClaimRefund, CreateRequest, Refund
from contracts.cbdc.schedules.messages import Schedule
from contracts.cbdc.vouchers.messages import IssueVoucher, SetMerchantProfile, SpendVoucher
from contracts.cbdc.wallets.handlers import limits_left
from contracts.cbdc.wallets.messages import (
    CloseWallet,
    Opening,
    OpenWallets,
    RecoverApprove,
    RecoverFinish,
    RecoverStart,
    SetTier,
)
from contracts.tools.testing import Ledger, key_of
from primitives.crypto import Digest
from tests.cli.cbdc_node import CHAIN, CbdcNode
from tests.cli.network import Refusal

DAY_MS = 86_400_000
ORDER, OTHER = Digest(bytes([3]) * 32), Digest(bytes([4]) * 32)
LEVELS = {"alice": ("person", 230), "bob": ("person", 230), "shop": ("merchant", 230)}


class Rpc:
    """Calls a node double without a network."""

    witness = None

    def __init__(self, served):
        self._table = served.table()

    async def call(self, method, params=None, *, timeout_s=None):
        del timeout_s
        try:
            return self._table[method](**(params or {}))
        except Refusal as refusal:
            raise RpcRefused(-32000, str(refusal), {"code": refusal.code}) from refusal

    async def batch(self, requests):
        return [await self.call(request.method, request.params) for request in requests]


class Cast:
    """Everyone of a town, by role, on a ledger of registered wallets."""

    def __init__(self):
        self.node = CbdcNode(unregistered_accounts=0)
        self.rpc = Rpc(self.node)
        self.central_bank, self.bank = self.actor("central-bank"), self.actor("kbank")
        self.supervisor, self.court = self.actor("supervisor"), self.actor("court")
        self.alice, self.bob = self.actor("alice"), self.actor("bob")
        self.shop, self.programme = self.actor("shop"), self.actor("dopa")

    @property
    def now(self):
        return self.node.ledger.block.time_ms

    def actor(self, name):
        wallet = Wallet([key_of(name)])
        return Actor(rpc=self.rpc, wallet=wallet, chain_id=CHAIN, now_ms=lambda: self.now)

    def opening(self, name):
        kind, ial = LEVELS[name]
        holder = holder_of(b"kbank", name.encode())
        grounds = Grounds(
            ial=ial,
            issued_ms=self.now,
            expires_ms=self.now + 365 * DAY_MS,
            policy_version=1,
            nullifier=nullifier_of(b"issuers", name.encode()),
        )
        issuer = AttestationIssuer("first-idp", key_of("first-idp-node"), CHAIN)
        return Opening(Ledger.address(name), kind, holder, issuer.attest(holder, grounds))

    def satang(self, name):
        return self.node.ask("balance", Ledger.address(name))

    def wait(self, ms):
        self.node.next_block(time_ms=ms)
        self.node.next_block()


def done(outcome):
    """The id of a transaction, which must have taken effect."""
    assert outcome.is_ok, outcome.receipt
    return outcome.transaction_id


def refused(outcome):
    """The code of a transaction that must not have taken effect."""
    assert not outcome.is_ok
    return outcome.receipt["code"]


@pytest.fixture
async def cast():
    """Wallets are open; alice and bob have 1,000 baht each, the programme 500."""
    made = Cast()
    keys = (key_of("kbank-node").public_key,)
    done(await made.central_bank.send(authority.RegisterFsp("central-bank", "kbank", keys, "L-1")))
    done(
        await made.central_bank.send(authority.Issue(Ledger.address("kbank"), 10_000_000, "rtgs-1"))
    )
    institution = Opening(Ledger.address("dopa"), "institution", None, None)
    openings = (*map(made.opening, LEVELS), institution)
    done(await made.bank.send(OpenWallets("kbank", openings)))
    for name, satang in (("alice", 100_000), ("bob", 100_000), ("dopa", 50_000)):
        done(await made.bank.send(Fund("kbank", Ledger.address(name), satang, f"b-{name}")))
    yield made
    assert (await audit(made.rpc)).faults == ()
    for name in (*LEVELS, "dopa", "kbank", "alice-new"):
        told = await read_statement(made.rpc, Ledger.address(name))
        assert (name, told.unexplained, told.closing) == (name, 0, made.satang(name))


def request(number, satang, expires_ms):
    """What a merchant asks for, before its QR is made."""
    return CreateRequest(number, satang, expires_ms, "", "", None)


async def shown(cast, number, satang):
    """What a payer reads of the QR of a request that the shop has put on the ledger."""
    text, message = with_qr(cast.shop, request(number, satang, cast.now + 9_000))
    done(await cast.shop.send(message))
    return read_wallet_payment(text, CHAIN)


async def test_a_merchant_asks_by_qr_and_a_holder_pays_it_once(cast):
    payment = await shown(cast, "I1", 500)

    paid = done(await cast.alice.send(payment_of(payment, 500, tip=5)))

    assert refused(await cast.bob.send(payment_of(payment, 500))) == "REQUEST_PAID"
    done(await cast.shop.send(Refund(paid, 105, "")))
    assert (cast.satang("shop"), cast.satang("alice")) == (400, 99_600)


async def test_a_wallet_is_paid_by_its_own_qr(cast):
    qr = read_wallet_payment(with_qr(cast.shop, request("x", 0, 1))[0], CHAIN)

    done(await cast.alice.send(payment_of(replace(qr, request_id=None), 700)))

    assert cast.satang("shop") == 700


async def test_a_large_payment_names_what_the_providers_exchanged(cast):
    at_ms = cast.node.ledger.block.time_ms + 1_000
    done(await cast.central_bank.send(authority.SetParams("travel-from", 1_000, at_ms)))
    cast.wait(1_000)

    assert refused(await cast.alice.send(transfer(cast.bob.address, 1_001))) == "TRAVEL_RULE"
    done(await cast.alice.send(transfer(cast.bob.address, 1_001, travel=ORDER)))


async def test_one_hold_is_captured_and_another_released(cast):
    terms = (cast.shop.address, 5_000, cast.now + DAY_MS, None, None, "", None)
    first, second = [done(await cast.alice.send(Hold(*terms))) for _ in range(2)]

    done(await cast.shop.send(Capture(first, 4_000, None)))
    done(await cast.shop.send(Release(second)))

    assert (cast.satang("shop"), cast.satang("alice")) == (4_000, 96_000)
    third = done(await cast.alice.send(Hold(*terms)))
    assert refused(await cast.bob.send(Release(third))) == "NOT_DECIDER"


async def test_a_schedule_pays_at_its_time(cast):
    order = Schedule(cast.bob.address, 300, cast.now + DAY_MS, 1, 1, 0, None)
    done(await cast.alice.send(order))

    cast.wait(2 * DAY_MS)

    assert cast.satang("bob") == 100_300


async def test_a_programme_pays_many_and_binds_vouchers(cast):
    rows = [
        Payout(line=n, to=who.address, satang=1_000, reference=f"k{n}")
        for n, who in enumerate((cast.alice, cast.bob))
    ]
    rows.append(Payout(line=9, to=Ledger.address("nobody"), satang=1, reference="bad"))
    results = [row async for row in pay_out(cast.programme, rows, is_partial=True)]
    message = IssueVoucher(
        "meal", cast.alice.address, 2_000, (cast.shop.address,), (), "", 0, cast.now + DAY_MS
    )
    voucher = done(await cast.programme.send(message))
    done(await cast.bank.send(SetMerchantProfile(cast.shop.address, "5812", "bangkok")))

    done(await cast.alice.send(SpendVoucher((voucher,), cast.shop.address, 1_500, 100, None)))

    assert [result.code for result in results] == ["OK", "OK", "UNKNOWN_WALLET"]
    assert (cast.satang("shop"), cast.satang("alice")) == (1_600, 100_900)


def freeze(wallet, order_hash, until_ms, scope="out"):
    """A freeze by the supervisor."""
    return authority.Freeze("supervisor", wallet, scope, order_hash, until_ms)


async def test_a_refund_that_waits_is_claimed(cast):
    payment = done(await cast.alice.send(payment_of(await shown(cast, "I2", 900), 900)))
    until_ms = cast.now + DAY_MS
    done(await cast.supervisor.send(freeze(cast.alice.address, ORDER, until_ms, scope="all")))
    done(await cast.shop.send(Refund(payment, 900, "")))
    done(await cast.supervisor.send(authority.Unfreeze("supervisor", cast.alice.address)))

    done(await cast.alice.send(ClaimRefund(payment, 900)))

    assert cast.satang("alice") == 100_000


async def test_a_long_freeze_needs_a_second_person_and_a_court_seizes(cast):
    until = cast.now + 30 * DAY_MS
    done(await cast.supervisor.send(freeze(cast.bob.address, ORDER, until)))

    approval = authority.ApproveFreeze("supervisor", cast.bob.address, ORDER)
    assert refused(await cast.supervisor.send(approval)) == "NOT_INDEPENDENT"
    done(
        await cast.court.send(
            authority.Seize(cast.bob.address, 400, OTHER, Ledger.address("kbank"))
        )
    )

    assert cast.satang("bob") == 99_600


async def test_a_wallet_moves_to_new_keys_after_the_waiting_time(cast):
    new = Ledger.address("alice-new")
    done(await cast.bank.send(RecoverStart("kbank", cast.alice.address, new, ORDER)))
    done(await cast.supervisor.send(RecoverApprove("supervisor", cast.alice.address, ORDER)))
    cast.wait(3 * DAY_MS)

    done(await cast.bank.send(RecoverFinish("kbank", cast.alice.address)))

    done(await cast.actor("alice-new").send(transfer(cast.bob.address, 1)))
    assert cast.satang("alice") == 99_999


async def test_a_double_spend_offline_is_found_and_its_device_revoked(cast, tmp_path):
    Device.create(tmp_path / "a.json", CHAIN)
    device = Device(tmp_path / "a.json")
    registration = device.registration(cast.alice.address, cast.now + DAY_MS)
    done(await cast.bank.send(registration))
    done(await cast.alice.send(OfflineLoad(device.public_key, 10_000)))
    device.note_load(10_000)
    (tmp_path / "b.json").write_bytes((tmp_path / "a.json").read_bytes())
    (tmp_path / "b.json").chmod(0o600)
    first = device.pay(cast.shop.address, 6_000, new_nonce())
    second = Device(tmp_path / "b.json").pay(cast.shop.address, 7_000, new_nonce())
    done(await cast.shop.send(OfflineSettle((first,))))

    refusal = await cast.shop.send(OfflineSettle((second,)))
    done(await cast.shop.send(OfflineReport(*double_spend_in(CHAIN, [first, second]))))

    assert refused(refusal) == "DOUBLE_SPEND"
    done(await cast.bank.send(OfflineCompensate(second)))
    assert cast.satang("shop") == 10_000


async def test_a_lost_device_is_ended_by_its_bank(cast, tmp_path):
    device = Device.create(tmp_path / "a.json", CHAIN)
    done(await cast.bank.send(device.registration(cast.alice.address, cast.now + DAY_MS)))

    done(await cast.bank.send(OfflineRevokeDevice(device.public_key, "lost")))

    assert refused(await cast.alice.send(OfflineLoad(device.public_key, 1))) == "DEVICE_REVOKED"


async def test_a_bank_gives_money_back_and_it_is_destroyed_or_returned(cast):
    for reference in ("r1", "r2"):
        done(await cast.bank.send(authority.Redeem(1_000, reference)))

    named = ("central-bank", Ledger.address("kbank"))
    done(await cast.central_bank.send(authority.AcknowledgeRedeem(*named, "r1")))
    done(await cast.central_bank.send(authority.RefuseRedeem(*named, "r2")))

    assert (await ask(cast.rpc, supply)).redeemed == 1_000


async def test_money_goes_to_the_bank_account_and_is_confirmed(cast):
    done(await cast.alice.send(LinkBank("kbank", ORDER, 5_000)))
    done(await cast.bank.send(AcceptLink("kbank", cast.alice.address, ORDER)))
    done(await cast.alice.send(Defund("kbank", 100_000)))
    done(await cast.bank.send(ConfirmPayout("kbank", 1, "b-77")))

    done(await cast.bank.send(CloseWallet("kbank", cast.alice.address)))

    assert cast.satang("alice") == 0


async def test_a_new_attestation_gives_another_tier(cast):
    opening = cast.opening("alice")

    tier = SetTier("kbank", cast.alice.address, opening.holder, opening.proof)
    done(await cast.bank.send(tier))

    assert (await ask(cast.rpc, limits_left, cast.alice.address)).tier == "T2"


async def test_a_suspended_bank_does_nothing_until_it_is_reinstated(cast):
    done(await cast.central_bank.send(authority.SuspendFsp("central-bank", "kbank")))
    cash_in = Fund("kbank", cast.alice.address, 1, "b")
    assert refused(await cast.bank.send(cash_in)) == "FSP_SUSPENDED"

    done(await cast.central_bank.send(authority.ReinstateFsp("central-bank", "kbank")))

    done(await cast.bank.send(cash_in))


async def test_a_pause_stops_payments_until_they_are_resumed(cast):
    done(await cast.central_bank.send(authority.Pause("payments")))
    assert refused(await cast.alice.send(transfer(cast.bob.address, 1))) == "PAUSED"

    done(await cast.central_bank.send(authority.Resume("payments")))

    done(await cast.alice.send(transfer(cast.bob.address, 1)))


async def paid_and_disputed(cast):
    """A payment of 8 baht that alice disputes."""
    payment = done(await cast.alice.send(payment_of(await shown(cast, "I3", 800), 800)))
    done(await cast.alice.send(DisputeOpen(payment, ORDER)))
    return payment


async def test_a_dispute_holds_the_payees_money_and_refunds_it(cast):
    payment = await paid_and_disputed(cast)
    done(await cast.bank.send(DisputeResolve(payment, "hold", 800)))
    held = cast.satang("shop")
    done(await cast.shop.send(DisputeRespond(payment, OTHER)))

    done(await cast.bank.send(DisputeResolve(payment, "refund", 500)))

    assert (held, cast.satang("shop"), cast.satang("alice")) == (0, 300, 99_700)


async def test_a_rejected_dispute_frees_the_payees_money(cast):
    payment = await paid_and_disputed(cast)
    done(await cast.bank.send(DisputeResolve(payment, "hold", 800)))
    done(await cast.shop.send(DisputeRespond(payment, OTHER)))

    done(await cast.bank.send(DisputeResolve(payment, "reject", 0)))

    assert cast.satang("shop") == 800


async def test_a_refund_after_a_vouchers_end_goes_to_its_issuer(cast):
    who, ends = cast.alice.address, cast.now + DAY_MS
    meal = await cast.programme.send(IssueVoucher("meal", who, 2_000, (), (), "", 0, ends))
    spending = SpendVoucher((done(meal),), cast.shop.address, 1_500, 0, None)
    payment = done(await cast.alice.send(spending))
    cast.wait(2 * DAY_MS)

    done(await cast.shop.send(Refund(payment, 1_500, "")))

    assert (cast.satang("dopa"), cast.satang("shop")) == (50_000, 0)


async def test_a_bank_bears_what_its_device_lacks_when_the_central_bank_says_so(cast, tmp_path):
    at_ms = cast.node.ledger.block.time_ms + 1_000
    done(await cast.central_bank.send(authority.SetParams("offline-loss-bearer", 1, at_ms)))
    device = Device.create(tmp_path / "a.json", CHAIN)
    done(await cast.bank.send(device.registration(cast.alice.address, cast.now + DAY_MS)))
    done(await cast.alice.send(OfflineLoad(device.public_key, 1_000)))
    device.note_load(5_000)
    voucher = device.pay(cast.shop.address, 5_000, new_nonce())
    done(await cast.bank.send(OfflineRevokeDevice(device.public_key, "")))

    done(await cast.bank.send(OfflineCompensate(voucher)))

    assert cast.satang("shop") == 5_000
