"""What a strike does to files: the bits that it says, and no others."""

import pytest

from tests.chaos.machine import NotPossibleHere
from tests.chaos.plan import POSITIONS
from tests.chaos.strikes import flip_bits


def bits_that_differ(one: bytes, other: bytes) -> int:
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("position", [0, 1, POSITIONS // 3, POSITIONS // 2, POSITIONS - 1])
def test_one_bit_of_all_files_together_flips_for_each_position(tmp_path, position):
    contents = {"a": bytes(7), "b": b"", "c": bytes(300)}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)

    flip_bits(sorted(tmp_path.iterdir()), [position])

    changed = [bits_that_differ((tmp_path / name).read_bytes(), contents[name]) for name in "abc"]
    assert sum(changed) == 1
    assert (changed[0] == 1) == (position * 307 // POSITIONS < 7)


def test_where_nothing_was_written_no_bit_flips(tmp_path):
    (tmp_path / "empty").write_bytes(b"")

    with pytest.raises(NotPossibleHere):
        flip_bits([tmp_path / "empty"], [5])
