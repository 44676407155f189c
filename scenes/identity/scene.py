"""Identity: proofed once at a bank, signed on at two agencies, refused at a third, revoked."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import ClassVar

from client.answers import field_of, list_field
from client.contract import ask
from client.identity import ledger
from client.identity.assertion import sub_of
from client.identity.drafts import Proofing, SignOn
from client.identity.errors import NotInOrder
from client.identity.face import officer_evidence
from client.identity.idp import Told
from client.identity.keys import CitizenKeys
from client.identity.nodes import sector_of, sectors, signer_of
from client.identity.payload import Opening, Payload
from client.identity.reference import SubjectReference
from client.identity.relying_party import Asking, Question
from client.identity.trail import own_trail
from client.identity.wallet import CitizenWallet, RequestShown
from client.rpc import RpcClient
from commands.devnet_files import Devnet, DevnetPlan
from commands.output import CheckFailed, say
from contracts.identity.attestations.handlers import effective_ial, usable_attestations
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.core.messages import PROOFING, MatchUse, RecoveryPolicy
from contracts.identity.sessions.handlers import session as session_state
from contracts.identity.sessions.messages import OpenSession, ReuseSession
from contracts.identity.subjects.messages import (
    CreateSubject,
)
from scenes.identity.cast import ADDRESS_SERVICE, LAND, REVENUE, SOCIAL, Parties, assemble
from scenes.kit.calls import code_from, must
from scenes.kit.cast import BANK_A, CITIZEN_REGISTRY, NAMESPACE
from scenes.kit.chain import at_heights, height_of
from scenes.kit.story import Story

IAL_BANK, IAL_ASKED, AAL_ASKED = 230, 210, 220
CITIZEN_ID = "9999999999994"  # no number begins with 9: nobody has it
GIVEN_NAME = "ใจดีมาก"
FAMILY_NAME = "ตัวอย่างสมมติ"
RECORD = {"given_name": GIVEN_NAME, "family_name": FAMILY_NAME, "province": "น่าน"}
_HOUR_S = 3_600
_YEAR_S = 365 * 86_400


@dataclass(slots=True, kw_only=True)
class CitizenStory(Story):
    """A citizen's way through the agencies."""

    cast: Parties
    keys: CitizenKeys
    wallet: CitizenWallet
    subject: CreateSubject


class Identity:
    """Scene 2."""

    title: ClassVar[str] = "Verified once, trusted everywhere"

    def __init__(self) -> None:
        self.plan = DevnetPlan()

    async def run(self, devnet: Devnet) -> Story:
        """Return what was seen."""
        began = time.monotonic()
        async with RpcClient(devnet.urls) as rpc:
            cast = await assemble(devnet, rpc)
            ready = time.monotonic()
            story = await _register(cast)
            story.figures.append(
                ("agencies admitted by vote and made nodes in", f"{ready - began:.1f} s")
            )
            proofing = await _proof(story)
            sign_on = await _sign_on(story)
            session = await _reuse(story, sign_on)
            await _step_up(story, session)
            await _revoke(story, proofing, session)
            await _trail(story)
            story.measured("the citizen's whole story in", ready)
            scanned = await _check_no_personal_data(story)
        story.figures += [
            ("bytes of blocks searched for personal data", f"{scanned:,}"),
            ("face comparison in this scene", "by an officer; no model is shipped"),
        ]
        return story


async def _register(cast: Parties) -> CitizenStory:
    """The bank registers the citizen, once; the civil registry's tag keeps it at once."""
    say("a citizen opens an account at the bank")
    keys, wallet = cast.citizen()
    policy = RecoveryPolicy(allows_idp=True, guardians=())
    draft = cast.bank.drafts.subject(wallet.subject_key, NAMESPACE, AAL_ASKED, policy)
    subject = wallet.prove_key(cast.tags.certify(draft, CITIZEN_ID, expires_at=_now() + _HOUR_S))
    await must("registering the citizen", cast.bank.office.send(subject))
    story = CitizenStory(cast=cast, keys=keys, wallet=wallet, subject=subject)

    _, other = cast.citizen()
    again = cast.bank.drafts.subject(other.subject_key, NAMESPACE, AAL_ASKED, policy)
    twice = other.prove_key(cast.tags.certify(again, CITIZEN_ID, expires_at=_now() + _HOUR_S))
    code = await code_from(cast.bank.office.send(twice))
    story.note("one person is registered once", code, is_kept=code == "DUPLICATE_IDENTITY")
    return story


async def _proof(story: CitizenStory) -> IssueAttestation:
    """The bank proofs the citizen at IAL 2.3, which needs a face match."""
    cast, sid, now = story.cast, story.subject.sid, _now()
    claims = {"citizen_id": CITIZEN_ID, "given_name": GIVEN_NAME, "family_name": FAMILY_NAME}

    def proofing(evidence: bytes | None) -> Proofing:
        return Proofing(
            sid=sid,
            ial=IAL_BANK,
            method="counter",
            claims=claims,
            expires_at=now + _YEAR_S,
            evidence=evidence,
        )

    def taken(evidence: bytes | None) -> tuple[IssueAttestation, Opening]:
        draft, opening = cast.bank.drafts.proofing(proofing(evidence))
        return story.wallet.take_proofing(draft, opening), opening

    bare, _ = taken(None)
    code = await code_from(cast.bank.office.send(bare))
    story.note("IAL 2.3 needs a face match", code, is_kept=code == "EVIDENCE_MISSING")

    evidence = officer_evidence(sid, "match", officer="counter-4", decided_at=now, pad_level=1)
    use = MatchUse(idp=cast.bank.office.agency, purpose=PROOFING, key=story.wallet.subject_key)
    matched, _ = cast.faces.attest(sid, evidence, use, now + _HOUR_S)
    await must("attesting the face match", cast.faces.office.send(matched))
    attested, opening = taken(matched.att_id)
    await must("attesting the proofing", cast.bank.office.send(attested))
    credential = cast.bank.credential(attested, opening, (story.wallet.subject_key, now))
    sealed = cast.bank.paper(attested, opening, story.wallet.box_key)
    signer = await signer_of(cast.rpc, credential.token)
    signer.check(cast.bank.office.agency, now)
    story.wallet.keep(credential, sealed, attested, signer.key)
    ial = await ask(cast.rpc, effective_ial, sid)
    story.note("the bank's proofing counts", f"effective IAL {ial}", is_kept=ial == IAL_BANK)
    return attested


async def _sign_on(story: CitizenStory) -> SignOn:
    """Revenue asks, the citizen answers through the bank, consents, and data is released."""
    say("the revenue department asks for IAL 2.1 and AAL 2.2")
    cast, wallet = story.cast, story.wallet
    asked = {ADDRESS_SERVICE: ("province",)}
    asking, shown = await _ask(story, REVENUE, purpose="tax", services=asked)
    req_id = asking.request.req_id
    sign_on = SignOn(ial=IAL_BANK, aal=AAL_ASKED, auth_time=_now())
    answer = wallet.answer(shown, cast.bank.drafts.answer(req_id, sign_on), accepts=True)
    await must("answering revenue", cast.bank.office.send(answer))
    state = await _state(cast.rpc, req_id)
    story.note("the citizen's signature confirms the request", state, is_kept=state == "confirmed")

    until = _now() + _YEAR_S // 4
    draft = cast.bank.drafts.consent(answer.handle, shown.asked, until)
    reference = _reference(asking, draft.con_id)
    release = cast.registry.statement(req_id, ADDRESS_SERVICE, asking.scope.commit)
    code = await code_from(cast.registry.office.send(release))
    story.note("no data without consent", code, is_kept=code == "NO_CONSENT")

    await must("consenting", cast.bank.office.send(wallet.consent(shown, draft)))
    await _tell_who(story, asking, draft.con_id)
    data = await _release(story, asking, reference)
    revenue = cast.relying_parties[REVENUE]
    await must("completing", revenue.office.send(revenue.acknowledge(req_id)))
    state = await _state(cast.rpc, req_id)
    is_read = set(data) == {"province"} and state == "completed"
    story.note("with consent the receiver alone reads the data", state, is_kept=is_read)

    return sign_on


async def _tell_who(story: CitizenStory, asking: Asking, con_id: bytes) -> None:
    """The bank tells revenue who answered, and revenue compares it with the ledger."""
    cast, req_id = story.cast, asking.request.req_id
    answer = await ledger.answered(cast.rpc, req_id, BANK_A)
    if answer is None:
        raise CheckFailed("the answer is not on the ledger")
    claims = {"given_name": GIVEN_NAME, "family_name": FAMILY_NAME}
    told = Told(claims=claims, con_id=con_id, scope=asking.scope)
    sealed = await cast.bank.assertion(answer, _now(), told)
    signed_on = await cast.relying_parties[REVENUE].signed_on(sealed, asking, BANK_A, _now())
    own = sub_of(answer.sector, story.wallet.pairwise_key(answer.sector))
    is_kept = signed_on.sub == own and signed_on.claims == claims
    story.note("revenue learns who answered, by its sector's name", own, is_kept=is_kept)


def _reference(asking: Asking, con_id: bytes) -> SubjectReference:
    """Return what the bank tells the registry of the citizen."""
    return SubjectReference(
        idp=BANK_A,
        source=CITIZEN_REGISTRY,
        req_id=asking.request.req_id,
        con_id=con_id,
        namespace=NAMESPACE,
        identifier=CITIZEN_ID,
        issued_at=_now(),
        scope=asking.scope,
    )


async def _release(story: CitizenStory, asking: Asking, reference: SubjectReference) -> Payload:
    """The bank refers the registry to the person; what is released is what was asked for."""
    cast = story.cast
    sealed = await cast.bank.reference(reference)
    referred = await cast.registry.referred(sealed, reference.req_id, _now())
    release, sealed = await cast.registry.release(referred, ADDRESS_SERVICE, RECORD)
    await must("releasing data", cast.registry.office.send(release))
    data = await cast.relying_parties[REVENUE].released(
        sealed, asking, ADDRESS_SERVICE, CITIZEN_REGISTRY
    )
    is_kept = data == {"province": RECORD["province"]}
    seen = ", ".join(data)
    story.note("a source releases what was asked for, and no more", seen, is_kept=is_kept)
    return data


async def _reuse(story: CitizenStory, sign_on: SignOn) -> OpenSession:
    """A second agency signs the citizen on by the same sign-on, kept in its sector."""
    say("social security signs the same citizen on, without new proofing")
    bank, rpc = story.cast.bank, story.cast.rpc
    asking, shown = await _ask(story, SOCIAL, purpose="benefit")
    session = story.wallet.permissions.keep_session(
        bank.drafts.session(shown.sector, sign_on, sign_on.auth_time + _HOUR_S)
    )
    await must("keeping the sign-on", bank.office.send(session))
    device = await bank.device(story.subject.sid, story.wallet.subject_key)
    await bank.check_standing(device, IAL_ASKED)
    await must("reusing the sign-on", bank.office.send(_reusing(story, session, shown)))
    state = await _state(rpc, asking.request.req_id)
    counted = await ask(rpc, usable_attestations, story.subject.sid)
    seen = f"{state}; attestations: {len(counted)}, as before"
    is_kept = (state, len(counted)) == ("confirmed", 2)
    story.note("reuse needs no new proofing", seen, is_kept=is_kept)

    sectors = {await sector_of(rpc, rp) for rp in (REVENUE, SOCIAL)}
    keys = [bytes(story.wallet.pairwise_key(sector)) for sector in sorted(sectors)]
    kept = repr(await ask(rpc, session_state, session.ses_id))
    named = [repr(key)[2:-1] in kept for key in [*keys, story.subject.sid]]
    is_kept = sum(named) == 1 and len(keys) == 2
    story.note("a kept sign-on names one sector's key alone", f"{len(keys)} keys", is_kept=is_kept)
    return session


async def _step_up(story: CitizenStory, session: OpenSession) -> None:
    """The same agency wants more than the session has, and another is in no session's sector."""
    say("social security asks for AAL 3, the land office for a sign-on kept elsewhere")
    send = story.cast.bank.office.send
    _, shown = await _ask(story, SOCIAL, purpose="login", mode="step_up")
    code = await code_from(send(_reusing(story, session, shown)))
    is_kept = code == "STEP_UP_REQUIRED"
    story.note("a weaker sign-on cannot be borrowed", code, is_kept=is_kept)
    _, shown = await _ask(story, LAND, purpose="login")
    moved = replace(shown, sector=session.sector)
    code = await code_from(send(_reusing(story, session, moved)))
    story.note("a sign-on of one sector is none in another", code, is_kept=code == "OTHER_SECTOR")


async def _revoke(story: CitizenStory, proofing: IssueAttestation, session: OpenSession) -> None:
    """A revocation stops reuse at once, by the bank's own refusal."""
    say("the bank revokes its proofing")
    bank = story.cast.bank
    device = await bank.device(story.subject.sid, story.wallet.subject_key)
    _, shown = await _ask(story, SOCIAL, purpose="benefit")
    revocation = bank.set_status(proofing.att_id, "revoked", "document reported lost")
    await must("revoking", bank.office.send(revocation))
    try:
        await bank.check_standing(device, IAL_ASKED)
        seen = "not refused"
    except NotInOrder as refused:
        seen = refused.message
    is_kept = seen != "not refused"
    story.note("after a revocation the IdP keeps no one signed on", seen, is_kept=is_kept)
    ended = story.wallet.permissions.sign_off(session.ses_id, session.sector)
    await must("signing off", bank.office.send(ended))
    code = await code_from(bank.office.send(_reusing(story, session, shown)))
    story.note("a sign-on that has ended is never used", code, is_kept=code == "SESSION_ENDED")
    ial = await ask(story.cast.rpc, effective_ial, story.subject.sid)
    story.note("no IAL is left", f"effective IAL {ial}", is_kept=ial == 0)


async def _trail(story: CitizenStory) -> None:
    """The citizen lists who asked what; nobody else can."""
    rpc = story.cast.rpc
    named = await sectors(rpc)
    found = await own_trail(rpc, story.wallet.viewer(*named))
    listed = [(own.entry.rp, own.entry.purpose, own.entry.is_reuse) for own in found.entries]
    seen = ", ".join(f"{rp}: {purpose}{' (reuse)' * reuse}" for rp, purpose, reuse in listed)
    expected = [(REVENUE, "tax", False), (SOCIAL, "benefit", True)]
    is_whole = not found.gone and not any(own.is_foreign for own in found.entries)
    is_kept = is_whole and sorted(listed) == sorted(expected)  # both may be of one second
    story.note("the citizen lists who asked what", seen, is_kept=is_kept)
    stranger, _ = story.cast.citizen()
    others = await own_trail(rpc, stranger.viewer(*named))
    count = len(others.entries)
    story.note("another's keys find nothing", f"{count} entries", is_kept=count == 0)


async def _check_no_personal_data(story: CitizenStory) -> int:
    """Search every block and receipt for the citizen; return how many bytes were searched."""
    wanted = [CITIZEN_ID, GIVEN_NAME, FAMILY_NAME]
    hashes = [sha256(word.encode()).digest() for word in wanted]
    needles = [word.encode() for word in wanted] + hashes
    rpc, hits, searched = story.cast.rpc, 0, 0
    last = await height_of(rpc)
    for block in await at_heights(rpc, "chain_getBlock", range(last + 1)):
        raws = [bytes.fromhex(raw.removeprefix("0x")) for raw in list_field(block, "transactions")]
        parts = [*raws, str(field_of(block, "receipts")).encode()]
        searched += sum(map(len, parts))
        hits += sum(needle in part for needle in needles for part in parts)
        hits += sum(digest.hex().encode() in parts[-1] for digest in hashes)
    seen = f"{hits} finds in {last + 1} blocks"
    story.note("no identifier, name or plain hash of them on the chain", seen, is_kept=not hits)
    return searched


async def _ask(
    story: CitizenStory,
    rp: str,
    *,
    purpose: str,
    mode: str = "reuse_ok",
    services: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[Asking, RequestShown]:
    """Open a request, and return it as the citizen's wallet shows it."""
    question = Question(
        idps=(BANK_A,),
        purpose=purpose,
        min_ial=IAL_ASKED,
        min_aal=AAL_ASKED,
        max_age_s=2 * _HOUR_S,
        mode=mode,
        words=f"{rp}: {purpose}?",
        claims=("given_name", "family_name"),
        services=services or {},
    )
    party = story.cast.relying_parties[rp]
    asking = party.ask(question)
    await must(f"{rp} asks", party.office.send(asking.request))
    message, scope = asking.sealed_for(story.wallet.box_key, story.cast.chain_id)
    words = story.wallet.open_words(asking.request, message, scope)
    shown = await ledger.show_request(story.cast.rpc, asking.request.req_id, words)
    if shown is None:
        raise CheckFailed(f"{rp}: the request is not on the ledger")
    return asking, shown


def _reusing(story: CitizenStory, session: OpenSession, shown: RequestShown) -> ReuseSession:
    draft = story.cast.bank.drafts.reuse(session.ses_id, shown.req_id)
    return story.wallet.reuse(shown, draft)


async def _state(rpc: RpcClient, req_id: bytes) -> str:
    found = await ledger.request(rpc, req_id)
    return "none" if found is None else found.state


def _now() -> int:
    return time.time_ns() // 1_000_000_000
