"""Who broke the protocol, how often, and who is cut off for how long. No IO, no clock."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRules:
    """How many faults are forgiven, and how long a peer is cut off when they are not."""

    faults_max: int = 5  # within forget_s * faults_max, roughly
    forget_s: float = 10.0  # one fault is forgotten after this long
    ban_s: float = 30.0  # the first ban; doubles with each
    ban_s_max: float = 600.0
    ban_forget_s: float = 3600.0  # without a fault this long, the next ban is a first one


@dataclass(slots=True)
class _Record:
    score: float = 0.0
    total: int = 0
    scored_at_s: float = 0.0
    bans: int = 0
    banned_until_s: float = 0.0


class FaultBook:
    """Scores of members. Bounded, because only members are ever scored."""

    __slots__ = ("_records", "_rules")

    def __init__(self, rules: FaultRules) -> None:
        self._rules = rules
        self._records: dict[str, _Record] = {}

    def record(self, peer: str, now_s: float) -> bool:
        """Score one fault; return whether the peer must be cut off now."""
        rules = self._rules
        record = self._records.setdefault(peer, _Record(scored_at_s=now_s))
        quiet_s = now_s - record.scored_at_s
        if quiet_s > rules.ban_forget_s:
            record.bans = 0
        record.score = max(0.0, record.score - quiet_s / rules.forget_s) + 1.0
        record.scored_at_s = now_s
        record.total += 1
        if record.score <= rules.faults_max:
            return False
        record.banned_until_s = now_s + min(rules.ban_s * 2**record.bans, rules.ban_s_max)
        record.bans = min(record.bans + 1, 32)
        record.score = 0.0
        return True

    def ban_left_s(self, peer: str, now_s: float) -> float:
        """Return for how many seconds more `peer` is cut off; 0.0 when it is not."""
        record = self._records.get(peer)
        return 0.0 if record is None else max(0.0, record.banned_until_s - now_s)

    def total(self, peer: str) -> int:
        """Return how many faults of `peer` were recorded since the start."""
        record = self._records.get(peer)
        return 0 if record is None else record.total
