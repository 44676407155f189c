"""Who of an office's people has asked for a token, and whose is ready: public facts, proven.

Never who voted: the ledger does not say it of anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from client.state_keys import state_key
from client.voting.errors import NotOpen
from client.voting.events import CONTRACT
from client.voting.facts import ElectionFacts, Facts
from client.voting.staff import Person
from contracts.voting.rings.state import ring_members
from contracts.voting.tokens.state import answered, requests

_TOGETHER = 50  # persons in a question, of whom two entries are proven each


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """One person: whether a token was asked for, and whether who signs has answered.

    Who is in a ring has asked, and needs no answer: from the opening the token is ready.
    """

    person: Person
    has_asked: bool
    has_token: bool


async def askers(facts: Facts, election: ElectionFacts, people: Sequence[Person]) -> list[Asker]:
    """Return how far each person is, in order."""
    found: list[Asker] = []
    for start in range(0, len(people), _TOGETHER):
        part = people[start : start + _TOGETHER]
        refs = [election.voter_ref(one.sid) for one in part]
        of = election.election_id
        asked = ring_members if election.has_rings else requests
        keys = [state_key(CONTRACT, asked.schema.name, of, ref) for ref in refs]
        keys += [state_key(CONTRACT, answered.schema.name, of, ref) for ref in refs]
        proofs = await facts.light.states(facts.rpc, keys)
        for at, person in enumerate(part):
            signed = facts.read(answered, proofs[len(part) + at].value) or 0
            has_asked = proofs[at].value is not None
            is_member = has_asked and election.opening is not None
            is_answered = not election.has_rings and _covers(election, person.class_id, signed)
            found.append(
                Asker(
                    person=person,
                    has_asked=has_asked,
                    has_token=is_member if election.has_rings else is_answered,
                )
            )
    return found


def _covers(election: ElectionFacts, class_id: int, signed: int) -> bool:
    """Return whether enough registrars have signed: those of the class's set once it is fixed."""
    numbers = {number for number in range(1, signed.bit_length() + 1) if signed >> (number - 1) & 1}
    try:
        return set(election.signers(class_id).registrars) <= numbers
    except NotOpen:
        return len(numbers) >= election.manifest.registrars.needed
