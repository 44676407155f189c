"""Whatever an entry says, the verifier answers with a reason and never falls over."""

import random

import pytest

from tests.verifier.booth import Booth
from tests.verifier.forging import body_of, changed, check, record_of
from verifier.refusal import Refused

JUNK = (None, True, 0, -1, 2**60, b"", bytes(32), b"\xff" * 64, "", "x", (), ((),), (1, 2))
# What nobody but its owner can judge, and what stands for itself in any order.
OPAQUE = {"deal_shares", "add_voters"}


def junk_of(draw, value, depth=0):
    """A value of which a random part is something else."""
    if isinstance(value, tuple) and value and depth < 5 and draw.random() < 0.85:
        at = draw.randrange(len(value))
        return (*value[:at], junk_of(draw, value[at], depth + 1), *value[at + 1 :])
    sized = isinstance(value, tuple | bytes | str)
    turned = (value * 2, value[:-1], value[::-1]) if sized else (7,)
    return draw.choice((*JUNK, *turned))


@pytest.mark.parametrize("seed", range(60))
def test_junk_in_an_entry_is_refused_with_its_place(short: Booth, seed: int):
    draw = random.Random(seed)
    places = [at for at, one in enumerate(short.entries) if body_of(one).method not in OPAQUE]
    at = draw.choice(places)
    said = body_of(short.entries[at]).args
    junk = said
    while junk == said or not isinstance(junk, tuple):
        junk = junk_of(draw, said)

    with pytest.raises(Refused, match=r"entry \d+ \(block \d+\), \w+: "):
        check(record_of(short, changed(short.entries, at, args=junk)))
