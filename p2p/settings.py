"""Every bound of the transport that an operator may set. Units are in the names."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from p2p.faults import FaultRules


def _nobody(_days: float) -> None:
    pass


def wall_clock_ms() -> int:
    """Return the wall clock in milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """Bounds of one session."""

    ping_s: float = 5.0  # ping when nothing was received for this long
    silence_s_max: float = 15.0  # end the session when nothing was received for this long
    write_stall_s_max: float = 10.0  # evict a peer that takes no bytes for this long
    frames_per_s_max: float = 20_000.0  # above it the peer is read more slowly
    bytes_per_s_max: float = 256.0 * 1024 * 1024
    write_buffer_bytes: int = 64 * 1024  # more stays in our queues, where priority holds
    shutdown_s_max: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackoffSettings:
    """How long to wait before dialling again; see `p2p.backoff`."""

    first_s: float = 0.1
    factor: float = 1.6
    max_s: float = 10.0
    stable_s: float = 5.0  # a session of at least this length starts the waits afresh


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportSettings:
    """All settings of the transport; the defaults suit up to 100 members."""

    listen_host: str | None = None  # None: the host of the own member record
    listen_port: int | None = None  # None: the port of the own member record
    handshake_s_max: float = 5.0  # TCP, TLS and hello together
    half_open_max: int = 256  # sockets that have not finished the handshake
    half_open_per_ip_max: int = 64
    accepts_per_s_max: float = 50.0  # from one IP address, after a burst of accepts_burst
    accepts_burst: float = 100.0
    handshakes_per_s_max: float = 50.0  # of all addresses that no member came from lately
    handshakes_burst: float = 100.0
    certificate_check_s: float = 10.0  # how often the own certificate's file is looked at
    days_left: Callable[[float], None] = _nobody  # told at the start and at each look
    session: SessionSettings = field(default_factory=SessionSettings)
    backoff: BackoffSettings = field(default_factory=BackoffSettings)
    faults: FaultRules = field(default_factory=FaultRules)
    now_ms: Callable[[], int] = wall_clock_ms  # dates of certificates, members' clocks
