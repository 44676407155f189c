"""Random payments against a model of twenty lines: money is conserved, errors are the same."""

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.cbdc.authority.messages import Issue, Redeem
from contracts.cbdc.payments.messages import Transfer
from primitives.errors import Rejected
from tests.contracts.ledgers import empty_ledger

NAMES = ["bank", "alice", "bob", "carol"]
CAP = 500

people = st.sampled_from(NAMES)
amounts = st.integers(1, 200)
references = st.sampled_from(["R1", "R2", "R3", "R4", "R5", "R6"])
steps = st.one_of(
    st.tuples(st.just("issue"), people, people, amounts, references),
    st.tuples(st.just("redeem"), people, people, amounts, references),
    st.tuples(st.just("transfer"), people, people, amounts, references),
)


class Model:
    def __init__(self):
        self.money = dict.fromkeys(NAMES, 0)
        self.used = set()

    def step(self, kind, who, to, amount, reference):
        scope = (kind, who, reference)
        if kind == "issue" and who != "bank":
            return "NOT_ALLOWED"
        if kind == "transfer" and who == to:
            return "SELF_TRANSFER"
        if kind != "transfer" and scope in self.used:
            return "REFERENCE_REUSED"
        if kind == "issue" and sum(self.money.values()) + amount > CAP:
            return "SUPPLY_CAP_EXCEEDED"
        if kind != "issue" and self.money[who] < amount:
            return "INSUFFICIENT_FUNDS"
        self.money[who] -= 0 if kind == "issue" else amount
        self.money[to] += 0 if kind == "redeem" else amount
        self.used |= set() if kind == "transfer" else {scope}
        return "OK"


def message_of(ledger, kind, to, amount, reference):
    if kind == "issue":
        return Issue(ledger.address(to), amount, reference)
    if kind == "redeem":
        return Redeem(amount, reference)
    return Transfer(ledger.address(to), amount, reference)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=25))
def test_any_sequence_of_payments_conserves_money_and_agrees_with_the_model(sequence):
    ledger, model = empty_ledger(supply_satang_max=CAP), Model()

    for kind, who, to, amount, reference in sequence:
        try:
            ledger.as_(who).execute(message_of(ledger, kind, to, amount, reference))
            code = "OK"
        except Rejected as refusal:
            code = refusal.code
        assert code == model.step(kind, who, to, amount, reference)
        assert ledger.next_block() == ()

    found = {name: ledger.query("cbdc", "balance", ledger.address(name)) for name in NAMES}
    assert found == model.money
    issued, redeemed, outstanding, accounted, is_paused = ledger.query("cbdc", "supply")[:5]
    assert issued - redeemed == outstanding == accounted == sum(model.money.values())
    assert is_paused is False
