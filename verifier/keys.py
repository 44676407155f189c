"""Whose the keys are that signed requests for tokens, where the record proves it from identity.

Identity keeps every key that a subject ever had; a voter's name in an election is a hash over the
subject's. Source: docs/voting.md, record.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from verifier.election import Election
from verifier.encoding import pack
from verifier.ledger import Header, Network, noted, read_header
from verifier.refusal import Refused, require
from verifier.roll import voter_ref
from verifier.state import check_state
from verifier.steps import Step, follow

PAGE_KEYS = 100
_PREFIX = b"identity\0subject_keys\0"


@dataclass(frozen=True, slots=True)
class KeyProof:
    """A public key, the subject whose it is or was (None: nobody's), and the proof."""

    key: bytes
    sid: bytes | None
    proof: bytes


@dataclass(frozen=True, slots=True)
class KeyPage:
    """Proofs of some keys under one sealed header.

    `steps` lead to it, where those to the headers before it do not.
    """

    header: bytes
    certificate: bytes
    proofs: tuple[KeyProof, ...]
    steps: tuple[Step, ...] = ()


def check_keys(network: Network, pages: Iterable[KeyPage], election: Election) -> int:
    """Return how many requests are proven to be signed by a key of their voter. Raises Refused."""
    proven: set[bytes] = set()
    for page in pages:
        require(len(page.proofs) <= PAGE_KEYS, f"more than {PAGE_KEYS} keys under one header")
        network = follow(network, page.steps)
        header = read_header(network, page.header, page.certificate)
        network = noted(network, header)
        for each in page.proofs:
            _check(header, each, election)
            proven.add(each.key)
    return len(proven)


def _check(header: Header, given: KeyProof, election: Election) -> None:
    request = election.request_keys.get(given.key)
    if request is None:
        raise Refused(f"a proof of the key 0x{given.key.hex()}, which signed no request")
    reference, height = request.reference, request.height
    where = f"the request of voter 0x{reference.hex()[:16]}.. (block {height})"
    value = None if given.sid is None else pack(given.sid)
    check_state(header, _PREFIX + given.key, value, given.proof)
    require(header.height >= height, f"{where}: the proof of its key is of an earlier block")
    require(given.sid is not None, f"{where}: signed by a key that identity does not know")
    named = voter_ref(election.setup, given.sid or b"")
    require(named == reference, f"{where}: signed by a key of another person")
