"""Random votes and officers against a short model: the same codes, members, roles and votes."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.governance.messages import (
    AddOfficer,
    Execute,
    RemoveOfficer,
    SetOfficerStatus,
    Vote,
    Withdraw,
)
from primitives.errors import Rejected
from tests.contracts.governance.ledgers import (
    admin,
    as_admin,
    ask,
    entry,
    kinds,
    ledger_of,
    proposal_of,
    status,
)

AGENCIES = ("a", "b", "c", "d")
PEOPLE = ("p", "q")
KINDS = (("validator",), ("bank",), ("validator", "bank"))

agencies = st.sampled_from(AGENCIES)
people = st.sampled_from(PEOPLE)
words = st.sampled_from(["active", "suspended"])
targets = st.one_of(words, st.sampled_from(KINDS))
lives = st.sampled_from([2_000, 20_000, 60_000])
recent = st.sampled_from([0, 0, 0, 1, 2, 99])  # how many proposals back; 99 is none


class Model:
    """Governance in forty lines: what each call would answer, and what it leaves."""

    def __init__(self):
        self.status = dict.fromkeys(AGENCIES, "active")
        self.kinds = dict.fromkeys(AGENCIES, KINDS[0]) | {"d": KINDS[1]}
        self.officers = {}
        self.proposals = {}
        self.votes = {}

    def members(self):
        return [a for a in AGENCIES if self.status[a] == "active" and "validator" in self.kinds[a]]

    def tally(self, number):
        cast = [self.votes.get((number, agency)) for agency in self.members()]
        return cast.count(True), cast.count(False), len(cast)

    def refuse_voter(self, agency):
        if "validator" not in self.kinds[agency]:
            return "NOT_MEMBER"
        return None if self.status[agency] == "active" else "AGENCY_SUSPENDED"

    def refuse_closed(self, number, now):
        if number not in self.proposals:
            return "UNKNOWN_PROPOSAL"
        if self.proposals[number]["status"] != "open":
            return "PROPOSAL_CLOSED"
        return "PROPOSAL_EXPIRED" if now >= self.proposals[number]["expires"] else None

    def officer(self, agency, person, wanted):
        if self.status[agency] != "active":
            return "AGENCY_SUSPENDED"
        if wanted == "add" and (agency, person) in self.officers:
            return "OFFICER_EXISTS"
        if wanted != "add" and (agency, person) not in self.officers:
            return "UNKNOWN_OFFICER"
        if wanted == "remove":
            del self.officers[agency, person]
            return "OK"
        word = "active" if wanted == "add" else wanted
        if self.officers.get((agency, person)) == word:
            return "UNCHANGED"
        self.officers[agency, person] = word
        return "OK"

    def propose(self, agency, proposal):
        refused = self.refuse_voter(agency)
        if refused is None:
            self.proposals[len(self.proposals) + 1] = proposal | {"by": agency, "status": "open"}
        return refused or "OK"

    def vote(self, agency, number, is_yes, now):
        refused = self.refuse_voter(agency) or self.refuse_closed(number, now)
        if refused is None and (number, agency) in self.votes:
            return "ALREADY_VOTED"
        if refused is None:
            self.votes[number, agency] = is_yes
        return refused or "OK"

    def withdraw(self, agency, number, now):
        if number not in self.proposals:
            return "UNKNOWN_PROPOSAL"
        if self.proposals[number]["by"] != agency:
            return "NOT_PROPOSER"
        refused = None if self.status[agency] == "active" else "AGENCY_SUSPENDED"
        refused = refused or self.refuse_closed(number, now)
        if refused is None:
            self.proposals[number] |= {"status": "withdrawn", "final": self.tally(number)}
        return refused or "OK"

    def execute(self, number, now):
        refused = self.refuse_closed(number, now)
        if refused is not None:
            return refused
        proposal, members = self.proposals[number], self.members()
        yes = sum(self.votes.get((number, a), False) for a in members)
        if now < proposal["from"]:
            return "BEFORE_ITS_TIME"
        if 3 * yes < 2 * len(members):
            return "NOT_ENOUGH_VOTES"
        final = self.tally(number)
        table = self.status if isinstance(proposal["to"], str) else self.kinds
        before = table[proposal["agency"]]
        if before == proposal["to"]:
            return "UNCHANGED"
        table[proposal["agency"]] = proposal["to"]
        if not self.members():
            table[proposal["agency"]] = before
            return "LAST_MEMBER"
        proposal |= {"status": "executed", "final": final}
        return "OK"


class GovernanceMachine(RuleBasedStateMachine):
    """Every call is made on the ledger and in the model; the codes must agree."""

    @initialize()
    def begin(self):
        self.ledger = ledger_of(*[entry(a, *Model().kinds[a]) for a in AGENCIES])
        self.model = Model()

    @property
    def now(self):
        return self.ledger.block.time_ms

    def number(self, back):
        """The proposal made `back` proposals ago; the next one's number when there is none."""
        made = len(self.model.proposals)
        return made - back if back < made else made + 1

    def same(self, agency, message, expected):
        before = dict(self.ledger.state.committed)
        try:
            as_admin(self.ledger, agency).execute(message)
            code = "OK"
        except Rejected as refusal:
            code = refusal.code
            assert self.ledger.state.committed == before
        assert code == expected

    @rule(agency=agencies, person=people, wanted=st.sampled_from(["add", "remove"]) | words)
    def change_officer(self, agency, person, wanted):
        account = self.ledger.address(person)
        message = {
            "add": AddOfficer(agency, account, ("teller",)),
            "remove": RemoveOfficer(agency, account),
        }.get(wanted, SetOfficerStatus(agency, account, wanted))
        self.same(agency, message, self.model.officer(agency, person, wanted))

    @rule(by=agencies, agency=agencies, to=targets, seconds=st.integers(1, 2), ms=lives)
    def propose(self, by, agency, to, seconds, ms):
        wanted = status(agency, to) if isinstance(to, str) else kinds(agency, *to)
        message = proposal_of(self.ledger, wanted, seconds=seconds, ms=ms)
        known = {"agency": agency, "to": to}
        known |= {"from": message.execute_at_ms, "expires": message.expires_at_ms}
        self.same(by, message, self.model.propose(by, known))

    @rule(agency=agencies, to=targets)
    def decide(self, agency, to):
        self.propose(self.model.members()[0], agency, to, 1, 60_000)
        self.all_vote_yes_and_execute(0, 1)

    @rule(agency=agencies, back=recent, is_yes=st.booleans())
    def vote(self, agency, back, is_yes):
        number = self.number(back)
        expected = self.model.vote(agency, number, is_yes, self.now)
        self.same(agency, Vote(number, is_yes), expected)

    @rule(back=recent, blocks=st.integers(0, 2))
    def all_vote_yes_and_execute(self, back, blocks):
        for agency in AGENCIES:
            self.vote(agency, back, True)
        for _ in range(blocks):
            self.ledger.next_block()
        self.execute(AGENCIES[0], back)

    @rule(agency=agencies, back=recent)
    def withdraw(self, agency, back):
        number = self.number(back)
        self.same(agency, Withdraw(number), self.model.withdraw(agency, number, self.now))

    @rule(agency=agencies, back=recent)
    def execute(self, agency, back):
        number = self.number(back)
        self.same(agency, Execute(number), self.model.execute(number, self.now))

    @rule(ms=st.sampled_from([500, 1_000, 5_000]))
    def next_block(self, ms):
        self.ledger.next_block(time_ms=ms)

    @invariant()
    def members_and_statuses_are_the_models(self):
        assert list(ask(self.ledger, "member_agencies")) == self.model.members()
        found = {a: ask(self.ledger, "agency", a) for a in AGENCIES}
        assert {a: found[a][5] for a in AGENCIES} == self.model.status
        assert {a: found[a][3] for a in AGENCIES} == self.model.kinds

    @invariant()
    def roles_are_the_models(self):
        for agency in AGENCIES:
            is_active = self.model.status[agency] == "active"
            assert ask(self.ledger, "has_role", admin(agency), agency, "teller") is is_active
            for person in PEOPLE:
                may = is_active and self.model.officers.get((agency, person)) == "active"
                address = self.ledger.address(person)
                assert ask(self.ledger, "has_role", address, agency, "teller") is may

    @invariant()
    def tallies_are_the_models(self):
        for number, proposal in self.model.proposals.items():
            *_, word, yes, no, members = ask(self.ledger, "proposal", number)
            assert (yes, no, members) == proposal.get("final", self.model.tally(number))
            is_over = proposal["status"] == "open" and self.now >= proposal["expires"]
            assert word == ("expired" if is_over else proposal["status"])


GovernanceMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
TestGovernance = GovernanceMachine.TestCase
