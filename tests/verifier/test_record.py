"""The file, the seals and the proofs of a record: nothing in it can be changed unseen."""

import re
from dataclasses import replace
from io import BytesIO

import pytest

from client.voting import record as client_record
from genesis.schema import show_genesis
from primitives.codec import decode, encode
from tests.client.builders import make_genesis
from tests.contracts.voting.manifests import date
from tests.verifier.booth import ID, Booth
from tests.verifier.forging import check, place_of, record_of, text_of, with_argument
from verifier.ledger import read_network
from verifier.record import Record, lines_of, read_record, state_key, verify
from verifier.refusal import Refused, Unreadable

FLIPS = 60


def read_again(data: bytes) -> Record:
    """Read a record as the program does, from a file."""
    return read_record(lines_of(BytesIO(data)))


@pytest.fixture(scope="module")
def record(short: Booth) -> Record:
    return record_of(short)


def test_the_file_of_a_record_reads_back(record: Record):
    again = read_again(text_of(record).encode())

    steps, entries, pages = (tuple(one) for one in (again.steps, again.entries, again.key_pages))
    assert replace(again, steps=steps, entries=entries, key_pages=pages) == record


@pytest.mark.parametrize("place", range(FLIPS))
def test_no_byte_of_the_file_can_be_flipped(record: Record, place: int):
    whole = text_of(record).encode()
    at = (2 * place + 1) * len(whole) // (2 * FLIPS)
    spoilt = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]

    with pytest.raises((Refused, Unreadable)):
        check(read_again(spoilt))


@pytest.mark.parametrize("method", ["create_election", "register_keys", "cast_ballot", "tally"])
def test_no_bit_of_a_signature_or_argument_can_be_flipped(record: Record, method: str):
    at = place_of(record.entries, method)
    entry = record.entries[at]

    for place in range(7, len(entry.raw), len(entry.raw) // 6):
        raw = entry.raw[:place] + bytes([entry.raw[place] ^ 4]) + entry.raw[place + 1 :]
        entries = (*record.entries[:at], replace(entry, raw=raw), *record.entries[at + 1 :])
        with pytest.raises(Refused, match=f"entry {at} "):
            check(replace(record, entries=entries))


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (lambda kept: kept[:-1], "entries, the ledger.s log_heads .* missing from entry"),
        (lambda kept: kept[1:], "the first entry is"),
        (lambda kept: (*kept, kept[-1]), "comes twice"),
        (lambda kept: (*kept[:-2], kept[-1], kept[-2]), "tally"),
        (lambda kept: (replace(kept[0], height=2), *kept[1:]), "before that of the entry before"),
        (
            lambda kept: (*kept[:-1], replace(kept[-1], height=101, time_ms=date(101))),
            "are after header 100",
        ),
        (lambda kept: (), "no entries"),
    ],
    ids=["last dropped", "first dropped", "twice", "swapped", "earlier", "too late", "none"],
)
def test_entries_cannot_be_dropped_repeated_or_moved(record: Record, entries, said):
    with pytest.raises(Refused, match=said):
        check(replace(record, entries=entries(record.entries)))


def resealed(record: Record, seals) -> Record:
    """Return the record with other bits and signatures in its certificate."""
    fields = list(decode(record.certificate, bytes_max=10_000))
    bits, signatures = seals(fields[4])
    fields[3:] = [bits, tuple(signatures)]
    return replace(record, certificate=encode(tuple(fields)))


@pytest.mark.parametrize(
    ("seals", "said"),
    [
        (lambda seals: (b"\x03", seals[:2]), "2 seals, 3 are needed"),
        (lambda seals: (b"\x07", [*seals[:2], seals[1]]), "a seal is wrong"),
        (lambda seals: (b"\x0f", seals[::-1]), "a seal is wrong"),
        (lambda seals: (b"\x0f", seals[:3]), "must be an array of 4"),
        (lambda seals: (b"\x1f", [*seals, seals[0]]), "sealed by a stranger"),
        (lambda seals: (b"\x0f\x00", seals), "must be bytes, 1 of them"),
    ],
    ids=["too few", "repeated", "reversed", "a bit without a seal", "stranger", "a byte too many"],
)
def test_a_certificate_needs_the_seals_of_a_quorum(record: Record, seals, said):
    with pytest.raises(Refused, match=said):
        check(resealed(record, seals))


def test_three_of_four_seals_are_enough(record: Record):
    assert check(resealed(record, lambda seals: (b"\x07", seals[:3]))).header.height == 100


def test_the_record_of_another_genesis_is_refused(record: Record):
    other = read_network(show_genesis(make_genesis(time_ms=1)))
    renamed = replace(record, genesis_hash=other.genesis_hash, chain_id=other.chain_id)

    with pytest.raises(Refused, match="another network"):
        verify(record, other)
    with pytest.raises(Refused, match="another chain"):
        verify(renamed, other)


@pytest.mark.parametrize("name", ["elections", "openings", "closings", "results"])
def test_state_that_the_entries_do_not_come_to_is_refused_though_it_is_sealed(short: Booth, name):
    true = record_of(short).state[name].value
    value = true[:-1] + bytes([true[-1] ^ 1])

    with pytest.raises(Refused, match=f"ledger's {name} is not"):
        check(record_of(short, **{name: value}))


def test_a_result_hidden_from_the_record_is_missed(short: Booth):
    with pytest.raises(Refused, match="log_heads"):
        check(replace(record_of(short), entries=tuple(short.entries[:-1])))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda state: {k: v for k, v in state.items() if k != "results"}, "must prove exactly"),
        (lambda state: state | {"results": state["closings"]}, "of another key"),
        (
            lambda state: state | {"results": replace(state["results"], value=None)},
            "the state holds something else",
        ),
        (
            lambda state: state | {"results": replace(state["closings"], key=KEY)},
            "the state holds something else|another leaf|another state root",
        ),
    ],
    ids=["missing", "another key", "denied", "another proof"],
)
def test_proofs_cannot_be_left_out_or_exchanged(record: Record, spoil, said):
    with pytest.raises(Refused, match=said):
        check(replace(record, state=spoil(record.state)))


KEY = state_key("results", ID)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-30],
        lambda text: "[]",
        lambda text: "",
        lambda text: text.replace('"format":3', '"format":1'),
        lambda text: text.replace("sapha/election-record", "x"),
        lambda text: text.replace('"format":3', '"format":3,"more":1'),
        lambda text: text.replace('"format":3', '"format":3,"kind":"x"'),
        lambda text: text.replace('"header":"0x', '"header":"'),
        lambda text: text.replace('"value":"0x', '"value":"0X'),
        lambda text: text.replace('"height":1,', '"height":1.0,'),
        lambda text: text.replace('"height":1,', '"height":1,"more":1,'),
        lambda text: text.replace('"proof"', '"prof"'),
        lambda text: re.sub('"chain_id":"[^"]*"', '"chain_id":5', text),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text + "x" * 5_000_000,
    ],
)
def test_what_is_no_record_is_unreadable(record: Record, change):
    with pytest.raises(Unreadable):
        check(read_again(change(text_of(record)).encode()))


def test_a_line_that_cannot_be_read_is_named(record: Record):
    first, second, *rest = text_of(record).splitlines(keepends=True)

    with pytest.raises(Unreadable, match="line 3 of the record"):
        check(read_record([first, second, "{}\n", *rest]))


def test_a_wrong_entry_before_an_unreadable_line_is_what_is_named(record: Record):
    lines = text_of(record).splitlines(keepends=True)
    at = place_of(record.entries, "cast_ballot")
    wrong = with_argument(record.entries, at, 4, bytes(48))[at]
    entry = client_record.Entry(wrong.height, wrong.time_ms, wrong.raw)

    with pytest.raises(Refused, match=f"entry {at} "):
        check(read_record([*lines[: at + 1], entry.line(), "{}\n"]))
