"""Rule 8: learning that we are behind and taking what others have decided.

Height 1, four validators (q = 3, f = 1); the replica is amber (0).
"""

from dataclasses import replace

import pytest

from consensus import (
    Decide,
    FetchBlocks,
    Halt,
    StartTimer,
    ValidateBlock,
)
from consensus.messages import Decided
from tests.consensus.builders import (
    block_on,
    certificate_of,
    commit,
    engine_of,
    head_after,
    key_of,
    pre_prepare,
    prepare,
)
from tests.consensus.decided import BLOCK, CERTIFICATE, DECIDED, HEAD, OTHER, decided_engine, status
from tests.consensus.drive import (
    committed,
    fire,
    hear,
    hear_all,
    only,
    reasons,
    said,
    sent,
    timer,
    validate,
    validated_blocks,
)


def test_rule_8_f_plus_1_claims_of_heights_above_start_a_fetch():
    engine = engine_of(0)
    one = hear(engine, status(9), peer=1)

    effects = hear(engine, status(7), peer=2)

    assert only(one, FetchBlocks) == []
    assert only(effects, FetchBlocks) == [FetchBlocks(height_known=6, peers=(key_of(1), key_of(2)))]


def test_rule_8_votes_for_heights_above_are_claims_too():
    engine = engine_of(0)
    far = block_on(replace(HEAD, height=20), proposer=1)

    effects = hear_all(engine, [prepare(far, 1), commit(far, 2)])

    assert [f.height_known for f in only(effects, FetchBlocks)] == [20]


def test_rule_8_one_liar_starts_no_fetch():
    engine = engine_of(0)

    effects = hear_all_of(engine, [status(5), status(500), status(10**9)], peer=1)

    assert only(effects, FetchBlocks) == []


def hear_all_of(engine, messages, peer):
    return tuple(e for message in messages for e in hear(engine, message, peer=peer))


def test_rule_8_members_that_are_no_validators_do_not_count():
    engine = engine_of(0)

    hear(engine, status(5), peer=7)
    hear(engine, status(5), peer=8)

    assert not engine.status().is_behind


def test_rule_8_the_same_target_is_fetched_once_until_the_resend_timer():
    engine = engine_of(0)
    first = hear(engine, status(5), peer=1) + hear(engine, status(5), peer=2)
    third = hear(engine, status(5), peer=3)

    effects = fire(engine, timer(first, "resend"))

    assert only(third, FetchBlocks) == []
    assert [f.height_known for f in only(effects, FetchBlocks)] == [4]


def test_rule_8_more_is_fetched_when_more_is_known_after_a_commit():
    engine = engine_of(0)
    hear(engine, status(2), peer=1)
    hear(engine, status(4), peer=1)
    hear(engine, DECIDED, peer=1)
    hear(engine, status(4), peer=2)
    decided = validate(engine, BLOCK)

    effects = committed(engine, BLOCK)

    assert len(only(decided, Decide)) == 1
    assert [f.height_known for f in only(effects, FetchBlocks)] == []
    assert engine.status().height == 2


def test_rule_8_one_height_behind_asks_instead_of_fetching():
    engine = engine_of(0)

    effects = hear(engine, status(2), peer=1) + hear(engine, status(2), peer=2)

    assert only(effects, FetchBlocks) == []
    assert [m.height for m in sent(effects)] == [1, 1]
    assert "resend" in {t.name for t in only(effects, StartTimer)}


def test_rule_8_a_decided_gives_the_open_height_with_one_check():
    engine = engine_of(0)

    effects = hear(engine, DECIDED, peer=3)
    after = validate(engine, BLOCK)

    assert only(effects, ValidateBlock) == [ValidateBlock(block=BLOCK, view=0, is_fresh=False)]
    assert only(after, Decide)[0].certificate.seals == CERTIFICATE.seals


def test_rule_8_a_certificate_without_block_fetches_the_block():
    engine = engine_of(0)

    effects = hear(engine, replace(DECIDED, block=None), peer=3)

    assert only(effects, FetchBlocks) == [FetchBlocks(height_known=1, peers=(key_of(3),))]
    assert [m.wanted for m in said(effects)] == [BLOCK.hash]


def test_rule_8_a_certificate_without_block_decides_a_block_that_is_here():
    engine = engine_of(0)
    hear(engine, pre_prepare(BLOCK, sender=1))
    validate(engine, BLOCK)

    effects = hear(engine, replace(DECIDED, block=None), peer=3)

    assert len(only(effects, Decide)) == 1


def test_rule_8_a_certificate_with_a_wrong_block_still_counts():
    engine = engine_of(0)

    effects = hear(engine, replace(DECIDED, block=OTHER.encode()), peer=3)

    assert "another hash" in reasons(effects)[0]
    assert len(only(effects, FetchBlocks)) == 1


def test_rule_8_a_second_decided_brings_the_missing_block():
    engine = engine_of(0)
    hear(engine, replace(DECIDED, block=None), peer=3)

    effects = hear(engine, DECIDED, peer=2)

    assert validated_blocks(effects) == [BLOCK]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (replace(DECIDED, certificate=b"\xc0"), "malformed"),
        (replace(DECIDED, certificate=certificate_of(BLOCK, senders=(1, 2, 3)).encode()[:-1]), ""),
        (
            Decided(
                1,
                None,
                certificate_of(
                    block_on(head_after(BLOCK, CERTIFICATE), proposer=2), senders=(0, 1, 2)
                ).encode(),
            ),
            "height 2 for 1",
        ),
        (
            Decided(1, None, certificate_of(BLOCK, senders=(2, 3, 4, 5, 6), count=7).encode()),
            "a signer beyond the 4 validators",
        ),
    ],
)
def test_rule_8_a_false_decided_is_a_fault(message, reason):
    engine = engine_of(0)

    effects = hear(engine, message, peer=2)

    assert reason in reasons(effects)[0]
    assert engine.status().step == "idle"


def test_rule_8_a_decided_of_a_higher_height_is_only_a_claim():
    engine = engine_of(0)

    effects = hear(engine, replace(DECIDED, height=5), peer=2)
    effects += hear(engine, replace(DECIDED, height=5), peer=3)

    assert [f.height_known for f in only(effects, FetchBlocks)] == [5]


def test_rule_8_an_old_decided_is_ignored():
    engine = decided_engine()
    committed(engine, block_on(head_after(BLOCK, CERTIFICATE), proposer=2))

    assert hear(engine, DECIDED, peer=2) == ()
    assert hear(engine, Decided(2, None, None), peer=2) == ()


def test_two_certificates_for_the_open_height_halt_the_node():
    engine = engine_of(0)
    hear(engine, DECIDED, peer=1)

    fork = Decided(1, OTHER.encode(), certificate_of(OTHER, senders=(0, 1, 2)).encode())
    effects = hear(engine, fork, peer=2)

    assert [h.reason for h in only(effects, Halt)] == ["two certificates for height 1"]


def test_two_certificates_for_the_last_height_halt_the_node():
    engine = decided_engine()

    fork = Decided(1, OTHER.encode(), certificate_of(OTHER, senders=(0, 1, 2)).encode())
    effects = hear(engine, fork, peer=2)

    assert [h.reason for h in only(effects, Halt)] == ["two certificates for height 1"]


def test_a_false_second_certificate_for_the_last_height_changes_nothing():
    engine = decided_engine()

    false = certificate_of(OTHER, senders=(4, 5, 6, 0, 1), count=7)

    assert hear(engine, Decided(1, None, false.encode()), peer=2) == ()
    assert hear(engine, DECIDED, peer=2) == ()
