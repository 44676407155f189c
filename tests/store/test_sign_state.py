"""The sign-state folder: what it refuses, what it survives, who holds it."""

import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from consensus.guard import Standing
from consensus.messages import SignMark
from node.store.faults import SignConflict, SignMarkLower, StoreGone, StoreLocked
from node.store.mark_file import REWRITE_BYTES_MIN
from node.store.sign_state import IN_USE, LOCK, STATE, SignStateFiles
from tests.store.signing import BORN, lock, state


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sign_state"


def written(folder, *states) -> bytes:
    """Write states one after the other and return the file's bytes."""
    files = SignStateFiles(folder)
    for one in states:
        files.write(one)
    files.close()
    return (folder / STATE).read_bytes()


def read(folder) -> SignStateFiles:
    files = SignStateFiles(folder)
    files.close()
    return files


def test_a_new_folder_holds_nothing(folder):
    files = read(folder)

    assert (files.state, files.unreadable, files.lock) == (None, None, None)


def test_the_last_state_and_the_last_lock_survive_a_restart(folder):
    files = SignStateFiles(folder)
    files.start(BORN)
    files.write(state(5))
    files.write_lock(lock(5))
    files.write(state(5, kind=3))
    files.write_lock(lock(6, view=1))
    files.close()

    again = read(folder)

    assert again.state == state(5, kind=3)
    assert again.lock == lock(6, view=1)


def replaced_by_a_copy(path) -> None:
    """Put a copy in a file's place, as a restored backup would."""
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    copy.replace(path)


LOSSES = {
    "the folder removed": shutil.rmtree,
    "the folder moved": lambda folder: folder.rename(folder.with_name("moved")),
    "the state removed": lambda folder: (folder / STATE).unlink(),
    "the state replaced": lambda folder: replaced_by_a_copy(folder / STATE),
    "in-use removed": lambda folder: (folder / IN_USE).unlink(),
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_nothing_is_claimed_once_the_files_are_gone_from_under_the_process(folder, lose):
    files = SignStateFiles(folder)
    files.start(BORN)
    files.write(state(5))
    lose(folder)

    with pytest.raises(StoreGone, match="removed, moved or replaced while this node runs"):
        files.write(state(6))

    assert files.state == state(5)
    files.close()


@pytest.mark.parametrize("lower", [(4, 9, 3), (5, 1, 3), (5, 2, 1)])
def test_a_lower_position_is_refused_and_the_last_one_named(folder, lower):
    files = SignStateFiles(folder)
    files.write(state(5, 2, 2))

    with pytest.raises(SignMarkLower, match=r"height 5 view 2 \(prepare\)") as refusal:
        files.write(state(*lower))

    assert refusal.value.last == SignMark(5, 2, 2)
    assert files.state == state(5, 2, 2)


def test_other_content_at_the_same_position_is_refused(folder):
    files = SignStateFiles(folder)
    files.write(state(5))

    with pytest.raises(SignConflict, match="second node"):
        files.write(state(5, content=b"b"))


def test_a_listener_may_forget_what_it_signed_but_not_where(folder):
    files = SignStateFiles(folder)
    files.write(state(5))

    files.write(listener := replace(state(5), standing=Standing.LISTENER, digest=None))

    assert files.state == listener


def test_the_same_content_at_the_same_position_is_accepted_again(folder):
    files = SignStateFiles(folder)
    files.write(state(5))

    files.write(state(5))

    assert files.state == state(5)


def test_a_start_may_decide_a_lower_mark(folder):
    """A restart statement voids what was signed above its height (R2.9)."""
    files = SignStateFiles(folder)
    files.write(state(5))

    files.start(state(4))
    files.close()

    assert read(folder).state == state(4)


def test_a_bit_flip_anywhere_is_found_or_changes_nothing(folder):
    data = written(folder, state(4), state(5))

    for at in range(len(data)):
        flipped = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]
        (folder / STATE).write_bytes(flipped)
        files = read(folder)
        assert files.state == state(5) if files.unreadable is None else files.state is None


def test_a_file_cut_anywhere_is_unreadable_or_holds_one_of_the_last_two_states(folder):
    first = len(written(folder, state(4)))
    data = written(folder, state(5))

    for length in range(len(data)):
        (folder / STATE).write_bytes(data[:length])
        files = read(folder)
        if files.unreadable is None:
            assert files.state in {state(4), state(5)}
        else:
            assert length < max(first, len(data))


def test_a_state_that_cannot_be_read_is_kept_beside_the_one_that_a_start_writes(folder):
    written(folder, state(4))
    (folder / STATE).write_bytes(b"junk")
    files = SignStateFiles(folder)

    files.start(state(9))
    files.close()

    assert read(folder).state == state(9)
    assert (folder / f"{STATE}.unreadable-1").read_bytes() == b"junk"


def test_a_damaged_lock_is_no_lock(folder):
    files = SignStateFiles(folder)
    files.start(state(5))
    files.write_lock(lock(5))
    files.close()
    data = (folder / LOCK).read_bytes()
    (folder / LOCK).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))

    again = read(folder)

    assert again.lock is None
    assert again.unreadable is None


def test_the_file_stays_small_and_keeps_the_last_state(folder):
    files = SignStateFiles(folder)

    for height in range(1, 1_200):
        files.write(state(height))

    files.close()
    assert (folder / STATE).stat().st_size <= REWRITE_BYTES_MIN + 1_024
    assert read(folder).state == state(1_199)


def test_a_second_opening_is_refused_while_the_first_lives(folder):
    first = SignStateFiles(folder)

    with pytest.raises(StoreLocked, match=f"{IN_USE} is locked: another node"):
        SignStateFiles(folder)

    first.close()
    assert read(folder).state is None


def test_another_process_is_refused_too(folder):
    first = SignStateFiles(folder)
    code = (
        "import sys; from pathlib import Path\n"
        "from node.store.faults import StoreLocked\n"
        "from node.store.sign_state import SignStateFiles\n"
        "try: SignStateFiles(Path(sys.argv[1]))\n"
        "except StoreLocked: sys.exit(9)\n"
    )

    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)

    first.close()
    assert done.returncode == 9
