"""The box: who may put ballots in it, which one of each pseudonym counts, and which never does.

Source: docs/voting.md, record. What ties a ballot to its key is checked in `verifier.ballots`.
"""

from hashlib import sha256

from verifier.ballots import (
    Ballot,
    Voter,
    check_ballot,
    check_openings,
    check_token,
    read_ballot,
)
from verifier.election import Act, Cast, Election, Pseudonym, Ring
from verifier.fields import Row, sized
from verifier.ledger import address_of
from verifier.refusal import Refused, require
from verifier.rings import TOKEN_BYTES_MAX
from verifier.signatures import KEY_BYTES
from verifier.tokens import ELEMENT_BYTES

_ACTS_MAX = 100
_GAP_BLOCKS = 2
_SEQ_MAX = 2**31
_NAME_BYTES = 16  # of a ciphertext: enough that no two that anyone can make share one


def commit_ballot(election: Election, act: Act) -> None:
    """Take the hash of a ballot that may be cast or opened next."""
    row = act.row(5, election)
    voter = _voter(election, act, row)[0]
    tracker = row.data("ballot_hash", 64)
    act.check_later(check_token, voter)
    mine = _pseudonym(election, voter)
    mine.committed = tracker
    _keep(election, voter, mine)


def cast_ballot(election: Election, act: Act) -> None:
    """Put a ballot in the box in place of the pseudonym's earlier one."""
    row = act.row(6, election)
    voter, seq, ballot = _ballot(election, act, row)
    mine = _pseudonym(election, voter)
    require(seq > mine.seq, f"number {seq} does not rise above {mine.seq}")
    if voter.voter_key not in election.box and not _take_place(election, voter):
        return
    _use(election, ballot)
    mine.seq = seq
    _keep(election, voter, mine)
    if mine.committed == ballot.tracker:
        mine.committed = None
    joined = b"".join(part for answer in ballot.answers for pair in answer.pairs() for part in pair)
    election.box[voter.voter_key] = Cast(voter.class_id, ballot.tracker, joined)


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
    _keep(election, voter, mine)
    election.spoiled.add(ballot.tracker)


def _voter(election: Election, act: Act, row: Row, *, has_seq: bool = False) -> tuple[Voter, int]:
    """Return who votes and the ballot's number, from the next fields, the token among them.

    The sender must be the key's own address.
    """
    require(not election.is_annulled, "the election was annulled")
    windows = election.windows
    opening = election.running(act, (windows.cast_from_ms, windows.cast_until_ms))
    class_id, voter_key = election.class_of(row), row.data("voter_key", *KEY_BYTES)
    seq = row.integer("seq", 1, _SEQ_MAX) if has_seq else 0
    require(act.sender == address_of(voter_key), "not sent from the address of the ballot's key")
    signers = _signers(election, act, class_id)
    longest = TOKEN_BYTES_MAX if election.manifest.has_rings else ELEMENT_BYTES
    voter = Voter(
        context=opening.context,
        key=opening.key,
        class_id=class_id,
        voter_key=voter_key,
        signers=signers,
        token=row.data("token", ELEMENT_BYTES, longest),
    )
    return voter, seq


def _signers(election: Election, act: Act, class_id: int) -> bytes | Ring:
    """Return whose signature a token of a class is: of the class's key, or of one of its ring."""
    if election.manifest.has_rings:
        ring, least = election.rings[class_id], election.manifest.class_size_min
        require(len(ring.keys) >= least, f"the ring of class {class_id} takes no ballots")
        return ring
    signers = election.signers.get(class_id)
    if signers is None:
        raise Refused(f"nobody signs for class {class_id}: answers are open, or it has no requests")
    fixed_at = election.issuing_closed
    is_apart = fixed_at is not None and act.height >= fixed_at + _GAP_BLOCKS
    require(is_apart, f"fewer than {_GAP_BLOCKS} blocks after who signs was fixed")
    return signers.key


def _ballot(election: Election, act: Act, row: Row) -> tuple[Voter, int, Ballot]:
    """Return voter, number and ballot; token and proofs are checked later."""
    voter, seq = _voter(election, act, row, has_seq=True)
    contests = election.manifest.contests
    ballot = read_ballot(row, contests, (voter, seq))
    act.check_later(check_token, voter)
    act.check_later(check_ballot, contests, ballot)
    return voter, seq, ballot


def _pseudonym(election: Election, voter: Voter) -> Pseudonym:
    """Return the pseudonym, which has one act more; a surplus one is not kept."""
    if isinstance(voter.signers, Ring):
        holder = election.tags.setdefault(voter.named_token, voter.voter_key)
        require(holder == voter.voter_key, "the tag is another pseudonym's: a second vote")
    mine = election.pseudonyms.get(voter.voter_key) or Pseudonym(voter.class_id)
    require(mine.class_id == voter.class_id, "the pseudonym is of another class")
    require(mine.acts < _ACTS_MAX, f"more than {_ACTS_MAX} ballots of one pseudonym")
    return mine


def _take_place(election: Election, voter: Voter) -> bool:
    """Count a new pseudonym; one more than there are requests is evidence, and no ballot."""
    totals = election.totals[voter.class_id]
    if totals.pseudonyms < totals.requested:
        totals.pseudonyms += 1
        totals.counted += 1
        return True
    is_first = voter.class_id not in election.surplus
    require(is_first, f"class {voter.class_id} has more tokens than requests already")
    election.surplus[voter.class_id] = voter.voter_key
    return False


def _keep(election: Election, voter: Voter, mine: Pseudonym) -> None:
    mine.acts += 1
    election.pseudonyms[voter.voter_key] = mine


def _use(election: Election, ballot: Ballot) -> None:
    """Refuse a ciphertext that was cast or opened before."""
    choices = {
        sha256(choice).digest()[:_NAME_BYTES]
        for answer in ballot.answers
        for choice in answer.choices
    }
    require(not choices & election.used, "a ciphertext was cast or opened before: a copied vote")
    election.used |= choices
