"""TypeScript and Python read and write the same bytes, and refuse the same."""

from hypothesis import example, given
from hypothesis import strategies as st

from primitives.codec import decode, encode
from primitives.errors import Rejected
from tests.primitives.make_vectors import shown
from tests.primitives.strategies import damaged, edge_integers, values

BYTES_MAX = 64 * 1024

counts = st.integers(min_value=0, max_value=12)


def read_alike(peer, data, *, bytes_max=BYTES_MAX, items_max=10_000, depth_max=16):
    """Assert that both languages read `data` alike, and return whether they take it."""
    limits = {"bytesMax": bytes_max, "itemsMax": items_max, "depthMax": depth_max}
    answer = peer.ask(decode=data.hex(), limits=limits)
    try:
        value = decode(data, bytes_max=bytes_max, items_max=items_max, depth_max=depth_max)
    except Rejected:
        expected = {"refused": answer.get("refused")}  # of several faults each may name another
    else:
        expected = {"value": shown(value), "bytes": data.hex()}
    assert answer == expected
    return "refused" not in answer


@given(value=values | edge_integers)
@example(value=2**53)
@example(value="\ufeff")
def test_both_write_a_value_alike_and_read_it_back(peer, value):
    data = encode(value)

    assert peer.ask(encode=shown(value)) == {"bytes": data.hex()}
    assert read_alike(peer, data)


@given(data=st.data(), value=values)
def test_both_refuse_the_same_damaged_bytes(peer, data, value):
    bad = data.draw(damaged(encode(value)))

    read_alike(peer, bad)


@given(data=st.binary(max_size=60))
@example(data=b"\xa3\xef\xbb\xbf")
@example(data=b"\xa4\xf4\x90\x80\x80")
def test_both_refuse_the_same_random_bytes(peer, data):
    read_alike(peer, data)


@given(value=values, items_max=counts, depth_max=counts)
def test_both_keep_the_same_limits(peer, value, items_max, depth_max):
    data = encode(value)

    read_alike(peer, data, items_max=items_max, depth_max=depth_max)


@given(value=values)
def test_both_count_bytes_first(peer, value):
    data = encode(value)

    assert read_alike(peer, data, bytes_max=len(data))
    assert not read_alike(peer, data, bytes_max=len(data) - 1)
