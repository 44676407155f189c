"""A ledger with banks, holders of every tier, merchants and an institution, all with money.

Wallets are put into the state directly: how they are opened is the law of other tests.
"""

from contracts.cbdc.core.messages import ACTIVE, ALIAS, INSTITUTION, MERCHANT, PERSON, POOLS
from contracts.cbdc.core.messages import FSP as SETTLEMENT
from contracts.cbdc.core.money import counter_of, create
from contracts.cbdc.core.state import (
    Fsp,
    Holder,
    Link,
    Wallet,
    accounted,
    balances,
    fsps,
    holders,
    issued,
    links,
    parameters,
    party_of,
    redeemed,
    shares,
    terms,
    wallets,
)
from contracts.registry import CONTRACTS
from contracts.sdk import dispatch
from contracts.sdk.context import WRITING, Context, Run
from contracts.tools.testing import Ledger, key_of
from primitives.crypto import digest
from primitives.names import method_name
from tests.contracts.identity.world import plain
from tests.contracts.ledgers import agency

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
START = 100_000  # satang that every wallet begins with

# name -> (bank, kind, tier)
PEOPLE = {
    "alice": ("kbank", PERSON, "T2"),
    "dao": ("kbank", PERSON, "T3"),
    "bob": ("scb", PERSON, "T1"),
    "carl": ("scb", PERSON, "T0"),
    "shop": ("scb", MERCHANT, "M"),
    "stall": ("kbank", MERCHANT, "M"),
    "welfare": ("welfare", INSTITUTION, None),
    "kbank": ("kbank", SETTLEMENT, None),
    "scb": ("scb", SETTLEMENT, None),
}


class Given:
    """Changes the state directly: what the tests of flows take for given."""

    def __init__(self, ledger):
        self.ledger = ledger

    def ctx(self):
        """A context that may write, as a handler's."""
        run = Run(self.ledger.state, self.ledger.block, dispatch.ask, self.ledger.contracts)
        return Context(run, CONTRACTS["cbdc"].scope, WRITING)

    def open(self, name, bank, kind, tier):
        """Register a wallet."""
        who = None if tier is None else digest("test-holder", name.encode())
        wallet = Wallet(bank, kind, who, ACTIVE, "", 0, None, None)
        wallets.save(self.ctx(), Ledger.address(name), wallet)
        if who is not None:
            holder = Holder(tier, 2**53, None, 1, 0, 0, 0, 0, 0)
            holders.save(self.ctx(), (bank, who), holder)
        self.ledger.state.keep()

    def fund(self, name, amount):
        """Issue money to a wallet, whatever its limits."""
        party = party_of(self.ctx(), terms.load(self.ctx()), Ledger.address(name))
        create(self.ctx(), party, amount)
        self.ledger.state.keep()

    def recover(self, name, by):
        """Put a wallet under the keys of another name, as a finished recovery does."""
        self.change(name, controller=Ledger.address(by))
        bank = PEOPLE[name][0]
        alias = Wallet(bank, ALIAS, None, ACTIVE, "", 0, None, Ledger.address(name))
        wallets.save(self.ctx(), Ledger.address(by), alias)
        self.ledger.state.keep()

    def change(self, name, **fields):
        """Change fields of a wallet's record."""
        self._change(wallets, Ledger.address(name), fields)

    def change_holder(self, name, **fields):
        """Change fields of a holder's record."""
        key = (PEOPLE[name][0], digest("test-holder", name.encode()))
        self._change(holders, key, fields)

    def _change(self, where, key, fields):
        old = where.load(self.ctx(), key, absent=LookupError)
        values = {label: getattr(old, label) for label in old.__dataclass_fields__}
        where.save(self.ctx(), key, type(old)(**(values | fields)))
        self.ledger.state.keep()

    def link(self, name, *, most=10**9):
        """Link a wallet to its bank, which takes what the wallet may not keep."""
        mandate = digest("mandate", name.encode())
        links.save(self.ctx(), Ledger.address(name), Link(PEOPLE[name][0], mandate, most, True))
        self.ledger.state.keep()

    def pause(self, *scopes):
        """Pause as the central bank does."""
        self.set_terms(paused=scopes)

    def terms(self):
        """The terms in force."""
        return terms.load(self.ctx())

    def set_terms(self, **fields):
        """Change fields of the terms."""
        found = self.terms()
        values = {label: getattr(found, label) for label in found.__dataclass_fields__}
        terms.save(self.ctx(), type(found)(**(values | fields)))
        self.ledger.state.keep()

    def set_parameter(self, name, value):
        """Set a parameter as the central bank does."""
        parameters.save(self.ctx(), name, value)
        self.ledger.state.keep()


class World:
    """A ledger; `do` executes a message as someone, `refuse` checks that one changes nothing."""

    def __init__(self):
        agencies = [
            agency("dopa", "validator", "dopa"),
            agency("bot", "central-bank", "bot"),
            agency("kbank", "bank", "kbank"),
            agency("scb", "bank", "scb"),
            agency("welfare", "rp", "welfare"),
            agency("sup", "supervisor", "sup"),
        ]
        self.ledger = Ledger(CONTRACTS, {"governance": {"agencies": agencies}})
        self.given = Given(self.ledger)
        self.events = ()
        for bank in ("kbank", "scb"):
            key = key_of(f"{bank}-node").public_key
            fsps.save(self.given.ctx(), bank, Fsp(self.address(bank), (key,), "licence", ACTIVE))
        for name, registered in PEOPLE.items():
            self.given.open(name, *registered)
            self.given.fund(name, START)
        self.ledger.state.keep()

    @staticmethod
    def address(name):
        """The address of a name."""
        return Ledger.address(name)

    def do(self, name, msg):
        """Execute `msg` as someone; return the transaction's id, keep the events."""
        self.events = self.ledger.as_(name).call("cbdc", method_name(type(msg)), plain(msg))
        return digest("txid", self.ledger._calls.to_bytes(8, "big"))

    def refuse(self, name, error, msg):
        """Check that `msg` is refused with exactly `error` and changes nothing."""
        arguments = ("cbdc", method_name(type(msg)), plain(msg))
        return self.ledger.as_(name).rejects_call(error, *arguments)

    def ask(self, query, *args):
        """The answer of a query."""
        return self.ledger.query("cbdc", query, *args)

    def balance(self, name):
        """The available money of a wallet."""
        return self.ask("balance", self.address(name))

    def gained(self, *names):
        """By how much the wallets' money differs from the beginning."""
        return tuple(self.balance(name) - START for name in names)

    def share(self, pool, name):
        """The money of someone in a pool."""
        return shares.get(self.given.ctx(), (pool, self.address(name)), 0)

    @property
    def now(self):
        """Block time in ms."""
        return self.ledger.block.time_ms

    def wait(self, ms):
        """End the block and begin one so much later; keep the events of the end."""
        self.events = self.ledger.next_block(time_ms=ms)

    def wait_and_end(self, ms):
        """Begin a block so much later, and end it too; keep the events of that end."""
        self.wait(ms)
        self.wait(1_000)

    def names(self):
        """The names of the last events."""
        return [event.name for event in self.events]

    def fields(self, name):
        """The fields of the one event of this name."""
        (found,) = [event for event in self.events if event.name == name]
        return found.fields

    def check_supply(self):
        """Check the supply equation, each sum against its parts and what holders own."""
        ctx = self.given.ctx()
        sums = {pool: counter_of(pool).get(ctx) for pool in POOLS}
        in_shares = dict.fromkeys(POOLS, 0)
        for (pool, _), amount in shares.page(ctx, limit=500):
            in_shares[pool] += amount
        in_accounts = sum(amount for _, amount in balances.page(ctx, limit=500))
        assert in_shares == sums
        assert in_accounts == accounted.get(ctx)
        assert issued.get(ctx) - redeemed.get(ctx) == in_accounts + sum(sums.values())
        for name, (bank, _, tier) in PEOPLE.items():
            if tier is not None:
                key = (bank, digest("test-holder", name.encode()))
                owned = self.balance(name) + self.share("held", name) + self.share("offline", name)
                assert holders.load(ctx, key, absent=LookupError).total == owned
