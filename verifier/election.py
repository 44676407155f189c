"""What is known of an election while its record is replayed. Owns the data, not the rules."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from verifier.fields import ID_CHARS, Row
from verifier.ledger import address_of
from verifier.manifest import Manifest, Windows
from verifier.refusal import require

Pair = tuple[bytes, bytes]
OFFICIAL = "the official"  # as a part; no agency has a space in its name
Later = Callable[..., None]  # check_later(function, *arguments)


@dataclass(frozen=True, slots=True)
class Act:
    """One call of the election: where it stands, who sent it, and what it says."""

    height: int
    time_ms: int  # as contracts saw it in that block
    sender: bytes
    keys: tuple[bytes, ...]  # that signed
    method: str
    args: list[Any]
    check_later: Later

    def row(self, count: int, election: "Election") -> Row:
        """Return the fields after the election's id, which must be this one's. Raises Refused."""
        row = Row(self.args, self.method, count)
        named = row.text("election_id", ID_CHARS)
        require(named == election.election_id, f"is about election {named}")
        return row


@dataclass(slots=True)
class Totals:
    """What is public of a class."""

    eligible: int = 0
    requested: int = 0
    covered: int = 0
    pseudonyms: int = 0
    counted: int = 0

    def chain(self) -> list[int]:
        """Return the numbers in the order of the ledger's own."""
        return [self.eligible, self.requested, self.covered, self.pseudonyms, self.counted]

    def holds(self) -> bool:
        """Whether no number is above one that bounds it."""
        is_covered = self.eligible >= self.requested >= self.covered
        return is_covered and self.requested >= self.pseudonyms >= self.counted


@dataclass(frozen=True, slots=True)
class Dealing:
    """What a trustee revealed of its part of the key."""

    trustee: int
    encryption_key: bytes
    coefficients: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """The election's context and key, and what shares of each qualified trustee are checked by."""

    context: bytes
    key: bytes
    qualified: dict[int, bytes]
    registrars: list[int]
    roll_root: bytes
    ceremony: bytes
    height: int


@dataclass(frozen=True, slots=True)
class Signers:
    """The registrars that sign for a class, and the sum of their keys."""

    registrars: tuple[int, ...]
    key: bytes


@dataclass(frozen=True, slots=True)
class Ring:
    """The one-time keys of a class in order, one of which signs for each ballot."""

    root: bytes
    keys: tuple[bytes, ...]


@dataclass(slots=True)
class Request:
    """What a voter asked for, and which registrars answered; few bytes, as there are many."""

    reference: bytes  # the voter's name
    class_id: int
    height: int
    blinded: bytes  # empty once answers are closed
    signed: int = 0  # bit r: registrar r has signed
    refused: int = 0

    def has_signed(self, registrar: int) -> bool:
        """Return whether a registrar has signed."""
        return self.signed >> registrar & 1 == 1

    def has_refused(self, registrar: int) -> bool:
        """Return whether a registrar has refused, and not signed since."""
        return self.refused >> registrar & 1 == 1


@dataclass(slots=True)
class Pseudonym:
    """What a throwaway key has done."""

    class_id: int
    seq: int = 0
    acts: int = 0
    committed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot in the box."""

    class_id: int
    tracker: bytes
    ciphertexts: bytes  # A || B of each, in order

    def pairs(self) -> list[Pair]:
        """Return A and B of each ciphertext."""
        joined = self.ciphertexts
        return [
            (joined[at : at + 32], joined[at + 32 : at + 64]) for at in range(0, len(joined), 64)
        ]


@dataclass(frozen=True, slots=True)
class Closing:
    """The sums of the counted box, and the hash over the ballots in it."""

    counted: bytes
    ballots: int
    ciphertexts: tuple[Pair, ...]
    weights: list[int]  # of each class; 0 where its ballots are not opened


@dataclass(frozen=True, slots=True)
class Result:
    """The published counts."""

    counts: list[list[int]]
    tally: bytes
    trustees: list[int]
    totals: list[list[int]]
    overissued: list[int]
    height: int


@dataclass(slots=True)
class Election:
    """An election as far as its entries were replayed; `manifest_bytes` is what ctx_0 hashes."""

    chain_id: str
    election_id: str
    agency: str
    created_at: int
    setup: bytes
    manifest: Manifest
    manifest_bytes: bytes
    windows: Windows  # in force: the manifest's, until two offices move some
    cancelled: str | None = None
    totals: list[Totals] = field(default_factory=list)
    voters: dict[bytes, int] = field(default_factory=dict)  # voter_ref -> class
    frozen: int = 0
    roll_root: bytes | None = None
    roll_context: bytes | None = None
    keys: dict[tuple[int, int], bytes] = field(default_factory=dict)  # (registrar, class)
    commitments: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)  # hash, X25519 key
    dealings: dict[int, Dealing] = field(default_factory=dict)
    dealt: set[int] = field(default_factory=set)
    complaints: dict[tuple[int, int], bool] = field(default_factory=dict)  # (dealer, accuser)
    opening: Opening | None = None
    requests: dict[bytes, Request] = field(default_factory=dict)  # by voter_ref
    request_keys: dict[bytes, Request] = field(default_factory=dict)  # by the key that signed it
    issuing_closed: int | None = None  # the height
    signers: dict[int, Signers] = field(default_factory=dict)  # of each class that has requests
    members: dict[bytes, tuple[int, bytes]] = field(default_factory=dict)  # class, one-time key
    rings: dict[int, Ring] = field(default_factory=dict)  # of each class, from the opening
    tags: dict[bytes, bytes] = field(default_factory=dict)  # the pseudonym that showed it first
    surplus: dict[int, bytes] = field(default_factory=dict)  # class -> pseudonym beyond requests
    # Of a decision and an office: the dates that it wants of an extension, and until when.
    wishes: dict[tuple[str, str], tuple[Windows | None, int]] = field(default_factory=dict)
    actors: dict[bytes, str] = field(default_factory=dict)  # accounts, keys' too -> the one part
    is_accepted: bool = False
    is_annulled: bool = False
    pseudonyms: dict[bytes, Pseudonym] = field(default_factory=dict)
    box: dict[bytes, Cast] = field(default_factory=dict)
    used: set[bytes] = field(default_factory=set)  # 16 bytes of the hash of each ciphertext
    spoiled: set[bytes] = field(default_factory=set)
    counting: "Counting | None" = None
    closing: Closing | None = None
    shares: dict[int, tuple[bytes, ...]] = field(default_factory=dict)
    result: Result | None = None

    def preparing(self, act: Act, span: tuple[int, int]) -> None:
        """Refuse an act of the set-up after it, or outside its window."""
        require(self.cancelled is None, "the election was cancelled")
        require(self.opening is None, "the election is open already")
        self.within(act, span)

    def running(self, act: Act, span: tuple[int, int]) -> Opening:
        """Return the opening; refuse an act before it, or outside its window."""
        self.within(act, span)
        return self.opened()

    def opened(self) -> Opening:
        """Return the opening. Raises Refused."""
        require(self.opening is not None, "the election is not open")
        return self.opening  # type: ignore[return-value]

    def closed(self) -> Closing:
        """Return the counted box. Raises Refused."""
        require(self.closing is not None, "the box is not counted")
        return self.closing  # type: ignore[return-value]

    def within(self, act: Act, span: tuple[int, int]) -> None:
        """Refuse an act whose time is not in its window."""
        low, high = span
        is_in = low <= act.time_ms < high
        require(is_in, f"{act.time_ms} ms is not in the window from {low} to before {high}")

    def acts_for(self, act: Act, part: str) -> None:
        """Refuse an act of a part whose account, or a key of it, acted for another one.

        The official's account has its part from the founding on.
        """
        for one in (act.sender, *map(address_of, act.keys)):
            earlier = self.actors.setdefault(one, part)
            is_own = earlier == part
            require(is_own, f"account 0x{one.hex()} acts for {part}, and acted for {earlier}")

    def class_of(self, row: Row) -> int:
        """Return the class that the next field names. Raises Refused."""
        return row.integer("class", 0, len(self.manifest.classes) - 1)

    def registrar_of(self, row: Row) -> int:
        """Return the registrar that the next field names. Raises Refused."""
        return row.integer("registrar", 1, len(self.manifest.registrars))

    def acts_for_registrar(self, act: Act, registrar: int) -> None:
        """Refuse as `acts_for` what a registrar's account sends."""
        self.acts_for(act, self.manifest.registrars[registrar - 1])

    def acts_for_trustee(self, act: Act, trustee: int) -> None:
        """Refuse as `acts_for` what a trustee's account sends."""
        self.acts_for(act, self.manifest.trustees[trustee - 1])

    def trustee_of(self, row: Row, name: str = "trustee") -> int:
        """Return the trustee that the next field names. Raises Refused."""
        return row.integer(name, 1, len(self.manifest.trustees))


@dataclass(slots=True)
class Counting:
    """How far the box is counted: its keys in order, how many are done, hash and class sums."""

    order: list[bytes]
    head: bytes
    sums: list[list[Pair]]  # of each class
    done: int = 0
