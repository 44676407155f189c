"""Restart statements as the independent verifier follows them, with proofs that a node made."""

from dataclasses import replace

import pytest

from genesis.schema import show_genesis
from primitives.ids import Height
from primitives.restart import SignedRestart, read_restart
from primitives.restart_proof import RestartProof, read_restart_proof
from tests.execution.agencies import administrator, applied, founded, signed, statement
from tests.execution.chain import BANK, Chain
from verifier.ledger import Network, read_header, read_network
from verifier.refusal import Refused
from verifier.steps import Step
from verifier.steps import follow as follow_steps


@pytest.fixture
def chain(tmp_path):
    """A chain that went on by two statements, above blocks 2 and 4."""
    made = Chain(tmp_path, document=founded())
    for _ in range(2):
        made.commit()
        made.commit()
        applied(made, signed(statement(made.ledger)))
    made.commit()
    yield made
    made.ledger.close()


def network(chain) -> Network:
    return read_network(show_genesis(chain.genesis))


def follow(known: Network, proofs: list[bytes]) -> Network:
    return follow_steps(known, [Step("restart", proof) for proof in proofs])


def proofs_of(chain) -> list[bytes]:
    return [proof for _height, proof in chain.ledger.reads.restart_proofs(Height(0), 10)]


def test_a_header_far_above_is_believed_after_both_statements(chain):
    head = chain.ledger.head()
    followed = follow(network(chain), proofs_of(chain))

    header = read_header(followed, head.header.encode(), head.certificate.encode())

    assert (header.height, header.restart) == (5, head.restart)
    assert [first for _digest, first in followed.restarts] == [3, 5]


def test_it_is_not_believed_without_them_or_with_one(chain):
    head = chain.ledger.head()
    for known in ([], proofs_of(chain)[:1]):
        followed = follow(network(chain), known)
        with pytest.raises(Refused, match="follows a restart unknown here"):
            read_header(followed, head.header.encode(), head.certificate.encode())


def test_statements_out_of_order_are_refused(chain):
    with pytest.raises(Refused):
        follow(network(chain), proofs_of(chain)[::-1])


def forged(proof: RestartProof, made: SignedRestart) -> bytes:
    return replace(proof, restarts=(made.encode(),)).encode()


def test_too_few_a_stranger_or_another_place_are_refused(chain):
    proof = read_restart_proof(proofs_of(chain)[0])
    made = read_restart(proof.restarts[0])
    moved = replace(made.statement, height=Height(1))
    with_bank = made.signed_by("bank", [BANK])
    for bad, why in (
        (made.only(["v0", "v1"]), "2 of 4 agencies"),
        (with_bank, "no proof of"),
        (signed(moved), "of another place in the chain"),
        (made.only(["v0", "v1"]).signed_by("v2", [administrator("v3")]), "not signed by the admin"),
    ):
        with pytest.raises(Refused, match=why):
            follow(network(chain), [forged(proof, bad)])


def test_an_entry_of_the_state_can_neither_be_changed_nor_left_out(chain):
    proof = read_restart_proof(proofs_of(chain)[0])
    for index, entry in enumerate(proof.entries):
        rest = proof.entries[:index] + proof.entries[index + 1 :]
        changed = replace(entry, value=b"\x01" if entry.value is None else None)
        for entries in (rest, (*rest, changed)):
            with pytest.raises(Refused):
                follow(network(chain), [replace(proof, entries=entries).encode()])
