"""A ledger where everything is opened by its own methods: banks, wallets, an identity provider.

Names stand for accounts; `<agency>-admin` administers an agency; the central bank and the court
are 2-of-3 accounts.
"""

from contracts.cbdc.authority.messages import Issue, RegisterFsp
from contracts.cbdc.core.messages import INSTITUTION, MERCHANT, PERSON, POOLS
from contracts.cbdc.core.money import counter_of
from contracts.cbdc.core.state import (
    accounted,
    balances,
    holders,
    issued,
    redeemed,
    shares,
    wallets,
)
from contracts.cbdc.payments.messages import AcceptLink, Fund, LinkBank
from contracts.cbdc.wallets.messages import OpenWallet, Proof, attestation_statement
from contracts.governance.messages import AddOfficer
from contracts.identity.nodes.messages import RegisterNode, SetNodeStatus
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.context import WRITING, Context, Run
from contracts.tools.testing import Ledger, key_of
from primitives.codec import encode
from primitives.crypto import digest
from primitives.ids import Address, show_address
from primitives.names import method_name
from tests.contracts.identity.world import plain

CHAIN = "test-chain"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
BAHT = 100

KINDS = {
    "etda": ("validator", "supervisor"),
    "sec": ("supervisor",),
    "bot": ("central-bank",),
    "kbank": ("bank",),
    "scb": ("bank",),
    "omise": ("merchant-acquirer",),
    "paotang": ("idp",),
    "otheridp": ("idp",),
    "court": ("court",),
    "welfare": ("rp",),
}
BANKS = ("kbank", "scb", "omise")
MANY = ("bot", "court")  # administered by 2-of-3
FAR_MS = 1_700_000_000_000 + 3_000 * DAY_MS


def shared_account(agency):
    """The keys, threshold and address of a 2-of-3 account."""
    keys = sorted(key_of(f"{agency}-{number}").public_key for number in range(3))
    raw = digest("account", encode((2, tuple(keys))))
    return keys, Address(raw[:20])


def admin(agency):
    """The address that administers an agency."""
    return shared_account(agency)[1] if agency in MANY else Ledger.address(f"{agency}-admin")


def name_of(label):
    """32 bytes that stand for a customer, a person, an order or a mandate."""
    return digest("test-name", label.encode())


def proof_for(holder, ial, *, person=None, **changes):
    """An attestation of a customer, signed by the identity provider's node key."""
    issuer = changes.get("issuer", "paotang")
    key = key_of(changes.pop("signer", f"{issuer}-node"))
    fields = {
        "ial": ial,
        "issuer": issuer,
        "issued_ms": 1_700_000_000_000,
        "expires_ms": FAR_MS,
        "policy_version": 1,
        "nullifier": name_of(person or holder),
        "key": key.public_key,
        "signature": bytes(64),
    } | changes
    unsigned = Proof(**fields)
    statement = attestation_statement(CHAIN, name_of(holder), unsigned)
    return Proof(**(fields | {"signature": key.sign(*statement)}))


class Driver:
    """A ledger; `do` executes a message as someone, `refuse` checks that one changes nothing."""

    ledger: Ledger
    events: tuple = ()

    @staticmethod
    def address(name):
        """The address of a name or of an agency's administrator."""
        return admin(name) if name in KINDS else Ledger.address(name)

    def do(self, name, msg):
        """Execute `msg` of cbdc as someone; return its events."""
        self.events = self._call(name, "cbdc", msg)
        return self.events

    def _call(self, name, contract, msg):
        sender = self.ledger.at(self.address(name))
        return sender.call(contract, method_name(type(msg)), plain(msg))

    def refuse(self, name, error, msg):
        """Check that `msg` is refused with exactly `error` and changes nothing."""
        sender = self.ledger.at(self.address(name))
        return sender.rejects_call(error, "cbdc", method_name(type(msg)), plain(msg))

    def ask(self, query, *args):
        """The answer of a query of cbdc."""
        return self.ledger.query("cbdc", query, *args)

    def balance(self, name):
        """The available money of someone."""
        return self.ask("balance", self.address(name))

    @property
    def now(self):
        """Block time in ms."""
        return self.ledger.block.time_ms

    def wait(self, ms=1_000):
        """End the block and begin one so much later; return what the end emitted."""
        return self.ledger.next_block(time_ms=ms)

    def ctx(self):
        """A context that may write, as a handler's."""
        run = Run(self.ledger.state, self.ledger.block, dispatch.ask, self.ledger.contracts)
        return Context(run, CONTRACTS["cbdc"].scope, WRITING)

    def names(self):
        """The names of the last events."""
        return [event.name for event in self.events]

    def fields(self, name):
        """The fields of the one event of this name."""
        (found,) = [event for event in self.events if event.name == name]
        return found.fields


class Town(Driver):
    """Agencies, banks with money, an identity provider; wallets are opened by `person` and such."""

    def __init__(self, *, with_identity=True, banks=BANKS, **config):
        agencies = [
            {
                "id": agency,
                "name_th": agency,
                "name_en": agency,
                "kinds": list(kinds),
                "administrator": show_address(admin(agency)),
            }
            for agency, kinds in KINDS.items()
        ]
        accounts = [
            {"keys": ["0x" + key.hex() for key in shared_account(agency)[0]], "threshold": 2}
            for agency in MANY
        ]
        configs = {"governance": {"agencies": agencies}, "cbdc": config}
        self.ledger = Ledger(CONTRACTS, {**configs, "accounts": {"accounts": accounts}})
        self._numbers = 0
        if with_identity:
            self._identify()
        for fsp in banks:
            self.license(fsp)

    def _identify(self):
        for agency, ial in (("paotang", 300), ("otheridp", 110)):
            keys = (key_of(f"{agency}-node").public_key,)
            node = RegisterNode(agency, "state", ial, 300, (), keys)
            self._call("etda", "identity", node)
            self._call("etda", "identity", SetNodeStatus(agency, "active", ""))

    def license(self, fsp):
        """Register a bank, and give it 10 million baht."""
        keys = (key_of(f"{fsp}-fsp").public_key,)
        self.do("bot", RegisterFsp("bot", fsp, keys, f"licence-{fsp}"))
        self.do("bot", Issue(admin(fsp), 10_000_000 * BAHT, self.reference()))

    def officer(self, agency, name, *roles):
        """Make someone an officer of an agency."""
        self._call(agency, "governance", AddOfficer(agency, self.address(name), roles))

    def reference(self):
        """A reference that was not used before."""
        self._numbers += 1
        return f"R{self._numbers}"

    def person(self, name, ial=210, *, fsp="kbank", holder=None, money=0):
        """Open a person's wallet, of tier 0 to 3 by `ial`, and fund it; return its address."""
        who = holder or name
        proof = None if ial == 0 else proof_for(who, ial)
        return self.open(name, PERSON, fsp, (name_of(who), proof), money)

    def merchant(self, name, *, fsp="scb", money=0):
        """Open a merchant's wallet."""
        return self.open(name, MERCHANT, fsp, (name_of(name), proof_for(name, 210)), money)

    def institution(self, agency="welfare", *, fsp="kbank", money=0):
        """Open the wallet of an agency's account."""
        self.do(fsp, OpenWallet(fsp, admin(agency), INSTITUTION, None, None))
        return self.give(fsp, admin(agency), money)

    def open(self, name, kind, fsp, holding, money=0):
        """Open a wallet at a bank."""
        self.do(fsp, OpenWallet(fsp, Ledger.address(name), kind, *holding))
        return self.give(fsp, Ledger.address(name), money)

    def give(self, fsp, address, money):
        """Fund a wallet; return its address."""
        if money:
            self.do(fsp, Fund(fsp, address, money, self.reference()))
        return address

    def link(self, name="alice", fsp="kbank", *, most=50_000 * BAHT):
        """Link a wallet to a bank account."""
        self.do(name, LinkBank(fsp, name_of("mandate"), most))
        self.do(fsp, AcceptLink(fsp, self.address(name), name_of("mandate")))

    def check_sums(self):
        """Check the supply equation, each sum against its parts, and what each holder owns."""
        ctx = self.ctx()
        in_shares = dict.fromkeys(POOLS, 0)
        owned = {}
        for (pool, owner), amount in self._all(shares):
            in_shares[pool] += amount
            owned[owner] = owned.get(owner, 0) + (amount if pool in ("held", "offline") else 0)
        in_accounts = 0
        for owner, amount in self._all(balances):
            in_accounts += amount
            owned[owner] = owned.get(owner, 0) + amount
        assert in_shares == {pool: counter_of(pool).get(ctx) for pool in POOLS}
        assert in_accounts == accounted.get(ctx)
        assert issued.get(ctx) - redeemed.get(ctx) == in_accounts + sum(in_shares.values())
        totals = {}
        for address, wallet in self._all(wallets):
            if wallet.holder is not None:
                key = (wallet.fsp, wallet.holder)
                totals[key] = totals.get(key, 0) + owned.get(address, 0)
        assert totals == {key: holder.total for key, holder in self._all(holders)}

    def _all(self, entries):
        """Yield every entry of a map, each page with a budget of its own."""
        after = None
        while page := entries.page(self.ctx(), after=after, limit=500):
            yield from page
            after = page[-1][0]
