"""Client parties against the real contract: tokens, ballots, audit, tally."""

from dataclasses import replace

import pytest

from client.contract import Actor
from client.errors import LedgerRefused
from client.voting import voter
from client.voting.audit import audit
from client.voting.errors import (
    AnswersMissing,
    BadReceipt,
    BadToken,
    NotOpen,
    NotThisElection,
)
from client.voting.marking import BadMarks
from client.voting.registrar import Served
from client.voting.roll import freeze_roll
from client.voting.seed import VoterSeed
from client.voting.trustee_service import ANSWERED, COMPLAINED, DELIVERED
from client.voting.voter import VoterWallet
from contracts.sdk.bls import BadElement, decode_g1, multiply_g1
from contracts.voting.ceremony.messages import DealShares
from contracts.voting.core.state import results
from contracts.voting.tokens.state import Answer, answers
from tests.client.voting.election import (
    ID,
    REGISTRARS,
    TRUSTEES,
    VOTERS,
    Vote,
    close,
    seed_of,
    tally,
)
from tests.contracts.test_bls import VECTORS


@pytest.fixture(autouse=True)
def _few_attempts(monkeypatch):
    monkeypatch.setattr(voter, "ATTEMPTS", 512)


FIRST, SECOND, BLANK = [(0,), (0, 1)], [(1,), (2,)], [None, (0,)]


async def test_the_last_ballot_of_each_voter_counts(issued: Vote):
    codes = [await issued.cast("anan", FIRST), await issued.cast("busaba", SECOND)]
    codes += [await issued.cast("chai", BLANK), await issued.cast("anan", SECOND)]

    await tally(issued, "tru-3", "tru-1")

    result = await issued.facts.value(results, ID)
    assert codes == ["OK"] * 4
    assert result.counts == ((0, 2, 0, 1), (1, 0, 2))
    assert result.trustees == (1, 3)


async def test_a_lost_device_loses_no_vote(issued: Vote):
    words = seed_of("anan").words
    first, ballot = await issued.prepared("anan", FIRST)
    issued.chain.to_time(issued.windows["cast_from_ms"])
    await issued.send(first, ballot.cast())

    seed = VoterSeed.from_words(words)
    again = await VoterWallet.open(seed, issued.facts, ID, issued.sids["anan"])

    entry = await again.voted(issued.facts)
    assert entry.ballot_hash == ballot.tracker
    assert again.is_mine(entry, FIRST)
    assert not again.is_mine(entry, SECOND)
    assert again.request(issued.citizen("anan")) == first.request(issued.citizen("anan"))


async def test_a_voter_who_has_not_voted_can_prove_it(issued: Vote):
    wallet = await issued.wallet("chai")

    assert await wallet.voted(issued.facts) is None
    assert await wallet.done(issued.facts) is None


async def test_a_second_request_is_refused(opened: Vote):
    await opened.request("anan")
    message = (await opened.wallet("anan")).request(opened.citizen("anan"))

    with pytest.raises(LedgerRefused) as refused:
        await opened.actor("anybody").do(message)

    assert refused.value.code == "ALREADY_REQUESTED"


async def test_somebody_else_cannot_request_in_a_voters_name(opened: Vote):
    opened.chain.to_time(opened.windows["issue_from_ms"])
    thief = replace(opened.citizen("anan"), key=opened.citizen("busaba").key)
    message = (await opened.wallet("anan")).request(thief)

    with pytest.raises(LedgerRefused) as refused:
        await opened.actor("anybody").do(message)

    assert refused.value.code == "NOT_VOTER_KEY"


async def test_who_is_not_on_the_roll_has_no_wallet(opened: Vote):
    with pytest.raises(NotThisElection, match="not on the roll"):
        await VoterWallet.open(seed_of("x"), opened.facts, ID, bytes(32))


async def refuse(_ref: bytes, _class: int) -> str:
    return "court-order"


async def test_a_refusal_is_on_the_ledger_and_the_other_registrars_sign(opened: Vote):
    await opened.request("anan")
    election, sid = await opened.facts.election(ID), opened.sids["anan"]
    wallet = await opened.wallet("anan")

    served = [await opened.registrar("reg-1", refuse).serve(election, "reg-1")]
    for name in ("reg-2", "reg-3"):
        served.append(await opened.registrar(name).serve(election, name))
    with pytest.raises(NotOpen, match="nobody signs yet"):
        await wallet.token(opened.facts, sid)
    await close(opened)

    assert served == [Served(refused=1), Served(issued=1), Served(issued=1)]
    assert len(await wallet.token(opened.facts, sid)) == 48
    assert wallet.facts.signers(0).registrars == (2, 3)


async def test_who_was_left_out_learns_by_whom_and_why(opened: Vote):
    await opened.request("anan", "busaba", "chai")
    election = await opened.facts.election(ID)
    ref = election.voter_ref(opened.sids["anan"])

    async def picky(voter: bytes, _class: int) -> str | None:
        return "court-order" if voter == ref else None

    await opened.registrar("reg-1", picky).serve(election, "reg-1")
    await opened.registrar("reg-2").serve(election, "reg-2")
    await close(opened)

    wallet = await opened.wallet("anan")
    with pytest.raises(AnswersMissing, match="reg-1: court-order"):
        await wallet.token(opened.facts, opened.sids["anan"])


async def test_a_registrar_whose_answer_is_wrong_is_named(issued: Vote):
    wallet = await issued.wallet("anan")
    ref = wallet.facts.voter_ref(issued.sids["anan"])
    signed = {
        number: decode_g1((await issued.facts.value(answers, ID, ref, number)).blind_signature)
        for number in (1, 2)
    }

    assert len(wallet.unblind(signed)) == 48
    with pytest.raises(BadToken, match="the answer of reg-2 is no signature"):
        wallet.unblind(signed | {2: multiply_g1(3, signed[2])})


@pytest.mark.parametrize("case", VECTORS["refused_g1"])
async def test_a_wallet_takes_no_answer_of_another_form(issued: Vote, case, monkeypatch):
    wallet, data = await issued.wallet("anan"), bytes.fromhex(VECTORS["refused_g1"][case])

    async def forged(*_args):
        return Answer(data, None)

    monkeypatch.setattr(issued.facts, "value", forged)

    with pytest.raises(BadElement):
        await wallet.token(issued.facts, issued.sids["anan"])


async def test_a_registrar_signs_no_request_that_the_roll_does_not_bear_out(opened: Vote):
    await opened.request("anan")
    election = await opened.facts.election(ID)
    registrar = opened.registrar("reg-1")
    asked = opened.facts.asked

    async def without_roll(*args):
        return [(request, answer, None) for request, answer, _ in await asked(*args)]

    registrar._facts.asked = without_roll

    assert await registrar.serve(election, "reg-1") == Served(waiting=1)


async def test_a_registrar_that_starts_again_answers_nothing_twice(issued: Vote):
    election = await issued.facts.election(ID)
    before = issued.chain.height

    for name in REGISTRARS:
        assert await issued.registrar(name).serve(election, name) == Served()

    assert issued.chain.height == before


async def test_keys_are_registered_once_however_often_it_is_asked(opened: Vote):
    assert await opened.registrar("reg-1").register_keys(ID, "reg-1") == 0


async def test_keys_wait_for_the_frozen_roll(founded: Vote):
    with pytest.raises(NotOpen, match="not frozen"):
        await founded.registrar("reg-1").register_keys(ID, "reg-1")


async def test_an_agency_that_the_manifest_does_not_name_is_no_registrar_or_trustee(opened: Vote):
    election = await opened.facts.election(ID)

    with pytest.raises(NotThisElection):
        await opened.registrar("reg-1").serve(election, "council")
    with pytest.raises(NotThisElection):
        await opened.trustee("tru-1").step(ID, "council")


async def test_a_token_is_the_same_each_time_and_no_voter_s_stands_out(issued: Vote):
    wallets = [await issued.wallet(name) for name in VOTERS]

    tokens = [
        [await wallet.token(issued.facts, issued.sids[name]) for _ in range(2)]
        for wallet, name in zip(wallets, VOTERS, strict=True)
    ]

    assert all(first == second for first, second in tokens)
    assert {len(token) for token, _ in tokens} == {48}


async def test_voters_cast_at_different_times_within_the_window(opened: Vote):
    wallet = await opened.wallet("anan")
    election = wallet.facts
    windows = election.windows

    wallets = [VoterWallet(VoterSeed(bytes([n]) * 32), election, 0) for n in range(9)]
    times = {each.cast_time_ms() for each in wallets}

    assert wallet.cast_time_ms() == wallet.cast_time_ms()
    assert len(times) > 1
    assert all(windows.cast_from_ms <= at < windows.cast_until_ms for at in times)


async def spoiled(vote: Vote, name: str, marks):
    vote.chain.to_time(vote.windows["cast_from_ms"])
    wallet, ballot = await vote.prepared(name, marks)
    codes = [(await vote.send(wallet, ballot.commit()))[1]]
    codes.append((await vote.send(wallet, ballot.spoil()))[1])
    assert codes == ["OK", "OK"]
    return wallet, ballot


async def test_a_second_device_reads_what_the_first_encrypted(issued: Vote):
    _, ballot = await spoiled(issued, "anan", FIRST)
    election = await issued.facts.election(ID)

    found = await audit(issued.facts, election, ballot.tracker)

    assert found.said(election) == [["ก"], ["ก", "ข"]]


async def test_a_device_that_spoils_another_ballot_than_it_showed_is_found_out(issued: Vote):
    await spoiled(issued, "anan", FIRST)
    election = await issued.facts.election(ID)

    with pytest.raises(BadReceipt, match="not spoiled"):
        await audit(issued.facts, election, b"\x01" * 64)


async def test_after_an_audit_another_ballot_is_cast(issued: Vote):
    wallet, audited = await spoiled(issued, "anan", FIRST)

    again = (await issued.send(wallet, audited.cast()))[1]
    code = await issued.cast("anan", FIRST)

    entry = await wallet.voted(issued.facts)
    assert (again, code) == ("CIPHERTEXT_REUSED", "OK")
    assert wallet.is_mine(entry, FIRST)


async def test_a_node_that_hides_an_audit_gets_no_ballot_of_the_same_randomness(issued: Vote):
    wallet, audited = await spoiled(issued, "anan", FIRST)

    again = wallet.ballot(audited.token, FIRST, None)  # as if the node had shown nothing

    first, second = (one.sealed.ballot.answers for one in (audited, again))
    shared = {c for a in first for c in a.choices} & {c for a in second for c in a.choices}
    assert shared == set()


async def test_a_wallet_signs_no_other_voters_ballot(issued: Vote):
    _, ballot = await issued.prepared("anan", FIRST)
    other = await issued.wallet("busaba")

    with pytest.raises(NotThisElection, match="other words"):
        other.sign(ballot.cast())


async def test_marks_that_answer_no_contest_are_refused(issued: Vote):
    with pytest.raises(BadMarks, match="2 contests"):
        await issued.prepared("anan", [(0,)])


async def test_no_secret_is_printed(issued: Vote):
    wallet, ballot = await issued.prepared("anan", FIRST)

    shown = repr(wallet) + repr(ballot) + repr(issued.trustee("tru-1"))

    openings = [opening for row in ballot.sealed.openings for opening in row]
    assert not any(opening.hex() in shown or repr(opening) in shown for opening in openings)


async def test_a_wrong_share_is_complained_of_and_the_shown_one_is_used(founded: Vote):
    vote, windows = founded, founded.windows
    for until in ("commit_until_ms", "reveal_until_ms"):
        for name in TRUSTEES:
            await vote.trustee(name).step(ID, name)
        vote.chain.to_time(windows[until])
    cheat = vote.trustee("tru-1")
    cheat.actor = tampering(cheat.actor)
    await cheat.step(ID, "tru-1")
    for name in TRUSTEES[1:]:
        await vote.trustee(name).step(ID, name)

    vote.chain.to_time(windows["deal_until_ms"])
    complaints = [await vote.trustee(name).step(ID, name) for name in TRUSTEES]
    vote.chain.to_time(windows["complain_until_ms"])
    answers = [await vote.trustee(name).step(ID, name) for name in TRUSTEES]
    await finish(vote)

    assert complaints == ["nothing", COMPLAINED, "nothing"]
    assert answers == [ANSWERED, "nothing", "nothing"]
    vote.chain.to_time(windows["cast_until_ms"])


class Tampering(Actor):
    """A dealer that sends trustee 2 a share which is not owed."""

    async def do(self, message):
        if isinstance(message, DealShares):
            sealed = (message.sealed[0], message.sealed[2], message.sealed[2])
            message = replace(message, sealed=sealed)
        return await super().do(message)


def tampering(actor: Actor) -> Tampering:
    return Tampering(rpc=actor.rpc, wallet=actor.wallet, chain_id=actor.chain_id)


async def finish(vote: Vote) -> None:
    """Open the election, vote, and have the accusing trustee deliver."""
    vote.chain.to_time(vote.windows["answer_until_ms"])
    await freeze_roll(vote.actor("council"), ID)
    await vote.open()
    await vote.issue("anan", "busaba")
    await vote.cast("anan", FIRST)
    await vote.cast("busaba", SECOND)
    await tally(vote, "tru-2", "tru-3")
    result = await vote.facts.value(results, ID)
    assert result.counts == ((1, 1, 0, 0), (1, 1, 1))


async def test_delivering_again_does_nothing(issued: Vote):
    await issued.cast("anan", FIRST)
    await issued.cast("busaba", FIRST)
    await tally(issued, "tru-1", "tru-2")

    acts = [await issued.trustee(name).step(ID, name) for name in TRUSTEES]

    assert acts == ["nothing", "nothing", DELIVERED]
