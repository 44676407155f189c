"""What tests begin with: citizens, requests and sign-ons on a ledger."""

from dataclasses import replace

from contracts.governance.messages import AddOfficer, Execute, Propose, Vote
from contracts.identity.attestations.messages import (
    IssueAttestation,
    SetAttestation,
    proofing_statement,
)
from contracts.identity.core.messages import TIME_GRAIN_S, UNSIGNED, MatchUse, trail_tag
from contracts.identity.requests.messages import Respond
from contracts.identity.sessions.messages import OpenSession, session_statement
from contracts.tools.testing import Ledger
from tests.contracts.governance.ledgers import kinds, status
from tests.contracts.identity.signing import (
    ANY_IDP,
    CHAIN,
    DAY_S,
    asking,
    creation,
    name_of,
    public,
    sign_answer,
    signed,
    trail_secret,
)
from tests.contracts.identity.world import admin


def state_of(world, req):
    """The state of a request now."""
    return world.ask("request", name_of(req))[1]


def suspend_agency(world, agency):
    """Let the members suspend an agency in governance."""
    _decide(world, status(agency, "suspended"))


def change_kinds(world, agency, *named):
    """Let the members give an agency other kinds in governance."""
    _decide(world, kinds(agency, *named))


def _decide(world, change):
    """Let the members decide a change in governance."""
    block = world.ledger.block
    proposal = Propose(change, block.time_ms + 1_000, block.time_ms + 1_000_000)
    number = world.ledger.as_(admin("etda")).execute(proposal)[0].fields[0]
    for member in ("etda", "dopa"):
        world.ledger.as_(admin(member)).execute(Vote(number, True))
    world.wait(1)
    world.ledger.as_("anyone").execute(Execute(number))


def appoint(world, agency, officer, *roles):
    """Make an account an officer of an agency."""
    address = Ledger.address(officer)
    world.ledger.as_(admin(agency)).execute(AddOfficer(agency, address, roles))


def subject_of(world, who):
    """The citizen's subject; the fields are in the order of the record."""
    return world.ask("subject", name_of(who))


def create(world, who, *, agency="kbank", majority_at=0, recovery=ANY_IDP, aal_cap=220):
    """Register a citizen."""
    world.do(agency, creation(who, agency, majority_at, recovery, aal_cap))


def attest(world, who, *, agency="kbank", ial=210, label=None, days=365, evidence=None):
    """Issue a proofing; its label is "<who>-proofing" unless another is given."""
    world.do(agency, proofing(world, who, agency, ial, label, days, evidence))


def proofing(world, who, agency, ial, label=None, days=365, evidence=None):
    """The message of a proofing."""
    att_id = name_of(label or f"{who}-proofing")
    proof = None if evidence is None else name_of(evidence)
    end = world.now + days * DAY_S
    what = (name_of(who), "proofing", ial, "in-person", name_of("commit"))
    key = public(f"{who}-1")
    return sign_proofing(
        IssueAttestation(agency, att_id, *what, end, proof, 0, None, key, None), who
    )


def sign_proofing(msg, who):
    """A proofing with the citizen's signature; what is none has neither key nor signature."""
    if msg.kind != "proofing":
        return replace(msg, key=None, signature=None)
    return signed(msg, proofing_statement(CHAIN, msg), f"{who}-1")


def face_match(world, who, label=None, pad_level=2, **use):
    """Issue facelab's match, for a recovery at kbank by the key "new" unless told otherwise."""
    world.do("facelab", matching(world, who, label, pad_level, **use))


def for_proofing(who, idp="kbank"):
    """The use of a match behind a proofing of "<who>-1"."""
    return {"idp": idp, "purpose": "proofing", "key": f"{who}-1"}


def matching(world, who, label=None, pad_level=2, *, idp="kbank", purpose="recovery", key="new"):
    """The message of a face match with the label "<who>-face"."""
    use = MatchUse(idp, purpose, public(key))
    att_id = name_of(label or f"{who}-face")
    what = (name_of(who), "fvs", 0, "face-1to1", name_of("commit"))
    end = world.now + DAY_S
    return IssueAttestation("facelab", att_id, *what, end, None, pad_level, use, None, None)


def proofed(world, who, *, ial=230):
    """Register a citizen proofed at kbank, with a face match for a recovery by the key "new"."""
    create(world, who)
    face_match(world, who, label=f"{who}-seen", **for_proofing(who))
    attest(world, who, ial=ial, evidence=f"{who}-seen")
    face_match(world, who)


def set_attestation(world, label, status, *, agency="kbank"):
    """Change an attestation as its issuer."""
    world.do(agency, SetAttestation(agency, name_of(label), status, ""))


def opened(world, req, **changes):
    """Open a request."""
    msg = asking(req, **changes)
    world.do(msg.agency, msg)
    return msg


def confirmed(world, req, *, who="somchai", handle=None, **changes):
    """Open a request, let the citizen accept through kbank; return both messages."""
    asked = opened(world, req, **changes)
    reply = answer(world, asked, who=who, handle=handle)
    world.do("kbank", reply)
    return asked, reply


def answer(world, asked, *, agency="kbank", decision="accept", who="somchai", **changes):
    """A signed answer to the request `asked`; an error has no signature."""
    handle = changes.pop("handle", None) or f"{agency}-{asked.req_id.hex()}"
    levels = {"accept": (230, 220, world.now)}.get(decision, (0, 0, 0))
    secret = trail_secret(who, asked, agency)
    error = "no-contact" if decision == "error" else ""
    key = None if decision == "error" else public(f"{who}-pairwise")
    what = (*levels, decision, error, trail_tag(secret), key, None)
    msg = replace(Respond(agency, asked.req_id, name_of(handle), *what), **changes)
    if decision == "error" or "citizen_signature" in changes:
        return msg
    return sign_answer(msg, asked, who)


def keeping(world, ses, *, who="somchai", agency="kbank", **changes):
    """A signed message that keeps a sign-on of now in the sector of rd and nhso for 8 hours."""
    at = world.now - world.now % TIME_GRAIN_S
    strength = ("state", 230, 220, at, at + 8 * 3600)
    key = public(f"{who}-pairwise")
    msg = OpenSession(agency, name_of(ses), *strength, key, UNSIGNED)
    msg = replace(msg, **changes)
    return signed(msg, session_statement(CHAIN, msg), f"{who}-pairwise")


def signed_on(world, ses="S", *, who="somchai", **changes):
    """Confirm a request of rd and keep the sign-on."""
    confirmed(world, f"{ses}-first", who=who, **changes)
    world.do("kbank", keeping(world, ses, who=who))
