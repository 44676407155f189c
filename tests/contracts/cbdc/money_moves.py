"""What wallets, banks and the central bank do with money, beside the reference ledger."""

from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from contracts.cbdc.authority.messages import AcknowledgeRedeem, Issue, Redeem, RefuseRedeem
from contracts.cbdc.core.state import shares
from contracts.cbdc.holds.messages import Capture, Hold, Release
from contracts.cbdc.payments.messages import (
    PARTIAL,
    AcceptLink,
    BatchLine,
    BatchTransfer,
    Defund,
    Fund,
    LinkBank,
    Transfer,
)
from primitives.crypto import digest
from primitives.errors import Rejected
from tests.contracts.cbdc.reference import (
    HOLDER_OF,
    LIMITS,
    NAMES,
    POOLS,
    Reference,
    give_back,
    pay_row,
    periods,
)
from tests.contracts.cbdc.town import DAY_MS, HOUR_MS, Town, admin, name_of

BANKS = ("kbank", "scb")
BANKS_MONEY = 5_000
TIERS = {"t2": "A", "t1": "B", "m": "S"}
PARTS = ("balance", "payment", "day", "month")

wallets = st.sampled_from([name for name in NAMES if name not in BANKS])
accounts = st.sampled_from(NAMES)
banks = st.sampled_from(BANKS)
# Who pays whom: mostly where limits bind, and once to oneself.
PAIRS = [
    ("alice", "purse"),
    ("alice", "shop"),
    ("alice", "bob"),
    ("purse", "shop"),
    ("bob", "shop"),
    ("bob", "alice"),
    ("shop", "alice"),
    ("welfare", "bob"),
    ("scb", "kbank"),
    ("bob", "bob"),
]
pairs = st.sampled_from(PAIRS)
amounts = st.sampled_from([1, 30, 50, 51, 100, 150, 200, 201, 300, 301, 700])


class Money(RuleBasedStateMachine):
    """The contract and the reference, step by step; other roles build on it."""

    def __init__(self):
        super().__init__()
        parameters = {
            f"{tier}-{part}": LIMITS[holder][index]
            for tier, holder in TIERS.items()
            for index, part in enumerate(PARTS)
        } | {"offline-amount-max": 400}
        self.town = Town(banks=(), parameters=parameters)
        for bank in BANKS:
            self.town.license(bank)
            self.town.do(bank, Redeem(10_000_000 * 100 - BANKS_MONEY, "start"))
            self.town.do("bot", AcknowledgeRedeem("bot", admin(bank), "start"))
        self.before = self.town.ask("supply")[1]
        self.town.person("alice", 210)
        self.town.person("purse", 210, holder="alice")
        self.town.person("bob", 110, fsp="scb")
        self.town.merchant("shop", fsp="scb")
        self.town.institution("welfare")
        self.town.do("shop", LinkBank("scb", name_of("mandate"), 10**9))
        self.town.do("scb", AcceptLink("scb", Town.address("shop"), name_of("mandate")))
        self.reference = Reference(self.town.now, BANKS_MONEY)
        self.holds, self.redemptions = [], []
        self.keys = {}  # wallet -> whose keys it obeys, when no longer its own
        for name, bank, amount in (("alice", "kbank", 950), ("bob", "scb", 600)):
            self.fund(bank, name, amount)

    def act(self, name, msg):
        """Execute a message and return the code of its refusal."""
        try:
            self.town.do(self.keys.get(name, name), msg)
        except Rejected as refusal:
            return refusal.code
        return ""

    @property
    def last_id(self):
        """The id of the last transaction."""
        return digest("txid", self.town.ledger._calls.to_bytes(8, "big"))

    @rule(pair=pairs, amount=amounts)
    def transfer(self, pair, amount):
        payer, payee = pair
        code = self.act(payer, Transfer(Town.address(payee), amount, ""))

        assert code == self.reference.pay(payer, payee, amount)

    @rule(bank=banks, who=wallets, amount=amounts)
    def fund(self, bank, who, amount):
        msg = Fund(bank, Town.address(who), amount, self.town.reference())

        assert self.act(bank, msg) == self.reference.fund(bank, who, amount)

    @rule(bank=banks, who=wallets, amount=amounts)
    def defund(self, bank, who, amount):
        assert self.act(who, Defund(bank, amount)) == self.reference.defund(who, bank, amount)

    @rule(pair=pairs, amount=amounts, days=st.sampled_from([80, 30, 1]))
    def hold(self, pair, amount, days):
        payer, payee = pair
        end = self.town.now + days * DAY_MS
        code = self.act(payer, Hold(Town.address(payee), amount, end, None, None, "", None))

        assert code == self.reference.set_aside("held", payer, payee, amount)
        if not code:
            counted = periods(payer, self.reference.now_ms)
            back = partial(give_back, self.reference, payer, amount, counted)
            self.reference.due[self.last_id] = (end, back)
            self.holds.append((self.last_id, payer, payee, amount, counted))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), is_paid=st.booleans())
    def end_hold(self, data, is_paid):
        hold_id, payer, payee, amount, counted = data.draw(st.sampled_from(self.holds))
        part = data.draw(st.integers(1, amount)) if is_paid else 0
        code = self.act(payee, Capture(hold_id, part, None) if is_paid else Release(hold_id))

        end, _ = self.reference.due.get(hold_id, (None, None))
        if end is None:
            assert code == "UNKNOWN_HOLD"
        elif is_paid and self.town.now >= end:
            assert code == "HOLD_EXPIRED"
        elif is_paid:
            assert code == self.reference.take_out("held", payer, payer, payee, part)
        else:
            assert code == ""
        if not code:
            give_back(self.reference, payer, amount - part, counted)
            del self.reference.due[hold_id]

    @rule(
        lines=st.lists(st.tuples(accounts, amounts), min_size=1, max_size=5),
        series=st.sampled_from(["", "a", "b", "c"]),
        first=st.integers(0, 5),
    )
    def batch(self, lines, series, first):
        names = [f"r{number}" for number in range(first, first + len(lines))]
        rows = tuple(
            BatchLine(Town.address(who), amount, name, series, None)
            for name, (who, amount) in zip(names, lines, strict=True)
        )
        total = sum(amount for _, amount in lines)
        reference = self.town.reference()

        code = self.act("welfare", BatchTransfer(reference, rows, total, PARTIAL))

        codes = [
            pay_row(self.reference, "welfare", (series, name), line)
            for name, line in zip(names, lines, strict=True)
        ]
        refused = tuple((n, one) for n, one in enumerate(codes) if one)
        assert code == ""
        assert self.town.ask("batch_result", admin("welfare"), reference)[3] == refused

    @rule(bank=banks, amount=amounts)
    def issue(self, bank, amount):
        self.reference.money[bank] += amount
        self.reference.issued += amount

        assert self.act("bot", Issue(admin(bank), amount, self.town.reference())) == ""

    @rule(bank=banks, amount=amounts)
    def give_back(self, bank, amount):
        reference = self.town.reference()
        enough = self.reference.money[bank] >= amount
        code = self.act(bank, Redeem(amount, reference))

        assert code == ("" if enough else "INSUFFICIENT_FUNDS")
        if enough:
            self.reference.money[bank] -= amount
            self.reference.pools["held"][bank] += amount
            self.redemptions.append((bank, amount, reference))

    @precondition(lambda self: self.redemptions)
    @rule(is_taken=st.booleans())
    def decide(self, is_taken):
        bank, amount, reference = self.redemptions.pop()
        kind = AcknowledgeRedeem if is_taken else RefuseRedeem
        self.reference.pools["held"][bank] -= amount
        self.reference.redeemed += amount if is_taken else 0
        self.reference.money[bank] += 0 if is_taken else amount

        assert self.act("bot", kind("bot", admin(bank), reference)) == ""

    @rule(ms=st.sampled_from([1, HOUR_MS, HOUR_MS, DAY_MS, DAY_MS, 9 * DAY_MS]))
    def wait(self, ms):
        self.town.wait(ms)
        self.reference.end_block(ms)

        assert self.town.now == self.reference.now_ms

    @rule(pair=pairs)
    def pay_around_midnight_in_bangkok(self, pair):
        self.wait((-1 - self.town.now - 7 * HOUR_MS) % DAY_MS or DAY_MS)
        self.transfer(pair, 200)
        self.wait(1)
        self.transfer(pair, 200)

    @invariant()
    def money_is_where_the_reference_says(self):
        ctx = self.town.ctx()
        for name in NAMES:
            assert self.town.balance(name) == self.reference.money[name], name
            for pool in POOLS:
                share = shares.get(ctx, (pool, Town.address(name)), 0)
                assert share == self.reference.pools[pool][name], (pool, name)
        supply = self.town.ask("supply")
        assert supply[1] - self.before == self.reference.redeemed
        assert supply[2] == supply[3] == self.reference.issued - self.reference.redeemed
        self.town.check_sums()

    @invariant()
    def limits_left_are_what_the_reference_says(self):
        for name in HOLDER_OF:
            left = tuple(max(0, most) for most in self.reference.left(name))
            assert self.town.ask("limits_left", Town.address(name))[1:] == left, name
