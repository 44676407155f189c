"""The reading half: a peer that sends more than its share is read more slowly."""

from time import thread_time

from p2p.envelope import frame_bytes
from p2p.inflow import Inflow
from p2p.ports import Channel
from p2p.settings import SessionSettings


class FakeLoop:
    """A clock and timers that the test moves."""

    def __init__(self):
        self.now_s = 0.0
        self.timers = []

    def time(self):
        return self.now_s

    def call_later(self, delay_s, call):
        timer = FakeTimer(self.now_s + delay_s, call)
        self.timers.append(timer)
        return timer

    def advance(self, seconds):
        self.now_s += seconds
        due = [timer for timer in self.timers if timer.at_s <= self.now_s]
        self.timers = [timer for timer in self.timers if timer not in due]
        for timer in due:
            timer.fire()


class FakeTimer:
    def __init__(self, at_s, call):
        self.at_s = at_s
        self._call = call

    def cancel(self):
        self._call = lambda: None

    def fire(self):
        self._call()


class FakeTransport:
    def __init__(self):
        self.is_reading = True

    def pause_reading(self):
        self.is_reading = False

    def resume_reading(self):
        self.is_reading = True


VOTE = frame_bytes(Channel.CONSENSUS, b"vote")
LIMITS = SessionSettings(frames_per_s_max=10.0)


def opened(settings=LIMITS):
    loop, transport = FakeLoop(), FakeTransport()
    inflow = Inflow(loop, settings)
    inflow.open(transport)
    inflow.open_channels()
    return loop, transport, inflow


def test_a_peer_within_its_share_is_read_without_pause():
    _loop, transport, inflow = opened()

    frames = list(inflow.frames(VOTE * 9))

    assert len(frames) == 9
    assert transport.is_reading


def test_a_flood_is_handed_on_whole_and_then_not_read_until_its_debt_is_paid():
    loop, transport, inflow = opened()

    frames = list(inflow.frames(VOTE * 30))

    assert len(frames) == 30
    assert not transport.is_reading
    loop.advance(1.9)
    assert not transport.is_reading
    loop.advance(0.2)
    assert transport.is_reading


def test_large_frames_count_by_their_bytes():
    _loop, transport, inflow = opened(
        SessionSettings(frames_per_s_max=10.0, bytes_per_s_max=1000.0)
    )

    list(inflow.frames(frame_bytes(Channel.SYNC, bytes(2000))))

    assert not transport.is_reading


def test_the_silence_while_we_do_not_read_is_not_the_peers():
    loop, _transport, inflow = opened()
    list(inflow.frames(VOTE * 30))

    loop.advance(2.1)

    assert inflow.heard_at_s == 2.1


def test_nothing_is_handed_on_after_the_end():
    _loop, transport, inflow = opened()

    frames = []
    for frame in inflow.frames(VOTE * 30):
        frames.append(frame)
        inflow.shut()

    assert len(frames) == 1
    assert transport.is_reading


def test_what_reading_costs_is_paid_for_and_the_next_piece_is_smaller():
    _loop, transport, inflow = opened(SessionSettings(frames_per_s_max=1_000.0))
    first = len(inflow.room())
    end_s = thread_time() + 0.2  # as TLS takes in records of a byte each
    while thread_time() < end_s:
        pass

    assert list(inflow.read(0)) == []

    assert not transport.is_reading
    assert len(inflow.room()) == first // 2
