"""What an engine is told once: its chain, its key, how to sign and verify, and its times."""

from collections.abc import Callable
from dataclasses import dataclass

from primitives.certificate import Verify
from primitives.crypto import PublicKey, Signature, verify
from primitives.ids import View

Sign = Callable[[str, bytes], Signature]

_GROWTH_NUMERATOR = 3
_GROWTH_DENOMINATOR = 2
_GROWTHS_MAX = 64
_MARGIN_MS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineConfig:
    """Settings of one engine. Without `own_key`, or a way to sign, it observes and never signs.

    It signs by `sign`, at once; or, where `is_signed_elsewhere`, by `RequestSignature`.

    `build_ms_max` is how long a proposer may take to fill a block and `heartbeat_ms` how long the
    network rests without work; both bound the first time-out (R3.5).
    `views_ahead_max` bounds the views ahead of its own for which an engine keeps Prepares and
    Commits; `views_behind_max` those behind.
    """

    chain_id: str
    own_key: PublicKey | None = None
    sign: Sign | None = None
    is_signed_elsewhere: bool = False
    verify: Verify = verify
    timeout_base_ms: int = 1000
    timeout_cap_ms: int = 30_000
    build_ms_max: int = 200
    heartbeat_ms: int = 5000
    resend_ms: int = 1000
    views_ahead_max: int = 10
    views_behind_max: int = 20

    @property
    def first_timeout_ms_min(self) -> int:
        """The least time that view 0 waits for its proposal, in milliseconds (R3.5)."""
        return min(self.build_ms_max + _MARGIN_MS, self.timeout_base_ms)

    def view_timeout_ms(self, view: View, first_ms: int) -> int:
        """Return min(first * 1.5^view, cap), in whole milliseconds, for any view."""
        delay_ms = first_ms
        for _ in range(min(view, _GROWTHS_MAX)):
            delay_ms = delay_ms * _GROWTH_NUMERATOR // _GROWTH_DENOMINATOR
        return min(delay_ms, self.timeout_cap_ms)
