"""The face verification service's side of the ledger: attests a comparison that is a match."""

from client.identity.drafts import new_id
from client.identity.errors import NoMatch
from client.identity.office import Office
from client.identity.payload import Opening, Payload, open_new
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.core.messages import MatchUse

FVS_NAMESPACE = "fvs"
BY_MODEL = "model"
BY_OFFICER = "officer"
PAD_LEVEL_MAX = 2  # ISO/IEC 30107-3
OFFICER_EVIDENCE_TYPE = "sapha/fvs-officer/v1"


class FaceVerification:
    """One FVS agency's acts. What compares the faces is client.fvs, or a trained officer."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def attest(
        self, sid: bytes, evidence: Payload, use: MatchUse, expires_at: int
    ) -> tuple[IssueAttestation, Opening]:
        """Return the attestation of a match, and the opening that stays off the chain.

        `evidence` is what FvsService.evidence or `officer_evidence` gives. The match serves `use`
        alone: that IdP, for a proofing or a recovery, with the key that the person seen has shown.

        Raises:
            NoMatch: the comparison is no match, or is not about this subject.
        """
        if evidence.get("decision") != "match":
            raise NoMatch(f"the comparison says {evidence.get('decision')!r:.40}")
        if evidence.get("subject") != sid.hex():
            raise NoMatch("the comparison is about another subject")
        is_officers = evidence.get("type") == OFFICER_EVIDENCE_TYPE
        opening = open_new(FVS_NAMESPACE, evidence)
        message = IssueAttestation(
            agency=self.office.agency,
            att_id=new_id(),
            sid=sid,
            kind="fvs",
            ial=0,  # only a proofing has a level
            method=BY_OFFICER if is_officers else BY_MODEL,
            commit=opening.commit,
            expires_at=expires_at,
            evidence=None,
            pad_level=_pad_level(evidence),
            match_for=use,
            key=None,
            signature=None,
        )
        return message, opening


def _pad_level(evidence: Payload) -> int:
    """Return the PAD level that a comparison states, which is said in clear. Raises NoMatch."""
    level = evidence.get("pad_level")
    if type(level) is not int or not 0 <= level <= PAD_LEVEL_MAX:
        raise NoMatch(f"the comparison states no PAD level of 0 to {PAD_LEVEL_MAX}")
    return level


def officer_evidence(
    sid: bytes, decision: str, *, officer: str, decided_at: int, pad_level: int
) -> dict[str, object]:
    """Return what is attested when an officer, not a model, compared face and document.

    `pad_level` is of the procedure by which the officer saw the person, 0 for none.
    """
    return {
        "type": OFFICER_EVIDENCE_TYPE,
        "subject": sid.hex(),
        "decision": decision,
        "officer": officer,
        "pad_level": pad_level,
        "decided_at": decided_at,
    }
