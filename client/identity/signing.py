"""What a citizen signs of a draft: one way for each kind, by the keys that it is for."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from client.identity.draft_file import Draft
from client.identity.errors import BadDraft
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys
from client.identity.payload import Opening
from client.identity.permissions import Permissions
from client.identity.wallet import CitizenWallet, RequestShown
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.consents.messages import GrantConsent
from contracts.identity.core.messages import ACCEPT, UNSIGNED
from contracts.identity.delegations.messages import GrantMandate
from contracts.identity.recovery.messages import LiftReport, StartRecovery, StartRecoveryInPerson
from contracts.identity.requests.messages import Respond
from contracts.identity.sessions.messages import OpenSession, ReuseSession
from contracts.identity.subjects.messages import AddKey, CreateSubject, LinkIdp, RevokeKey

ABOUT_REQUESTS = (Respond, ReuseSession, GrantConsent)  # signed for a request that is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A citizen on a chain, who signs for a request that is shown, or for none."""

    keys: CitizenKeys
    chain_id: str
    shown: RequestShown | None = None

    @property
    def wallet(self) -> CitizenWallet:
        """Answers requests, takes proofings."""
        return CitizenWallet(self.keys, self.chain_id)

    @property
    def care(self) -> KeyCare:
        """Looks after the keys."""
        return KeyCare(self.keys, self.chain_id)

    @property
    def permissions(self) -> Permissions:
        """Lets things go on for a while."""
        return Permissions(self.keys, self.chain_id)

    def request(self) -> RequestShown:
        """Return the request that is shown. Raises BadDraft."""
        if self.shown is None:
            raise BadDraft("the draft is about a request: give the words that came with it")
        return self.shown

    def act_of(self, draft: Draft) -> tuple[str, int] | None:
        """Return sector and level for which this citizen's key must be vouched; None: for none.

        What the citizen only accepts, a mandate by another, is vouched for by who gives it.
        """
        message = draft.message
        if isinstance(message, ABOUT_REQUESTS):
            shown = self.request()
            return shown.sector, _level(message, shown)
        if isinstance(message, OpenSession):
            return message.sector, message.ial
        if isinstance(message, GrantMandate):
            own = self.keys.pairwise(message.sector).public_key
            return None if message.delegate_key == own else (message.sector, 0)
        return None

    def sign(self, draft: Draft) -> Draft:
        """Return the draft with what this citizen signs of it.

        Raises:
            BadDraft: no citizen signs such a draft, or it lacks what it commits to.
            NotWhatWasAsked, CommitMismatch: it is not what is shown.
        """
        act = _ACTS.get(type(draft.message))
        if act is None:
            raise BadDraft(f"a citizen signs no {type(draft.message).__name__}")
        return replace(draft, message=act(self, draft))


def _level(message: Respond | ReuseSession | GrantConsent, shown: RequestShown) -> int:
    """Return the level that the ledger asks of a key: none of one that rejects."""
    if isinstance(message, Respond):
        return message.ial if message.decision == ACCEPT else 0
    return shown.asked.min_ial


def _opening(draft: Draft) -> Opening:
    if draft.opening is None:
        raise BadDraft("the draft lacks what opens its commitment")
    return draft.opening


def _answered(signer: Signer, answer: Respond) -> Respond:
    accepts = answer.decision == "accept"
    return signer.wallet.answer(signer.request(), answer, accepts=accepts)


def _added(signer: Signer, draft: AddKey) -> AddKey:
    """The new key proves itself first; a present one agrees then."""
    is_new = draft.proof == UNSIGNED
    return (signer.care.prove_added if is_new else signer.care.add_key)(draft)


def _mandate(signer: Signer, mandate: GrantMandate) -> GrantMandate:
    own = signer.keys.pairwise(mandate.sector).public_key
    is_receiver = mandate.delegate_key == own
    return (signer.permissions.accept_mandate if is_receiver else signer.permissions.give_mandate)(
        mandate
    )


_ACTS: dict[type, Callable[[Signer, Any], object]] = {
    CreateSubject: lambda signer, draft: signer.wallet.prove_key(draft.message),
    LinkIdp: lambda signer, draft: signer.care.link(draft.message),
    AddKey: lambda signer, draft: _added(signer, draft.message),
    RevokeKey: lambda signer, draft: signer.care.revoke_key(draft.message),
    LiftReport: lambda signer, draft: signer.care.lift_report(draft.message),
    StartRecovery: lambda signer, draft: signer.care.prove_recovery(draft.message),
    StartRecoveryInPerson: lambda signer, draft: signer.care.prove_recovery(draft.message),
    IssueAttestation: lambda signer, draft: signer.wallet.take_proofing(
        draft.message, _opening(draft)
    ),
    OpenSession: lambda signer, draft: signer.permissions.keep_session(draft.message),
    Respond: lambda signer, draft: _answered(signer, draft.message),
    ReuseSession: lambda signer, draft: signer.wallet.reuse(signer.request(), draft.message),
    GrantConsent: lambda signer, draft: signer.wallet.consent(signer.request(), draft.message),
    GrantMandate: lambda signer, draft: _mandate(signer, draft.message),
}
