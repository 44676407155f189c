"""A ledger with agencies that are identity nodes."""

from dataclasses import fields, is_dataclass

from contracts.identity.nodes.messages import RegisterNode, SetNamespace, SetNodeStatus, SetService
from contracts.registry import CONTRACTS
from contracts.tools.testing import Ledger
from primitives.ids import show_address
from primitives.names import method_name
from tests.contracts.identity.signing import CID, node_key

CONTRACTS_HERE = {name: CONTRACTS[name] for name in ("accounts", "governance", "identity")}
AGENCIES = {
    "etda": ("validator", "supervisor"),
    "dopa": ("validator", "as", "registrar"),
    "kbank": ("bank", "idp", "rp"),
    "paotang": ("idp",),
    "scb": ("idp",),
    "rd": ("rp",),
    "nhso": ("rp",),
    "facelab": ("fvs",),
    "pea": ("as",),
    "mea": ("as",),
}
SECTORS = {"kbank": "banking"}  # the others are in one
LEVELS = {"kbank": (230, 220), "scb": (230, 220), "paotang": (300, 300)}


def admin(agency):
    """The name whose account administers an agency."""
    return f"{agency}-admin"


def plain(value):
    """A message's field as a transaction carries it."""
    if is_dataclass(value):
        return tuple(plain(getattr(value, field.name)) for field in fields(value))
    return tuple(map(plain, value)) if isinstance(value, tuple) else value


class World:
    """A ledger; `do` executes a message, `refuse` checks that one changes nothing."""

    def __init__(self, *, with_nodes=True):
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
        self.ledger = Ledger(CONTRACTS_HERE, {"governance": {"agencies": agencies}})
        if with_nodes:
            self.set_up()

    def set_up(self):
        """Register all agencies but the supervisor as active nodes, a namespace and a service."""
        self.register("dopa", namespaces=())
        self.do("etda", SetNamespace(CID, "dopa", True))
        for agency in ("kbank", "paotang", "rd", "nhso", "facelab"):
            self.register(agency, namespaces=(CID,))
        self.do("etda", SetService("address", 210, 210, ("dopa",)))

    def register(self, agency, *, namespaces):
        """Make an agency an active node."""
        levels = LEVELS.get(agency, (0, 0))
        keys = (node_key(agency).public_key,)
        self.do(
            "etda", RegisterNode(agency, SECTORS.get(agency, "state"), *levels, namespaces, keys)
        )
        self.do("etda", SetNodeStatus(agency, "active", ""))

    @property
    def now(self):
        """Block time in seconds."""
        return self.ledger.block.time_ms // 1000

    def do(self, agency, msg):
        """Execute `msg` as the administrator of an agency."""
        return self.do_as(admin(agency), msg)

    def do_as(self, name, msg):
        """Execute `msg` as an account."""
        arguments = ("identity", method_name(type(msg)), plain(msg))
        return self.ledger.as_(name).call(*arguments)

    def refuse(self, agency, error, msg):
        """Check that `msg` is refused with exactly `error` and changes nothing."""
        return self.refuse_as(admin(agency), error, msg)

    def refuse_as(self, name, error, msg):
        """The same for an account."""
        arguments = ("identity", method_name(type(msg)), plain(msg))
        return self.ledger.as_(name).rejects_call(error, *arguments)

    def ask(self, query, *args):
        """The answer of a query of identity."""
        return self.ledger.query("identity", query, *args)

    def wait(self, seconds):
        """Begin a block so much later."""
        self.ledger.next_block(time_ms=seconds * 1000)
