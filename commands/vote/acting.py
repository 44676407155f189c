"""How commands of `sapha vote` reach the ledger: what is proven, who signs, by which way.

A command is a function of a session and its own words; what is said here is the rest of them.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.contract import Actor
from client.outcome import Outcome
from client.relay.address import read_address
from client.voting.facts import Facts
from commands.framework.places import found_at
from commands.nodes import open_rpc
from commands.output import Shown, UsageFault, emit
from commands.sending import open_account, show_outcome
from commands.trust import look_twice, open_light
from primitives.errors import InvariantBroken

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

_Command = Callable[..., Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a command works with; nobody signs in one that only looks."""

    facts: Facts
    signer: Actor | None
    is_quiet: bool  # no progress is to be shown

    @property
    def actor(self) -> Actor:
        """Who signs."""
        if self.signer is None:
            raise InvariantBroken("the command of a leaf without --key is to sign")
        return self.signer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """The options that a leaf has beside its own words."""

    genesis: Path
    rpc: list[str] | None
    as_json: bool
    key: list[str] | None = None
    account: str | None = None


def in_session(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that works in a session, with or without who signs."""
    work = found_at(leaf.does)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        options = _options(given)
        await _run(work, options, given)

    return run


def by_ballot_way(leaf: "Leaf") -> _Command:
    """Return the command of a leaf that asks and sends by a relay, or says that it does not."""
    work = found_at(leaf.does)

    async def run(*, relay: list[str] | None, direct: bool, **given: Any) -> None:  # noqa: ANN401
        if bool(relay) == direct:
            raise UsageFault("give --relay, or --direct if a node may see your address; not both")
        for address in " ".join(relay or ()).split():
            read_address(address)  # a relay without its key would be asked in the open
        given["rpc"] = given["rpc"] if direct else relay
        options = _options(given)
        await _run(work, options, given)

    return run


def _options(given: dict[str, Any]) -> _Options:
    names = _Options.__dataclass_fields__.keys() & given.keys()
    return _Options(**{name: given.pop(name) for name in names})


async def _run(work: Callable[..., Any], options: _Options, given: dict[str, Any]) -> None:
    wallet = None if options.key is None else open_account(options.key, options.account)
    light = open_light(options.genesis)
    async with open_rpc(options.rpc) as client:
        await look_twice(light, client)
        chain_id = light.genesis.chain_id
        signer = None if wallet is None else await Actor.open(client, wallet, chain_id)
        facts = Facts(client, light)
        session = Session(facts=facts, signer=signer, is_quiet=options.as_json)
        shown: Shown | Outcome = await work(session, **given)
    if isinstance(shown, Outcome):
        show_outcome(shown, as_json=options.as_json)
    else:
        emit(shown.data, shown.text, as_json=options.as_json)
