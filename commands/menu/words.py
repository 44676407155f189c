"""Words that several groups share, and what every leaf of one way of acting takes."""

from collections.abc import Mapping
from typing import Any

from commands.framework.kinds import FILE, FLAG
from commands.framework.listing import Way, leaves
from commands.framework.places import Place, commands
from commands.framework.tree import Group, Leaf
from commands.framework.words import Word

COMMON = {
    "--dir": Word("The node's directory.", FILE, name="directory"),
    "--json": Word("Print one line of JSON.", FLAG, name="as_json"),
    "--out": Word("Write the transaction to this file for others; send nothing.", FILE),
    "--reason": Word("Public text; no personal data."),
    "--rpc": Word("Node address; give several to fail over.", env="SAPHA_RPC"),
    "--genesis": Word("The genesis.json to trust.", FILE, env="SAPHA_GENESIS"),
    "--key": Word(
        "Name of a key (sapha keys list), or its file; give several to sign together.",
        env="SAPHA_KEY",
    ),
    "--account": Word(
        "The account that the keys sign for; without it the only key's own.", env="SAPHA_ACCOUNT"
    ),
    "contract": Word("Contract, such as cbdc."),
    "agency_id": Word("Id of the agency, such as dopa.", sample="dopa"),
    "--citizen": Word("The citizen's secret file.", FILE, env="SAPHA_CITIZEN"),
}

_JSON = "[--json]"
_NODE = "[--rpc...] [--json]"
_SIGNS = "--key... [--account] [--rpc...] [--json]"
_SENDS = "--key... [--account] [--out] [--rpc...] [--json]"
_SENDING = commands.sending.sends
_SHOWING = commands.queries.shows


def local(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that asks no node."""
    return Leaf(name, does, f"{usage} {_JSON}", text, **more)


def asks(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that asks a node, and signs nothing."""
    return Leaf(name, does, f"{usage} {_NODE}", text, **more)


def signs(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that signs and sends for an account, in its own way."""
    return Leaf(name, does, f"{usage} {_SIGNS}", text, **more)


def sends(name: str, does: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that sends one message, or writes it to a file for others to sign."""
    return Leaf(name, does, f"{usage} {_SENDS}", text, **{"via": _SENDING} | more)


def shows(name: str, query: Place, usage: str, text: str, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf that prints the answer of a query, named as contracts.NAME.QUERY."""
    return Leaf(name, query, f"{usage} {_NODE}", text, via=_SHOWING, **more)


WAYS: dict[str, Way] = {
    "plain": Leaf,
    "local": local,
    "asks": asks,
    "signs": signs,
    "sends": sends,
    "shows": shows,
}


def listed(
    about: str,
    listing: str,
    *,
    ways: Mapping[str, Way] = WAYS,
    **more: Any,  # noqa: ANN401 - what groups take
) -> Group:
    """Return a group of leaves that are written as text, see `commands.framework.listing`."""
    return Group(about, *leaves(listing, ways), **more)
