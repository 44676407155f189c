"""A registrar answers many requests at a time; what it cannot answer now waits."""

import pytest

from client.errors import RpcRefused
from client.voting.errors import NotOpen
from client.voting.registrar import Served
from tests.client.voting.election import ID, VOTERS, Vote


async def asked(opened: Vote) -> Vote:
    """Return the election in which every voter has asked for tokens."""
    await opened.request(*VOTERS)
    return opened


async def test_all_requests_are_answered_in_one_round(opened: Vote):
    vote = await asked(opened)

    served = await vote.registrar("reg-1").serve(await vote.facts.election(ID), "reg-1")

    assert served == Served(issued=len(VOTERS))


async def test_what_another_run_answered_first_is_done(opened: Vote):
    vote = await asked(opened)
    election = await vote.facts.election(ID)

    async def meanwhile(_ref: bytes, _class: int) -> None:
        await vote.registrar("reg-1").serve(election, "reg-1")

    late = vote.registrar("reg-1", meanwhile)

    assert await late.serve(election, "reg-1") == Served(waiting=len(VOTERS))
    assert await late.serve(election, "reg-1") == Served()


async def test_requests_wait_while_the_node_gives_no_proofs(opened: Vote, monkeypatch):
    vote = await asked(opened)
    election = await vote.facts.election(ID)
    registrar = vote.registrar("reg-1")

    def refuse(**_params):
        raise RpcRefused(-32000, "not now", {"code": "NOT_READY"})

    with monkeypatch.context() as patch:
        patch.setattr(vote.chain, "state_getProof", refuse)
        waiting = await registrar.serve(election, "reg-1")

    assert waiting == Served(waiting=len(VOTERS))
    assert await registrar.serve(election, "reg-1") == Served(issued=len(VOTERS))


async def test_an_answer_that_a_node_refuses_waits(opened: Vote, monkeypatch):
    vote = await asked(opened)
    election = await vote.facts.election(ID)
    registrar = vote.registrar("reg-1")

    def refuse(**_params):
        raise RpcRefused(-32000, "full", {"code": "MEMPOOL_FULL"})

    with monkeypatch.context() as patch:
        patch.setattr(vote.chain, "tx_submit", refuse)
        waiting = await registrar.serve(election, "reg-1")

    assert waiting == Served(waiting=len(VOTERS))
    assert await registrar.serve(election, "reg-1") == Served(issued=len(VOTERS))


async def test_a_registrar_that_attends_posts_its_keys_answers_and_closes(opened: Vote):
    vote = await asked(opened)
    await vote.registrar("reg-2").serve(await vote.facts.election(ID), "reg-2")
    vote.chain.to_time(vote.windows["issue_until_ms"] - 1_001)

    served = await vote.registrar("reg-1").attend(ID, "reg-1")

    assert served.issued == len(VOTERS)
    assert (await vote.facts.election(ID)).signing_sets[0].registrars == (1, 2)


async def test_a_registrar_does_not_wait_for_an_election_that_was_not_opened(founded: Vote):
    founded.chain.to_time(founded.windows["issue_from_ms"])

    with pytest.raises(NotOpen, match="not opened in time"):
        await founded.registrar("reg-1").attend(ID, "reg-1")
