"""Random acts of all roles against the reference ledger: the same codes, money and limits."""

from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from contracts.cbdc.authority.messages import Freeze, Seize, Unfreeze
from contracts.cbdc.offline.messages import (
    OfflineCompensate,
    OfflineLoad,
    OfflineRegisterDevice,
    OfflineReport,
    OfflineSettle,
    OfflineVoucher,
    device_statement,
    offline_voucher_statement,
)
from contracts.cbdc.payments.messages import Transfer
from contracts.cbdc.wallets.messages import (
    Delegate,
    RecoverApprove,
    RecoverCancel,
    RecoverFinish,
    RecoverStart,
    TransferFor,
)
from contracts.tools.testing import key_of
from primitives.crypto import Signature
from tests.contracts.cbdc.money_flows import SHOP, Flows
from tests.contracts.cbdc.money_moves import amounts
from tests.contracts.cbdc.town import CHAIN, DAY_MS, HOUR_MS, Town, admin, name_of

ALICE = Town.address("alice")
LOADED_MAX, PAYMENTS_MAX = 400, 5
PER_PAYMENT, PER_DAY = 150, 250
UNSIGNED = Signature(bytes(64))
watched = st.sampled_from(["alice", "bob", "shop"])


@dataclass
class Phone:
    """Alice's device; `used` are the payments that were settled, by number."""

    name: str
    expires_ms: int
    ends_ms: int
    loaded: int = 0
    left: int = 0
    is_revoked: bool = False
    used: dict = field(default_factory=dict)

    def signed(self, number, payee, amount):
        """A payment that the device has signed."""
        key = key_of(self.name)
        made = OfflineVoucher(
            key.public_key, number, Town.address(payee), amount, bytes(16), UNSIGNED
        )
        return replace(made, signature=key.sign(*offline_voucher_statement(CHAIN, made)))


class Devices(Flows):
    """Offline payments of alice."""

    def __init__(self):
        super().__init__()
        self.certify()

    def certify(self):
        now = self.town.now
        name = self.town.reference()
        key = key_of(name)
        msg = OfflineRegisterDevice(key.public_key, ALICE, now + 72 * HOUR_MS, UNSIGNED)
        proof = key.sign(*device_statement(CHAIN, msg))
        code = self.act("kbank", replace(msg, proof=proof))

        assert code == self.reference.why_not_leave("alice")
        if not code:
            phone = Phone(name, now + 72 * HOUR_MS, now + 144 * HOUR_MS)
            self.phone = phone
            self.reference.due[key.public_key] = (phone.ends_ms, lambda: self.end_phone(phone))

    def end_phone(self, phone):
        """What is left returns to alice."""
        self.reference.take_out("offline", "alice", "alice", "alice", phone.left)
        phone.left = 0

    def why_not_pay_offline(self):
        """Why the device pays nothing now."""
        revoked = "DEVICE_REVOKED" * (self.phone.is_revoked and self.is_known)
        return revoked or "DEVICE_EXPIRED" * (self.town.now >= self.phone.ends_ms)

    @property
    def is_known(self):
        """Whether the device's end has not come yet."""
        return key_of(self.phone.name).public_key in self.reference.due

    @rule(amount=amounts, is_new=st.booleans())
    def load(self, amount, is_new):
        if is_new and (self.phone.is_revoked or self.town.now >= self.phone.expires_ms):
            self.certify()
        code = self.act("alice", OfflineLoad(key_of(self.phone.name).public_key, amount))

        expired = "DEVICE_EXPIRED" * (self.town.now >= self.phone.expires_ms)
        over = "LOAD_LIMIT" * (self.phone.loaded + amount > LOADED_MAX)
        refused = self.why_not_pay_offline() or expired or over
        assert code == (refused or self.reference.set_aside("offline", "alice", None, amount))
        if not code:
            self.phone.loaded += amount
            self.phone.left += amount

    @rule(data=st.data(), number=st.integers(1, 6), payee=st.sampled_from(["shop", "bob", "alice"]))
    def settle(self, data, number, payee):
        amount = data.draw(st.integers(1, self.phone.left + 1))
        code = self.act(payee, OfflineSettle((self.phone.signed(number, payee, amount),)))

        assert code == (
            self.why_not_pay_offline()
            or self.why_used(number, (payee, amount))
            or "VOUCHER_NUMBER" * (number > PAYMENTS_MAX)
            or "DEVICE_SHORT" * (amount > self.phone.left)
            or "SELF_TRANSFER" * (payee == "alice")
            or self.reference.take_out("offline", "alice", "alice", payee, amount)
        )
        if not code:
            self.phone.left -= amount
            self.phone.used.setdefault(number, []).append((payee, amount))

    def why_used(self, number, payment):
        """Why a number pays no more."""
        used = self.phone.used.get(number)
        if used is None:
            return ""
        return "ALREADY_SETTLED" if payment in used else "DOUBLE_SPEND"

    @precondition(lambda self: self.phone.used)
    @rule(number=st.integers(1, 6), first=amounts, second=amounts)
    def report(self, number, first, second):
        pair = [self.phone.signed(number, "shop", amount) for amount in (first, second)]
        code = self.act("bob", OfflineReport(*pair))

        assert code == ("NO_CONFLICT" * (first == second) or self.why_not_pay_offline())
        self.phone.is_revoked |= not code

    @precondition(lambda self: self.phone.used)
    @rule(number=st.integers(1, 6), payee=st.sampled_from(["shop", "bob"]), amount=amounts)
    def compensate(self, number, payee, amount):
        code = self.act("kbank", OfflineCompensate(self.phone.signed(number, payee, amount)))

        is_revoked = self.phone.is_revoked and self.is_known
        paid = min(amount, self.phone.left)
        assert code == (
            "DEVICE_NOT_REVOKED" * (not is_revoked)
            or "DEVICE_EXPIRED" * (self.town.now >= self.phone.ends_ms)
            or "VOUCHER_NUMBER" * (number > PAYMENTS_MAX)
            or "LOAD_LIMIT" * (amount > LOADED_MAX)
            or "ALREADY_SETTLED" * ((payee, amount) in self.phone.used.get(number, []))
            or self.reference.take_out("offline", "alice", "alice", payee, paid)
        )
        if not code:
            self.phone.left -= paid
            self.phone.used.setdefault(number, []).append((payee, amount))


class AllRoles(Devices):
    """Everyone: also delegates, supervisors, the court, and keys that are lost."""

    def __init__(self):
        super().__init__()
        self.spent = None  # by alice's delegate, by day; None: there is no delegate
        self.recovery = None  # the new keys' name, and when they may begin

    @rule(who=watched, hours=st.integers(1, 72))
    def freeze(self, who, hours):
        order = name_of(self.town.reference())
        until = self.town.now + hours * HOUR_MS
        code = self.act("sec", Freeze("sec", Town.address(who), "out", order, until))

        assert code == ("ALREADY_FROZEN" if self.is_frozen(who) else "")
        if not code:
            self.reference.frozen_until[who] = until

    @rule(who=watched)
    def unfreeze(self, who):
        code = self.act("etda", Unfreeze("etda", Town.address(who)))

        assert code == ("" if self.is_frozen(who) else "NOT_FROZEN")
        self.reference.frozen_until[who] = 0

    def is_frozen(self, who):
        """Whether an order stops what leaves a wallet."""
        return self.reference.now_ms < self.reference.frozen_until[who]

    @precondition(lambda self: self.reference.frozen_until.total() > 0)
    @rule(who=watched, amount=amounts)
    def seize(self, who, amount):
        order = name_of(self.town.reference())
        code = self.act("court", Seize(Town.address(who), amount, order, admin("welfare")))

        loose = "NOT_FROZEN" * (not self.is_frozen(who))
        assert code == (loose or self.reference.move(who, "welfare", amount))

    @rule()
    def delegate(self):
        until = self.town.now + 300 * DAY_MS
        helper = Town.address("helper")
        code = self.act("alice", Delegate(helper, PER_PAYMENT, PER_DAY, (), until))

        assert code == ""
        self.spent = self.spent or {}

    @rule(amount=amounts)
    def pay_for(self, amount):
        code = self.act("helper", TransferFor(ALICE, SHOP, amount, "", None))

        day = (self.town.now + 7 * HOUR_MS) // DAY_MS
        if self.spent is None:
            assert code == "NO_DELEGATION"
            return
        spent = self.spent.get(day, 0) + amount
        over = "DELEGATE_TX_LIMIT" * (amount > PER_PAYMENT)
        over = over or "DELEGATE_DAY_LIMIT" * (spent > PER_DAY)
        assert code == (over or self.reference.pay("alice", "shop", amount))
        if not code:
            self.spent[day] = spent

    @rule()
    def lose_keys(self):
        name = self.town.reference()
        start = RecoverStart("kbank", ALICE, Town.address(name), name_of("case"))
        code = self.act("kbank", start)

        assert code == ("IN_RECOVERY" if self.recovery else "")
        if not code:
            assert self.act("sec", RecoverApprove("sec", ALICE, name_of("case"))) == ""
            self.recovery = (name, self.town.now + 72 * HOUR_MS)
            self.reference.recovering.add("alice")

    @rule(is_cancelled=st.booleans(), days=st.sampled_from([0, 3]))
    def end_recovery(self, is_cancelled, days):
        if days:
            self.wait(days * DAY_MS)
        msg = RecoverCancel(ALICE) if is_cancelled else RecoverFinish("kbank", ALICE)
        code = self.act("kbank", msg)

        name, ends_ms = self.recovery or ("", 0)
        early = "RECOVERY_TOO_EARLY" * (not is_cancelled and self.town.now < ends_ms)
        assert code == (early if self.recovery else "UNKNOWN_RECOVERY")
        if not code:
            self.recovery = None
            self.reference.recovering.discard("alice")
        if not code and not is_cancelled:
            old = self.keys.get("alice", "alice")
            self.keys |= {"alice": name, "old": old}
            self.spent = None
            assert self.act("old", Transfer(SHOP, 1, "")) == "KEY_REPLACED"


TestAllRoles = AllRoles.TestCase
TestAllRoles.settings = settings(max_examples=40, stateful_step_count=60, deadline=None)
