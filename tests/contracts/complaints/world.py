"""A ledger with agencies that handle complaints, a supervisor, a court, and identity."""

from dataclasses import replace

from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import ContentItem, FieldCommit
from contracts.complaints.templates.messages import SetHandler
from contracts.complaints.work.messages import Accept, Resolve, SetStage
from contracts.registry import CONTRACTS
from contracts.tools.testing import Ledger, key_of
from primitives.crypto import digest
from primitives.ids import show_address
from primitives.names import method_name
from tests.contracts.identity.world import admin, plain

NAMES_HERE = ("accounts", "complaints", "governance", "identity")
CONTRACTS_HERE = {name: CONTRACTS[name] for name in NAMES_HERE}
AGENCIES = {
    "etda": ("validator", "supervisor"),
    "dopa": ("validator", "as", "registrar"),
    "kbank": ("bank", "idp"),
    "facelab": ("fvs",),
    "court": ("court",),
    "khet": ("complaint-handler",),
    "roads": ("complaint-handler",),
    "water": ("complaint-handler",),
    "police": ("complaint-handler",),
    "mute": ("complaint-handler",),  # has set no key and no hosts
}
HANDLERS = ("khet", "roads", "water", "police")
DAY_S = 86_400
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


def ident(label):
    """16 bytes that stand for a random case id."""
    return digest("test-case", label.encode())[:16]


def commit(label):
    """32 bytes that stand for a salted commitment."""
    return digest("test-commit", label.encode())


def item(label, kind="participant", size=100):
    """A ciphertext, known by its digest."""
    return ContentItem(kind, digest("blob", label.encode()), size, commit(label))


def filing(label, *, agency="khet", template="city-service", **changes):
    """The message that files a complaint; its category fits the template."""
    required = {"city-service": ("description",), "police-report": ("incident", "place")}
    codes = (*required[template], *(("incident-time",) if template == "police-report" else ()))
    fields = tuple([FieldCommit(code, commit(f"{label}-{code}")) for code in codes])
    category = "road" if template == "city-service" else "theft"
    what = (ident(label), template, 1, category, agency, "bkk-chatuchak", commit(label))
    return replace(File(*what, fields, (), None, None), **changes)


class World:
    """A ledger; `do` executes a message for an agency, `refuse` checks that it changes nothing."""

    def __init__(self, **config):
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
        configs = {"governance": {"agencies": agencies}, "complaints": config}
        self.ledger = Ledger(CONTRACTS_HERE, configs)
        for agency in HANDLERS:
            key = digest("test-x25519", agency.encode())[:31] + b"\x07"
            self.do(agency, SetHandler(agency, key, (f"{agency}-node", "dopa-node")))

    @property
    def now(self):
        """Block time in seconds, as identity counts."""
        return self.ledger.block.time_ms // 1000

    @property
    def height(self):
        """The height of the block that is being made."""
        return self.ledger.block.height

    def do(self, agency, msg):
        """Execute `msg` as the administrator of an agency."""
        return self.do_as(admin(agency), msg)

    def do_as(self, name, msg):
        """Execute `msg` as an account."""
        return self.ledger.as_(name).call(*self.call_of(msg))

    def refuse(self, agency, error, msg):
        """Check that `msg` is refused with exactly `error` and changes nothing."""
        return self.refuse_as(admin(agency), error, msg)

    def refuse_as(self, name, error, msg):
        """The same for an account."""
        return self.ledger.as_(name).rejects_call(error, *self.call_of(msg))

    def call_of(self, msg):
        """Contract, method and arguments of a message."""
        fields = [plain(getattr(msg, name)) for name in type(msg).__dataclass_fields__]
        return self.ledger.contract_of(msg), method_name(type(msg)), tuple(fields)

    def ask(self, query, *args):
        """The answer of a query of complaints."""
        return self.ledger.query("complaints", query, *args)

    def case(self, label):
        """A case as its view's fields by name."""
        return self.named("case", "CaseView", ident(label))

    def named(self, query, record, *args):
        """The answer of a query, its fields by the names of the record in the ABI."""
        answer = self.ask(query, *args)
        returns = CONTRACTS["complaints"].queries[query].returns
        is_list = hasattr(returns, "item")
        fields = returns.item if is_list else getattr(returns, "value", returns)
        assert fields.cls.__name__ == record
        if is_list:
            return [dict(zip(fields.names, one, strict=True)) for one in answer]
        return None if answer is None else dict(zip(fields.names, answer, strict=True))

    def wait(self, seconds):
        """Begin a block so much later; return what the end of this one emitted."""
        return self.ledger.next_block(time_ms=seconds * 1000)

    def file(self, label, *, who="anong", **changes):
        """File a complaint as an account."""
        self.do_as(who, filing(label, **changes))

    def file_by_receipt(self, label, receipt, **changes):
        """File anonymously with the key derived from a receipt."""
        key = key_of(receipt).public_key
        self.do_as(receipt, filing(label, owner_pk=key, **changes))

    def worked(self, label, *, agency="khet", **changes):
        """File a complaint, let the agency accept it and begin the work."""
        self.file(label, agency=agency, **changes)
        self.do(agency, Accept(ident(label)))
        self.do(agency, SetStage(ident(label), "in-progress", None))

    def resolved(self, label, *, agency="khet", **changes):
        """The same, and resolved as fixed."""
        self.worked(label, agency=agency, **changes)
        self.do(agency, Resolve(ident(label), "fixed", item(f"{label}-result")))


def names_of(events):
    """The names of events, in order."""
    return [event.name for event in events]
