"""The key with which a running node takes part, and its change when the chain names another.

A key's engine is for life (docs/adr/0035): when the head's record gives this node another key that
lies here, the engine ends and another begins with that key, by the rules of a start.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from consensus import Engine, EngineConfig, recover
from consensus.effects import Effect
from consensus.guard import STAMP_RANDOM_BYTES
from genesis.schema import Genesis
from node.config import NodeConfig
from node.driver import head_of
from node.files import BadKey, OpenFiles, Self, begin_key
from node.ledger import BUILD_MS_MAX
from node.next_key import next_key_of, put_in_place, take_state
from node.secret_files import private_files
from primitives.crypto import PublicKey, SigningKey
from primitives.errors import InvariantBroken

log = logging.getLogger("sapha.node")


@dataclass(slots=True)
class KeyInUse:
    """The node's consensus key of now; `key` is None where a signer holds it."""

    public_key: PublicKey
    key: SigningKey | None

    @classmethod
    def of(cls, own: Self) -> "KeyInUse":
        """Return the key with which a start begins."""
        return cls(own.public_key, own.key)


@dataclass(slots=True, kw_only=True)
class Rotation:
    """What the driver asks before each step: whether this node's key has changed."""

    config: NodeConfig
    genesis: Genesis
    files: OpenFiles
    used: KeyInUse
    named: Callable[[], PublicKey]  # the key that the head's record gives this node
    _missing: set[PublicKey] = field(default_factory=set)

    @classmethod
    def of(
        cls, config: NodeConfig, own: Self, files: OpenFiles, named: Callable[[], PublicKey]
    ) -> "Rotation":
        """Return what watches over the key with which a start begins."""
        used = KeyInUse.of(own)
        return cls(config=config, genesis=own.genesis, files=files, used=used, named=named)

    @property
    def is_due(self) -> bool:
        """Whether the record names another key, and it lies here; said once if it does not."""
        key = self.named()
        if key == self.used.public_key or key in self._missing:
            return False
        if next_key_of(self.config, key) is not None:
            return True
        self._missing.add(key)
        log.warning("key_of_record_not_here", extra={"key": key.hex()[:16]})
        return False

    @private_files()
    def begin(self) -> tuple[Engine, tuple[Effect, ...]]:
        """Take the new key into use and destroy the old one; return the engine that goes on.

        Raises:
            LocalFault: the disk refuses; the next start finishes.
        """
        key = self.named()
        place = next_key_of(self.config, key)
        if place is None:
            raise InvariantBroken(f"the next key {key.hex()[:16]} is gone")
        made = place.read()
        if made.public_key != key:
            raise BadKey(f"{place.key_file} is not the key that its folder names")
        state = take_state(self.files, place, key)
        self.files.sign_state.set_lock_aside()
        start = begin_key(self.files, key, state, os.urandom(STAMP_RANDOM_BYTES))
        put_in_place(self.config, place)
        self.used.public_key, self.used.key = key, made
        height = self.files.ledger.head().header.height
        log.warning("key_changed", extra={"key": key.hex()[:16], "from_height": height + 1})
        config = engine_config(self.genesis, self.used, is_signed_elsewhere=False)
        return recover(config, head_of(self.files.ledger.head()), start)


def engine_config(genesis: Genesis, used: KeyInUse, *, is_signed_elsewhere: bool) -> EngineConfig:
    """Return the settings of an engine with the key of now."""
    parameters = genesis.parameters
    return EngineConfig(
        chain_id=genesis.chain_id,
        own_key=used.public_key,  # it votes at the heights whose set holds it
        sign=None if used.key is None else used.key.sign,
        is_signed_elsewhere=is_signed_elsewhere,
        timeout_base_ms=parameters.view_timeout_ms,
        timeout_cap_ms=parameters.view_timeout_cap_ms,
        build_ms_max=BUILD_MS_MAX,
        heartbeat_ms=parameters.heartbeat_ms,
    )
