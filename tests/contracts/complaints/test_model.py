"""Random acts on the ledger and in a short model: the same codes, custody, states, deadlines."""

from dataclasses import replace
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.complaints.core.messages import Limits
from contracts.complaints.reviews.messages import Appeal, Decide, Rate, Reopen, Withdraw
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.templates.messages import SetTemplate
from contracts.complaints.transfers.messages import (
    AcceptTransfer,
    Assign,
    CancelTransfer,
    OfferTransfer,
    RejectTransfer,
)
from contracts.complaints.work.messages import Accept, AskCitizen, Resolve, Resume, SetStage
from primitives.errors import Rejected
from tests.contracts.complaints.model import PAUSE, SECONDS, Model
from tests.contracts.complaints.world import World, filing, ident, item

CASES = ("p", "p", "p", "p", "q", "q", "q", "unfiled")
AGENCIES = ("khet", "water", "roads")
NONE = "none"
LIMITS = Limits(
    SECONDS["acceptance"],
    SECONDS["transfer"],
    SECONDS["interim"],
    SECONDS["resolution"],
    SECONDS["closing"],
    PAUSE,
    2,
    2,
)
NEXT = {"waiting": "in-progress", "in-progress": "study", "study": "in-progress"}

cases = st.sampled_from(CASES)
agencies = st.sampled_from(AGENCIES)
recent = st.sampled_from([0, 0, 0, 1])  # how many offers back
holds = st.sampled_from([True, True, True, False])  # whether the holder itself acts


rarely = st.sampled_from([False] * 7 + [True])
waits = st.sampled_from([1, 4, 5, 6, 9, 21])


def stage_of(world, name):
    """A stage that the template lets the case reach next."""
    view = world.case(name)
    return NEXT.get(view["stage"], "study") if view else "study"


HOLDER_ACTS = {
    "accept": lambda _world, name, _item: Accept(ident(name)),
    "stage": lambda world, name, _item: SetStage(ident(name), stage_of(world, name), None),
    "ask": lambda _world, name, content: AskCitizen(ident(name), content),
    "resume": lambda _world, name, _item: Resume(ident(name)),
    "resolve": lambda _world, name, content: Resolve(ident(name), "fixed", content),
}
CITIZEN_ACTS = {
    "rate": lambda name, _item: Rate(ident(name), 4),
    "appeal": lambda name, content: Appeal(ident(name), content),
    "reopen": lambda name, _item: Reopen(ident(name), ""),
    "withdraw": lambda name, _item: Withdraw(ident(name)),
}


class ComplaintsMachine(RuleBasedStateMachine):
    """Every act is done on the ledger and in the model; the codes must agree."""

    @initialize()
    def begin(self):
        self.world, self.model = World(), Model()
        self.items, self.past = count(), {}
        self.world.do("etda", SetTemplate(replace(CITY, version=2, limits=LIMITS)))
        for name, agency in (("p", "khet"), ("q", "water")):
            message = filing(name, agency=agency, version=2)
            self.same("anong", message, "file", name, agency)

    def same(self, who, message, *expected):
        before = dict(self.world.ledger.state.committed)
        try:
            self.world.do_as(who, message)
            code = "OK"
        except Rejected as refusal:
            code = refusal.code
            assert self.world.ledger.state.committed == before
        assert code == self.model.run(*expected)

    def by(self, name, agency, is_holder):
        """The holder of a case, or another agency."""
        known = self.model.cases.get(name)
        return known.chain[-1] if known and is_holder else agency

    @rule(act=st.sampled_from(sorted(HOLDER_ACTS)), name=cases, agency=agencies, is_holder=holds)
    def holder_acts(self, act, name, agency, is_holder):
        by = self.by(name, agency, is_holder)
        message = HOLDER_ACTS[act](self.world, name, item(f"{next(self.items)}"))
        self.same(f"{by}-admin", message, "act", act, name, by)

    @rule(name=cases, end=st.sampled_from(["ask", "resolve", "stage"]), seconds=waits)
    def work(self, name, end, seconds):
        for act in ("accept", "stage", end):
            self.holder_acts(act, name, "khet", True)
        self.end_block(seconds)
        if end == "ask":
            self.holder_acts("resume", name, "khet", True)
        if end == "resolve":
            self.citizen_acts("rate", name, False)

    @rule(act=st.sampled_from(sorted(CITIZEN_ACTS)), name=cases, is_done=rarely)
    def citizen_acts(self, act, name, is_done):
        if act != "withdraw" or is_done:
            message = CITIZEN_ACTS[act](name, item(f"{next(self.items)}"))
            self.same("anong", message, "act", act, name)

    @rule(name=cases, agency=agencies, to=agencies, is_holder=holds)
    def offer(self, name, agency, to, is_holder):
        by = self.by(name, agency, is_holder)
        message = OfferTransfer(ident(name), to, "pipe")
        self.same(f"{by}-admin", message, "offer", name, by, to)

    @rule(name=cases, agency=agencies, back=recent, is_taken=st.booleans(), is_asked=holds)
    def answer(self, name, agency, back, is_taken, is_asked):
        known = self.model.cases.get(name)
        number = max(1, known.counts["offer"] - back) if known else 1
        by = known.offer[1] if known and known.offer and is_asked else agency
        take = AcceptTransfer(ident(name), number)
        message = take if is_taken else RejectTransfer(ident(name), number, "no")
        self.same(f"{by}-admin", message, "answer", name, by, number, is_taken)

    @rule(name=cases, to=agencies, back=recent, is_taken=holds, seconds=waits)
    def transfer(self, name, to, back, is_taken, seconds):
        self.offer(name, to, to, True)
        self.end_block(seconds)
        self.answer(name, to, back, is_taken, True)

    @rule(name=cases, is_done=rarely)
    def cancel(self, name, is_done):
        known = self.model.cases.get(name)
        if is_done and known and known.offer and known.due["transfer"] >= self.model.now:
            self.world.do(known.chain[-1], CancelTransfer(ident(name), known.offer[0]))
            known.offer = None
            del known.due["transfer"]

    @rule(name=cases, to=agencies, is_late=st.booleans(), seconds=waits)
    def assign(self, name, to, is_late, seconds):
        if is_late:
            self.offer(name, to, "roads", True)
            self.end_block(seconds)
            self.end_block(1)
        message = Assign(ident(name), "etda", to, "late")
        self.same("etda-admin", message, "assign", name, to)

    @rule(name=cases, decision=st.sampled_from(["uphold", "reopen", *AGENCIES]), is_asked=holds)
    def decide(self, name, decision, is_asked):
        if is_asked:
            self.citizen_acts("appeal", name, True)
        to = decision if decision in AGENCIES else ""
        message = Decide(ident(name), "etda", "reassign" if to else decision, to)
        self.same("etda-admin", message, "act", "decide", name, None, decision)

    @rule(seconds=waits)
    def end_block(self, seconds):
        for name, case in self.model.cases.items():
            self.past[name, self.world.height] = case.chain[-1]
        self.world.wait(seconds)
        self.model.end_block(seconds)

    @invariant()
    def cases_and_deadlines_are_the_models(self):
        for name, case in self.model.cases.items():
            view = self.world.case(name)
            is_lapsed = case.due.get("transfer", self.model.now) < self.model.now
            offer = None if is_lapsed or case.offer is None else (*case.offer, "pipe")
            assert (view["holder"], view["state"]) == (case.chain[-1], case.state)
            assert (view["offer"], view["escalations"]) == (offer, case.escalations)
            assert (view["hops"], view["reopens"]) == (case.counts["hop"], case.counts["reopen"])
            compare_deadlines(self.world, name, case, self.model.now)

    @invariant()
    def every_case_had_one_holder_at_every_block(self):
        for name, case in self.model.cases.items():
            chain = self.world.named("custody_page", "CustodyLine", ident(name), 0, 100)
            assert [line["holder"] for line in chain] == case.chain
            assert [line["number"] for line in chain] == list(range(1, len(chain) + 1))
            for (known, height), holder in self.past.items():
                held = [line["holder"] for line in chain if line["from_height"] <= height]
                assert known != name or held[-1] == holder
        for (name, height), holder in list(self.past.items())[-2:]:
            assert self.world.ask("holder_at", ident(name), height) == holder


def compare_deadlines(world, name, case, now):
    """Check that clocks, time left and missed deadlines are the model's."""
    lines = world.named("deadlines", "Deadline", ident(name))
    left = {line["clock"]: line["left_ms"] // 1000 for line in lines if line["due_ms"]}
    missed = {line["clock"] for line in lines if line["is_missed"]}
    over = {clock for clock, due in case.due.items() if due < now and clock != "closing"}
    assert left == {clock: due - now for clock, due in case.due.items()}
    assert missed == case.missed | over


ComplaintsMachine.TestCase.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None
)
TestComplaints = ComplaintsMachine.TestCase
