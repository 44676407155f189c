"""What a citizen lets go on for a while and ends: kept sign-ons, consents, mandates; by sector.

What ends something may be carried to the ledger by anyone.
"""

from dataclasses import replace

from client.identity.errors import NotWhatWasAsked
from client.identity.keys import CitizenKeys
from contracts.identity.consents.messages import (
    GrantStanding,
    WithdrawConsent,
    WithdrawStanding,
    standing_statement,
    standing_withdrawal_statement,
    withdrawal_statement,
)
from contracts.identity.core.messages import UNSIGNED
from contracts.identity.delegations.messages import (
    EndMandate,
    GrantMandate,
    end_mandate_statement,
    mandate_statement,
)
from contracts.identity.sessions.messages import (
    EndPairwise,
    OpenSession,
    SignOff,
    end_pairwise_statement,
    session_statement,
    sign_off_statement,
)


class Permissions:
    """Signs with the pairwise keys of one citizen on one chain."""

    def __init__(self, keys: CitizenKeys, chain_id: str) -> None:
        self._keys = keys
        self._chain_id = chain_id

    def withdraw(self, con_id: bytes, sector: str) -> WithdrawConsent:
        """Return the withdrawal of a consent; anyone may carry it to the ledger."""
        key = self._keys.pairwise(sector)
        message = WithdrawConsent(con_id, key.public_key, UNSIGNED)
        return replace(message, signature=key.sign(*withdrawal_statement(self._chain_id, message)))

    def keep_session(self, draft: OpenSession) -> OpenSession:
        """Sign that a sign-on may be used again in the draft's sector."""
        key = self._keys.pairwise(draft.sector)
        draft = replace(draft, citizen_key=key.public_key)
        return replace(draft, signature=key.sign(*session_statement(self._chain_id, draft)))

    def sign_off(self, ses_id: bytes, sector: str) -> SignOff:
        """Return the end of a session; anyone may carry it to the ledger."""
        key = self._keys.pairwise(sector)
        message = SignOff(ses_id, key.public_key, UNSIGNED)
        return replace(message, signature=key.sign(*sign_off_statement(self._chain_id, message)))

    def end_key(self, sector: str) -> EndPairwise:
        """Return the end of this citizen's key of a sector, for good; anyone may carry it.

        All that it let go on ends with it: sign-ons, consents, mandates, at every IdP.
        """
        key = self._keys.pairwise(sector)
        message = EndPairwise(key.public_key, UNSIGNED)
        statement = end_pairwise_statement(self._chain_id, message)
        return replace(message, signature=key.sign(*statement))

    def allow_repeatedly(self, draft: GrantStanding, sector: str) -> GrantStanding:
        """Sign a standing consent, with the key of the relying party's sector."""
        key = self._keys.pairwise(sector)
        draft = replace(draft, citizen_key=key.public_key)
        return replace(draft, signature=key.sign(*standing_statement(self._chain_id, draft)))

    def stop_allowing(self, con_id: bytes, sector: str) -> WithdrawStanding:
        """Return the withdrawal of a standing consent; anyone may carry it."""
        key = self._keys.pairwise(sector)
        message = WithdrawStanding(con_id, key.public_key, UNSIGNED)
        statement = standing_withdrawal_statement(self._chain_id, message)
        return replace(message, signature=key.sign(*statement))

    def give_mandate(self, draft: GrantMandate) -> GrantMandate:
        """Sign that the delegate's key may act for this citizen in the draft's sector."""
        key = self._keys.pairwise(draft.sector)
        draft = replace(draft, principal_key=key.public_key)
        statement = mandate_statement(self._chain_id, draft)
        return replace(draft, principal_signature=key.sign(*statement))

    def accept_mandate(self, given: GrantMandate) -> GrantMandate:
        """Sign that this citizen will act for who gave the mandate.

        Raises:
            NotWhatWasAsked: the mandate is to another key than this citizen's in the sector.
        """
        key = self._keys.pairwise(given.sector)
        if given.delegate_key != key.public_key:
            raise NotWhatWasAsked("the mandate is to somebody else")
        statement = mandate_statement(self._chain_id, given)
        return replace(given, delegate_signature=key.sign(*statement))

    def end_mandate(self, man_id: bytes, sector: str) -> EndMandate:
        """Return the end of a mandate, given or accepted; anyone may carry it to the ledger."""
        key = self._keys.pairwise(sector)
        message = EndMandate(man_id, key.public_key, UNSIGNED)
        return replace(message, signature=key.sign(*end_mandate_statement(self._chain_id, message)))
