"""From citizens to an open election: identity, manifest, roll, objections, the trustees' key."""

import asyncio
import os
import time
from dataclasses import replace

from client.contract import written_record
from client.identity.drafts import ID_BYTES, Proofing
from client.identity.wallet import CitizenWallet
from client.vault import Vault
from client.voting.roll import add_voters, freeze_roll
from commands.output import CheckFailed
from commands.services.cast import citizen_number
from contracts.identity.attestations.messages import IssueAttestation
from contracts.identity.core.messages import RecoveryPolicy
from contracts.identity.subjects.messages import (
    CreateSubject,
)
from contracts.voting.core.messages import PAGE_VOTERS_MAX, Manifest
from contracts.voting.elections.messages import CreateElection, OpenElection
from contracts.voting.roll.handlers import FREEZE_PAGE
from contracts.voting.roll.messages import AddVoters, AdmitVoter, StrikeVoter, VoterEntry
from scenes.kit.calls import code_from
from scenes.kit.cast import BANK_A, NAMESPACE
from scenes.kit.load import all_together
from scenes.voting.cast import AUTHORITY, OFFICIAL, ElectionStory, Hall, Person

IAL, AAL = 210, 220
CLASS_SIZE_MIN = 5
_ROUNDS = ("reveal_until_ms", "deal_until_ms", "complain_until_ms", "answer_until_ms")
_YEAR_S = 365 * 86_400
_CERTIFIED_S = 3_600


async def populate(hall: Hall, count: int) -> tuple[dict[str, Vault], list[Person]]:
    """Make the nodes of identity; return the registrars' vaults and so many citizens."""
    await hall.agencies.register_nodes(hall.office(OFFICIAL))
    vaults = {name: hall.vault(name) for name in hall.design.registrars}
    await hall.clock.begin()
    citizens = await register_citizens(hall, count)
    await hall.clock.end()
    return vaults, citizens


async def register_citizens(hall: Hall, count: int) -> list[Person]:
    """Register so many citizens in identity, and proof each at the counter of the bank."""
    people = [Person(sid=bytes(ID_BYTES)) for _ in range(count)]
    subjects = await asyncio.to_thread(_subjects, hall, people)
    office = hall.office(BANK_A)
    signed = await asyncio.to_thread(lambda: [office.sign(message) for message in subjects])
    await all_together("registering citizens", hall.devnet, signed)
    people = [
        replace(person, sid=subject.sid) for person, subject in zip(people, subjects, strict=True)
    ]
    attested = await asyncio.to_thread(_attestations, hall, people)
    signed = await asyncio.to_thread(lambda: [office.sign(message) for message in attested])
    await all_together("proofing citizens", hall.devnet, signed)
    return people


def _subjects(hall: Hall, people: list[Person]) -> list[CreateSubject]:
    bank, registry = hall.bank, hall.registry
    policy = RecoveryPolicy(allows_idp=True, guardians=())
    subjects, until = [], time.time_ns() // 1_000_000_000 + _CERTIFIED_S
    for number, person in enumerate(people):
        wallet = CitizenWallet(person.keys, hall.chain_id)
        draft = bank.drafts.subject(wallet.subject_key, NAMESPACE, AAL, policy)
        certified = registry.certify(draft, citizen_number(number), expires_at=until)
        subjects.append(wallet.prove_key(certified))
    return subjects


def _attestations(hall: Hall, people: list[Person]) -> list[IssueAttestation]:
    bank, until = hall.bank, time.time_ns() // 1_000_000_000 + _YEAR_S

    def attested(person: Person, number: int) -> IssueAttestation:
        claims = {"given_name": f"citizen {number}"}
        found = Proofing(sid=person.sid, ial=IAL, method="counter", claims=claims, expires_at=until)
        wallet = CitizenWallet(person.keys, hall.chain_id)
        return wallet.take_proofing(*bank.drafts.proofing(found))

    return [attested(person, number) for number, person in enumerate(people)]


async def found(hall: Hall, voters: int, later: dict[str, int]) -> dict[str, int]:
    """Found the election from now on, and return its windows.

    `later` are the steps after issue_from_ms at which the windows of tokens and ballots end.
    """
    spans = _preparation(voters)
    spans |= {name: spans["issue_from_ms"] + at for name, at in later.items()}
    windows = {name: hall.clock.after(steps) for name, steps in spans.items()}
    manifest = written_record(Manifest, _manifest(hall, windows))
    message = CreateElection(election_id=hall.election_id, agency=AUTHORITY, manifest=manifest)
    await hall.actor(AUTHORITY).do(message)
    return windows


def _preparation(voters: int) -> dict[str, int]:
    """Return how many steps after the founding each part ends: twice what it needs at most."""
    pages, freezes = voters // PAGE_VOTERS_MAX, voters // FREEZE_PAGE
    lengths = (
        (("roll_until_ms", "commit_until_ms"), 2 * pages + 18),
        (("objections_until_ms", "reveal_until_ms"), 16),
        (("deal_until_ms",), 2 * freezes + 14),
        (("complain_until_ms",), 6),
        (("answer_until_ms",), 6),
        (("keys_until_ms",), 12),
        (("issue_from_ms",), 8),
    )
    spans: dict[str, int] = {}
    at = 0
    for names, steps in lengths:
        at += steps
        spans |= dict.fromkeys(names, at)
    return spans


def _manifest(hall: Hall, windows: dict[str, int]) -> dict[str, object]:
    design = hall.design
    return {
        "title_th": design.titles[0],
        "title_en": design.titles[1],
        "suite": 1,
        "token_scheme": 1,
        "contests": list(design.contests),
        "english": list(design.english),
        "classes": [{"name_th": "สมาชิก", "name_en": "Members", "weight": 1, "joins": None}],
        "class_size_min": CLASS_SIZE_MIN,
        "eligibility": {"attestation": "proofing", "min_ial": IAL, "namespace": NAMESPACE},
        "official": hall.official,
        "registrars": {
            "agencies": list(design.registrars),
            "needed": design.signatures,
        },
        "trustees": {
            "agencies": list(design.trustees),
            "needed": design.shares,
        },
        "windows": windows,
        "seating": {
            "seats": [1] * len(design.contests),
            "quorum_percent": 50,
            "lots_from": "เลขรางวัลที่ 1 ของสลากงวดถัดจากวันปิดหีบ",
        },
    }


async def enter(hall: Hall, people: list[Person]) -> None:
    """Enter people on the roll, and begin the trustees' ceremony."""
    entries = [VoterEntry(person.sid, 0) for person in people]
    await asyncio.gather(
        add_voters(hall.actor(AUTHORITY), hall.facts, hall.election_id, entries),
        trustees_step(hall, "committed"),
    )


async def object_to(story: ElectionStory, stranger: Person) -> None:
    """Have the official strike a stranger and admit who was left out, each with a reason."""
    hall, missing = story.hall, story.people[-1]
    nobody = AddVoters(hall.election_id, (VoterEntry(os.urandom(ID_BYTES), 0),))
    code = await code_from(hall.actor(AUTHORITY).do(nobody))
    story.note_code("only who identity attests is entered", code, "NOT_ELIGIBLE")
    await hall.clock.until(story.windows["roll_until_ms"])
    late = AddVoters(hall.election_id, (VoterEntry(missing.sid, 0),))
    code = await code_from(hall.actor(AUTHORITY).do(late))
    story.note_code("the authority cannot change the roll later", code, "OUTSIDE_WINDOW")
    official = hall.actor(OFFICIAL)
    strike = StrikeVoter(
        election_id=hall.election_id, sid=stranger.sid, reason="no member of the project"
    )
    admit = AdmitVoter(
        election_id=hall.election_id,
        sid=missing.sid,
        class_id=0,
        reason="a member that the list left out",
    )
    for message in (strike, admit):
        await official.do(message)
    facts = await story.facts()
    struck = await hall.facts.voter(facts, stranger.sid)
    admitted = await hall.facts.voter(facts, missing.sid)
    is_kept = struck is None and admitted is not None
    seen = "one struck, one admitted, by the official"
    story.note("objections are decided in public", seen, is_kept=is_kept)


async def prepare(hall: Hall, windows: dict[str, int], vaults: dict[str, Vault]) -> None:
    """Finish the ceremony round by round, freeze the roll, post the registrars' keys, and open."""
    acts = dict(zip(_ROUNDS, ("revealed", "dealt", "nothing", "nothing"), strict=True))
    authority = hall.actor(AUTHORITY)
    for name, act in acts.items():
        if name == "deal_until_ms":
            await freeze_roll(authority, hall.election_id)
        await trustees_step(hall, act)
        await hall.clock.until(windows[name])
    registrars = {name: hall.registrar(name, vault) for name, vault in vaults.items()}
    posting = [one.register_keys(hall.election_id, name) for name, one in registrars.items()]
    await asyncio.gather(*posting)
    await hall.clock.until(windows["keys_until_ms"])
    await authority.do(OpenElection(election_id=hall.election_id))


async def trustees_step(hall: Hall, act: str) -> None:
    """Have every trustee do what is due. Raises CheckFailed when that is something else."""
    names = hall.design.trustees
    steps = [hall.trustee(name).step(hall.election_id, name) for name in names]
    done = await asyncio.gather(*steps)
    if set(done) != {act}:
        raise CheckFailed(f"trustees were to have {act}, they say {', '.join(done)}")
