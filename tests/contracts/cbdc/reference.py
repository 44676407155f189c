"""The digital baht in a page: what every act must answer, written without the contract's code.

Amounts are satang, times ms. An act returns the code of its refusal, "" when it is done.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta

BANK_OF = {"alice": "kbank", "purse": "kbank", "bob": "scb", "shop": "scb", "welfare": "kbank"}
NAMES = (*BANK_OF, "kbank", "scb")
HOLDER_OF = {"alice": "A", "purse": "A", "bob": "B", "shop": "S"}  # the others have no limits
LINKED = {"shop": "scb"}  # what it may not keep goes to its bank
FREE = 10**17
# holder -> most owned, at once, a day, a month
LIMITS = {"A": (1_000, 300, 350, 900), "B": (600, 200, 250, 500), "S": (700, FREE, FREE, FREE)}
OVER = ("TX_LIMIT", "DAY_LIMIT", "MONTH_LIMIT", "INSUFFICIENT_FUNDS")
POOLS = ("held", "vouchers", "offline")


class Reference:
    """Balances, pools, limits and supply of the wallets above."""

    def __init__(self, now_ms, banks_money):
        self.now_ms = now_ms
        self.money = Counter(kbank=banks_money, scb=banks_money)
        self.pools = {pool: Counter() for pool in POOLS}
        self.sent = Counter()  # (holder, day or month) -> satang
        self.frozen_until, self.recovering = Counter(), set()
        self.due = {}  # id -> (when, what then happens)
        self.rows = set()  # (payer, series, reference) that were paid
        self.issued, self.redeemed = 2 * banks_money, 0

    def left(self, who):
        """What the holder may pay at once, today, this month, and receive."""
        if who not in HOLDER_OF:
            return FREE, FREE, FREE, FREE
        most, at_once, day, month = LIMITS[HOLDER_OF[who]]
        mine = [name for name in HOLDER_OF if HOLDER_OF[name] == HOLDER_OF[who]]
        parts = (self.money, self.pools["held"], self.pools["offline"])
        owned = sum(part[name] for part in parts for name in mine)
        today, in_month = (self.sent[period] for period in periods(who, self.now_ms))
        return at_once, day - today, month - in_month, most - owned

    def why_not_leave(self, who):
        is_frozen = self.now_ms < self.frozen_until[who]
        return "IN_RECOVERY" if who in self.recovering else "FROZEN" * is_frozen

    def why_not_send(self, who, amount):
        most = zip(OVER, (*self.left(who)[:3], self.money[who]), strict=True)
        over = [code for code, satang in most if amount > satang]
        return self.why_not_leave(who) or next(iter(over), "")

    def why_not_keep(self, payer, payee, amount):
        return "HOLDING_LIMIT" * (payee not in LINKED and self._excess(payer, payee, amount) > 0)

    def why_not_pay(self, payer, payee, amount):
        code = "SELF_TRANSFER" * (payer == payee) or self.why_not_send(payer, amount)
        return code or self.why_not_keep(payer, payee, amount)

    def pay(self, payer, payee, amount):
        code = self.why_not_pay(payer, payee, amount)
        return code or self._credit(payer, payee, self._sent(payer, amount))

    def set_aside(self, pool, payer, payee, amount):
        """A hold, which has a payee; a voucher or a loaded device, which have none."""
        code = self.why_not_pay(payer, payee, amount) if payee else self.why_not_send(payer, amount)
        self.pools[pool][payer] += 0 if code else self._sent(payer, amount)
        return code

    def take_out(self, pool, owner, payer, payee, amount):
        """Pay what `owner` has in a pool; `payer` is who pays, whoever the money is kept under."""
        code = self.why_not_keep(payer, payee, amount)
        self.pools[pool][owner] -= 0 if code else amount
        return code or self._credit(payer, payee, amount)

    def fund(self, bank, who, amount):
        code = "NOT_BANK" * (BANK_OF[who] != bank)
        code = code or "HOLDING_LIMIT" * (amount > self.left(who)[3])
        return code or self.move(bank, who, amount)

    def defund(self, who, bank, amount):
        code = "NOT_BANK" * (BANK_OF[who] != bank) or self.why_not_leave(who)
        return code or self.move(who, bank, amount)

    def move(self, source, target, amount):
        """Move what no limit counts."""
        if self.money[source] < amount:
            return "INSUFFICIENT_FUNDS"
        self.money[source] -= amount
        return self._credit(source, target, amount)

    def end_block(self, ms):
        """Do what is due, in order of time and then of ids; begin a block so much later."""
        due = sorted((when, name, act) for name, (when, act) in self.due.items())
        for _, name, act in [one for one in due if one[0] <= self.now_ms]:
            del self.due[name]
            act()
        self.now_ms += ms

    def _sent(self, who, amount):
        self.money[who] -= amount
        self.sent.update(dict.fromkeys(periods(who, self.now_ms), amount))
        return amount

    def _credit(self, payer, payee, amount):
        excess = self._excess(payer, payee, amount)
        self.money[payee] += amount - excess
        self.money[LINKED.get(payee, payee)] += excess
        return ""

    def _excess(self, payer, payee, amount):
        is_own = HOLDER_OF.get(payer) == HOLDER_OF.get(payee)
        return 0 if is_own else min(amount, max(0, amount - self.left(payee)[3]))


def give_back(reference, payer, amount, counted):
    """Return held money to its payer; it counts no more in the day and month of then."""
    code = reference.take_out("held", payer, payer, payer, amount)
    reference.sent.subtract(dict.fromkeys(counted, amount))
    return code


def pay_row(reference, payer, row, line):
    """Pay a line of a batch, a payee and an amount; what names it serves its payer once."""
    name = (payer, *row)
    code = "REFERENCE_REUSED" * (name in reference.rows) or reference.pay(payer, *line)
    reference.rows |= set() if code else {name}
    return code


def periods(who, now_ms):
    """The Bangkok day and month of a holder."""
    date = datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(hours=7)
    holder = HOLDER_OF.get(who)
    return (holder, date.date()), (holder, date.year, date.month)
