"""The sign-state file: what it refuses, what it survives."""

import subprocess
import sys

import pytest

from consensus.effects import SignMark, SignRecord
from node.store.faults import SignConflict, SignMarkLower, SignStateDamaged, StoreLocked
from node.store.mark_file import REWRITE_BYTES_MIN
from node.store.sign_state import SignState
from primitives.crypto import Signature, digest


def record(height: int, view: int = 0, kind: int = 2, content: bytes = b"a") -> SignRecord:
    signature = Signature(content.ljust(64, b"s"))
    return SignRecord(
        mark=SignMark(height, view, kind), digest=digest("test", content), signature=signature
    )


def test_a_new_file_holds_nothing(tmp_path):
    assert SignState(tmp_path / "sign_state").load() is None


def test_the_last_record_survives_a_restart(tmp_path):
    state = SignState(tmp_path / "sign_state")
    state.record(record(5))
    state.record(record(5, kind=3))
    state.close()

    again = SignState(tmp_path / "sign_state")

    assert again.load() == record(5, kind=3)


@pytest.mark.parametrize("lower", [(4, 9, 3), (5, 1, 3), (5, 2, 1)])
def test_a_lower_position_is_refused_and_the_last_one_named(tmp_path, lower):
    state = SignState(tmp_path / "sign_state")
    state.record(record(5, 2, 2))

    with pytest.raises(SignMarkLower, match=r"height 5 view 2 \(prepare\)") as refusal:
        state.record(record(*lower))

    assert refusal.value.last == SignMark(5, 2, 2)
    assert state.load() == record(5, 2, 2)


def test_other_content_at_the_same_position_is_refused(tmp_path):
    state = SignState(tmp_path / "sign_state")
    state.record(record(5))

    with pytest.raises(SignConflict, match="second node"):
        state.record(record(5, content=b"b"))


def test_the_same_content_at_the_same_position_is_accepted_again(tmp_path):
    state = SignState(tmp_path / "sign_state")
    state.record(record(5))

    state.record(record(5))

    assert state.load() == record(5)


def test_a_bit_flip_anywhere_is_found_or_changes_nothing(tmp_path):
    path = tmp_path / "sign_state"
    state = SignState(path)
    state.record(record(4))
    state.record(record(5))
    state.close()
    data = path.read_bytes()

    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :])
        try:
            flipped = SignState(path)
        except SignStateDamaged:
            continue
        assert flipped.load() == record(5)
        flipped.close()


def test_a_file_cut_anywhere_is_refused_or_holds_one_of_the_last_two_records(tmp_path):
    path = tmp_path / "sign_state"
    state = SignState(path)
    state.record(record(4))
    first = len(path.read_bytes())
    state.record(record(5))
    state.close()
    data = path.read_bytes()

    for length in range(len(data)):
        path.write_bytes(data[:length])
        try:
            cut = SignState(path)
        except SignStateDamaged:
            assert length < first
            continue
        assert cut.load() in {record(4), record(5)}
        cut.close()


def test_the_file_stays_small_and_keeps_the_last_record(tmp_path):
    path = tmp_path / "sign_state"
    state = SignState(path)

    for height in range(1, 1_200):
        state.record(record(height))

    state.close()
    assert path.stat().st_size <= REWRITE_BYTES_MIN + 1_024
    assert SignState(path).load() == record(1_199)


def test_a_second_opening_is_refused_while_the_first_lives(tmp_path):
    first = SignState(tmp_path / "sign_state")

    with pytest.raises(StoreLocked, match="another node"):
        SignState(tmp_path / "sign_state")

    first.close()
    assert SignState(tmp_path / "sign_state").load() is None


def test_another_process_is_refused_too(tmp_path):
    path = tmp_path / "sign_state"
    first = SignState(path)
    code = (
        "import sys; from pathlib import Path\n"
        "from node.store.faults import StoreLocked\n"
        "from node.store.sign_state import SignState\n"
        "try: SignState(Path(sys.argv[1]))\n"
        "except StoreLocked: sys.exit(9)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)

    first.close()
    assert done.returncode == 9
