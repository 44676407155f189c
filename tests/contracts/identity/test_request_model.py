"""Random lives of a request against a model of a screen: the same states, the same refusals."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.identity.requests.messages import AcknowledgeRequest, CancelRequest, CloseRequest
from primitives.errors import Rejected
from tests.contracts.identity.scenes import answer, opened, state_of
from tests.contracts.identity.signing import consenting, releasing, withdrawing
from tests.contracts.identity.world import World

IDPS = ("kbank", "paotang")
FLOWING = ("open", "confirmed", "data_pending")
MOVES = {"acknowledge": AcknowledgeRequest, "close": CloseRequest, "cancel": CancelRequest}


class Model:
    """One request: what was answered, whether a consent is live, what was released."""

    def __init__(self, now, *, ttl_s, least, has_data):
        self.expires_at, self.least, self.has_data = now + ttl_s, least, has_data
        self.stored, self.answers = "open", {}
        self.consent, self.is_released = "none", False

    def state(self, now):
        return "expired" if self.stored in FLOWING and now >= self.expires_at else self.stored

    def refusal(self, now, *states):
        state = self.state(now)
        if state == "expired":
            return "REQUEST_EXPIRED"
        return None if state in states else "REQUEST_NOT_OPEN"

    def respond(self, now, idp, decision):
        if idp in self.answers:
            return "DUPLICATE_RESPONSE"
        if code := self.refusal(now, "open"):
            return code
        self.answers[idp] = decision
        given = list(self.answers.values())
        if "reject" in given:
            self.stored = "conflict" if "accept" in given else "rejected"
        elif given.count("accept") >= self.least:
            self.stored = "confirmed"
        elif given.count("error") > len(IDPS) - self.least:
            self.stored = "errored"
        return "OK"

    def grant(self, now):
        if self.consent == "taken back":
            return "TAKEN_BACK_BEFORE"
        if "kbank" not in self.answers:
            return "UNKNOWN_ANSWER"
        if self.answers["kbank"] != "accept":
            return "NOT_ACCEPTED"
        if code := self.refusal(now, "confirmed", "data_pending", "completed"):
            return code
        if self.consent == "granted":
            return "CONSENT_EXISTS"
        self.consent = "granted"
        if self.stored == "confirmed" and self.has_data:
            self.stored = "data_pending"
        return "OK"

    def withdraw(self):
        if self.consent == "taken back":
            return "TAKEN_BACK_BEFORE"
        if self.consent == "withdrawn":
            return "CONSENT_OVER"
        self.consent = "withdrawn" if self.consent == "granted" else "taken back"
        return "OK"

    def release(self, now):
        if not self.has_data:
            return "SOURCE_NOT_APPROVED"
        if self.is_released:
            return "DUPLICATE_RELEASE"
        if self.consent != "granted":
            return "NO_CONSENT"
        if code := self.refusal(now, "data_pending"):
            return code
        self.is_released = True
        return "OK"

    def acknowledge(self, now):
        if code := self.refusal(now, "confirmed", "data_pending"):
            return code
        if self.has_data and not self.is_released:
            return "DATA_MISSING"
        self.stored = "completed"
        return "OK"

    def close(self, now):
        if code := self.refusal(now, "completed"):
            return code
        self.stored = "closed"
        return "OK"

    def cancel(self, now):
        if code := self.refusal(now, *FLOWING):
            return code
        self.stored = "cancelled"
        return "OK"


class Requests(RuleBasedStateMachine):
    """Drives the contract and the model alike."""

    @initialize(least=st.integers(1, 2), has_data=st.booleans(), ttl_s=st.sampled_from([30, 600]))
    def begin(self, least, has_data, ttl_s):
        self.world = World()
        services = ("address",) if has_data else ()
        terms = {"idps": IDPS, "min_idp": least, "services": services, "ttl_s": ttl_s}
        self.asked = opened(self.world, "R", **terms)
        self.model = Model(self.world.now, ttl_s=ttl_s, least=least, has_data=has_data)
        self.reply = answer(self.world, self.asked)
        self.consents = 0

    def outcome(self, agency, message):
        before = dict(self.world.ledger.state.committed)
        try:
            self.world.do(agency, message)
        except Rejected as refusal:
            assert self.world.ledger.state.committed == before
            return refusal.code
        return "OK"

    @rule(idp=st.sampled_from(IDPS), decision=st.sampled_from(["accept", "reject", "error"]))
    def respond(self, idp, decision):
        message = answer(self.world, self.asked, agency=idp, decision=decision)
        expected = self.model.respond(self.world.now, idp, decision)
        assert self.outcome(idp, message) == expected

    @rule()
    def grant(self):
        label = f"C{self.consents}"
        end = self.world.now + 10_000
        message = consenting(label, self.asked, self.reply, end)
        code = self.outcome("kbank", message)
        self.consents += code == "OK"
        assert code == self.model.grant(self.world.now)

    @rule()
    def withdraw(self):
        label = f"C{max(self.consents - 1, 0)}"
        assert self.outcome("kbank", withdrawing(label)) == self.model.withdraw()

    @rule()
    def release(self):
        expected = self.model.release(self.world.now)
        assert self.outcome("dopa", releasing(self.asked)) == expected

    @rule(move=st.sampled_from(sorted(MOVES)))
    def move(self, move):
        expected = getattr(self.model, move)(self.world.now)
        assert self.outcome("rd", MOVES[move]("rd", self.asked.req_id)) == expected

    @rule(seconds=st.sampled_from([1, 15, 300]))
    def wait(self, seconds):
        self.world.wait(seconds)

    @invariant()
    def the_states_agree(self):
        if hasattr(self, "model"):
            assert state_of(self.world, "R") == self.model.state(self.world.now)


TestRequests = Requests.TestCase
TestRequests.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
