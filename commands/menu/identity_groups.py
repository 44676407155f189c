"""The groups within `sapha id`: what a user can write, and where it is done."""

from commands.framework.places import commands, contracts
from commands.menu.identity_words import IDENTITY_WAYS, WORDS
from commands.menu.words import COMMON, listed

_lives, _contract = commands.identity.lives, contracts.identity
_WORDS = COMMON | WORDS
recover = listed(
    "Lost keys: a new one takes their place after a hold.",
    f"""
drafts {_lives.recovery}: start agency sid --evidence [--aal-cap=220]
    Draft a recovery on a face match of the last day; the citizen's new key signs it.
drafts {_lives.in_person}: in-person agency sid second [--aal-cap=220]
    Draft a recovery in person, as the registry; the new key signs it, a second agency vouches.
    second  The second agency that sees the person.
amends {_lives.vouch}: vouch draft --node-key
    Vouch as the second agency, once the citizen has signed.
sends {_lives.veto}: veto sid --citizen
    Stop a recovery that the citizen did not ask for; any key may carry it.
sends {_contract.recovery.messages.StopRecovery}: stop agency sid [--reason=]
    Stop a recovery, as a supervisor or the registry.
sends {_contract.recovery.messages.FinishRecovery}: finish sid
    Put the new key in force after the hold.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
sessions = listed(
    "Sign-ons that are kept and used again.",
    f"""
drafts {_lives.keep}: keep agency sector [--ial=210] [--aal=220] [--hours=8]
    Draft that a sign-on of now is kept for reuse in a sector; the citizen signs it.
drafts {_lives.reuse}: reuse agency ses_id req_id
    Draft an answer by an earlier sign-on; the citizen signs it.
sends {_contract.sessions.messages.EndSession}: end agency ses_id
    End a session, as the IdP that keeps it.
sends {_lives.sign_off}: sign-off ses_id --sector --citizen
    End a session as its citizen; any key may carry it.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
mandates = listed(
    "Who acts for whom in a sector.",
    f"""
drafts {_lives.mandate}: draft agency sector purposes... --delegate [--days=90]
    Draft a mandate, as the giver's IdP; giver and receiver sign it.
    purposes  What for, such as tax.
sends {_lives.end_mandate}: end man_id --sector --citizen
    End a mandate, given or accepted; any key may carry it.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
show = listed(
    "What the ledger says now.",
    f"""
asks {commands.identity.looks.subject}: subject sid
    Show the level that a subject has now, and the attestations that bear it.
shows {_contract.request}: request req_id
    Show what a request asks and where it stands now.
shows {_contract.session}: session ses_id
    Show a session and whether it may be used now.
shows {_contract.consent}: consent con_id
    Show a consent and whether it is granted now.
shows {_contract.mandate}: mandate man_id
    Show a mandate.
shows {_contract.recovery}: recovery sid
    Show the last recovery of a subject.
""",
    ways=IDENTITY_WAYS,
    words=_WORDS,
)
