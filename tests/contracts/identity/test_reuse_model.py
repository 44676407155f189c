"""Random sign-ons, revocations, freezes and recoveries against the rule in plain words."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.identity.core.rules import HOLD_S
from contracts.identity.nodes.messages import SetNodeStatus, SetWhitelist
from contracts.identity.sessions.messages import EndSession
from contracts.identity.subjects.messages import FinishRecovery, SetSubjectStatus
from primitives.errors import Rejected
from tests.contracts.identity.scenes import (
    face_match,
    opened,
    proofed,
    set_attestation,
    signed_on,
)
from tests.contracts.identity.signing import name_of, recovering, reusing, vetoing
from tests.contracts.identity.world import World

SID = name_of("somchai")
AGE_S_MAX = 3600  # of a sign-on at AAL 2.2, by the first level table
SESSION_S = 8 * 3600


class Model:
    """What the five conditions say of one session, and recovery with them."""

    def __init__(self, now):
        self.signed_on_at = now
        self.proofing, self.issuer, self.subject = "active", "active", "active"
        self.whitelist, self.is_ended = (), False
        self.recovery, self.started_at, self.epoch = "none", 0, 0

    def is_live(self, now):
        return not self.is_ended and now < self.signed_on_at + SESSION_S and self.epoch == 0

    def does_proofing_hold(self, min_ial):
        return self.proofing == "active" and self.issuer == "active" and min_ial <= 230

    def does_sign_on_hold(self, now, min_aal, max_age_s):
        age = now - self.signed_on_at
        return self.epoch == 0 and min_aal <= 220 and age <= min(max_age_s, AGE_S_MAX)

    def holds(self, now, terms):
        return (
            self.does_proofing_hold(terms["min_ial"]),
            self.does_sign_on_hold(now, terms["min_aal"], terms["max_age_s"]),
            terms["purpose"] == "tax" and terms["mode"] == "reuse_ok",
            self.subject == "active" and self.recovery != "held",
            self.whitelist == () or "kbank" in self.whitelist,
        )

    def is_reusable(self, now, terms):
        does_act = self.issuer == "active"
        return does_act and self.is_live(now) and all(self.holds(now, terms))

    def start_recovery(self, now):
        can = self.issuer == "active" and self.subject == "active" and self.recovery != "held"
        if can:
            self.recovery, self.started_at = "held", now
        return can

    def veto(self, now):
        can = self.recovery == "held" and now < self.started_at + HOLD_S and self.epoch == 0
        self.recovery = "vetoed" if can else self.recovery
        return can

    def finish(self, now):
        can = self.recovery == "held" and now >= self.started_at + HOLD_S
        if can:
            self.recovery, self.epoch = "done", self.epoch + 1
        return can


class Reuse(RuleBasedStateMachine):
    """Drives one citizen's session and recovery, and the model alike."""

    @initialize()
    def begin(self):
        self.world = World()
        proofed(self.world, "somchai")
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
        asked = opened(self.world, self.next_label("R"), agency="nhso", **terms)

        check = self.world.ask("reuse_check", name_of("S"), asked.req_id)
        is_done = self.is_done("kbank-admin", reusing("S", asked))

        assert check[:5] == self.model.holds(self.world.now, terms)
        assert is_done == self.model.is_reusable(self.world.now, terms)

    @rule()
    def whitelist_between_request_and_answer(self):
        if self.model.whitelist:
            return
        asked = opened(self.world, self.next_label("R"), agency="nhso")
        self.world.do("nhso", SetWhitelist("nhso", ("paotang",)))

        assert not self.is_done("kbank-admin", reusing("S", asked))

        self.world.do("nhso", SetWhitelist("nhso", ()))

    @rule(status=st.sampled_from(["active", "suspended", "revoked"]))
    def change_proofing(self, status):
        model = self.model
        if model.proofing not in {"revoked", status}:
            set_attestation(self.world, "somchai-proofing", status)
            model.proofing = status

    @rule(status=st.sampled_from(["active", "suspended"]))
    def change_issuer(self, status):
        if self.model.issuer != status:
            self.world.do("etda", SetNodeStatus("kbank", status, ""))
            self.model.issuer = status

    @rule(status=st.sampled_from(["active", "frozen"]))
    def change_subject(self, status):
        if self.model.subject != status:
            self.world.do("etda", SetSubjectStatus(SID, status, ""))
            self.model.subject = status

    @precondition(lambda self: self.count > 3)
    @rule()
    def end_session(self):
        if self.model.issuer == "active" and not self.model.is_ended:
            self.world.do("kbank", EndSession("kbank", name_of("S")))
            self.model.is_ended = True

    @rule()
    def start_recovery(self):
        self.new = self.next_label("key") if self.model.recovery != "held" else self.new
        face = self.next_label("face")
        if self.model.subject == "active":
            face_match(self.world, "somchai", label=face)
        expected = self.model.start_recovery(self.world.now)
        message = recovering("somchai", self.new, evidence=face)
        assert self.is_done("kbank-admin", message) == expected

    @rule()
    def veto(self):
        if self.model.recovery != "none":
            message = vetoing("somchai", self.new, self.model.started_at)
            assert self.is_done("anyone", message) == self.model.veto(self.world.now)

    @rule()
    def finish(self):
        expected = self.model.finish(self.world.now)
        assert self.is_done("anyone", FinishRecovery(SID)) == expected

    @rule(seconds=st.sampled_from([1, 60, 1800, 3 * 3600, HOLD_S - 1, HOLD_S]))
    def wait(self, seconds):
        self.world.wait(seconds)

    @invariant()
    def session_and_level_agree(self):
        if not hasattr(self, "model"):
            return
        counts = self.model.does_proofing_hold(230)
        assert self.world.ask("effective_ial", SID) == (230 if counts else 0)
        is_live = self.model.is_live(self.world.now)
        assert self.world.ask("session", name_of("S"))[1] == is_live


TestReuse = Reuse.TestCase
TestReuse.settings = settings(max_examples=50, stateful_step_count=20, deadline=None)
