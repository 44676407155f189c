"""The keys of one node, each with files of its own, and which of them the chain wants (S4)."""

from functools import partial
from typing import TYPE_CHECKING

from consensus import EngineConfig, born
from primitives.crypto import PublicKey
from tests.simulation.disk import Disk

if TYPE_CHECKING:
    from tests.simulation.node import Node


def prepare(node: "Node", key: PublicKey) -> None:
    """Make a key that has signed nothing; it signs once the chain gives it the seat."""
    disk = Disk()
    if node.disks:
        disk.is_strict, disk.is_versioned = node.disk.is_strict, node.disk.is_versioned
    disk.put(disk.sign_states, born(key))
    node.disks[key] = disk


def due_key(node: "Node") -> PublicKey:
    """Return the key with which a node takes part at its open height; the last one if with none."""
    validators = node.ledger.validators
    return next((key for key in node.disks if key in validators), node.key)


def names_at(node: "Node") -> dict[str, PublicKey]:
    """Return the key of each seat at the open height of a node."""
    return {one.name: one.public_key for one in node.ledger.validators.members}


def is_elsewhere(node: "Node") -> bool:
    """Return whether a signer holds the key of now."""
    return node.link is not None and node.link.signer.key == node.key


def config_of(node: "Node") -> EngineConfig:
    """Return the settings of an engine with the key of now."""
    cluster = node.cluster
    return EngineConfig(
        chain_id=cluster.genesis.chain_id,
        own_key=node.key,
        sign=None if is_elsewhere(node) else partial(cluster.keys.sign, node.key),
        is_signed_elsewhere=is_elsewhere(node),
        verify=cluster.keys.verify,
        timeout_base_ms=cluster.plan.timeout_base_ms,
        timeout_cap_ms=cluster.plan.timeout_cap_ms,
    )
