"""Random acts on the ledger and in a short model: the same codes, custody, states, deadlines."""

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.complaints.first_templates import CITY
from contracts.complaints.forms import Limits
from contracts.complaints.messages import (
    Accept,
    AcceptTransfer,
    Appeal,
    AskCitizen,
    Assign,
    CancelTransfer,
    Decide,
    OfferTransfer,
    Rate,
    RejectTransfer,
    Reopen,
    Resolve,
    Resume,
    SetStage,
    SetTemplate,
    Withdraw,
)
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


class ComplaintsMachine(RuleBasedStateMachine):
    """Every act is done on the ledger and in the model; the codes must agree."""

    @initialize()
    def begin(self):
        self.world, self.model = World(), Model()
        self.items, self.past = 0, {}
        self.world.do("etda", SetTemplate(replace(CITY, version=2, limits=LIMITS)))
        self.file("p", "khet")
        self.file("q", "water")

    def item(self):
        self.items += 1
        return item(f"{self.items}")

    def holder(self, name):
        """Who holds a case; anyone when there is none."""
        known = self.model.cases.get(name)
        return known.chain[-1] if known else AGENCIES[0]

    def by(self, name, agency, is_holder):
        return self.holder(name) if is_holder else agency

    def same(self, who, message, *expected):
        before = dict(self.world.ledger.state.committed)
        try:
            self.world.do_as(who, message)
            code = "OK"
        except Rejected as refusal:
            code = refusal.code
            assert self.world.ledger.state.committed == before
        assert code == self.model.run(*expected)

    def file(self, name, agency):
        self.same("anong", filing(name, agency=agency, version=2), "file", name, agency)

    @rule(name=cases, agency=agencies, is_holder=holds)
    def accept(self, name, agency, is_holder):
        by = self.by(name, agency, is_holder)
        self.same(f"{by}-admin", Accept(ident(name)), "act", "accept", name, by)

    @rule(name=cases, agency=agencies, is_holder=holds)
    def set_stage(self, name, agency, is_holder):
        by, view = self.by(name, agency, is_holder), self.world.case(name)
        stage = NEXT.get(view["stage"], "study") if view else "study"
        message = SetStage(ident(name), stage, None)
        self.same(f"{by}-admin", message, "act", "stage", name, by)

    @rule(name=cases, agency=agencies, is_holder=holds)
    def ask(self, name, agency, is_holder):
        by = self.by(name, agency, is_holder)
        message = AskCitizen(ident(name), self.item())
        self.same(f"{by}-admin", message, "act", "ask", name, by)

    @rule(name=cases, agency=agencies, is_holder=holds)
    def resume(self, name, agency, is_holder):
        by = self.by(name, agency, is_holder)
        self.same(f"{by}-admin", Resume(ident(name)), "act", "resume", name, by)

    @rule(name=cases, agency=agencies, is_holder=holds)
    def resolve(self, name, agency, is_holder):
        by = self.by(name, agency, is_holder)
        message = Resolve(ident(name), "fixed", self.item())
        self.same(f"{by}-admin", message, "act", "resolve", name, by)

    @rule(name=cases, is_resolved=st.booleans())
    def work(self, name, is_resolved):
        self.accept(name, "", True)
        self.set_stage(name, "", True)
        if is_resolved:
            self.resolve(name, "", True)

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
            number = known.offer[0]
            by = known.chain[-1]
            self.world.do(by, CancelTransfer(ident(name), number))
            known.offer = None
            del known.due["transfer"]

    @rule(name=cases, to=agencies)
    def assign(self, name, to):
        message = Assign(ident(name), "etda", to, "late")
        self.same("etda-admin", message, "assign", name, to)

    @rule(name=cases, to=agencies, seconds=waits)
    def lapse_and_assign(self, name, to, seconds):
        self.offer(name, to, "roads", True)
        self.end_block(seconds)
        self.end_block(1)
        self.assign(name, to)

    @rule(name=cases, stars=st.integers(1, 5))
    def rate(self, name, stars):
        self.same("anong", Rate(ident(name), stars), "act", "rate", name)

    @rule(name=cases)
    def appeal(self, name):
        self.same("anong", Appeal(ident(name), self.item()), "act", "appeal", name)

    @rule(name=cases, decision=st.sampled_from(["uphold", "reopen", *AGENCIES]))
    def decide(self, name, decision):
        word = "reassign" if decision in AGENCIES else decision
        to = decision if decision in AGENCIES else ""
        message = Decide(ident(name), "etda", word, to)
        self.same("etda-admin", message, "act", "decide", name, None, decision)

    @rule(name=cases, decision=st.sampled_from(["uphold", "reopen", *AGENCIES]))
    def appeal_and_decide(self, name, decision):
        self.appeal(name)
        self.decide(name, decision)

    @rule(name=cases)
    def reopen(self, name):
        self.same("anong", Reopen(ident(name), ""), "act", "reopen", name)

    @rule(name=cases, is_done=rarely)
    def withdraw(self, name, is_done):
        if is_done:
            self.same("anong", Withdraw(ident(name)), "act", "withdraw", name)

    @rule(seconds=waits)
    def end_block(self, seconds):
        for name, case in self.model.cases.items():
            self.past[name, self.world.height] = case.chain[-1]
        self.world.wait(seconds)
        self.model.end_block(seconds)

    @invariant()
    def cases_are_the_models(self):
        for name, case in self.model.cases.items():
            view = self.world.case(name)
            is_lapsed = case.due.get("transfer", self.model.now) < self.model.now
            offer = None if is_lapsed or case.offer is None else (*case.offer, "pipe")
            assert (view["holder"], view["state"]) == (case.chain[-1], case.state)
            assert (view["offer"], view["escalations"]) == (offer, case.escalations)
            assert (view["hops"], view["reopens"]) == (case.counts["hop"], case.counts["reopen"])

    @invariant()
    def deadlines_are_the_models(self):
        for name, case in self.model.cases.items():
            lines = self.world.named("deadlines", "Deadline", ident(name))
            left = {line["clock"]: line["left_ms"] // 1000 for line in lines if line["due_ms"]}
            missed = {line["clock"] for line in lines if line["is_missed"]}
            now = self.model.now
            over = {one for one, due in case.due.items() if due < now and one != "closing"}
            assert left == {clock: due - now for clock, due in case.due.items()}
            assert missed == case.missed | over

    @invariant()
    def every_case_had_one_holder_at_every_block(self):
        for name, case in self.model.cases.items():
            chain = self.world.named("custody_page", "CustodyLine", ident(name), 0, 100)
            heights = [line["from_height"] for line in chain]
            assert [line["holder"] for line in chain] == case.chain
            assert heights == sorted(heights)
            assert [line["number"] for line in chain] == list(range(1, len(chain) + 1))
        self.check_past(list(self.past)[-2:])

    def teardown(self):
        self.check_past(list(self.past) if hasattr(self, "past") else [])

    def check_past(self, blocks):
        for name, height in blocks:
            holder = self.past[name, height]
            assert self.world.ask("holder_at", ident(name), height) == holder


ComplaintsMachine.TestCase.settings = settings(
    max_examples=30, stateful_step_count=40, deadline=None
)
TestComplaints = ComplaintsMachine.TestCase
