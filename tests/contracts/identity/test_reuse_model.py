"""Random sign-ons, limits, whitelists and ends against the rule in plain words."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.identity.core.messages import TIME_GRAIN_S
from contracts.identity.nodes.messages import SetNodeLimits, SetNodeStatus, SetWhitelist
from contracts.identity.sessions.messages import EndSession
from primitives.errors import Rejected
from tests.contracts.identity.scenes import opened, signed_on
from tests.contracts.identity.signing import CID, name_of, reusing, signing_off
from tests.contracts.identity.world import World

AGES_S_MAX = {220: 3600, 210: 8 * 3600}  # by AAL, of the first level table
SESSION_S = 8 * 3600
ASKED = {"idps": ("kbank", "paotang"), "min_idp": 1}  # paotang may give every level


class Model:
    """What the four conditions say of one session at IAL 2.3 and AAL 2.2."""

    def __init__(self, now):
        self.kept_at, self.auth_time = now, now - now % TIME_GRAIN_S
        self.idp, self.limits = "active", (230, 220)
        self.whitelist, self.is_ended = (), False

    def is_live(self, now):
        is_over = self.is_ended or now >= self.kept_at + SESSION_S
        return not is_over and self.idp == "active"

    def holds(self, now, terms):
        is_live, age = self.is_live(now), now - self.auth_time
        most = min(terms["max_age_s"], AGES_S_MAX[self.limits[1]])
        return (
            is_live and terms["min_ial"] <= self.limits[0],
            is_live and terms["min_aal"] <= self.limits[1] and age <= most,
            terms["purpose"] == "tax" and terms["mode"] == "reuse_ok",
            self.whitelist == () or "kbank" in self.whitelist,
        )


class Reuse(RuleBasedStateMachine):
    """Drives one citizen's session, and the model alike."""

    @initialize()
    def begin(self):
        self.world = World()
        self.world.wait(TIME_GRAIN_S - self.world.now % TIME_GRAIN_S)
        signed_on(self.world)
        self.model = Model(self.world.now)
        self.count = 0

    def is_done(self, name, message):
        before = dict(self.world.ledger.state.committed)
        try:
            self.world.do_as(name, message)
        except Rejected:
            assert self.world.ledger.state.committed == before
            return False
        return True

    def next_label(self, kind):
        self.count += 1
        return f"{kind}-{self.count}"

    @rule(
        min_ial=st.sampled_from([210, 230, 300]),
        min_aal=st.sampled_from([210, 220, 300]),
        max_age_s=st.sampled_from([60, 3600, 86_400]),
        purpose=st.sampled_from(["tax", "payment"]),
        mode=st.sampled_from(["reuse_ok", "reuse_ok", "fresh", "step_up"]),
    )
    def reuse(self, **terms):
        if self.model.whitelist and "kbank" not in self.model.whitelist:
            return  # No request to this IdP could be opened; the whitelist rule covers the rest.
        asked = opened(self.world, self.next_label("R"), agency="nhso", **(ASKED | terms))

        check = self.world.ask("reuse_check", name_of("S"), asked.req_id)
        is_done = self.is_done("kbank-admin", reusing("S", asked))

        holds = self.model.holds(self.world.now, terms)
        assert check[:4] == holds
        assert is_done == all(holds)

    @rule()
    def whitelist_between_request_and_answer(self):
        if self.model.whitelist:
            return
        asked = opened(self.world, self.next_label("R"), agency="nhso", **ASKED)
        self.world.do("nhso", SetWhitelist("nhso", ("paotang",)))

        assert not self.is_done("kbank-admin", reusing("S", asked))

        self.world.do("nhso", SetWhitelist("nhso", ()))

    @rule(status=st.sampled_from(["active", "suspended"]))
    def change_idp(self, status):
        if self.model.idp != status:
            self.world.do("etda", SetNodeStatus("kbank", status, ""))
            self.model.idp = status

    @rule(limits=st.sampled_from([(230, 220), (210, 220), (230, 210)]))
    def change_limits(self, limits):
        self.world.do("etda", SetNodeLimits("kbank", *limits, (CID,)))
        self.model.limits = limits

    @precondition(lambda self: self.count > 3)
    @rule()
    def end_session(self):
        if self.model.idp == "active" and not self.model.is_ended:
            self.world.do("kbank", EndSession("kbank", name_of("S")))
            self.model.is_ended = True

    @precondition(lambda self: self.count > 3)
    @rule()
    def sign_off(self):
        expected = not self.model.is_ended
        assert self.is_done("anyone", signing_off("S")) == expected
        self.model.is_ended = True

    @rule(seconds=st.sampled_from([1, 60, 1800, 3 * 3600, SESSION_S]))
    def wait(self, seconds):
        self.world.wait(seconds)

    @invariant()
    def the_session_agrees(self):
        if not hasattr(self, "model"):
            return
        is_live = self.model.is_live(self.world.now)
        assert self.world.ask("session", name_of("S"))[1] == is_live


TestReuse = Reuse.TestCase
TestReuse.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
