"""An election on the contract's own ledger, kept as the transactions that were signed."""

from dataclasses import dataclass, replace
from functools import cache

from client.voting.dealer import Dealer, Setup
from contracts.sdk import dispatch
from contracts.tools.testing import key_of
from contracts.voting.core.messages import (
    Eligibility,
    Manifest,
    Registrars,
    Seating,
    Trustees,
    VoterClass,
)
from contracts.voting.crypto.questions import choice_count
from primitives.errors import Rejected
from primitives.ids import address_of
from primitives.names import method_name
from primitives.transaction import Body, sign_body
from tests.client.builders import make_genesis
from tests.contracts.identity.signing import CID, name_of
from tests.contracts.voting.manifests import WINDOWS, english, seed_of
from tests.contracts.voting.world import (
    AGENCIES,
    DIRECTORS,
    GENESIS_MS,
    REGISTRARS,
    TRUSTEES,
    VOTERS,
    World,
    admin,
    plain,
)
from verifier.replay import Entry

ID = "board"
GENESIS = make_genesis()
AUTHORITY = next(name for name, kinds in AGENCIES.items() if "election-authority" in kinds)
CITIZENS = (*VOTERS, *DIRECTORS)
SIGNERS = [
    *map(key_of, map(admin, (AUTHORITY, "official", *REGISTRARS, *TRUSTEES))),
    *(key_of(f"{who}-pseudonym") for who in CITIZENS),
]
KEYS = {address_of(key.public_key): key for key in SIGNERS}
OFFICIAL = key_of(admin("official"))


@dataclass(frozen=True)
class Plan:
    """How large an election is: (k, n) of registrars, (t, n) of trustees, weights of classes."""

    contests: tuple
    registrars: tuple[int, int] = (2, 2)
    trustees: tuple[int, int] = (2, 2)
    weights: tuple[int, ...] = (1,)
    voters: tuple[tuple[str, int], ...] = (("a0", 0), ("a1", 0))  # citizen, class
    least: int = 1  # ballots of one weight that are opened
    joins: tuple[int | None, ...] = (None, None)
    has_rings: bool = False  # registrars are none then

    def manifest(self) -> Manifest:
        """Return the manifest."""
        (needed, count), (shares, holders) = self.registrars, self.trustees
        return Manifest(
            title_th="เลือกตั้ง",
            title_en="Election",
            suite=1,
            token_scheme=2 if self.has_rings else 1,
            contests=self.contests,
            english=tuple(english(contest) for contest in self.contests),
            classes=tuple(
                VoterClass(f"ประเภท {number}", f"class {number}", weight, self.joins[number])
                for number, weight in enumerate(self.weights)
            ),
            class_size_min=self.least,
            eligibility=Eligibility("proofing", 210, CID),
            official=address_of(OFFICIAL.public_key),
            registrars=Registrars((), 0)
            if self.has_rings
            else Registrars(REGISTRARS[:count], needed),
            trustees=Trustees(TRUSTEES[:holders], shares),
            windows=WINDOWS,
            seating=Seating((1,) * len(self.contests), 50, "เลขรางวัลที่ 1"),
        )


founded = cache(World.founded)


class Booth:
    """One election on the contract; `send` executes a message and keeps it as an entry."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.manifest = plan.manifest()
        self.ledger = founded().copy().ledger
        self.ledger.block = replace(self.ledger.block, chain_id=GENESIS.chain_id)
        self.entries: list[Entry] = []
        self.tokens: dict[str, bytes] = {}
        self._nonce = 0

    # The ledger.

    def ask(self, query, *args):
        """The answer of a query about the election."""
        return self.ledger.query("voting", query, ID, *args)

    def at(self, time_ms):
        """Move on to a time, with a block a second."""
        height = (time_ms - GENESIS_MS) // 1_000
        self.ledger.block = replace(self.ledger.block, height=height, time_ms=time_ms)

    def entry(self, key, msg) -> Entry:
        """A message as it would stand in the record in this block."""
        block = self.ledger.block
        return Entry(block.height, block.time_ms, self._signed(key, msg).raw)

    def send(self, key, msg) -> None:
        """Execute a message, which must be accepted."""
        signed = self._signed(key, msg)
        body, ledger = signed.body, self.ledger
        call = dispatch.Call(
            sender=body.sender,
            contract=body.contract,
            method=body.method,
            args=body.args,
            transaction_id=signed.transaction_id,
        )
        try:
            dispatch.execute(ledger.contracts, ledger.state, ledger.block, call)
        except Rejected:
            ledger.state.discard()
            raise
        ledger.state.keep()
        self.entries.append(Entry(ledger.block.height, ledger.block.time_ms, signed.raw))

    def by(self, agency, msg) -> None:
        """Execute a message of an agency."""
        self.send(key_of(admin(agency)), msg)

    def _signed(self, key, msg):
        self._nonce += 1
        body = Body(
            chain_id=GENESIS.chain_id,
            sender=address_of(key.public_key),
            nonce=self._nonce,
            expires_at_ms=2**41,
            contract="voting",
            method=method_name(type(msg)),
            args=plain(msg),
        )
        return sign_body(body, [key])

    def dealers(self):
        """Each trustee's dealer and agency."""
        setup = Setup(self.ask("election")[2], self.manifest.trustees.needed)
        agencies = enumerate(self.manifest.trustees.agencies, start=1)
        return [(Dealer(setup, number, seed_of(number)), agency) for number, agency in agencies]

    @property
    def context(self):
        """ctx_E."""
        return self.ask("opening")[0]

    def class_of(self, who):
        """A citizen's class."""
        return dict(self.plan.voters).get(who, int(who in DIRECTORS))

    def ref(self, who):
        """The name of a citizen within the election."""
        return self.ask("reference", name_of(who))

    def places(self):
        """Contest and number of every ciphertext."""
        counts = [choice_count(contest) for contest in self.manifest.contests]
        return [(contest, choice) for contest, n in enumerate(counts) for choice in range(n)]
