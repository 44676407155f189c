"""The digital baht in a page: what every act must answer, written without the contract's code.

Amounts are satang, times ms. Every method returns the code of the refusal, "OK" for none.
"""

from datetime import UTC, datetime, timedelta

# wallet -> (holder, bank); no holder, no limits; a linked wallet's excess goes to its bank
OWNERS = {
    "alice": ("A", "kbank"),
    "purse": ("A", "kbank"),
    "bob": ("B", "scb"),
    "shop": ("S", "scb"),
    "welfare": (None, "kbank"),
    "kbank": (None, "kbank"),
    "scb": (None, "scb"),
}
LINKED = {"shop": "scb"}
# holder -> most owned, at once, a day, a month
LIMITS = {"A": (1_000, 300, 350, 900), "B": (600, 200, 250, 500), "S": (700, 10**9, 10**9, 10**9)}


class Reference:
    """Balances, pools, limits and supply of the wallets above."""

    def __init__(self, now_ms, banks_money):
        self.now_ms = now_ms
        self.money = dict.fromkeys(OWNERS, 0) | dict.fromkeys(("kbank", "scb"), banks_money)
        self.held = dict.fromkeys(OWNERS, 0)
        self.sent = {}  # (holder, period) -> satang
        self.frozen_until = {}
        self.issued, self.redeemed = 2 * banks_money, 0

    def periods(self, who):
        date = datetime.fromtimestamp(self.now_ms / 1000, UTC) + timedelta(hours=7)
        return (OWNERS[who][0], date.date()), (OWNERS[who][0], date.year, date.month)

    def room(self, who):
        holder = OWNERS[who][0]
        mine = [name for name, owner in OWNERS.items() if owner[0] == holder]
        owned = sum(self.money[name] + self.held[name] for name in mine)
        return 10**18 if holder is None else LIMITS[holder][0] - owned

    def why_not_send(self, who, amount):
        owner = OWNERS[who][0]
        if self.now_ms < self.frozen_until.get(who, 0):
            return "FROZEN"
        if owner is not None:
            _, payment, day, month = LIMITS[owner]
            today, this_month = (self.sent.get(period, 0) for period in self.periods(who))
            limits = {"TX": payment, "DAY": day - today, "MONTH": month - this_month}
            over = [name for name, most in limits.items() if amount > most]
            if over:
                return f"{over[0]}_LIMIT"
        return "OK" if self.money[who] >= amount else "INSUFFICIENT_FUNDS"

    def count(self, who, amount):
        for period in self.periods(who):
            self.sent[period] = self.sent.get(period, 0) + amount

    def excess(self, payer, payee, amount):
        is_own = OWNERS[payer][0] == OWNERS[payee][0]
        return 0 if is_own else min(amount, max(0, amount - self.room(payee)))

    def receive(self, payer, payee, amount):
        excess = self.excess(payer, payee, amount)
        self.money[payee] += amount - excess
        self.money[LINKED.get(payee, payee)] += excess

    def why_not_pay(self, payer, payee, amount):
        if payer == payee:
            return "SELF_TRANSFER"
        code = self.why_not_send(payer, amount)
        is_full = payee not in LINKED and self.excess(payer, payee, amount) > 0
        return "HOLDING_LIMIT" if code == "OK" and is_full else code

    def pay(self, payer, payee, amount):
        code = self.why_not_pay(payer, payee, amount)
        if code == "OK":
            self.count(payer, amount)
            self.money[payer] -= amount
            self.receive(payer, payee, amount)
        return code

    def hold(self, payer, payee, amount):
        code = self.why_not_pay(payer, payee, amount)
        if code == "OK":
            self.count(payer, amount)
            self.money[payer] -= amount
            self.held[payer] += amount
        return code

    def end_hold(self, payer, payee, amount, *, is_paid):
        if is_paid and payee not in LINKED and self.excess(payer, payee, amount) > 0:
            return "HOLDING_LIMIT"
        self.held[payer] -= amount
        self.receive(payer, payee if is_paid else payer, amount)
        return "OK"

    def fund(self, bank, who, amount):
        if OWNERS[who][1] != bank:
            return "NOT_BANK"
        return "HOLDING_LIMIT" if amount > self.room(who) else self._shift(bank, who, amount)

    def defund(self, who, bank, amount):
        if OWNERS[who][1] != bank:
            return "NOT_BANK"
        return (
            "FROZEN"
            if self.now_ms < self.frozen_until.get(who, 0)
            else self._shift(who, bank, amount)
        )

    def _shift(self, source, target, amount):
        moved = amount if self.money[source] >= amount else 0
        self.money[source] -= moved
        self.money[target] += moved
        return "OK" if moved else "INSUFFICIENT_FUNDS"
