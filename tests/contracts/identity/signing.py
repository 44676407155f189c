"""Builders of messages, with every signature that they need. Labels stand for random names."""

from dataclasses import replace

from contracts.identity.consents.messages import (
    AsRespond,
    GrantConsent,
    GrantStanding,
    ReleaseAgain,
    WithdrawConsent,
    WithdrawStanding,
    consent_statement,
    release_statement,
    repeated_statement,
    standing_statement,
    standing_withdrawal_statement,
    withdrawal_statement,
)
from contracts.identity.core.messages import UNSIGNED, RecoveryPolicy, ServiceAsked, trail_tag
from contracts.identity.delegations.messages import (
    EndMandate,
    GrantDelegation,
    GrantMandate,
    end_mandate_statement,
    mandate_statement,
)
from contracts.identity.disputes.messages import Dispute, dispute_statement
from contracts.identity.nodes.messages import RotateNodeKey, possession_of_node_key
from contracts.identity.recovery.messages import (
    Approval,
    LiftReport,
    ReportLost,
    StartGuardianRecovery,
    StartRecovery,
    StartRecoveryInPerson,
    VetoPolicy,
    VetoRecovery,
    guardian_statement,
    in_person_statement,
    lift_statement,
    possession_of_recovery_key,
    veto_policy_statement,
    veto_statement,
)
from contracts.identity.requests.messages import (
    OpenRequest,
    response_statement,
    terms_digest,
)
from contracts.identity.sessions.messages import (
    EndPairwise,
    ReuseSession,
    SignOff,
    end_pairwise_statement,
    reuse_statement,
    sign_off_statement,
)
from contracts.identity.subjects.messages import (
    AddKey,
    CreateSubject,
    LinkIdp,
    NewTag,
    RenewTags,
    RevokeKey,
    SetRecoveryPolicy,
    UnlinkIdp,
    add_key_statement,
    link_statement,
    new_tags_statement,
    possession_of_added_key,
    possession_of_first_key,
    recovery_policy_statement,
    revoke_key_statement,
    tag_statement,
    unlink_statement,
)
from contracts.tools.testing import key_of
from primitives.crypto import digest

CHAIN = "test-chain"
DAY_S = 86_400
CID = "th.cid"
ANY_IDP = RecoveryPolicy(True, ())
FIRST_S = 1_700_000_000  # the time of the first block
TAG_UNTIL = FIRST_S + 20 * DAY_S  # of the certificates of tags


def name_of(label):
    """32 bytes that stand for a random identifier."""
    return digest("test-id", label.encode())


def node_key(agency):
    """The signing key of an agency's node."""
    return key_of(f"{agency}-node")


def public(label):
    """The public key derived from a label."""
    return key_of(label).public_key


def signed(msg, statement, label, field="signature"):
    """`msg` with the signature of a key over a statement in one of its fields."""
    return replace(msg, **{field: key_of(label).sign(*statement)})


def creation(who, agency="kbank", majority_at=0, recovery=ANY_IDP, aal_cap=220):
    """The message that registers a citizen, signed by its key and by DOPA."""
    msg = CreateSubject(
        agency=agency,
        sid=name_of(who),
        namespace=CID,
        uid_tag=name_of(f"{who}-tag"),
        tag_version=1,
        majority_at=majority_at,
        key=public(f"{who}-1"),
        aal_cap=aal_cap,
        recovery=recovery,
        proof=UNSIGNED,
        tag_expires_at=TAG_UNTIL,
        tag_key=node_key("dopa").public_key,
        tag_signature=UNSIGNED,
    )
    return signed_creation(msg, f"{who}-1")


def signed_creation(msg, label):
    """`msg` with both of its signatures."""
    msg = signed(msg, possession_of_first_key(CHAIN, msg), label, "proof")
    return signed(msg, tag_statement(CHAIN, msg), "dopa-node", "tag_signature")


def asking(req, *, agency="rd", **changes):
    """A request for IAL 2.1 and AAL 2.1, answered by kbank, that an earlier sign-on may serve."""
    levels = {"min_ial": 210, "min_aal": 210, "max_age_s": 3600, "purpose": "tax"}
    bound = {"scope_commit": name_of(f"{req}-scope"), "msg_hash": name_of(f"{req}-hash")}
    bound["retention_days"] = 30
    who = {"idps": ("kbank",), "min_idp": 1, "services": (), "mode": "reuse_ok", "ttl_s": 600}
    who["on_behalf_of"] = None
    changes["services"] = services_asked(changes.get("services", ()))
    return OpenRequest(
        **{"agency": agency, "req_id": name_of(req), "namespace": CID}
        | levels
        | bound
        | who
        | changes
    )


def services_asked(services):
    """What a request asks of services: each by its name alone is asked of one source of any."""
    return tuple(ServiceAsked(each, 1, ()) if isinstance(each, str) else each for each in services)


def trail_secret(who, asked, idp):
    """What makes the trail tag of a citizen's answer through an IdP."""
    return name_of(f"{who}-trail-{asked.req_id.hex()}-{idp}")


def sign_answer(msg, asked, who="somchai"):
    """An answer with the citizen's pairwise signature."""
    statement = response_statement(CHAIN, terms_digest(CHAIN, asked), msg)
    return signed(msg, statement, f"{who}-pairwise", "citizen_signature")


def reusing(ses, asked, *, who="somchai", agency="kbank", **changes):
    """A signed answer to a request by an earlier sign-on."""
    secret = trail_secret(who, asked, agency)
    ids = (name_of(ses), asked.req_id, name_of(f"{agency}-{asked.req_id.hex()}"))
    key = public(f"{who}-pairwise")
    msg = replace(ReuseSession(agency, *ids, trail_tag(secret), key, UNSIGNED), **changes)
    return signed(msg, reuse_statement(CHAIN, terms_digest(CHAIN, asked), msg), f"{who}-pairwise")


def linking(who, agency, seq=1, *, by=None):
    """The message that links an IdP, signed by the citizen's first key or another."""
    by = by or f"{who}-1"
    msg = LinkIdp(agency, name_of(who), seq, public(by), UNSIGNED)
    return signed(msg, link_statement(CHAIN, msg), by)


def renewing(tags, *, version=2, label="dopa-node"):
    """The registry's signed list of new tags: from whose tag, and the label of the new one."""
    listed = tuple(NewTag(name_of(f"{who}-tag"), name_of(new)) for who, new in tags.items())
    msg = RenewTags("dopa", CID, version, listed, public(label), UNSIGNED)
    return signed(msg, new_tags_statement(CHAIN, msg), label)


def unlinking(who, agency, seq=1):
    """The message that unlinks an IdP, signed by the citizen."""
    msg = UnlinkIdp(name_of(who), seq, agency, public(f"{who}-1"), UNSIGNED)
    return signed(msg, unlink_statement(CHAIN, msg), f"{who}-1")


def adding(who, label, *, seq=1, by=None, agency="kbank", **changes):
    """The message that adds a key, signed by it and by a present one."""
    by = by or f"{who}-1"
    keys = (public(label), "device", 210, UNSIGNED, public(by), UNSIGNED)
    msg = replace(AddKey(agency, name_of(who), seq, *keys), **changes)
    msg = signed(msg, possession_of_added_key(CHAIN, msg), label, "proof")
    return signed(msg, add_key_statement(CHAIN, msg), by)


def revoking(who, label, *, seq=1, by=None, agency="kbank"):
    """The message that takes a key away, signed by a present one."""
    by = by or f"{who}-1"
    msg = RevokeKey(agency, name_of(who), seq, public(label), public(by), UNSIGNED)
    return signed(msg, revoke_key_statement(CHAIN, msg), by)


def setting_policy(who, recovery, *, seq=1, by=None):
    """The message that changes how keys are recovered."""
    by = by or f"{who}-1"
    msg = SetRecoveryPolicy("kbank", name_of(who), seq, recovery, public(by), UNSIGNED)
    return signed(msg, recovery_policy_statement(CHAIN, msg), by)


def recovering(who, label, *, agency="kbank", evidence=None, aal_cap=220):
    """The message that starts a recovery at an IdP."""
    face = name_of(evidence or f"{who}-face")
    msg = StartRecovery(agency, name_of(who), public(label), aal_cap, face, UNSIGNED)
    return signed(msg, possession_of_recovery_key(CHAIN, msg), label, "proof")


def recovering_by(who, label, *guardians, until=FIRST_S + 7 * DAY_S):
    """The message that starts a recovery by guardians, each with its first key."""
    msg = StartGuardianRecovery(name_of(who), public(label), until, UNSIGNED, ())
    msg = signed(msg, possession_of_recovery_key(CHAIN, msg), label, "proof")
    statement = guardian_statement(CHAIN, msg)
    approvals = tuple(
        signed(Approval(name_of(one), public(f"{one}-1"), UNSIGNED), statement, f"{one}-1")
        for one in guardians
    )
    return replace(msg, approvals=approvals)


def vetoing(who, label, started_at, *, by=None):
    """The message that stops a recovery."""
    by = by or f"{who}-1"
    msg = VetoRecovery(name_of(who), public(by), public(label), started_at, UNSIGNED)
    return signed(msg, veto_statement(CHAIN, msg), by)


def vetoing_policy(who, at, *, by=None):
    """The message that stops a recovery policy that rests."""
    by = by or f"{who}-1"
    msg = VetoPolicy(name_of(who), public(by), at, UNSIGNED)
    return signed(msg, veto_policy_statement(CHAIN, msg), by)


def in_person(who, label, *, agency="dopa", second="kbank", until=FIRST_S + 7 * DAY_S):
    """The message that starts a recovery in person, with its three signatures."""
    msg = StartRecoveryInPerson(
        agency=agency,
        sid=name_of(who),
        new_key=public(label),
        aal_cap=220,
        proof=UNSIGNED,
        until=until,
        second=second,
        second_key=public(f"{second}-node"),
        second_signature=UNSIGNED,
    )
    msg = signed(msg, possession_of_recovery_key(CHAIN, msg), label, "proof")
    return signed(msg, in_person_statement(CHAIN, msg), f"{second}-node", "second_signature")


def lost(agency, who, label=None):
    """A report of a citizen's key, the first if none is named."""
    return ReportLost(agency, name_of(who), public(label or f"{who}-1"))


def lifting(agency, who, label, *, by=None, seq=1):
    """The message that lifts a report; signed by another key, or by none at the registry."""
    key = None if by is None else public(by)
    msg = LiftReport(agency, name_of(who), seq, public(label), key, None)
    return msg if by is None else signed(msg, lift_statement(CHAIN, msg), by)


def rotating(agency, label, *, overlap_s=3600):
    """The message that adds a node's key."""
    msg = RotateNodeKey(agency, public(label), overlap_s, UNSIGNED)
    return signed(msg, possession_of_node_key(CHAIN, msg), label, "proof")


def consenting(con, asked, answer, expires_at, *, who="somchai", **changes):
    """A citizen's signed consent to a request."""
    ids = (name_of(con), asked.req_id, answer.handle, asked.scope_commit)
    key = public(f"{who}-pairwise")
    named = tuple(each.service for each in asked.services)
    msg = GrantConsent("kbank", *ids, named, asked.retention_days, expires_at, key, UNSIGNED)
    msg = replace(msg, **changes)
    statement = consent_statement(CHAIN, terms_digest(CHAIN, asked), msg)
    return signed(msg, statement, f"{who}-pairwise")


def allowing(con, until=0, *, who="somchai", **changes):
    """A citizen's signed standing consent to "address" for rd, twice."""
    what = ("rd", CID, "address", ("dopa",), 230, 220, name_of(f"{con}-scope"), 2, until, 30)
    msg = GrantStanding("kbank", name_of(con), *what, public(f"{who}-pairwise"), UNSIGNED)
    msg = replace(msg, **changes)
    return signed(msg, standing_statement(CHAIN, msg), f"{who}-pairwise")


def stopping(con, *, who="somchai"):
    """A citizen's signed withdrawal of a standing consent."""
    msg = WithdrawStanding(name_of(con), public(f"{who}-pairwise"), UNSIGNED)
    return signed(msg, standing_withdrawal_statement(CHAIN, msg), f"{who}-pairwise")


def releasing_again(con, number, *, agency="dopa", **changes):
    """A source's signed release under a standing consent."""
    label = f"{agency}-node"
    what = (name_of(con), number, name_of("data"), public(label), UNSIGNED)
    msg = replace(ReleaseAgain(agency, *what), **changes)
    return signed(msg, repeated_statement(CHAIN, msg), label)


def signing_off(ses, *, who="somchai"):
    """A citizen's signed end of a session."""
    msg = SignOff(name_of(ses), public(f"{who}-pairwise"), UNSIGNED)
    return signed(msg, sign_off_statement(CHAIN, msg), f"{who}-pairwise")


def withdrawing(con, *, who="somchai"):
    """A citizen's signed withdrawal."""
    msg = WithdrawConsent(name_of(con), public(f"{who}-pairwise"), UNSIGNED)
    return signed(msg, withdrawal_statement(CHAIN, msg), f"{who}-pairwise")


def releasing(asked, *, agency="dopa", service="address", label=None):
    """A source's signed release."""
    label = label or f"{agency}-node"
    what = (asked.req_id, service, name_of("data"), public(label), UNSIGNED)
    msg = AsRespond(agency, *what)
    return signed(msg, release_statement(CHAIN, msg), label)


def mandate(man, giver, taker, expires_at, **changes):
    """A mandate in the sector of rd, signed by the pairwise keys of both."""
    what = (name_of(man), "state", ("tax",), expires_at)
    keys = (public(f"{giver}-pairwise"), public(f"{taker}-pairwise"))
    msg = replace(GrantMandate("kbank", *what, *keys, UNSIGNED, UNSIGNED), **changes)
    statement = mandate_statement(CHAIN, msg)
    msg = signed(msg, statement, f"{giver}-pairwise", "principal_signature")
    return signed(msg, statement, f"{taker}-pairwise", "delegate_signature")


def guardianship(dele, giver, taker, expires_at, **changes):
    """What DOPA states of a minor and its guardian."""
    parties = (name_of(dele), name_of(giver), name_of(taker), ("tax",), expires_at)
    return replace(GrantDelegation("dopa", *parties, "minor", None), **changes)


def ending_key(who="somchai"):
    """A pairwise key's own end."""
    msg = EndPairwise(public(f"{who}-pairwise"), UNSIGNED)
    return signed(msg, end_pairwise_statement(CHAIN, msg), f"{who}-pairwise")


def ending(man, who):
    """A party's signed end of a mandate."""
    msg = EndMandate(name_of(man), public(f"{who}-pairwise"), UNSIGNED)
    return signed(msg, end_mandate_statement(CHAIN, msg), f"{who}-pairwise")


def disputing(asked, *, who="somchai", secret=None, idp="kbank"):
    """A citizen's signed dispute of an answer."""
    secret = secret or trail_secret(who, asked, idp)
    key = public(f"{who}-1")
    msg = Dispute(asked.req_id, idp, name_of(who), secret, "not me", key, UNSIGNED)
    return signed(msg, dispute_statement(CHAIN, msg), f"{who}-1")
