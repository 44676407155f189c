"""R5.1: a block carries what proves its parent, and nobody prepares one that does not."""

from dataclasses import replace

import pytest

from consensus import BuildBlock, Decide, Halt, ValidateBlock, WorkWaiting
from consensus.messages import Decided
from consensus.turns import order_of
from primitives.block import last_certificate_hash_of
from primitives.certificate import UncheckedCertificate
from primitives.crypto import Signature, digest
from primitives.ids import Height
from primitives.validators import Validator, validator_set
from tests.consensus.builders import (
    block_on,
    certificate_of,
    commit,
    config_of,
    engine_of,
    fake_verify,
    genesis_head,
    head_after,
    key_of,
    pre_prepare,
    prepare,
    signed_certificate,
    validators_of,
)
from tests.consensus.drive import (
    committed,
    hear,
    hear_all,
    only,
    persisted_kinds,
    reasons,
    validate,
    validated_blocks,
)

PARENT = block_on(genesis_head(4), proposer=1)
OTHER = block_on(genesis_head(4), proposer=1, time_ms=7_777)
PROOF = certificate_of(PARENT, senders=(0, 1, 2))
HEAD = head_after(PARENT, PROOF)
GOOD = PROOF.unchecked
ALL = certificate_of(PARENT, senders=(0, 1, 2, 3)).unchecked


def carrying(last: UncheckedCertificate | None, head=HEAD, proposer=2):
    """A block upon `head` whose header names the certificate that is in it."""
    block = block_on(head, proposer=proposer)
    header = replace(block.header, last_certificate_hash=last_certificate_hash_of(last))
    return replace(block, header=header, last_certificate=last)


def committing(engine):
    """An engine that has sealed PARENT."""
    hear(engine, pre_prepare(PARENT, sender=1))
    validate(engine, PARENT)
    others = [i for i in (0, 1, 2) if key_of(i) != engine._replica.own_key]
    hear_all(engine, [prepare(PARENT, i) for i in others])
    return engine


JUNK = {
    "missing above height 1": (None, "missing, needed is one of 1"),
    "of the height before": (replace(GOOD, height=0), "of height 0, needed is one of 1"),
    "of the height itself": (replace(GOOD, height=2), "of height 2, needed is one of 1"),
    "of another block": (
        certificate_of(OTHER, senders=(0, 1, 2)).unchecked,
        "not of this block 1",
    ),
    "of no block": (replace(GOOD, block_hash=bytes(32)), "not of this block 1"),
    "without seals": (replace(GOOD, signers=b"\x00", signatures=()), "0 seals, needed are 3"),
    "with two seals": (
        replace(GOOD, signers=b"\x03", signatures=GOOD.signatures[:2]),
        "2 seals, needed are 3",
    ),
    "with one signature three times": (
        replace(GOOD, signatures=GOOD.signatures[:1] * 3),
        "seal of basil does not verify",
    ),
    "with signatures out of order": (
        replace(GOOD, signatures=GOOD.signatures[::-1]),
        "seal of amber does not verify",
    ),
    "with a bit beyond the set": (replace(GOOD, signers=b"\x17"), "a signer beyond the 4"),
    "with a zero byte after its bits": (
        replace(GOOD, signers=b"\x07\x00"),
        "a bit map of 2 bytes, that of 4 validators has 1",
    ),
    "without a bit map": (replace(GOOD, signers=b""), "a bit map of 0 bytes"),
    "with a bit and no signature": (
        replace(GOOD, signers=b"\x0f"),
        "3 signatures of 4 signers",
    ),
    "with a signature and no bit": (
        replace(ALL, signers=b"\x07"),
        "4 signatures of 3 signers",
    ),
    "of a view that nobody sealed": (replace(GOOD, view=1), "seal of amber does not verify"),
    "with a seal of another view": (
        replace(
            GOOD,
            signatures=(
                *GOOD.signatures[:2],
                certificate_of(PARENT, senders=(0, 1, 2), view=1).unchecked.signatures[2],
            ),
        ),
        "seal of coral does not verify",
    ),
    "sealed on another chain": (
        signed_certificate(PARENT, chain="elsewhere"),
        "seal of amber does not verify",
    ),
    "sealed under another restart": (
        signed_certificate(PARENT, restart=digest("restart", b"")),
        "seal of amber does not verify",
    ),
    "sealed by strangers": (
        signed_certificate(PARENT, signers=(7, 8, 9)),
        "seal of amber does not verify",
    ),
    "sealed by a larger set": (
        certificate_of(PARENT, senders=range(14), count=20).unchecked,
        "a bit map of 3 bytes",
    ),
    "with a false seal beyond the quorum": (
        replace(ALL, signatures=(*ALL.signatures[:3], Signature(bytes(64)))),
        "seal of dahlia does not verify",
    ),
}


@pytest.mark.parametrize(("last", "reason"), JUNK.values(), ids=JUNK)
def test_r5_1_junk_in_place_of_the_parents_certificate_is_never_prepared(last, reason):
    engine = engine_of(0, head=HEAD)

    effects = hear(engine, pre_prepare(carrying(last), sender=2))

    (said,) = reasons(effects)
    assert "last certificate" in said
    assert reason in said
    assert validated_blocks(effects) == []
    assert persisted_kinds(effects) == []


def test_r5_1_block_1_with_a_certificate_is_refused():
    block = carrying(GOOD, head=genesis_head(4), proposer=1)
    engine = engine_of(0)

    effects = hear(engine, pre_prepare(block, sender=1))

    assert "there is one in block 1" in reasons(effects)[0]
    assert validated_blocks(effects) == []


@pytest.mark.parametrize("header_names", [ALL, None], ids=["another", "none"])
def test_r5_1_a_block_whose_header_names_another_certificate_is_refused(header_names):
    block = carrying(header_names)
    forged = replace(block, last_certificate=GOOD)
    engine = engine_of(0, head=HEAD)

    effects = hear(engine, pre_prepare(forged, sender=2))

    assert "last_certificate_hash is not the digest" in reasons(effects)[0]
    assert validated_blocks(effects) == []


def test_r5_1_a_block_of_another_restart_is_refused():
    block = block_on(HEAD, proposer=2, restart=digest("restart", b""))
    engine = engine_of(0, head=HEAD)

    effects = hear(engine, pre_prepare(block, sender=2, restart=HEAD.restart))

    assert "another restart" in reasons(effects)[0]


@pytest.mark.parametrize("last", [GOOD, ALL, signed_certificate(PARENT, view=4)], ids=str)
def test_r5_1_any_quorum_of_any_view_proves_the_parent(last):
    engine = engine_of(0, head=HEAD)

    effects = hear(engine, pre_prepare(carrying(last), sender=2))

    assert len(only(effects, ValidateBlock)) == 1


def test_r5_1_the_certificate_is_judged_by_the_set_that_decided_the_parent():
    leaving, coming = (
        validators_of(4),
        validator_set(Validator(key_of(i), f"v{i}") for i in range(2, 6)),
    )
    order = order_of(coming, {}, Height(2))
    head = replace(HEAD, validators=coming, decided_by=leaving, order=order)
    by_the_new = certificate_of(PARENT, senders=(2, 3, 4), validators=coming).unchecked
    proposer = order[0][-1] - 1

    taken = hear(
        engine_of(3, head=head),
        pre_prepare(carrying(GOOD, head, proposer), sender=proposer),
    )
    refused = hear(
        engine_of(3, head=head),
        pre_prepare(carrying(by_the_new, head, proposer), sender=proposer),
    )

    assert len(only(taken, ValidateBlock)) == 1
    assert "last certificate" in reasons(refused)[0]


def test_r5_1_the_next_block_gets_the_certificate_of_the_last():
    engine = engine_of(2, head=HEAD)

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock)[0].last_certificate.unchecked == GOOD


def test_r5_1_block_1_gets_none():
    effects = engine_of(1).step(WorkWaiting())

    assert only(effects, BuildBlock)[0].last_certificate is None


def test_r5_1_a_commit_that_comes_late_stands_in_the_next_certificate():
    engine = engine_of(2, head=HEAD)
    assert hear(engine, commit(PARENT, 3)) == ()

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock)[0].last_certificate.unchecked == ALL


def test_r5_1_a_commit_between_decision_and_commit_to_disk_stands_in_it_too():
    engine = committing(engine_of(2))
    hear(engine, Decided(1, PARENT.encode(), PROOF.encode()), peer=1)
    hear(engine, commit(PARENT, 3))
    committed(engine, PARENT, certificate=PROOF)

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock)[0].last_certificate.unchecked == ALL


LATE = {
    "of another block": commit(OTHER, 3),
    "of another view": commit(PARENT, 3, view=1),
    "of a stranger": commit(PARENT, 9),
    "of one whose seal is there": commit(PARENT, 0),
}


@pytest.mark.parametrize("vote", LATE.values(), ids=LATE)
def test_r5_1_other_late_commits_change_nothing(vote):
    engine = engine_of(2, head=HEAD)
    assert hear(engine, vote, peer=1) == ()

    effects = engine.step(WorkWaiting())

    assert only(effects, BuildBlock)[0].last_certificate.unchecked == GOOD


def test_r5_1_a_late_commit_that_does_not_verify_is_a_fault():
    engine = engine_of(2, head=HEAD)
    forged = replace(commit(PARENT, 3), signature=Signature(bytes(64)))

    effects = hear(engine, forged, peer=1)

    assert reasons(effects) == ["the COMMIT of dahlia does not verify"]


def test_r5_1_a_seal_that_is_known_is_not_verified_again():
    verified = []

    def verify(key, tag, data, signature):
        verified.append((tag, key))
        return fake_verify(key, tag, data, signature)

    engine = committing(engine_of(0, config=replace(config_of(0), verify=verify)))
    hear(engine, Decided(1, PARENT.encode(), PROOF.encode()), peer=1)
    committed(engine, PARENT, certificate=PROOF)
    hear(engine, commit(PARENT, 3))
    verified.clear()

    effects = hear(engine, pre_prepare(carrying(ALL), sender=2))

    assert len(only(effects, ValidateBlock)) == 1
    assert [key for tag, key in verified if tag == "seal"] == []


def test_r5_1_a_certified_block_that_carries_junk_stops_this_node():
    engine = engine_of(0, head=HEAD)
    block = carrying(replace(GOOD, view=1))
    proof = certificate_of(block, senders=(1, 2, 3))

    effects = hear(engine, Decided(2, block.encode(), proof.encode()), peer=1)

    assert "the certified block 2: last certificate" in only(effects, Halt)[0].reason
    assert only(effects, Decide) == []
