"""What is due in an election, from whom, and when: its calendar, as a node says.

A line is one part of an election. What it says of who is missing is computed from what the ledger
holds, for the parts that are open or over; nothing of it is proven.
"""

from dataclasses import dataclass

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
from contracts.voting.elections.stage import election as election_of
from contracts.voting.offices.handlers import windows as windows_of
from contracts.voting.tally.handlers import reconciliation as reconciliation_of
from contracts.voting.tokens.handlers import registrar_key

OVER, NOW, AHEAD = "over", "now", "ahead"
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

    def when(self, now_ms: int) -> str:
        """Return whether the part is over, open now, or ahead."""
        if now_ms >= self.until_ms:
            return OVER
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
    return tuple(sorted(parts, key=lambda each: (each.until_ms, each.from_ms)))


def _set_up(standing: Standing) -> list[Due]:
    windows = standing.windows
    entered = f"{sum(one.eligible for one in standing.classes)} on the roll"
    registrars = standing.manifest.registrars.agencies
    late = tuple(name for name in registrars if name not in standing.keyed)
    keys = _due("post keys", _all(registrars), keys_span(windows), late)
    if standing.has_rings:
        joined = f"{sum(one.requested for one in standing.classes)} joined"
        keys = _due("join the ring by posting a key", VOTERS, keys_span(windows), note=joined)
    return [
        _due("enter voters on the roll", AUTHORITY, roll_span(windows), note=entered),
        _due("decide objections", OFFICIAL, objections_span(windows)),
        _due("freeze the roll", ANYONE, freeze_span(windows), _unless(standing.is_frozen, "roll")),
        keys,
        _due("open the election", ANYONE, open_span(windows)),
    ]


def _ceremony(standing: Standing) -> list[Due]:
    windows, agencies = standing.windows, standing.manifest.trustees.agencies
    states = dict(zip(agencies, standing.trustees, strict=True))
    revealed = {name: one for name, one in states.items() if one.has_revealed}
    owing = {name: one for name, one in states.items() if one.unanswered}
    by = _all(agencies)
    return [
        _due("commit to the key", by, commit_span(windows), _late(states, "has_committed")),
        _due("reveal the part of the key", by, reveal_span(windows), _late(states, "has_revealed")),
        _due("deal shares of the key", by, deal_span(windows), _late(revealed, "has_dealt")),
        _due("complain of wrong shares", by, complain_span(windows)),
        _due("answer complaints", _all(tuple(owing)), answer_span(windows), tuple(owing)),
    ]


def _voting(standing: Standing) -> list[Due]:
    windows, manifest = standing.windows, standing.manifest
    states = dict(zip(manifest.trustees.agencies, standing.trustees, strict=True))
    dealt = {name: one for name, one in states.items() if one.has_dealt}
    asked = sum(one.requested for one in standing.classes)
    cast = sum(one.pseudonyms for one in standing.classes)
    registrars, late = _all(manifest.registrars.agencies), _late(dealt, "has_delivered")
    tokens = [
        _due("ask for tokens", VOTERS, request_span(windows), note=f"{asked} asked"),
        _due("answer requests", registrars, issue_span(windows)),
        _due("fix who signs", ANYONE, sets_span(windows)),
    ]
    return [
        *([] if standing.has_rings else tokens),
        _due("cast ballots", VOTERS, cast_span(windows), note=f"{cast} voted"),
        _due("deliver shares", _all(tuple(dealt)), decrypt_span(windows), late),
        _due("count the box, publish the counts", ANYONE, closed_span(windows)),
    ]


def _due(act: str, by: str, span: Span, missing: tuple[str, ...] = (), note: str = "") -> Due:
    return Due(act=act, by=by, from_ms=span[0], until_ms=span[1], missing=missing, note=note)


def _all(agencies: tuple[str, ...]) -> str:
    return ", ".join(agencies) or "nobody"


def _late(states: dict[str, TrusteeState], claim: str) -> tuple[str, ...]:
    """Return who has not done what a claim of its state says."""
    return tuple(name for name, state in states.items() if not getattr(state, claim))


def _unless(is_done: bool, name: str) -> tuple[str, ...]:  # noqa: FBT001 - a claim and its name
    return () if is_done else (name,)
