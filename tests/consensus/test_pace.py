"""Rule R3.5: how long view 0 waits for its proposal, and who says that a height is open."""

import pytest

from consensus import BlockBuilt, BlockCommitted, BuildBlock, Received, TimerFired, WorkWaiting
from consensus.messages import Kind, StatusMessage
from consensus.pace import BASE_HEIGHTS, WAITS_RECENT
from primitives.ids import Height, View
from tests.consensus.builders import (
    block_on,
    certificate_of,
    engine_of,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    view_change,
)
from tests.consensus.drive import fire, hear, hear_all, kinds, only, sent, timer

HEAD = genesis_head(4)
HEARTBEAT_MS, BASE_MS, LEAST_MS = 5000, 1000, 350


class Life:
    """Amber of four validators, and the heights that it sees, at times that the test gives."""

    def __init__(self) -> None:
        self.engine, self.head, self.now_ms = engine_of(0), HEAD, 1_000_000

    def step(self, event) -> tuple:
        return self.engine.step(event, self.now_ms)

    def propose(self) -> tuple:
        """The proposal of view 0 is here: another's, or the block that was asked for."""
        block = block_on(self.head, proposer=(self.head.height + 1) % 4)
        if block.header.proposer == key_of(0):
            return self.step(BlockBuilt(block.height, View(0), block))
        message = pre_prepare(block, sender=block.height % 4)
        return self.step(Received(message.statement.sender, message.encode()))

    def decide(self) -> None:
        block = block_on(self.head, proposer=(self.head.height + 1) % 4)
        self.head = head_after(block, certificate_of(block, senders=(1, 2, 3)))
        self.step(BlockCommitted(self.head))

    def first_timeout_ms(self) -> int:
        """Open the next height; return how long it waits for its proposal."""
        return timer(self.step(WorkWaiting()), "view").delay_ms

    def height(self, wait_ms: int, *, is_late: bool = False) -> int:
        """Live through a height whose proposal takes `wait_ms`; return its first time-out."""
        started = timer(self.step(WorkWaiting()), "view")
        if is_late:
            self.step(TimerFired(started.name, started.token))
        self.now_ms += wait_ms
        if not is_late:
            self.propose()
        self.decide()
        return started.delay_ms

    def heights(self, count: int, wait_ms: int) -> "Life":
        for _ in range(count):
            self.height(wait_ms)
        return self


def test_r3_5_until_ten_heights_are_known_the_base_time_out_counts():
    life = Life()

    waits = [life.height(10) for _ in range(WAITS_RECENT + 1)]

    assert waits == [BASE_MS] * WAITS_RECENT + [LEAST_MS]


@pytest.mark.parametrize(
    ("wait_ms", "timeout_ms"),
    [(0, LEAST_MS), (87, LEAST_MS), (100, 400), (249, 996), (600, BASE_MS)],
)
def test_r3_5_the_first_time_out_is_four_medians_between_build_time_and_base(wait_ms, timeout_ms):
    life = Life().heights(20, wait_ms)

    assert life.first_timeout_ms() == timeout_ms


def test_r3_5_a_few_slow_heights_do_not_move_the_median():
    life = Life().heights(30, 100).heights(4, 900).heights(10, 100)

    assert life.first_timeout_ms() == 400


@pytest.mark.parametrize(("quick", "timeout_ms"), [(50, 800), (51, 400)])
def test_r3_5_the_median_is_of_the_last_hundred_heights(quick, timeout_ms):
    life = Life().heights(100, 200).heights(quick, 100)

    assert life.first_timeout_ms() == timeout_ms


def test_r3_5_full_blocks_after_a_quiet_time_are_given_twice_the_longest_recent_wait():
    life = Life().heights(100, 5).heights(1, 240)

    waits = [life.height(5) for _ in range(11)]

    assert waits == [480] * 10 + [LEAST_MS]


def test_r3_5_a_proposal_that_opens_the_height_was_not_waited_for():
    life = Life()
    for _ in range(WAITS_RECENT):
        life.now_ms += 400
        if (life.head.height + 1) % 4 == 0:
            life.step(WorkWaiting())
        life.propose()
        life.decide()

    assert life.first_timeout_ms() == LEAST_MS


def test_r3_5_once_a_proposal_is_accepted_the_base_time_out_runs():
    life = Life().heights(20, 100)
    first = life.first_timeout_ms()

    accepted = timer(life.propose(), "view")

    assert (first, accepted.delay_ms) == (400, BASE_MS)


def test_r3_5_the_time_out_grows_by_half_a_view():
    life = Life().heights(20, 100)
    opened = timer(life.step(WorkWaiting()), "view")
    fire(life.engine, opened)

    effects = hear_all(life.engine, [view_change(21, 1, 1), view_change(21, 1, 3)])

    assert timer(effects, "view").delay_ms == 600


def test_r3_5_after_three_late_heights_in_a_row_the_base_counts_for_a_hundred():
    life = Life().heights(20, 10)
    for _ in range(3):
        life.height(10, is_late=True)

    waits = [life.height(10) for _ in range(BASE_HEIGHTS + 1)]

    assert waits == [BASE_MS] * BASE_HEIGHTS + [LEAST_MS]


def test_r3_5_late_heights_that_are_not_in_a_row_change_nothing():
    life = Life().heights(20, 10)

    for _ in range(4):
        life.height(10, is_late=True)
        life.height(10, is_late=True)
        life.height(10)

    assert life.first_timeout_ms() == LEAST_MS


def test_r3_5_after_more_than_a_heartbeat_of_idling_the_base_counts_for_a_hundred():
    life = Life().heights(20, 10)
    life.now_ms += HEARTBEAT_MS + BASE_MS + 1

    waits = [life.height(10) for _ in range(BASE_HEIGHTS + 1)]

    assert waits == [BASE_MS] * BASE_HEIGHTS + [LEAST_MS]


def test_r3_5_a_heartbeat_that_comes_a_little_late_is_no_idling():
    life = Life().heights(20, 10)

    life.now_ms += HEARTBEAT_MS + 200

    assert life.first_timeout_ms() == LEAST_MS


def test_r3_5_who_opens_a_height_because_work_waits_says_so_to_the_proposer():
    effects = engine_of(0).step(WorkWaiting())

    assert [status.is_opening for status in sent(effects)] == [True]
    assert [effect.peer for effect in effects if hasattr(effect, "peer")] == [key_of(1)]


def test_r3_5_that_opens_the_height_at_the_proposer_who_asks_for_a_block():
    opening = sent(engine_of(0).step(WorkWaiting()))[0]

    effects = hear(engine_of(1), opening, peer=0)

    assert [(asked.height, asked.view) for asked in only(effects, BuildBlock)] == [(1, 0)]
    assert kinds(effects) == []


def test_r3_5_the_proposer_itself_says_nothing_but_its_proposal():
    assert sent(engine_of(1).step(WorkWaiting())) == []


def test_r3_5_an_opening_that_comes_before_the_commit_counts_after_it():
    block = block_on(HEAD, proposer=1)
    early = opening(Height(2))
    engine = engine_of(2)
    hear(engine, early, peer=0)

    effects = engine.step(
        BlockCommitted(head_after(block, certificate_of(block, senders=(0, 1, 3))))
    )

    assert [(asked.height, asked.view) for asked in only(effects, BuildBlock)] == [(2, 0)]


def test_r3_5_an_opening_of_somebody_who_is_no_validator_opens_nothing():
    effects = hear(engine_of(1), opening(Height(1)), peer=8)

    assert effects == ()


def test_r3_5_an_opening_asks_for_nothing_and_uses_up_no_answer():
    engine = engine_of(2)
    hear(engine, pre_prepare(block_on(HEAD, proposer=1), sender=1))
    first = hear(engine, opening(Height(1)), peer=0)

    asked = hear(engine, opening(Height(1), is_opening=False), peer=0)

    assert first == ()
    assert [message.statement.kind for message in sent(asked)] == [Kind.PRE_PREPARE]


def opening(height: Height, *, is_opening: bool = True) -> StatusMessage:
    return StatusMessage(height, View(0), None, None, b"", (), b"", is_opening)
