"""What a loop is given of the processor, beside other processes."""

import pytest

from node.rpc.processor import Processor


def test_what_a_loop_is_given_is_told_by_how_long_it_was_ready_and_waited():
    now, ran_and_waited = [0.0], (5_000, 1_000)
    processor = Processor(lambda: ran_and_waited, lambda: now[0])
    assert processor.given() == 1.0

    now[0], ran_and_waited = 0.2, (5_300, 1_100)

    assert processor.given() == pytest.approx(0.75)


def test_this_system_tells_how_long_a_loop_waited():
    processor = Processor()

    assert 0.0 < processor.given() <= 1.0
