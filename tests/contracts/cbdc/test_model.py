"""Random acts of all roles against the reference ledger: the same codes, the same money."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts.cbdc.authority_messages import AcknowledgeRedeem, Freeze, RefuseRedeem, Unfreeze
from contracts.cbdc.bank_messages import AcceptLink, Defund, Fund, LinkBank
from contracts.cbdc.holds_messages import Capture, Hold, Release
from contracts.cbdc.messages import PARTIAL, BatchLine, BatchTransfer, Issue, Redeem, Transfer
from primitives.errors import Rejected
from tests.contracts.cbdc.reference import LIMITS, OWNERS, Reference
from tests.contracts.cbdc.town import HOUR_MS, Town, admin, name_of

BANKS = ("kbank", "scb")
BANKS_MONEY = 5_000
TIERS = {"t2": "A", "t1": "B", "m": "S"}
PARTS = ("balance", "payment", "day", "month")

wallets = st.sampled_from([name for name in OWNERS if name not in BANKS])
accounts = st.sampled_from(list(OWNERS))
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
amounts = st.sampled_from([1, 50, 51, 100, 150, 200, 201, 250, 300, 301, 700])


def is_frozen(reference, who):
    return reference.now_ms < reference.frozen_until.get(who, 0)


class Money(RuleBasedStateMachine):
    """The contract and the reference, step by step."""

    def __init__(self):
        super().__init__()
        parameters = {
            f"{tier}-{part}": LIMITS[holder][index]
            for tier, holder in TIERS.items()
            for index, part in enumerate(PARTS)
        }
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
        for name, bank, amount in (("alice", "kbank", 950), ("bob", "scb", 600)):
            self.fund(bank, name, amount)

    def act(self, name, msg):
        """Execute a message and return its code."""
        try:
            self.town.do(name, msg)
        except Rejected as refusal:
            return refusal.code
        return "OK"

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

    @rule(pair=pairs, amount=amounts)
    def hold(self, pair, amount):
        payer, payee = pair
        end = self.town.now + 80 * 24 * HOUR_MS
        code = self.act(payer, Hold(Town.address(payee), amount, end, None, None, "", None))

        assert code == self.reference.hold(payer, payee, amount)
        if code == "OK":
            self.holds.append((self.town.fields("Held")[0], payer, payee, amount))

    @rule(data=st.data(), is_paid=st.booleans())
    def end_hold(self, data, is_paid):
        if not self.holds:
            return
        chosen = data.draw(st.sampled_from(self.holds))
        hold_id, payer, payee, amount = chosen
        msg = Capture(hold_id, amount, None) if is_paid else Release(hold_id)
        code = self.act(payee, msg)

        assert code == self.reference.end_hold(payer, payee, amount, is_paid=is_paid)
        if code == "OK":
            self.holds.remove(chosen)

    @rule(lines=st.lists(st.tuples(accounts, amounts), min_size=1, max_size=5))
    def batch(self, lines):
        rows = tuple(BatchLine(Town.address(who), a, f"r{n}") for n, (who, a) in enumerate(lines))
        total = sum(amount for _, amount in lines)
        reference = self.town.reference()

        code = self.act("welfare", BatchTransfer(reference, rows, total, PARTIAL))

        codes = [self.reference.pay("welfare", who, amount) for who, amount in lines]
        refused = tuple((n, one) for n, one in enumerate(codes) if one != "OK")
        assert code == "OK"
        assert self.town.ask("batch_result", admin("welfare"), reference)[3] == refused

    @rule(bank=banks, amount=amounts)
    def issue(self, bank, amount):
        self.reference.money[bank] += amount
        self.reference.issued += amount

        assert self.act("bot", Issue(admin(bank), amount, self.town.reference())) == "OK"

    @rule(bank=banks, amount=amounts)
    def give_back(self, bank, amount):
        reference = self.town.reference()
        enough = self.reference.money[bank] >= amount
        code = self.act(bank, Redeem(amount, reference))

        assert code == ("OK" if enough else "INSUFFICIENT_FUNDS")
        if enough:
            self.reference.money[bank] -= amount
            self.reference.held[bank] += amount
            self.redemptions.append((bank, amount, reference))

    @rule(is_taken=st.booleans())
    def decide(self, is_taken):
        if not self.redemptions:
            return
        bank, amount, reference = self.redemptions.pop()
        kind = AcknowledgeRedeem if is_taken else RefuseRedeem
        self.reference.held[bank] -= amount
        self.reference.redeemed += amount if is_taken else 0
        self.reference.money[bank] += 0 if is_taken else amount

        assert self.act("bot", kind("bot", admin(bank), reference)) == "OK"

    @rule(who=st.sampled_from(["alice", "bob", "shop"]), hours=st.integers(1, 72))
    def freeze(self, who, hours):
        order = name_of(self.town.reference())
        until = self.town.now + hours * HOUR_MS
        code = self.act("sec", Freeze("sec", Town.address(who), "out", order, until))

        assert code == ("ALREADY_FROZEN" if is_frozen(self.reference, who) else "OK")
        if code == "OK":
            self.reference.frozen_until[who] = until

    @rule(who=st.sampled_from(["alice", "bob", "shop"]))
    def unfreeze(self, who):
        code = self.act("etda", Unfreeze("etda", Town.address(who)))

        assert code == ("OK" if is_frozen(self.reference, who) else "NOT_FROZEN")
        self.reference.frozen_until[who] = 0

    @rule(ms=st.one_of(st.integers(1, 14 * HOUR_MS), st.just(9 * 24 * HOUR_MS)))
    def wait(self, ms):
        assert self.town.wait(max(1, ms)) == ()
        self.reference.now_ms = self.town.now

    @rule(pair=pairs)
    def pay_around_midnight_in_bangkok(self, pair):
        day = 24 * HOUR_MS
        self.wait(day - 1 - (self.town.now + 7 * HOUR_MS) % day)
        self.transfer(pair, 200)
        self.wait(1)
        self.transfer(pair, 200)

    @invariant()
    def money_is_where_the_reference_says(self):
        for name in OWNERS:
            assert self.town.balance(name) == self.reference.money[name]
        supply = self.town.ask("supply")
        assert supply[1] - self.before == self.reference.redeemed
        assert supply[2] == supply[3]
        assert supply[2] == self.reference.issued - self.reference.redeemed
        assert supply[6] == sum(self.reference.held.values())
        self.town.check_sums()


TestMoney = Money.TestCase
TestMoney.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
