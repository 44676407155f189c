"""What a voter keeps between steps: a prepared ballot and the token, each in a file of its own."""

from dataclasses import replace

import pytest

from client.keystore import KeystoreMissing, KeystoreOpenToOthers
from client.voting.errors import BadToken, NotThisElection
from client.voting.pending import load_pending, save_pending
from client.voting.ticket import load_ticket, save_ticket
from client.voting.voter import VoterWallet
from tests.client.voting.election import ID, Vote, seed_of

FIRST = [(0,), (0, 1)]


async def test_a_ballot_waits_in_a_file_to_be_cast_or_audited(issued: Vote, tmp_path):
    path = tmp_path / "ballot"
    wallet, ballot = await issued.prepared("anan", FIRST)

    save_pending(path, ballot)

    assert path.stat().st_mode & 0o777 == 0o600
    assert load_pending(path, wallet.facts) == ballot


@pytest.mark.parametrize(
    "change", [("board-2026", "board-2027"), ('"tracker": "0x', '"tracker": "')]
)
async def test_a_file_of_another_ballot_is_refused(issued: Vote, tmp_path, change):
    path = tmp_path / "ballot"
    wallet, ballot = await issued.prepared("anan", FIRST)
    save_pending(path, ballot)
    path.write_text(path.read_text().replace(*change, 1))

    with pytest.raises(NotThisElection):
        load_pending(path, wallet.facts)


async def test_a_large_ballot_fits_in_its_file_too(issued: Vote, tmp_path):
    path = tmp_path / "ballot"
    election = await issued.facts.election(ID)
    options = tuple(f"option {number}" for number in range(60))
    contest = replace(election.manifest.contests[1], options=options, high=20)
    contests = tuple(replace(contest, title=str(number)) for number in range(4))
    large = replace(election, manifest=replace(election.manifest, contests=contests))
    token = (await issued.prepared("anan", FIRST))[1].token
    ballot = VoterWallet(seed_of("anan"), large, 0).ballot(token, [(0, 19)] * 4, None)

    save_pending(path, ballot)

    assert path.stat().st_size > 100_000
    assert load_pending(path, large) == ballot


async def test_a_ballots_file_that_others_may_read_is_refused(issued: Vote, tmp_path):
    path = tmp_path / "ballot"
    wallet, ballot = await issued.prepared("anan", FIRST)
    save_pending(path, ballot)
    path.chmod(0o644)

    with pytest.raises(KeystoreOpenToOthers):
        load_pending(path, wallet.facts)
    with pytest.raises(KeystoreMissing):
        load_pending(tmp_path / "absent", wallet.facts)


async def test_a_token_waits_in_a_file_until_the_voter_casts(issued: Vote, tmp_path):
    path = tmp_path / "token"
    wallet = await issued.wallet("anan")
    ticket = await wallet.ticket(issued.facts, issued.sids["anan"])

    save_ticket(path, ticket)

    assert load_ticket(path) == ticket
    load_ticket(path).check(wallet.facts)
    stolen = replace(ticket, voter_key=(await issued.wallet("busaba")).pseudonym)
    for wrong, error in ((stolen, BadToken), (replace(ticket, election_id="x"), NotThisElection)):
        with pytest.raises(error):
            wrong.check(wallet.facts)


async def test_a_file_of_something_else_holds_no_token(issued: Vote, tmp_path):
    path = tmp_path / "ballot"
    save_pending(path, (await issued.prepared("anan", FIRST))[1])

    with pytest.raises(NotThisElection):
        load_ticket(path)
