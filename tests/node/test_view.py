"""What the node says of itself: whose clock is off, through health and the list of peers."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from node.observe import Finding
from node.room import DiskRoom
from node.store.faults import StoreFailed
from node.view import RunningNode, ViewParts
from p2p.peers import PeerState
from tests.builders import keys

KEYS = keys(4)
NAMES = ("bot", "nso", "rd")


def peer(number: int, offset_ms: float | None) -> PeerState:
    return PeerState(
        public_key=KEYS[number + 1].public_key,
        name=NAMES[number],
        host="127.0.0.1",
        port=26600,
        is_connected=offset_ms is not None,
        is_dialled=True,
        connected_s=1.0,
        round_trip_ms=1.0,
        clock_offset_ms=offset_ms,
        bytes_in=0,
        bytes_out=0,
        frames_in=0,
        waiting={},
        dropped={},
        faults=0,
        banned_s=0.0,
        last_reason="",
    )


def view_of(tmp_path, *offsets_ms: float | None) -> RunningNode:
    """A validator that sees the clocks of three others so far ahead of its own."""
    (tmp_path / "wal").touch()
    status = SimpleNamespace(
        is_validator=True,
        is_listening=False,
        is_behind=False,
        waits_for=None,
        missing=(),
        listeners=(),
        listens_until=None,
        restart=bytes(32),
        elsewhere=(),
        view=1,
        needed=3,
        behind=7,
    )
    return RunningNode(
        ViewParts(
            facts=None,
            ledger=SimpleNamespace(
                _tip=SimpleNamespace(hook_fault=None),
                head=lambda: SimpleNamespace(turns={"bot": SimpleNamespace(missed=2)}),
            ),
            pool=None,
            admission=None,
            journal=SimpleNamespace(fault=None, refused=None),
            room=DiskRoom(),
            driver=SimpleNamespace(
                engine=SimpleNamespace(status=lambda: status), seconds_since_commit=0.0
            ),
            sync=None,
            blobs=SimpleNamespace(store=SimpleNamespace(index=SimpleNamespace(bytes_held=9))),
            peers=lambda: tuple(peer(at, ms) for at, ms in enumerate(offsets_ms)),
            validators=lambda: frozenset(key.public_key for key in KEYS),
            data_dir=str(tmp_path),
            own_files=(tmp_path / "wal",),
            heartbeat_ms=10_000,
            now_ms=lambda: 0,
            certificate_days_left=lambda: 365,
        )
    )


def findings(view: RunningNode) -> dict[str, tuple[str, bool]]:
    found = view.health().findings
    return {
        name: (found[name].seen, found[name].is_warning)
        for name in ("clock", "peer clocks")
        if found[name] is not None
    }


def test_clocks_that_agree_are_not_spoken_of(tmp_path):
    assert findings(view_of(tmp_path, 5.0, -5.0, 0.0)) == {}


@pytest.mark.parametrize(
    ("ahead_ms", "is_warning"), [(199.0, None), (200.0, True), (1_000.0, False), (3.6e6, False)]
)
def test_this_nodes_own_clock_warns_at_200_ms_and_fails_at_a_second(tmp_path, ahead_ms, is_warning):
    view = view_of(tmp_path, ahead_ms, ahead_ms, ahead_ms)

    said = findings(view)

    if is_warning is None:
        assert said == {}
    else:
        text = f"this node's clock is {ahead_ms:,.0f} ms behind the validators' median"
        assert said == {"clock": (text, is_warning)}
    assert view.health().is_healthy == (is_warning is not False)


@pytest.mark.parametrize("off_ms", [5_000.0, -3_600_000.0])
def test_a_validator_that_is_off_is_named_and_this_node_stays_healthy(tmp_path, off_ms):
    view = view_of(tmp_path, off_ms, 0.0, 0.0)

    said = findings(view)

    assert set(said) == {"peer clocks"}
    assert "that of bot is" in said["peer clocks"][0]
    assert view.health().is_healthy
    assert [shown.clock_offset_ms for shown in view.peers()] == [off_ms, 0.0, 0.0]


def test_with_two_of_four_away_nobody_is_blamed(tmp_path):
    view = view_of(tmp_path, 5_000.0, None, None)

    said = findings(view)

    assert set(said) == {"peer clocks"}
    assert "ahead of this node's" in said["peer clocks"][0]


def test_a_halted_node_that_is_behind_reads_so(tmp_path):
    view = view_of(tmp_path, 0.0, None, 0.0)
    view.halt_reason = "two certificates"

    readings = view.readings()

    assert readings.is_halted
    assert (readings.view, readings.quorum, readings.validators) == (1, 3, 4)
    assert readings.heights_behind == 7
    assert readings.missed_turns == {"bot": 2}
    assert set(readings.round_trips_s) == set(NAMES)
    assert readings.files.wal == tmp_path / "wal"


def seen_by(view: RunningNode, **changes: object) -> dict[str, Finding]:
    """What a node finds whose engine says this of itself."""
    for name, value in changes.items():
        setattr(view.parts.driver.engine.status(), name, value)
    return {name: found for name, found in view.health().findings.items() if found is not None}


def test_more_listeners_than_a_quorum_can_spare_need_a_restart_statement(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)
    others = seen_by(view, listeners=("nso", "rd"))
    waits_for = "listening (there is no sign-state): 1 of 3 told"

    own = seen_by(view, listeners=("bot", "nso"), is_listening=True, waits_for=waits_for)

    assert "2 of 4 validators run but may not sign: nso, rd" in others["listeners"].seen
    assert "none of them comes back by itself" in others["listeners"].seen
    assert "The night when nobody can sign" in others["listeners"].mend
    assert "sapha network restart-statement make" in others["listeners"].mend
    assert not view.health().is_healthy
    assert own["signing"].mend == "see what is said of the listeners: waiting does not help"


def test_one_listener_of_four_comes_back_by_itself(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)

    [found] = seen_by(view, listeners=("nso",)).values()

    assert found.is_warning
    assert found.mend.startswith("leave them running")


def test_a_listener_to_whom_all_have_told_waits_for_blocks_alone(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)

    found = seen_by(
        view, listeners=("bot",), is_listening=True, listens_until=5, waits_for="blocks 4 to 5"
    )

    assert found["signing"].mend == "leave it running while the others decide these blocks"


def test_who_follows_another_restart_statement_is_named_with_both(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, None)
    one = seen_by(view, restart=b"\x12" * 32, elsewhere=(("bot", b"\xab" * 8),))
    two = seen_by(view, elsewhere=(("bot", b"\xab" * 8), ("nso", b"\xcd" * 8)))
    away = seen_by(view, elsewhere=(("rd", b"\xab" * 8),))

    assert one["restarts"].is_warning
    assert "bot 0xabababababababab" in one["restarts"].seen
    assert "this node's 0x1212121212121212" in one["restarts"].seen
    assert not two["restarts"].is_warning
    assert "nso 0xcdcdcdcdcdcdcdcd" in two["restarts"].seen
    assert "restarts" not in away


def test_where_nothing_moves_another_restart_statement_is_a_failure(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)
    view.parts.driver.seconds_since_commit = 10.0

    found = seen_by(view, elsewhere=(("bot", b"\xab" * 8),))

    assert not found["restarts"].is_warning


def test_what_is_gone_under_a_running_node_fails_the_check_of_the_disk(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)
    (tmp_path / "wal").unlink()
    file = seen_by(view)["disk"]
    tmp_path.rmdir()

    folder = seen_by(view)["disk"]

    assert file.seen == f"gone under the running node: {tmp_path / 'wal'}"
    assert folder.seen == f"gone under the running node: {tmp_path}, {tmp_path / 'wal'}"
    assert "start no second one" in folder.mend
    assert not view.health().is_healthy


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (OSError(5, "Input/output error", "/srv/data"), "/srv/data: Input/output error"),
        (OSError("no errno"), "no errno"),
        (StoreFailed("cannot read the store"), "cannot read the store"),
    ],
)
def test_a_disk_that_refuses_a_check_fails_that_check_and_no_other(tmp_path, fault, seen):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)

    def refuse() -> None:
        raise fault

    view._health.add("certificate", refuse)

    found = seen_by(view)

    assert list(found) == ["certificate"]
    assert found["certificate"].seen == seen


def test_a_node_whose_signer_is_away_says_so_and_is_unwell(tmp_path):
    view = view_of(tmp_path, 0.0, 0.0, 0.0)
    view.parts = replace(view.parts, signer_fault=lambda: "signer /s/signer.sock: not there")

    found = seen_by(view)["signing"]

    assert found.seen == "this node does not sign: signer /s/signer.sock: not there"
    assert "sapha signer check" in found.mend
    assert not view.signing().may_sign
    assert view.readings().has_signer_fault
