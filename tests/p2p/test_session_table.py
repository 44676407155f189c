"""Which session stands for a member."""

from dataclasses import dataclass, field

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
    table = SessionTable(Members([own, other], own.public_key), seen, FaultRules())
    older, newer = FakeSession(other), FakeSession(other)
    table.on_ready(older)
    table.on_ready(newer)

    table.on_frame(older, Channel.CONSENSUS, b"old")
    table.on_frame(newer, Channel.CONSENSUS, b"new")
    table.on_ended(older)

    assert older.closed == [("replaced by a newer session", True)]
    assert seen.frames == [(other.public_key, Channel.CONSENSUS, b"new")]
    assert list(table.ready().values()) == [newer]
