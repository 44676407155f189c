"""All flows in any order, against a reference ledger that only adds and subtracts."""

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from contracts.cbdc.holds.messages import Capture, Hold, Release
from contracts.cbdc.offline.messages import (
    OfflineLoad,
    OfflineRegisterDevice,
    OfflineReport,
    OfflineSettle,
    OfflineVoucher,
    device_statement,
    offline_voucher_statement,
)
from contracts.cbdc.requests.messages import CreateRequest, PayRequest, Refund
from contracts.cbdc.schedules.messages import Schedule
from contracts.cbdc.vouchers.messages import IssueVoucher, SpendVoucher
from contracts.tools.testing import key_of
from primitives.crypto import Signature
from primitives.errors import Rejected
from tests.contracts.cbdc.flows import DAY_MS, PEOPLE, START, World

PAYERS = st.sampled_from(["alice", "dao", "bob", "carl"])
SHOPS = st.sampled_from(["shop", "stall"])
AMOUNTS = st.sampled_from([1, 700, 20_000, 45_000, START, START + 1])
PHONE = key_of("phone").public_key
UNSIGNED = Signature(bytes(64))
POOLS = ("held", "vouchers", "offline")


def signed(number, shop, amount):
    """A voucher of alice's phone."""
    voucher = OfflineVoucher(PHONE, number, World.address(shop), amount, bytes(16), UNSIGNED)
    statement = offline_voucher_statement("test-chain", voucher)
    return replace(voucher, signature=key_of("phone").sign(*statement))


class Flows(RuleBasedStateMachine):
    """What must hold after every act: money is where the reference ledger says."""

    payments = Bundle("payments")
    holds = Bundle("holds")
    vouchers = Bundle("vouchers")

    def __init__(self):
        super().__init__()
        self.world = World()
        self.money = dict.fromkeys(PEOPLE, START) | dict.fromkeys(POOLS, 0)
        self.numbers = 0
        key = key_of("phone")
        end = self.world.now + 3 * DAY_MS
        msg = OfflineRegisterDevice(PHONE, World.address("alice"), end, UNSIGNED)
        proof = key.sign(*device_statement("test-chain", msg))
        self.world.do("kbank", replace(msg, proof=proof))

    def act(self, name, msg, *moves):
        """Try a message; when it is accepted, make `moves` (source, target, amount)."""
        try:
            made = self.world.do(name, msg)
        except Rejected:
            return None
        for source, target, amount in moves:
            self.money[source] -= amount
            self.money[target] += amount
        return made

    @rule(target=payments, payer=PAYERS, shop=SHOPS, amount=AMOUNTS)
    def pays_a_request(self, payer, shop, amount):
        self.numbers += 1
        name = f"R{self.numbers}"
        self.act(shop, CreateRequest(name, amount, self.world.now + DAY_MS, "", "", None))
        msg = PayRequest(World.address(shop), name, amount, 0, None)
        made = self.act(payer, msg, (payer, shop, amount))
        assert made is None or self.act(payer, msg) is None
        return (made, payer, shop) if made else multiple()

    @rule(payment=payments, amount=AMOUNTS)
    def refunds(self, payment, amount):
        made, payer, shop = payment
        self.act(shop, Refund(made, amount, ""), (shop, payer, amount))

    @rule(target=holds, payer=PAYERS, shop=SHOPS, amount=AMOUNTS)
    def holds_money(self, payer, shop, amount):
        msg = Hold(World.address(shop), amount, self.world.now + DAY_MS, None, None, "", None)
        made = self.act(payer, msg, (payer, "held", amount))
        return (made, payer, shop, amount) if made else multiple()

    @rule(hold=holds, share=st.integers(1, 4))
    def captures(self, hold, share):
        made, payer, shop, amount = hold
        taken = max(1, amount * share // 4)
        moves = [("held", shop, taken), ("held", payer, amount - taken)]
        self.act(shop, Capture(made, taken, None), *moves)

    @rule(hold=holds)
    def releases(self, hold):
        made, payer, shop, amount = hold
        self.act(shop, Release(made), ("held", payer, amount))

    @rule(target=vouchers, holder=PAYERS, amount=AMOUNTS)
    def issues_a_voucher(self, holder, amount):
        end = self.world.now + DAY_MS
        msg = IssueVoucher("P", World.address(holder), amount, (), (), "", 0, end)
        made = self.act("welfare", msg, ("welfare", "vouchers", amount))
        return (made, holder) if made else multiple()

    @rule(voucher=vouchers, shop=SHOPS, amount=AMOUNTS)
    def spends_a_voucher(self, voucher, shop, amount):
        made, holder = voucher
        msg = SpendVoucher((made,), World.address(shop), amount, 0, None)
        self.act(holder, msg, ("vouchers", shop, amount))

    @rule(amount=AMOUNTS)
    def loads(self, amount):
        self.act("alice", OfflineLoad(PHONE, amount), ("alice", "offline", amount))

    @rule(number=st.integers(1, 6), shop=SHOPS, amount=AMOUNTS)
    def settles(self, number, shop, amount):
        voucher = signed(number, shop, amount)
        self.act(shop, OfflineSettle((voucher,)), ("offline", shop, amount))

    @rule()
    def reports_a_double_spend(self):
        self.act("bob", OfflineReport(signed(9, "shop", 1), signed(9, "shop", 2)))

    @rule(payer=PAYERS, amount=AMOUNTS)
    def schedules(self, payer, amount):
        first = self.world.now + DAY_MS // 2
        self.act(payer, Schedule(World.address("shop"), amount, first, 1, 2, 0, None))

    @rule(ms=st.sampled_from([1, DAY_MS // 2, DAY_MS, 7 * DAY_MS]))
    def waits(self, ms):
        self.world.wait(ms)
        for event in self.world.events:
            self.follow(event)

    def follow(self, event):
        """Do what the end of a block says that it did."""
        names = {World.address(name): name for name in PEOPLE}
        fields = event.fields
        moves = {
            "Released": lambda: ("held", names[fields[1]], fields[3]),
            "ScheduleRun": lambda: (names[fields[2]], names[fields[3]], fields[4]),
            "VoucherReturned": lambda: ("vouchers", names[fields[1]], fields[3]),
            "OfflineReturned": lambda: ("offline", names[fields[1]], fields[2]),
        }
        if event.name in moves:
            source, target, amount = moves[event.name]()
            self.money[source] -= amount
            self.money[target] += amount

    @invariant()
    def money_is_where_the_reference_says(self):
        self.world.check_supply()
        for name in PEOPLE:
            assert self.world.balance(name) == self.money[name], name
        for pool in POOLS:
            found = sum(self.world.share(pool, name) for name in PEOPLE)
            assert found == self.money[pool], pool


TestFlows = Flows.TestCase
TestFlows.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
