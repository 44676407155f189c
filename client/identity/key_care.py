"""The citizen's acts on their own keys: another device, a lost one, recovery; on their IdPs.

Drafts come from whoever carries them to the ledger (an IdP for most); each method returns its
draft signed. The number (seq) of a draft is 1 more than the subject's last.
"""

from dataclasses import replace
from typing import TypeVar

from client.identity.keys import CitizenKeys
from contracts.identity.core.messages import UNSIGNED, Statement
from contracts.identity.recovery.messages import (
    Approval,
    LiftReport,
    StartGuardianRecovery,
    StartRecovery,
    StartRecoveryInPerson,
    VetoPolicy,
    VetoRecovery,
    guardian_statement,
    lift_statement,
    possession_of_recovery_key,
    veto_policy_statement,
    veto_statement,
)
from contracts.identity.subjects.messages import (
    AddKey,
    LinkIdp,
    RevokeKey,
    SetRecoveryPolicy,
    UnlinkIdp,
    add_key_statement,
    link_statement,
    possession_of_added_key,
    recovery_policy_statement,
    revoke_key_statement,
    unlink_statement,
)
from primitives.crypto import PublicKey, Signature

Started = TypeVar("Started", StartRecovery, StartGuardianRecovery, StartRecoveryInPerson)


class KeyCare:
    """Signs with the subject key of one seed: a present one, or one that is to come."""

    def __init__(self, keys: CitizenKeys, chain_id: str) -> None:
        self._subject = keys.subject
        self._chain_id = chain_id

    @property
    def key(self) -> PublicKey:
        """The subject key that signs here."""
        return self._subject.public_key

    def prove_added(self, draft: AddKey) -> AddKey:
        """Offer this key as another key of a subject, with the proof that it is held here."""
        draft = replace(draft, new_key=self.key)
        return replace(draft, proof=self._sign(possession_of_added_key(self._chain_id, draft)))

    def add_key(self, proven: AddKey) -> AddKey:
        """Agree, by a present key, that the other key joins."""
        draft = replace(proven, key=self.key)
        return replace(draft, signature=self._sign(add_key_statement(self._chain_id, draft)))

    def revoke_key(self, draft: RevokeKey) -> RevokeKey:
        """Take a key away, such as that of a lost device."""
        draft = replace(draft, key=self.key)
        return replace(draft, signature=self._sign(revoke_key_statement(self._chain_id, draft)))

    def set_recovery(self, draft: SetRecoveryPolicy) -> SetRecoveryPolicy:
        """Decide how lost keys may be replaced, once the decision has rested for 7 days."""
        draft = replace(draft, key=self.key)
        statement = recovery_policy_statement(self._chain_id, draft)
        return replace(draft, signature=self._sign(statement))

    def prove_recovery(self, draft: Started) -> Started:
        """Offer this key in place of all lost ones: by an IdP, guardians, or in person."""
        draft = replace(draft, new_key=self.key)
        return replace(draft, proof=self._sign(possession_of_recovery_key(self._chain_id, draft)))

    def approve(self, draft: StartGuardianRecovery, guardian: bytes) -> Approval:
        """Vouch, as the subject `guardian`, for somebody's new key."""
        signature = self._sign(guardian_statement(self._chain_id, draft))
        return Approval(guardian, self.key, signature)

    def veto(self, sid: bytes, new_key: PublicKey, started_at: int) -> VetoRecovery:
        """Stop a recovery that the citizen did not ask for; anyone may carry it."""
        draft = VetoRecovery(sid, self.key, new_key, started_at, UNSIGNED)
        return replace(draft, signature=self._sign(veto_statement(self._chain_id, draft)))

    def veto_policy(self, sid: bytes, at: int) -> VetoPolicy:
        """Stop a recovery policy of time `at` that rests; anyone may carry it."""
        draft = VetoPolicy(sid, self.key, at, UNSIGNED)
        return replace(draft, signature=self._sign(veto_policy_statement(self._chain_id, draft)))

    def link(self, draft: LinkIdp) -> LinkIdp:
        """Let another IdP act."""
        draft = replace(draft, key=self.key)
        return replace(draft, signature=self._sign(link_statement(self._chain_id, draft)))

    def unlink(self, sid: bytes, seq: int, idp: str) -> UnlinkIdp:
        """Leave an IdP; anyone may carry it."""
        draft = UnlinkIdp(sid, seq, idp, self.key, UNSIGNED)
        return replace(draft, signature=self._sign(unlink_statement(self._chain_id, draft)))

    def lift_report(self, draft: LiftReport) -> LiftReport:
        """Put another key, which was reported lost, in force again."""
        draft = replace(draft, key=self.key)
        return replace(draft, signature=self._sign(lift_statement(self._chain_id, draft)))

    def _sign(self, statement: Statement) -> Signature:
        return self._subject.sign(*statement)
