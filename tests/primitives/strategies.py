"""Hypothesis strategies for values of the encoding, and ways to damage bytes."""

from hypothesis import strategies as st

integers = st.integers(min_value=-(2**63), max_value=2**64 - 1)
texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=40)
leaves = st.none() | st.booleans() | integers | st.binary(max_size=80) | texts
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=6).map(tuple), max_leaves=40)

# Where the width of an integer, a string or an array changes.
edge_integers = st.sampled_from(
    sorted(
        {
            sign * (2**bits) + step
            for bits in (0, 5, 7, 8, 15, 16, 31, 32, 63)
            for sign in (1, -1)
            for step in (-1, 0, 1)
            if sign * (2**bits) + step >= -(2**63)
        }
        | {2**64 - 1}
    )
)


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """`whole` with one byte changed, added or removed, or cut short."""
    place = draw(st.integers(0, len(whole) - 1))
    match draw(st.sampled_from(("change", "insert", "remove", "cut"))):
        case "change":
            step = draw(st.integers(1, 255))
            return whole[:place] + bytes([(whole[place] + step) % 256]) + whole[place + 1 :]
        case "insert":
            return whole[:place] + draw(st.binary(min_size=1, max_size=3)) + whole[place:]
        case "remove":
            return whole[:place] + whole[place + 1 :]
    return whole[:place]
