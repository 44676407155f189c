"""`sapha id recover, sessions, mandates, unlink, withdraw`: what changes and ends over a life."""

from dataclasses import replace
from pathlib import Path

from client.contract import Actor, ask
from client.identity import ledger
from client.identity.draft_file import Draft
from client.identity.drafts import NO_KEY, IdpDrafts, SignOn
from client.identity.errors import BadDraft
from client.identity.key_care import KeyCare
from client.identity.keys import CitizenKeys
from client.identity.permissions import Permissions
from commands.citizen import open_citizen, placed
from commands.field_text import time_text
from commands.identity.desk import Desk
from commands.identity.papers import node_key
from commands.identity.registration import subject_at
from commands.output import UsageFault, say
from commands.sending import Make
from contracts.identity.consents.handlers import consent as consent_state
from contracts.identity.consents.messages import WithdrawConsent
from contracts.identity.core.messages import DAY_S, UNSIGNED
from contracts.identity.delegations.handlers import mandate_of
from contracts.identity.delegations.messages import EndMandate
from contracts.identity.recovery.handlers import recovery_of
from contracts.identity.recovery.messages import (
    FinishRecovery,
    LiftReport,
    StartRecoveryInPerson,
    VetoPolicy,
    VetoRecovery,
    in_person_statement,
)
from contracts.identity.recovery.reports import policy_change
from contracts.identity.sessions.handlers import session as session_state
from contracts.identity.sessions.messages import EndPairwise, SignOff
from contracts.identity.subjects.messages import UnlinkIdp
from primitives.crypto import PublicKey


def recovery(_desk: Desk, agency: str, sid: bytes, *, evidence: bytes, aal_cap: int) -> Draft:
    """Draft a recovery on a face match, as an IdP of the subject."""
    return Draft(message=IdpDrafts(agency=agency).recovery(sid, aal_cap, evidence))


def in_person(desk: Desk, agency: str, sid: bytes, second: str, *, aal_cap: int) -> Draft:
    """Draft a recovery in person, as the registry; a second agency vouches for it."""
    message = StartRecoveryInPerson(
        agency=agency,
        sid=sid,
        new_key=NO_KEY,
        aal_cap=aal_cap,
        proof=UNSIGNED,
        until=desk.now + DAY_S,
        second=second,
        second_key=NO_KEY,
        second_signature=UNSIGNED,
    )
    return Draft(message=message)


async def added_key(desk: Desk, agency: str, sid: bytes, *, kind: str, aal_cap: int) -> Draft:
    """Draft that a key of another device joins a subject, as an IdP of it."""
    subject = await subject_at(desk.rpc, sid)
    return Draft(message=IdpDrafts(agency=agency).added_key(sid, subject.seq + 1, kind, aal_cap))


async def revoked_key(desk: Desk, agency: str, sid: bytes, old_key: PublicKey) -> Draft:
    """Draft that a device's key ends, as an IdP of its subject."""
    subject = await subject_at(desk.rpc, sid)
    return Draft(message=IdpDrafts(agency=agency).revoked_key(sid, subject.seq + 1, old_key))


def vouch(desk: Desk, draft: Draft, *, node: Path) -> Draft:
    """Vouch as the second agency for a recovery in person, which the citizen has signed."""
    if not isinstance(draft.message, StartRecoveryInPerson) or draft.message.proof == UNSIGNED:
        raise BadDraft("only a recovery in person is vouched for, once the citizen has signed it")
    key = node_key(node)
    message = replace(draft.message, second_key=key.public_key)
    signature = key.sign(*in_person_statement(desk.chain_id, message))
    return Draft(message=replace(message, second_signature=signature))


def finish(sid: bytes) -> Make:
    """Put the new key in force after the hold; says when that ends while it lasts."""

    async def make(actor: Actor) -> FinishRecovery:
        held = await ledger.recovery_held(actor.rpc, sid)
        now = (await Desk.open(actor.rpc)).now
        if held is not None and now < held[1]:
            say(f"the hold ends at {time_text(held[1] * 1_000)}")
        return FinishRecovery(sid)

    return make


def veto(sid: bytes, *, citizen: Path) -> Make:
    """Stop a recovery that the citizen did not ask for."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> VetoRecovery:
        found = await ask(actor.rpc, recovery_of, sid)
        if found is None:
            raise UsageFault(f"0x{sid.hex()}: no recovery")
        return KeyCare(keys, actor.chain_id).veto(sid, found.new_key, found.started_at)

    return make


def veto_policy(sid: bytes, *, citizen: Path) -> Make:
    """Stop a recovery policy that rests and that the citizen did not want."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> VetoPolicy:
        change = await ask(actor.rpc, policy_change, sid)
        if change is None:
            raise UsageFault(f"0x{sid.hex()}: no change of the recovery policy")
        return KeyCare(keys, actor.chain_id).veto_policy(sid, change.at)

    return make


async def lift(desk: Desk, agency: str, sid: bytes, lost_key: PublicKey) -> Draft:
    """Draft that a key reported lost acts again; another key signs, or none at the registry."""
    seq = (await subject_at(desk.rpc, sid)).seq + 1
    message = LiftReport(
        agency=agency, sid=sid, seq=seq, lost_key=lost_key, key=None, signature=None
    )
    return Draft(message=message)


def unlink(sid: bytes, idp: str, *, citizen: Path) -> Make:
    """Leave an IdP; any key may carry the citizen's word."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> UnlinkIdp:
        seq = (await subject_at(actor.rpc, sid)).seq + 1
        return KeyCare(keys, actor.chain_id).unlink(sid, seq, idp)

    return make


def keep(  # noqa: PLR0913 - each is an option of the command
    desk: Desk, agency: str, sector: str, *, ial: int, aal: int, hours: int
) -> Draft:
    """Draft that a sign-on of now is kept for reuse in a sector."""
    sign_on = SignOn(ial=ial, aal=aal, auth_time=desk.now)
    return Draft(
        message=IdpDrafts(agency=agency).session(sector, sign_on, desk.now + hours * 3_600)
    )


def reuse(_desk: Desk, agency: str, ses_id: bytes, req_id: bytes) -> Draft:
    """Draft an answer by an earlier sign-on."""
    return Draft(message=IdpDrafts(agency=agency).reuse(ses_id, req_id))


def mandate(  # noqa: PLR0913 - each is an option of the command
    desk: Desk, agency: str, sector: str, purposes: list[str], *, delegate: PublicKey, days: int
) -> Draft:
    """Draft a mandate, as the giver's IdP; giver and receiver sign it."""
    until = desk.now + days * DAY_S
    drafts = IdpDrafts(agency=agency)
    return Draft(message=drafts.mandate(sector, tuple(purposes), until, delegate))


def end_mandate(man_id: bytes, *, sector: str, citizen: Path) -> Make:
    """End a mandate, given or accepted; any key may carry the citizen's word."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> EndMandate:
        found = await ask(actor.rpc, mandate_of, man_id)
        of = () if found is None else (found.principal_key, found.delegate_key)
        own = await _own(actor, f"the mandate 0x{man_id.hex()}", of, (keys, sector))
        return Permissions(own, actor.chain_id).end_mandate(man_id, sector)

    return make


def sign_off(ses_id: bytes, *, sector: str, citizen: Path) -> Make:
    """End a session; any key may carry the citizen's word."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> SignOff:
        found = await ask(actor.rpc, session_state, ses_id)
        of = () if found is None else (found.session.citizen_key,)
        own = await _own(actor, f"the session 0x{ses_id.hex()}", of, (keys, sector))
        return Permissions(own, actor.chain_id).sign_off(ses_id, sector)

    return make


def end_key(*, sector: str, citizen: Path) -> Make:
    """End the citizen's key of a sector and all that it let go on; any key may carry it."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> EndPairwise:
        own = await placed(actor.rpc, keys)
        return Permissions(own, actor.chain_id).end_key(sector)

    return make


def withdraw(con_id: bytes, *, sector: str, citizen: Path) -> Make:
    """Take a consent back; any key may carry the citizen's word."""
    keys = open_citizen(citizen)

    async def make(actor: Actor) -> WithdrawConsent:
        found = await ask(actor.rpc, consent_state, con_id)
        of = () if found is None else (found.consent.citizen_key,)
        own = await _own(actor, f"the consent 0x{con_id.hex()}", of, (keys, sector))
        return Permissions(own, actor.chain_id).withdraw(con_id, sector)

    return make


async def _own(
    actor: Actor, what: str, of: tuple[PublicKey, ...], whose: tuple[CitizenKeys, str]
) -> CitizenKeys:
    """Return the keys that end what is theirs; `of` are the keys of its record, none without one.

    What was let go on before its sector had a place is of the name's key.

    Raises:
        UsageFault: the record has no key of this citizen in this sector.
    """
    named, sector = whose
    keys = await placed(actor.rpc, named)
    if not of:
        say(f"{what} is not on the ledger: it is taken back before it begins")
        return keys
    for own in (keys, named):
        if own.pairwise(sector).public_key in of:
            return own
    raise UsageFault(f"{what} has not this citizen's key of the sector {sector}: which is it?")
