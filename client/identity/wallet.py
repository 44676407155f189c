"""The citizen's side: sees what is asked, signs it or not, keeps what is theirs.

Nothing here talks to a node. Agencies bring drafts; the wallet compares each with what the ledger
says and with the words it shows, and gives it back signed.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from client.identity.credential import Audience, Credential, Terms, check_issued, present
from client.identity.errors import NotWhatWasAsked
from client.identity.keys import CitizenKeys
from client.identity.payload import Opening
from client.identity.permissions import Permissions
from client.identity.scope import check_asked, scope_in
from client.identity.sealed import CITIZEN, BoxPurpose
from client.identity.trail import OwnEntry, Viewer, trail_secret
from client.identity.words import words_in
from contracts.identity.attestations.messages import IssueAttestation, proofing_statement
from contracts.identity.consents.messages import (
    GrantConsent,
    consent_statement,
)
from contracts.identity.disputes.messages import Dispute, dispute_statement
from contracts.identity.requests.messages import (
    OpenRequest,
    Respond,
    response_statement,
    terms_digest,
)
from contracts.identity.sessions.messages import (
    ReuseSession,
    reuse_statement,
)
from contracts.identity.subjects.messages import (
    CreateSubject,
    possession_of_first_key,
)
from primitives.crypto import Digest, PublicKey
from primitives.plain import plain_line

_YEAR_10000_S = 253_402_300_800


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestShown:
    """A request as the citizen sees it, whole: what is not shown here is not signed.

    `asked` is what the ledger holds of it; `message` and `scope` are the words that the relying
    party sent along, and are shown only if they open what the ledger holds.
    """

    sector: str
    asked: OpenRequest
    message: Opening
    scope: Opening

    @property
    def req_id(self) -> bytes:
        """The request's identifier."""
        return self.asked.req_id

    def check(self) -> None:
        """Refuse words that are not those of the ledger's request.

        Raises:
            CommitMismatch: they do not open its commitments.
            BadPayload: the words or the scope hold more than is shown, or no text.
            NotWhatWasAsked: the words are another relying party's; the scope names another, another
                purpose or other services.
        """
        self.message.check(self.asked.msg_hash)
        self.scope.check(self.asked.scope_commit)
        words_in(self.message, self.asked.agency)
        check_asked(scope_in(self.scope), self.asked)

    def lines(self) -> list[tuple[str, object]]:
        """Return every term of the request as a citizen reads it, with the words."""
        asked, scope = self.asked, scope_in(self.scope)
        services = [
            f"{each.service}: {', '.join(scope.of_service(each.service))}"
            f" (from {each.min_as} of {', '.join(each.sources) or 'any source'})"
            for each in asked.services
        ]
        return [
            ("request", "0x" + asked.req_id.hex()),
            ("relying party", f"{asked.agency} (sector {self.sector})"),
            ("words", plain_line(str(self.message.payload.get("text")))),
            ("purpose", asked.purpose),
            ("claims of the IdP", plain_line(", ".join(scope.claims)) or "none"),
            ("data of sources", plain_line("; ".join(services)) or "none"),
            ("kept for", f"{asked.retention_days} days"),
            ("identifiers", asked.namespace),
            ("levels", f"IAL {asked.min_ial}, AAL {asked.min_aal} at least"),
            ("signed on", f"at most {asked.max_age_s} s ago"),
            ("earlier sign-on", asked.mode),
            ("answered by", f"{asked.min_idp} of {', '.join(asked.idps)}"),
            ("open for", f"{asked.ttl_s} s"),
            ("on behalf of", _shown_key(asked.on_behalf_of)),
        ]


def draft_lines(draft: Respond | ReuseSession | GrantConsent) -> list[tuple[str, object]]:
    """Return what a draft about a request says beyond that, as a citizen reads it.

    It is signed too, so it is shown with the request's own lines.
    """
    if isinstance(draft, GrantConsent):
        return [("through", draft.agency), ("consent until", _moment(draft.expires_at))]
    if isinstance(draft, ReuseSession):
        return [("through", draft.agency), ("by the sign-on", "0x" + draft.ses_id.hex())]
    return [
        ("through", draft.agency),
        ("answer", draft.decision),
        ("levels stated", f"IAL {draft.ial}, AAL {draft.aal}"),
        ("time stated", _moment(draft.auth_time)),
    ]


class CitizenWallet:
    """The keys and papers of one citizen on one chain."""

    def __init__(self, keys: CitizenKeys, chain_id: str) -> None:
        self._keys = keys
        self._chain_id = chain_id
        self.papers: list[tuple[Credential, Opening]] = []  # each with what opens its commitment

    @property
    def subject_key(self) -> PublicKey:
        """The key that stands for the citizen at their IdPs."""
        return self._keys.subject.public_key

    @property
    def box_key(self) -> bytes:
        """The key that payloads for the citizen are sealed to."""
        return self._keys.box.public

    @property
    def permissions(self) -> Permissions:
        """What the citizen lets go on for a while, and ends."""
        return Permissions(self._keys, self._chain_id)

    def viewer(self, *sectors: str) -> Viewer:
        """Return what finds the trail in these sectors and signs nothing; may go to a portal."""
        return self._keys.viewer(*sectors)

    def pairwise_key(self, sector: str) -> PublicKey:
        """Return the key that relying parties of a sector see."""
        return self._keys.pairwise(sector).public_key

    def keep(
        self,
        credential: Credential,
        sealed: bytes,
        attested: IssueAttestation,
        issuer_key: PublicKey,
    ) -> Opening:
        """Take the credential of an attestation, and the sealed opening of its commitment.

        `issuer_key` is a key of the issuer's node, as the ledger says.

        Raises:
            NotForUs, BadPayload, CommitMismatch: the opening is not the attestation's.
            BadCredential: another key signed the credential, it is for another holder, of another
                attestation or claims, or it would show a claim that the citizen did not choose.
        """
        purpose = BoxPurpose(chain_id=self._chain_id, about=attested.att_id, role=CITIZEN)
        opening = self._keys.box.open(sealed, purpose, attested.commit)
        terms = terms_of(attested, self.subject_key, 0)
        check_issued(credential, issuer_key, terms, opening.payload)
        self.papers.append((credential, opening))
        return opening

    def open_words(
        self, request: OpenRequest, message: bytes, scope: bytes
    ) -> tuple[Opening, Opening]:
        """Return the words of a request that were sealed to this citizen: message and scope.

        Raises:
            NotForUs, BadPayload, CommitMismatch: they are not readable, or not the request's.
        """
        purpose = BoxPurpose(chain_id=self._chain_id, about=request.req_id, role=CITIZEN)
        box = self._keys.box
        opened = box.open(message, purpose, request.msg_hash)
        return opened, box.open(scope, purpose, request.scope_commit)

    def show(self, credential: Credential, names: tuple[str, ...], audience: Audience) -> str:
        """Return a presentation of some claims to one verifier. Raises BadCredential."""
        return present(credential, names, self._keys.subject, audience)

    def prove_key(self, draft: CreateSubject) -> CreateSubject:
        """Return the registration with the proof that the subject key is held here."""
        if draft.key != self.subject_key:
            raise NotWhatWasAsked("another key than this citizen's is to be registered")
        statement = possession_of_first_key(self._chain_id, draft)
        return replace(draft, proof=self._keys.subject.sign(*statement))

    def take_proofing(self, draft: IssueAttestation, opening: Opening) -> IssueAttestation:
        """Sign that an IdP proofs this citizen, by the claims that the opening shows.

        Raises:
            CommitMismatch: the draft commits to other claims.
        """
        opening.check(draft.commit)
        draft = replace(draft, key=self.subject_key)
        statement = proofing_statement(self._chain_id, draft)
        return replace(draft, signature=self._keys.subject.sign(*statement))

    def answer(self, shown: RequestShown, draft: Respond, *, accepts: bool) -> Respond:
        """Sign what the citizen said, accept or reject, with the key of the party's sector.

        Raises:
            NotWhatWasAsked, CommitMismatch: the draft or the words are not the ledger's request,
                or the draft says something else than the citizen.
        """
        _check(shown, draft.req_id)
        if draft.decision != ("accept" if accepts else "reject"):
            raise NotWhatWasAsked(f"the draft says {draft.decision!r:.20}, the citizen did not")
        key = self._keys.pairwise(shown.sector)
        draft = replace(
            draft,
            trail_tag=self._keys.viewer().tag(shown.sector, shown.req_id),
            citizen_key=key.public_key,
        )
        statement = response_statement(self._chain_id, self._terms(shown), draft)
        return replace(draft, citizen_signature=key.sign(*statement))

    def reuse(self, shown: RequestShown, draft: ReuseSession) -> ReuseSession:
        """Sign that an earlier sign-on answers this request. Raises as `answer`."""
        _check(shown, draft.req_id)
        key = self._keys.pairwise(shown.sector)
        draft = replace(
            draft,
            trail_tag=self._keys.viewer().tag(shown.sector, shown.req_id),
            citizen_key=key.public_key,
        )
        statement = reuse_statement(self._chain_id, self._terms(shown), draft)
        return replace(draft, signature=key.sign(*statement))

    def consent(self, shown: RequestShown, draft: GrantConsent) -> GrantConsent:
        """Sign consent to the scope that was shown. Raises as `answer`."""
        _check(shown, draft.req_id)
        asked = shown.asked
        wanted = (asked.scope_commit, tuple(each.service for each in asked.services))
        if (draft.scope_commit, draft.services) != wanted:
            raise NotWhatWasAsked("consent to another scope than the one that is shown")
        if draft.retention_days != asked.retention_days:
            raise NotWhatWasAsked("consent to another retention than the one that is shown")
        key = self._keys.pairwise(shown.sector)
        draft = replace(draft, citizen_key=key.public_key)
        statement = consent_statement(self._chain_id, self._terms(shown), draft)
        return replace(draft, signature=key.sign(*statement))

    def dispute(self, draft: Dispute, own: OwnEntry) -> Dispute:
        """Say that an answer of the trail was not the citizen's; shows the secret of its one tag.

        Raises:
            NotWhatWasAsked: the draft is about another answer, or another wallet gave that.
        """
        if own.is_foreign:
            raise NotWhatWasAsked("another wallet's tag is on the answer: report the key lost")
        if (draft.req_id, draft.idp) != (own.entry.req_id, own.entry.idp):
            raise NotWhatWasAsked("the draft disputes another answer than the trail's")
        secret = trail_secret(self._keys.view_key, own.sector, own.entry.req_id)
        draft = replace(draft, trail_secret=secret, key=self.subject_key)
        statement = dispute_statement(self._chain_id, draft)
        return replace(draft, signature=self._keys.subject.sign(*statement))

    def _terms(self, shown: RequestShown) -> Digest:
        return terms_digest(self._chain_id, shown.asked)


def terms_of(attested: IssueAttestation, holder: PublicKey, issued_at: int) -> Terms:
    """Return what the credential of an attestation says of itself."""
    return Terms(
        issuer=attested.agency,
        kind=f"sapha/{attested.kind}",
        issued_at=issued_at,
        expires_at=attested.expires_at,
        att_id=attested.att_id,
        holder=holder,
    )


def _shown_key(key: PublicKey | None) -> str:
    return "yourself" if key is None else "the person with the key 0x" + key.hex()


def _moment(seconds: int) -> str:
    if seconds >= _YEAR_10000_S:
        return f"{seconds} s"
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _check(shown: RequestShown, req_id: bytes) -> None:
    if req_id != shown.req_id:
        raise NotWhatWasAsked("the draft answers another request than the one that is shown")
    shown.check()
