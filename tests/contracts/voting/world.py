"""A ledger with an election authority, registrars, trustees, and citizens whom identity knows."""

from copy import copy
from dataclasses import fields, is_dataclass, replace

from contracts.identity.attestations.messages import IssueAttestation, proofing_statement
from contracts.identity.nodes.messages import RegisterNode, SetNamespace, SetNodeStatus
from contracts.registry import CONTRACTS
from contracts.tools.testing import DictState, Ledger
from primitives.ids import show_address
from primitives.names import method_name
from tests.contracts.identity.signing import CHAIN, CID, creation, name_of, public, signed

CONTRACTS_HERE = {
    name: CONTRACTS[name] for name in ("accounts", "governance", "identity", "voting")
}
REGISTRARS = ("reg1", "reg2", "reg3", "reg4")
TRUSTEES = ("tru1", "tru2", "tru3", "tru4", "tru5")
AGENCIES = {
    "etda": ("validator", "supervisor"),
    "dopa": ("as",),
    "kbank": ("idp",),
    "commission": ("election-authority",),
    "rival": ("election-authority",),
    **{name: ("registrar",) for name in REGISTRARS},
    **{name: ("trustee",) for name in TRUSTEES},
    "facelab": ("fvs",),
}
GENESIS_MS = 1_700_000_000_000  # of contracts.tools.testing.Ledger
YEAR_S = 365 * 86_400
VOTERS = ("a0", "a1", "a2", "a3", "a4", "a5")  # of class 0
DIRECTORS = ("d0", "d1", "d2")  # of class 1, namese ballots weigh more
STRANGERS = ("outsider", "suspect")  # known to identity, not on the roll; "suspect" is unproven


def admin(agency):
    """The name namese account administers an agency."""
    return f"{agency}-admin"


def plain(value):
    """A message's field as a transaction carries it."""
    if is_dataclass(value):
        return tuple(plain(getattr(value, field.name)) for field in fields(value))
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


class World:
    """A ledger; `do` executes a message, `refuse` checks that one changes nothing."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.kept = {}  # what tests know beside the ledger: keys, tokens

    @classmethod
    def founded(cls, least=1):
        """Return a world with agencies and citizens, and no election.

        Elections open at least `least` ballots together.
        """
        agencies = [
            {
                "id": agency,
                "name_th": "หน่วยงาน",
                "name_en": agency,
                "kinds": list(kinds),
                "administrator": show_address(Ledger.address(admin(agency))),
            }
            for agency, kinds in AGENCIES.items()
        ]
        configs = {"governance": {"agencies": agencies}, "voting": {"class_size_min": least}}
        world = cls(Ledger(CONTRACTS_HERE, configs))
        world.register_citizens()
        return world

    def copy(self):
        """Return another world that begins with the same state."""
        other = World(copy(self.ledger))
        other.ledger.state = DictState()
        other.ledger.state.committed = dict(self.ledger.state.committed)
        other.kept = dict(self.kept)
        return other

    def register_citizens(self):
        """Let identity know citizens, all of them proven but "suspect"."""
        self.register_node("dopa", (0, 0), ())
        self.do("etda", SetNamespace(CID, "dopa", True))
        self.register_node("kbank", (230, 220), (CID,))
        for who in (*VOTERS, *DIRECTORS, *STRANGERS):
            self.do("kbank", creation(who))
            if who != "suspect":
                self.attest(who)

    def register_node(self, agency, levels, namespaces):
        """Make an agency an active node of identity."""
        keys = (public(f"{agency}-node"),)
        self.do("etda", RegisterNode(agency, "state", *levels, namespaces, keys))
        self.do("etda", SetNodeStatus(agency, "active", ""))

    def attest(self, who, label="proofing"):
        """Issue a proofing of IAL 2.1."""
        ids = ("kbank", name_of(f"{who}-{label}"), name_of(who))
        end = self.ledger.block.time_ms // 1000 + YEAR_S
        what = ("proofing", 210, "in-person", name_of("commit"))
        key = public(f"{who}-1")
        msg = IssueAttestation(*ids, *what, end, None, 0, None, key, None)
        self.do("kbank", signed(msg, proofing_statement(CHAIN, msg), f"{who}-1"))

    @property
    def root(self):
        """All of the state, to be compared."""
        return dict(self.ledger.state.committed)

    def at(self, time_ms):
        """Move on to a time, with a block a second, and return the world."""
        height = (time_ms - GENESIS_MS) // 1_000
        self.ledger.block = replace(self.ledger.block, height=height, time_ms=time_ms)
        return self

    def do(self, agency, msg):
        """Execute `msg` as the administrator of an agency."""
        return self.do_as(Ledger.address(admin(agency)), msg)

    def do_as(self, address, msg):
        """Execute `msg` as an account."""
        return self.ledger.at(address).call(*self._call(msg))

    def refuse(self, agency, error, msg):
        """Check that `msg` is refused with exactly `error` and changes nothing."""
        return self.refuse_as(Ledger.address(admin(agency)), error, msg)

    def refuse_as(self, address, error, msg):
        """The same for an account."""
        return self.ledger.at(address).rejects_call(error, *self._call(msg))

    def ask(self, query, *args):
        """The answer of a query of voting."""
        return self.ledger.query("voting", query, *args)

    def _call(self, msg):
        return self.ledger.contract_of(msg), method_name(type(msg)), plain(msg)
