"""What the store promises: whole or absent, within its bounds, and gone when erased."""

import pytest

from node.blobs import BlobSettings, BlobStore
from node.blobs.errors import (
    BlobDamaged,
    BlobHeadMissing,
    BlobQuota,
    BlobsFull,
    BlobTooLarge,
    BlobWrongHash,
    ContentErased,
    StaleWraps,
)
from node.store.faults import StoreFailed
from primitives.blob import Head, blob_digest
from primitives.errors import BadShape, LocalFault, NotCanonical
from primitives.limits import BLOB_BYTES_MAX
from tests.blobs.builders import (
    CITIZEN,
    FULL,
    NOW_MS,
    OFFICER,
    BrokenFiles,
    Crash,
    address,
    content,
    noise,
    wraps,
)

NO_SHARES = {"account_percent": 100, "agencies_percent": 0}  # of the room: all is anybody's


def open_store(folder, *, files=None, **settings):
    bounds = BlobSettings(**({"free_bytes_min": 0} | settings))
    return BlobStore(folder / "blobs", lambda: NOW_MS, bounds, files)


def files_in(folder):
    return sorted(path.name for path in (folder / "blobs").rglob("*") if path.is_file())


async def put_all(store, made, uploader=None):
    for index, blob in enumerate(made.blobs):
        await store.put(made.digest, index, blob, uploader)


async def test_blobs_come_back_as_they_were_put_also_after_a_restart(tmp_path):
    made = content(parts=3)
    await put_all(open_store(tmp_path), made)

    again = open_store(tmp_path)

    assert again.held(made.digest).is_complete
    assert [await again.get(made.digest, index) for index in range(4)] == list(made.blobs)
    assert await again.get(made.digest, 4) is None


async def test_a_blob_that_is_put_again_is_kept_once(tmp_path):
    store, made = open_store(tmp_path), content()
    await put_all(store, made)
    held = store.index.bytes_held

    await put_all(store, made)

    assert store.index.bytes_held == held == len(made.blobs[0])


MADE = content(parts=1)
BAD_PUTS = {
    "other bytes than the head's": (0, noise("other", 500), BlobWrongHash),
    "a truncated head": (0, MADE.blobs[0][:-1], BlobWrongHash),
    "other bytes than the part's": (1, noise("other", 1_000), BlobWrongHash),
    "a truncated part": (1, MADE.blobs[1][:-1], BlobWrongHash),
    "an index that the head does not name": (2, MADE.blobs[1], BadShape),
    "more bytes than the limit": (1, bytes(BLOB_BYTES_MAX + 1), BlobTooLarge),
}


@pytest.mark.parametrize("case", BAD_PUTS)
async def test_what_is_not_the_blob_is_refused_and_leaves_nothing(tmp_path, case):
    index, blob, error = BAD_PUTS[case]
    store = open_store(tmp_path)
    if index:
        await store.put(MADE.digest, 0, MADE.blobs[0])
    before = (files_in(tmp_path), store.index.bytes_held)

    with pytest.raises(error):
        await store.put(MADE.digest, index, blob)

    assert (files_in(tmp_path), store.index.bytes_held) == before


async def test_a_part_before_its_head_is_refused(tmp_path):
    with pytest.raises(BlobHeadMissing):
        await open_store(tmp_path).put(MADE.digest, 1, MADE.blobs[1])


@pytest.mark.parametrize("blob", [b"", b"\x93", Head((), b"x").encode() + b"\x00", b"\x01"])
async def test_bytes_that_are_no_head_are_refused_though_their_digest_is_right(tmp_path, blob):
    with pytest.raises((NotCanonical, BadShape)):
        await open_store(tmp_path).put(blob_digest(blob), 0, blob)


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "fsync_dir"])
@pytest.mark.parametrize("fault", [FULL, StoreFailed("no disk")], ids=["full", "failed"])
async def test_a_disk_that_refuses_acknowledges_nothing_and_keeps_nothing(tmp_path, call, fault):
    files = BrokenFiles()
    store, made = open_store(tmp_path, files=files), content()

    with files.failing_at(call, fault), pytest.raises((BlobsFull, StoreFailed)) as refusal:
        await store.put(made.digest, 0, made.blobs[0], address(CITIZEN))

    assert isinstance(refusal.value, BlobsFull) is (fault is FULL)
    assert files_in(tmp_path) == []
    assert (store.index.bytes_held, store.index.pending_bytes) == (0, 0)
    assert await store.get(made.digest, 0) is None


async def test_a_disk_that_has_room_again_takes_what_it_refused(tmp_path):
    files = BrokenFiles()
    store, made = open_store(tmp_path, files=files), content()
    with files.failing_at("write", FULL), pytest.raises(BlobsFull):
        await store.put(made.digest, 0, made.blobs[0])

    await store.put(made.digest, 0, made.blobs[0])

    assert await store.get(made.digest, 0) == made.blobs[0]


@pytest.mark.parametrize("call", ["write", "fsync", "rename", "fsync_dir"])
async def test_after_a_crash_while_storing_the_blob_is_whole_or_absent(tmp_path, call):
    files = BrokenFiles()
    store, made = open_store(tmp_path, files=files), content()
    with files.failing_at(call, Crash()), pytest.raises(Crash):
        await store.put(made.digest, 0, made.blobs[0])

    again = open_store(tmp_path)

    assert await again.get(made.digest, 0) in {None, made.blobs[0]}
    assert [name for name in files_in(tmp_path) if name.endswith(".tmp")] == []
    assert again.index.bytes_held in {0, len(made.blobs[0])}


async def test_after_a_crash_between_the_mark_of_an_upload_and_its_head_nothing_is_left(tmp_path):
    files = BrokenFiles()
    store, made = open_store(tmp_path, files=files), content()
    with files.failing_at("rename", Crash()), pytest.raises(Crash):
        await store.put(made.digest, 0, made.blobs[0], address(CITIZEN))

    again = open_store(tmp_path)

    assert files_in(tmp_path) == []
    assert again.held(made.digest) is None


async def test_the_limit_of_all_content_is_kept(tmp_path):
    made, other = content("one"), content("two")
    store = open_store(tmp_path, bytes_max=len(made.blobs[0]))
    await put_all(store, made)

    with pytest.raises(BlobsFull):
        await put_all(store, other)


async def test_a_disk_that_is_nearly_full_is_left_to_the_ledger(tmp_path):
    store = open_store(tmp_path, free_bytes_min=2**60)

    with pytest.raises(BlobsFull, match="nearly full"):
        await put_all(store, content())


async def test_each_account_has_its_own_room_for_what_no_transaction_names(tmp_path):
    made = [content(f"number {n}") for n in range(3)]
    size = len(made[0].blobs[0])
    store = open_store(tmp_path, account_bytes_max=size, pending_bytes_max=2 * size, **NO_SHARES)
    await put_all(store, made[0], address(CITIZEN))

    with pytest.raises(BlobQuota, match="of this account"):
        await put_all(store, made[1], address(CITIZEN))
    await put_all(store, made[1], address(OFFICER))
    with pytest.raises(BlobQuota, match="0 are free"):
        await put_all(store, made[2], b"\x07" * 20)


async def test_an_account_begins_so_many_contents_only_until_the_ledger_names_them(tmp_path):
    made = [content(f"number {n}") for n in range(4)]
    store = open_store(tmp_path, account_contents_max=2, pending_contents_max=3, **NO_SHARES)
    for one in made[:2]:
        await put_all(store, one, address(CITIZEN))

    with pytest.raises(BlobQuota, match="2 contents of this account"):
        await put_all(store, made[2], address(CITIZEN))
    await put_all(store, made[2], address(OFFICER))
    with pytest.raises(BlobQuota, match="room for 0"):
        await put_all(store, made[3], address(OFFICER))
    await store.settle(made[0].digest)
    await store.drop(made[1].digest)
    again = open_store(tmp_path, account_contents_max=1, pending_contents_max=3, **NO_SHARES)
    await put_all(again, made[3], address(CITIZEN))

    assert again.held(made[3].digest).is_complete


async def test_what_the_ledger_names_counts_for_no_account_also_after_a_restart(tmp_path):
    made = content(parts=1)
    store = open_store(tmp_path)
    await put_all(store, made, address(CITIZEN))
    pending = (store.index.pending_bytes, open_store(tmp_path).index.pending_bytes)

    await store.settle(made.digest)

    assert pending == (sum(map(len, made.blobs)),) * 2
    assert (store.index.pending_bytes, open_store(tmp_path).index.pending_bytes) == (0, 0)


@pytest.mark.parametrize("index", [0, 1])
async def test_bit_rot_is_found_when_read_and_the_blob_can_be_put_again(tmp_path, index):
    store, made = open_store(tmp_path), content(parts=1)
    await put_all(store, made)
    name = f"{made.digest.hex()}." + ("part-1" if index else "head-1")
    path = next((tmp_path / "blobs").rglob(name))
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    again = open_store(tmp_path)

    with pytest.raises(BlobDamaged):
        await again.get(made.digest, index)
    missing = again.held(made.digest).missing
    await again.put(made.digest, index, made.blobs[index])

    assert missing == (index,)
    assert await again.get(made.digest, 1) == made.blobs[1]
    assert again.index.bytes_held == sum(map(len, made.blobs))


async def test_a_part_waits_while_its_head_is_damaged(tmp_path):
    store, made = open_store(tmp_path), content(parts=1)
    await put_all(store, made)
    next((tmp_path / "blobs").rglob("*.head-1")).write_bytes(b"rot")
    again = open_store(tmp_path)

    with pytest.raises(BlobDamaged):
        await again.get(made.digest, 1)

    assert await again.get(made.digest, 1) is None
    assert again.held(made.digest).missing == (0,)


async def test_what_is_erased_is_gone_with_its_wraps_and_never_comes_back(tmp_path):
    store, made = open_store(tmp_path), content(parts=1)
    await put_all(store, made, address(CITIZEN))
    await store.put_wraps(wraps(made))

    receipt = await store.erase(made.digest, lambda: b"receipt")

    assert receipt == await store.erase(made.digest, lambda: b"another") == b"receipt"
    assert files_in(tmp_path) == [f"{made.digest.hex()}.erased"]
    assert (store.index.bytes_held, store.index.pending_bytes) == (0, 0)
    for one in (store, open_store(tmp_path)):
        with pytest.raises(ContentErased):
            await one.put(made.digest, 0, made.blobs[0])
        with pytest.raises(ContentErased):
            await one.put_wraps(wraps(made))
        assert await one.receipt(made.digest) == b"receipt"


async def test_a_crash_between_the_mark_and_the_removal_is_finished_at_the_next_start(tmp_path):
    store, made = open_store(tmp_path), content(parts=1)
    await put_all(store, made)
    await store.put_wraps(wraps(made))
    shard = tmp_path / "blobs" / made.digest.hex()[:2]
    (shard / f"{made.digest.hex()}.erased").write_bytes(b"receipt")

    again = open_store(tmp_path)

    assert files_in(tmp_path) == [f"{made.digest.hex()}.erased"]
    assert again.is_erased(made.digest)
    assert again.held(made.digest) is None


async def test_a_full_disk_does_not_keep_content_from_being_erased(tmp_path):
    files = BrokenFiles()
    store, made = open_store(tmp_path, files=files), content()
    await put_all(store, made)

    with files.failing_at("write", FULL), pytest.raises(LocalFault):
        await store.erase(made.digest, lambda: b"receipt")

    assert files_in(tmp_path) == []
    assert await store.erase(made.digest, lambda: b"receipt") == b"receipt"


async def test_the_latest_wraps_of_each_key_are_kept(tmp_path):
    store, made = open_store(tmp_path), content()
    first, second = wraps(made, version=1), wraps(made, version=2, recipients=(b"A", b"B"))
    other = wraps(made, OFFICER)

    taken = [await store.put_wraps(one) for one in (first, second, other, second)]

    assert taken == [True, True, True, False]
    expected = {second.encode(), other.encode()}
    assert set(await store.wraps(made.digest)) == expected
    assert set(await open_store(tmp_path).wraps(made.digest)) == expected


async def test_older_wraps_and_others_of_the_same_version_are_stale(tmp_path):
    store, made = open_store(tmp_path), content()
    await store.put_wraps(wraps(made, version=2))

    for stale in (wraps(made, version=1), wraps(made, version=2, recipients=(b"B",))):
        with pytest.raises(StaleWraps):
            await store.put_wraps(stale)

    assert await store.wraps(made.digest) == [wraps(made, version=2).encode()]


async def test_a_crash_between_two_versions_of_wraps_leaves_the_later(tmp_path):
    store, made = open_store(tmp_path), content()
    await store.put_wraps(wraps(made, version=1))
    (old,) = (tmp_path / "blobs").rglob("*.wraps-*")
    data = old.read_bytes()
    await store.put_wraps(wraps(made, version=2))
    old.write_bytes(data)

    again = open_store(tmp_path)

    assert await again.wraps(made.digest) == [wraps(made, version=2).encode()]
    assert len(files_in(tmp_path)) == 1


async def test_there_is_room_for_so_many_wraps_documents_only(tmp_path):
    store, made = open_store(tmp_path, documents_max=1), content()
    await store.put_wraps(wraps(made))

    with pytest.raises(BlobsFull):
        await store.put_wraps(wraps(made, OFFICER))
