"""A registrar answers many requests at a time; what it cannot answer now waits."""

from client.errors import RpcRefused
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
