"""The box: who may put ballots in it, which one of each pseudonym counts, and which never does.

Source: docs/voting.md, record. What ties a ballot to its key is checked in `verifier.ballots`.
"""

from verifier.ballots import (
    Ballot,
    Voter,
    check_ballot,
    check_openings,
    check_tokens,
    hash_of_tokens,
    read_ballot,
    read_tokens,
)
from verifier.election import Act, Cast, Election, Pseudonym
from verifier.fields import Row, sized
from verifier.ledger import address_of
from verifier.refusal import require

_ACTS_MAX = 100
_SEQ_MAX = 2**31


def commit_ballot(election: Election, act: Act) -> None:
    """Take the hash of a ballot that may be cast or opened next."""
    row = act.row(5, election)
    voter = _voter(election, act, row)
    tokens = read_tokens(row)
    tracker = row.data("ballot_hash", 64)
    act.check_later(check_tokens, voter, tokens)
    _pseudonym(election, voter).committed = tracker


def cast_ballot(election: Election, act: Act) -> None:
    """Put a ballot in the box in place of the pseudonym's earlier one."""
    row = act.row(6, election)
    voter, seq, ballot = _ballot(election, act, row)
    mine = _pseudonym(election, voter)
    require(seq > mine.seq, f"number {seq} does not rise above {mine.seq}")
    _use(election, ballot)
    mine.seq = seq
    if mine.committed == ballot.tracker:
        mine.committed = None
    if voter.voter_key not in election.box:
        election.totals[voter.class_id].counted += 1
    pairs = tuple(pair for answer in ballot.answers for pair in answer.pairs())
    election.box[voter.voter_key] = Cast(voter.class_id, ballot.tracker, pairs)


def spoil_ballot(election: Election, act: Act) -> None:
    """Take note of an opened ballot, which never counts."""
    row = act.row(7, election)
    voter, _, ballot = _ballot(election, act, row)
    contests = election.manifest.contests
    rows = row.items("openings", len(contests), len(contests))
    openings = [
        sized(each, "spoil_ballot.openings", [32] * contest.choices)
        for each, contest in zip(rows, contests, strict=True)
    ]
    act.check_later(check_openings, ballot, openings)
    mine = _pseudonym(election, voter)
    cast = election.box.get(voter.voter_key)
    require(cast is None or cast.tracker != ballot.tracker, "the opened ballot is in the box")
    require(ballot.tracker not in election.spoiled, "the ballot was opened before")
    require(mine.committed == ballot.tracker, "the ballot was not announced before")
    _use(election, ballot)
    mine.committed = None
    election.spoiled.add(ballot.tracker)


def _voter(election: Election, act: Act, row: Row) -> Voter:
    """Return who votes, from the next two fields; the sender must be the key's own address."""
    windows = election.manifest.windows
    opening = election.running(act, (windows.cast_from, windows.cast_until))
    class_id, voter_key = election.class_of(row), row.data("voter_key", 32)
    require(act.sender == address_of(voter_key), "not sent from the address of the ballot's key")
    numbers = range(1, len(election.manifest.registrars) + 1)
    return Voter(
        context=opening.context,
        key=opening.key,
        class_id=class_id,
        voter_key=voter_key,
        moduli=tuple(election.keys[one, class_id] for one in numbers),
        tokens_needed=election.manifest.tokens_needed,
    )


def _ballot(election: Election, act: Act, row: Row) -> tuple[Voter, int, Ballot]:
    """Return voter, number and ballot; tokens and proofs are checked later."""
    voter = _voter(election, act, row)
    seq = row.integer("seq", 1, _SEQ_MAX)
    tokens = read_tokens(row)
    contests = election.manifest.contests
    ballot = read_ballot(row, contests, (voter, seq, hash_of_tokens(tokens)))
    act.check_later(check_tokens, voter, tokens)
    act.check_later(check_ballot, contests, ballot)
    return voter, seq, ballot


def _pseudonym(election: Election, voter: Voter) -> Pseudonym:
    """Return the pseudonym, which has one act more; a new one must not exceed the tokens issued."""
    mine = election.pseudonyms.get(voter.voter_key)
    if mine is None:
        totals = election.totals[voter.class_id]
        is_issued = totals.pseudonyms < totals.issued
        require(is_issued, f"more pseudonyms than the {totals.issued} issued tokens of the class")
        totals.pseudonyms += 1
        mine = election.pseudonyms[voter.voter_key] = Pseudonym(voter.class_id)
    require(mine.class_id == voter.class_id, "the pseudonym is of another class")
    require(mine.acts < _ACTS_MAX, f"more than {_ACTS_MAX} ballots of one pseudonym")
    mine.acts += 1
    return mine


def _use(election: Election, ballot: Ballot) -> None:
    """Refuse a ciphertext that was cast or opened before."""
    choices = {choice for answer in ballot.answers for choice in answer.choices}
    require(not choices & election.used, "a ciphertext was cast or opened before: a copied vote")
    election.used |= choices
