"""What is due in an election, from whom, and when: its calendar, as a node says.

A line is one part of an election. What it says of who is missing is computed from what the ledger
holds, for the parts that are open or over; nothing of it is proven.
"""

from dataclasses import asdict, dataclass, replace

from client.contract import ask, ask_each
from client.rpc import RpcClient
from contracts.voting.ceremony.handlers import trustees as trustees_of
from contracts.voting.ceremony.state import TrusteeState
from contracts.voting.core.messages import Manifest, Windows
from contracts.voting.core.rules import (
    Span,
    answer_span,
    cast_span,
    closed_span,
    commit_span,
    complain_span,
    deal_span,
    decrypt_span,
    freeze_span,
    issue_span,
    keys_span,
    objections_span,
    open_span,
    request_span,
    reveal_span,
    roll_span,
    sets_span,
)
from contracts.voting.core.state import ClassTotals
from contracts.voting.crypto.transcript import TOKENS_RING
from contracts.voting.elections.handlers import manifest as manifest_of
from contracts.voting.elections.stage import (
    ANNULLED,
    CANCELLED,
    OBJECTIONS,
    PREPARING,
    ROLL,
    TALLIED,
    VOID,
    WITHHELD,
)
from contracts.voting.elections.stage import election as election_of
from contracts.voting.offices.handlers import windows as windows_of
from contracts.voting.tally.handlers import reconciliation as reconciliation_of
from contracts.voting.tokens.handlers import registrar_key

OVER, NOW, AHEAD = "over", "now", "ahead"
DONE = "done"  # and it is not over
OFF = "off"  # it would be due, and the election has ended without it
_BEFORE = frozenset({ROLL, OBJECTIONS, PREPARING, VOID, CANCELLED})  # stages of what is not open
_ENDED = frozenset({TALLIED, WITHHELD})
_STOPPED = frozenset({VOID, CANCELLED, ANNULLED})
_OF_TOKENS = ("request_until", "issue_until")
_RING_NAMES = {"keys_until": "join_until", "issue_from": "open_until"}
AUTHORITY, OFFICIAL, ANYONE, VOTERS = "authority", "official", "anyone", "voters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a node says of an election: who has done what so far.

    `keyed` are the registrars that posted keys; `stage` is the contract's word.
    """

    manifest: Manifest
    windows: Windows
    stage: str
    is_frozen: bool
    trustees: tuple[TrusteeState, ...]
    keyed: tuple[str, ...]
    classes: tuple[ClassTotals, ...]

    @property
    def has_rings(self) -> bool:
        """Whether members of rings vote, and no registrars sign."""
        return self.manifest.token_scheme == TOKENS_RING


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One part: from when (0: at once) until when, from whom; `missing` have not done it yet."""

    act: str
    by: str
    from_ms: int
    until_ms: int
    missing: tuple[str, ...] = ()
    note: str = ""
    is_done: bool = False
    is_off: bool = False

    def when(self, now_ms: int) -> str:
        """Return whether the part is over, done, open now, or ahead; off where it never comes."""
        if now_ms >= self.until_ms:
            return OVER
        if self.is_done and now_ms >= self.from_ms:
            return DONE
        if self.is_off:
            return OFF
        return NOW if now_ms >= self.from_ms else AHEAD


async def standing_of(rpc: RpcClient, election_id: str) -> Standing:
    """Return how an election stands. Raises RpcRefused: there is none of this id."""
    found = await ask(rpc, election_of, election_id)
    manifest = await ask(rpc, manifest_of, election_id)
    agencies = manifest.registrars.agencies
    keys = await ask_each(
        rpc, registrar_key, [(election_id, number + 1, 0) for number in range(len(agencies))]
    )
    totals = await ask(rpc, reconciliation_of, election_id)
    return Standing(
        manifest=manifest,
        windows=await ask(rpc, windows_of, election_id),
        stage=found.stage,
        is_frozen=found.roll_root is not None,
        trustees=await ask(rpc, trustees_of, election_id),
        keyed=tuple(name for name, key in zip(agencies, keys, strict=True) if key is not None),
        classes=totals.classes,
    )


def calendar_of(standing: Standing) -> tuple[Due, ...]:
    """Return all parts of an election, in the order in which they end."""
    parts = [*_set_up(standing), *_ceremony(standing), *_voting(standing)]
    if standing.stage in _STOPPED:
        parts = [replace(each, is_off=True) for each in parts]
    return tuple(sorted(parts, key=lambda each: (each.until_ms, each.from_ms)))


def why_void(standing: Standing) -> tuple[str, ...]:
    """Return what an election lacked to be opened in time, as far as the ledger shows."""
    manifest = standing.manifest
    needed, least = manifest.trustees.needed, manifest.class_size_min
    dealt = sum(one.has_dealt for one in standing.trustees)
    found = []
    if not standing.is_frozen:
        found.append("the roll was not frozen")
    if dealt < needed:
        found.append(f"{dealt} trustees dealt shares of the key, and {needed} are needed")
    if standing.has_rings:
        largest = max((one.requested for one in standing.classes), default=0)
        if largest < least:
            found.append(f"{largest} joined a ring, and {least} are needed")
    elif len(standing.keyed) < manifest.registrars.needed:
        few = f"{len(standing.keyed)} registrars posted keys"
        found.append(f"{few}, and {manifest.registrars.needed} are needed")
    return tuple(found) or ("nobody opened it",)


def dates_of(manifest: Manifest, windows: Windows) -> list[tuple[str, int]]:
    """Return the dates that count for an election, with their names, in order of time.

    In a ring members join until keys end, nobody asks for tokens, and it opens before its first.
    """
    dates = {name.removesuffix("_ms"): at for name, at in asdict(windows).items()}
    if manifest.token_scheme == TOKENS_RING:
        dates = {
            _RING_NAMES.get(name, name): at for name, at in dates.items() if name not in _OF_TOKENS
        }
    return sorted(dates.items(), key=lambda each: each[1])


def _set_up(standing: Standing) -> list[Due]:
    windows = standing.windows
    entered = f"{sum(one.eligible for one in standing.classes)} on the roll"
    registrars = standing.manifest.registrars.agencies
    late = tuple(name for name in registrars if name not in standing.keyed)
    keys = _due("post keys", _all(registrars), keys_span(windows), late)
    keys = replace(keys, is_done=not late)
    if standing.has_rings:
        joined = f"{sum(one.requested for one in standing.classes)} joined"
        keys = _due("join the ring by posting a key", VOTERS, keys_span(windows), note=joined)
    return [
        _due("enter voters on the roll", AUTHORITY, roll_span(windows), note=entered),
        _due("decide objections", OFFICIAL, objections_span(windows)),
        replace(_due("freeze the roll", ANYONE, freeze_span(windows)), is_done=standing.is_frozen),
        keys,
        replace(
            _due("open the election", ANYONE, open_span(windows)),
            is_done=standing.stage not in _BEFORE,
        ),
    ]


def _ceremony(standing: Standing) -> list[Due]:
    windows, agencies = standing.windows, standing.manifest.trustees.agencies
    states = dict(zip(agencies, standing.trustees, strict=True))
    revealed = {name: one for name, one in states.items() if one.has_revealed}
    owing = {name: one for name, one in states.items() if one.unanswered}
    by = _all(agencies)
    accused = ", ".join(owing) or "whoever is complained of"
    answer = _due("answer complaints", accused, answer_span(windows), tuple(owing))
    return [
        _acts("commit to the key", by, commit_span(windows), states, "has_committed"),
        _acts("reveal the part of the key", by, reveal_span(windows), states, "has_revealed"),
        _acts("deal shares of the key", by, deal_span(windows), revealed, "has_dealt"),
        _due("complain of wrong shares", by, complain_span(windows)),
        replace(answer, is_done=not owing),  # nobody complains any more once answers are due
    ]


def _voting(standing: Standing) -> list[Due]:
    windows, manifest = standing.windows, standing.manifest
    states = dict(zip(manifest.trustees.agencies, standing.trustees, strict=True))
    dealt = {name: one for name, one in states.items() if one.has_dealt}
    asked = sum(one.requested for one in standing.classes)
    cast = sum(one.pseudonyms for one in standing.classes)
    registrars, opening = _all(manifest.registrars.agencies), decrypt_span(windows)
    tokens = [
        _due("ask for tokens", VOTERS, request_span(windows), note=f"{asked} asked"),
        _due("answer requests", registrars, issue_span(windows)),
        _due("fix who signs", ANYONE, sets_span(windows)),
    ]
    return [
        *([] if standing.has_rings else tokens),
        _due("cast ballots", VOTERS, cast_span(windows), note=f"{cast} voted"),
        _acts("deliver shares", _all(tuple(dealt)), opening, dealt, "has_delivered"),
        replace(
            _due("count the box, publish the counts", ANYONE, closed_span(windows)),
            is_done=standing.stage in _ENDED,
        ),
    ]


def _due(act: str, by: str, span: Span, missing: tuple[str, ...] = (), note: str = "") -> Due:
    return Due(act=act, by=by, from_ms=span[0], until_ms=span[1], missing=missing, note=note)


def _acts(act: str, by: str, span: Span, states: dict[str, TrusteeState], claim: str) -> Due:
    """Return a part of trustees, done once a claim is true of each of them."""
    late = tuple(name for name, state in states.items() if not getattr(state, claim))
    return replace(_due(act, by, span, late), is_done=bool(states) and not late)


def _all(agencies: tuple[str, ...]) -> str:
    return ", ".join(agencies) or "nobody"
