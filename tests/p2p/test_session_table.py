"""Which session stands for a member."""

import logging
from dataclasses import dataclass, field

import pytest

from node.observe.log import fields_of, text_of
from p2p.faults import FaultRules
from p2p.peers import Members
from p2p.ports import Channel
from p2p.session_table import SessionTable
from tests.p2p.builders import Recorder


@dataclass
class FakeSession:
    member: object
    is_dialled: bool = False
    reason: str = ""
    closed: list = field(default_factory=list)

    def close(self, reason, *, at_once=False):
        self.closed.append((reason, at_once))


async def test_frames_of_a_session_that_was_replaced_are_not_handed_on(pair):
    own, other = pair[0].member, pair[1].member
    seen = Recorder()
    table = SessionTable(Members([own, other], own.name), seen, FaultRules())
    older, newer = FakeSession(other), FakeSession(other)
    table.on_ready(older)
    table.on_ready(newer)

    table.on_frame(older, Channel.CONSENSUS, b"old")
    table.on_frame(newer, Channel.CONSENSUS, b"new")
    table.on_ended(older)

    assert older.closed == [("replaced by a newer session", True)]
    assert seen.frames == [(other.public_key, Channel.CONSENSUS, b"new")]
    assert table.ready() == (newer,)


@pytest.fixture
def table(pair, caplog):
    caplog.set_level(logging.INFO, "sapha.p2p")
    own, other = pair[0].member, pair[1].member
    return SessionTable(Members([own, other], own.name), Recorder(), FaultRules())


async def test_a_member_that_reconnects_without_end_is_a_line_a_minute(table, pair, caplog):
    for number in range(1_000):
        session = FakeSession(pair[1].member, reason=f"reset {number}")
        table.on_ready(session)
        table.on_ended(session)

    assert [line.split()[0] for line in caplog.messages] == ["peer_connected", "peer_disconnected"]


async def test_a_reason_in_the_peers_own_words_makes_no_further_line(table, pair, caplog):
    for number in range(1_000):
        table.refused("10.0.0.1", f"is on chain {number}")
        table.not_reached(pair[1].member, f"is on chain {number}")
        table.penalise(pair[1].member.public_key, f"unknown control frame of {number} bytes")

    kinds = sorted(line.split()[0] for line in caplog.messages)
    assert kinds == ["peer_cut_off", "peer_fault", "peer_not_reached", "peer_refused"]


async def test_what_a_peer_says_of_itself_is_shown_escaped_and_in_part(table, pair, caplog):
    foreign = "is on chain \x1b[2J\nERROR \u202e" + "x" * 10_000

    table.refused("10.0.0.1", foreign)
    table.not_reached(pair[1].member, foreign)

    shown = table.states()[0].last_reason
    lines = [text_of(fields_of(record)) for record in caplog.records]
    assert len(lines) == 2
    assert all(r"is on chain \u001b[2J\nERROR \u202e" in line for line in lines)
    assert r"is on chain \x1b[2J\nERROR \u202e" in shown
    for text in (*lines, shown):
        assert text.isprintable()
        assert len(text) < 400


async def test_who_has_a_million_addresses_fills_no_log(table, caplog):
    for number in range(5_000):
        table.refused(f"2001:db8::{number:x}", "opens connections too fast")

    assert len(caplog.messages) == 300
