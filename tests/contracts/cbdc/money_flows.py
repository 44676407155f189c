"""Requests, refunds, vouchers and schedules, beside the reference ledger."""

from dataclasses import dataclass
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.cbdc.requests.messages import ClaimRefund, CreateRequest, PayRequest, Refund
from contracts.cbdc.schedules.messages import Schedule
from contracts.cbdc.vouchers.messages import IssueVoucher, SpendVoucher
from tests.contracts.cbdc.money_moves import Money, amounts, pairs
from tests.contracts.cbdc.town import DAY_MS, Town

SHOP = Town.address("shop")
payers = st.sampled_from(["alice", "purse", "bob", "shop"])
persons = st.sampled_from(["alice", "purse", "bob"])


@dataclass
class Paid:
    """A payment to the shop: what of it came from `voucher`, and what was given back."""

    name: bytes
    payer: str
    amount: int
    voucher: "Bound | None" = None
    bound: int = 0
    refunded: int = 0
    waiting: int = 0


@dataclass
class Bound:
    """A voucher of welfare for the shop."""

    name: bytes
    holder: str
    left: int


class Flows(Money):
    """What has a record of its own and moves money later."""

    def __init__(self):
        super().__init__()
        self.paid, self.vouchers = [], []
        self.fund("kbank", "welfare", 2_000)

    @rule(
        payer=payers,
        asked=amounts,
        amount=amounts,
        is_exact=st.sampled_from([True, True, False]),
        tip=st.integers(0, 1),
    )
    def pay_request(self, payer, asked, amount, is_exact, tip):
        name = self.town.reference()
        amount = asked if is_exact else amount
        msg = PayRequest(SHOP, name, amount, tip, None)
        end = self.town.now + 1
        assert self.act("shop", CreateRequest(name, asked, end, "", "", None)) == ""
        code = self.act(payer, msg)

        mismatch = "AMOUNT_MISMATCH" * (amount != asked)
        assert code == (mismatch or self.reference.pay(payer, "shop", amount + tip))
        if not code:
            self.paid.append(Paid(self.last_id, payer, amount + tip))
            assert self.act(payer, msg) == "REQUEST_PAID"

    @precondition(lambda self: self.paid)
    @rule(data=st.data())
    def refund(self, data):
        paid = data.draw(st.sampled_from(self.paid))
        amount = data.draw(st.integers(1, paid.amount - paid.refunded + 1))
        code = self.act("shop", Refund(paid.name, amount, ""))

        over = "OVER_REFUND" * (amount > paid.amount - paid.refunded)
        short = "INSUFFICIENT_FUNDS" * (amount > self.reference.money["shop"])
        assert code == (over or self.reference.why_not_leave("shop") or short)
        if not code:
            bound = max(0, min(paid.bound - paid.refunded, amount))
            paid.refunded += amount
            self.return_to_voucher(paid.voucher, bound)
            self.return_to_payer(paid, amount - bound)

    def return_to_voucher(self, voucher, amount):
        """Bound money does not become cash: to the voucher while it lasts, then to its issuer."""
        if amount > 0 and voucher.name in self.reference.due:
            self.set_aside("vouchers", "welfare", amount)
            voucher.left += amount
        elif amount > 0:
            self.reference.move("shop", "welfare", amount)

    def return_to_payer(self, paid, cash):
        """What the payer may not keep waits with the shop."""
        if self.reference.why_not_keep("shop", paid.payer, cash):
            self.set_aside("held", "shop", cash)
            paid.waiting += cash
        else:
            self.reference.move("shop", paid.payer, cash)

    def set_aside(self, pool, owner, amount):
        """Money of the shop that waits for another; no limit counts it."""
        self.reference.money["shop"] -= amount
        self.reference.pools[pool][owner] += amount

    @precondition(lambda self: any(paid.waiting for paid in self.paid))
    @rule(data=st.data())
    def claim(self, data):
        paid = data.draw(st.sampled_from([paid for paid in self.paid if paid.waiting]))
        amount = data.draw(st.integers(1, paid.waiting + 1))
        code = self.act(paid.payer, ClaimRefund(paid.name, amount))

        over = "OVER_CLAIM" * (amount > paid.waiting)
        take = partial(self.reference.take_out, "held", "shop", "shop", paid.payer, amount)
        assert code == (over or take())
        paid.waiting -= 0 if code else amount

    @rule(holder=persons, amount=amounts, days=st.sampled_from([1, 20]))
    def bind(self, holder, amount, days):
        end = self.town.now + days * DAY_MS
        msg = IssueVoucher("P", Town.address(holder), amount, (SHOP,), (), "", 0, end)
        code = self.act("welfare", msg)

        assert code == self.reference.set_aside("vouchers", "welfare", None, amount)
        if not code:
            voucher = Bound(self.last_id, holder, amount)
            self.vouchers.append(voucher)
            self.reference.due[voucher.name] = (end, partial(self.end_voucher, voucher))

    def end_voucher(self, voucher):
        """What is left returns to welfare."""
        sides = ("welfare", "welfare", "welfare")
        self.reference.take_out("vouchers", *sides, voucher.left)

    @precondition(lambda self: self.vouchers)
    @rule(data=st.data(), to=st.sampled_from(["shop", "shop", "shop", "bob"]))
    def spend(self, data, to):
        voucher = data.draw(st.sampled_from(self.vouchers))
        amount = data.draw(st.integers(1, voucher.left + 1))
        cash = data.draw(st.sampled_from([0, 0, 30, 200]))
        who = voucher.holder
        code = self.act(who, SpendVoucher((voucher.name,), Town.address(to), amount, cash, None))

        assert code == (
            self.reference.why_not_leave(who)
            or "NOT_ELIGIBLE" * (to != "shop")
            or self.why_not_spend(voucher, amount)
            or (cash and self.reference.pay(who, "shop", cash))
            or ""
        )
        if not code:
            self.reference.take_out("vouchers", "welfare", who, "shop", amount)
            voucher.left -= amount
            self.paid.append(Paid(self.last_id, who, amount + cash, voucher, amount))

    def why_not_spend(self, voucher, amount):
        """Why a voucher does not pay the shop."""
        end, _ = self.reference.due.get(voucher.name, (None, None))
        if end is None:
            return "UNKNOWN_VOUCHER"
        expired = "VOUCHER_EXPIRED" * (self.town.now >= end)
        return expired or "VOUCHER_SHORT" * (amount > voucher.left)

    @rule(pair=pairs, amount=amounts, count=st.integers(1, 3))
    def schedule(self, pair, amount, count):
        payer, payee = pair
        first = self.town.now + DAY_MS // 2
        code = self.act(payer, Schedule(Town.address(payee), amount, first, 1, count, 0, None))

        refused = self.reference.why_not_leave(payer) or "WRONG_TIER" * (payer == "bob")
        assert code == (refused or "SELF_TRANSFER" * (payer == payee))
        if not code:
            pay = partial(self.reference.pay, payer, payee, amount)
            self.plan(self.last_id, pay, (first, count))

    def plan(self, name, pay, times):
        """Pay when it is due, and then again as often as is left."""
        when, left = times

        def run():
            pay()
            if left > 1:
                self.plan(name, pay, (when + DAY_MS, left - 1))

        self.reference.due[name] = (when, run)
