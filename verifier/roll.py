"""The founding of an election and its roll: who may vote, and the root over all of them.

Source: docs/voting.md, record. That identity attests each voter, and that the sender acts for the
agency, is not in the record: the validators checked it.
"""

from verifier.election import OFFICIAL, Act, Election, Totals
from verifier.encoding import hash_of, pack
from verifier.fields import ID_CHARS, Row
from verifier.manifest import RING_MAX, check_manifest, read_manifest, require_name
from verifier.refusal import require
from verifier.transcript import hashed, number

_PAGE_VOTERS = 100
_FREEZE_PAGE = 500
_VOTES_MAX = 16_777_216


def create_election(chain_id: str, act: Act) -> Election:
    """Return the election that the first entry founds. Raises Refused."""
    row = Row(act.args, act.method, 3)
    election_id, agency = row.text("election_id", ID_CHARS), row.text("agency", ID_CHARS)
    require_name(election_id)
    written = pack(act.args)
    manifest = read_manifest(row.row("manifest", 14))
    check_manifest(manifest, agency, act.time_ms)
    schemes = (number(manifest.suite), number(manifest.token_scheme))
    election = Election(
        chain_id=chain_id,
        election_id=election_id,
        agency=agency,
        created_at=act.height,
        setup=hashed("setup", chain_id.encode(), *schemes, written),
        manifest=manifest,
        manifest_bytes=written,
        windows=manifest.windows,
        totals=[Totals() for _ in manifest.classes],
        actors={manifest.official: OFFICIAL},
    )
    election.acts_for(act, agency)
    return election


def cancel_election(election: Election, act: Act) -> None:
    """Give the election up before it opens."""
    row = act.row(2, election)
    election.preparing(act, (0, act.time_ms + 1))
    election.acts_for(act, election.agency)
    election.cancelled = row.text("reason")


def add_voters(election: Election, act: Act) -> None:
    """Enter persons on the roll."""
    rows = act.row(2, election).rows("voters", 1, _PAGE_VOTERS, 2)
    election.preparing(act, (0, election.windows.roll_until_ms))
    election.acts_for(act, election.agency)
    for row in rows:
        _enter(election, row)


def admit_voter(election: Election, act: Act) -> None:
    """Enter a person after an objection."""
    row = act.row(4, election)
    _by_official(election, act)
    _enter(election, row)
    row.text("reason")


def strike_voter(election: Election, act: Act) -> None:
    """Take a person off the roll after an objection."""
    row = act.row(3, election)
    _by_official(election, act)
    reference = voter_ref(election.setup, row.data("sid", 32))
    row.text("reason")
    require(reference in election.voters, "who is struck is not on the roll")
    election.totals[election.voters.pop(reference)].eligible -= 1


def freeze_roll(election: Election, act: Act) -> None:
    """Put the next voters under the root."""
    act.row(1, election)
    windows = election.windows
    election.preparing(act, (windows.objections_until_ms, windows.keys_until_ms))
    require(election.roll_root is None, "the roll is frozen already")
    least = election.manifest.class_size_min
    for totals in election.totals:
        require(totals.eligible >= least, f"a class of {totals.eligible} voters, {least} are least")
    election.frozen += _FREEZE_PAGE
    if election.frozen > len(election.voters):
        rows = [pack([election.voters[ref], ref]) for ref in sorted(election.voters)]
        election.roll_root = merkle_root(rows)
        election.roll_context = hashed("roll", election.setup, election.roll_root)


def voter_ref(setup: bytes, sid: bytes) -> bytes:
    """Return the name of a subject within one election: 64 bytes."""
    return hashed("voter", setup, sid)


def merkle_root(items: list[bytes]) -> bytes:
    """Return the root over a list, of the ledger's Merkle tree (docs/protocol.md)."""
    level = [hash_of("merkle-leaf", item) for item in items]
    if not level:
        return hash_of("merkle-empty", b"")
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hash_of("merkle-node", left + right) for left, right in pairs]
        level = above + (level[-1:] if len(level) % 2 else [])
    return level[0]


def _by_official(election: Election, act: Act) -> None:
    windows = election.windows
    election.preparing(act, (windows.roll_until_ms, windows.objections_until_ms))
    require(act.sender == election.manifest.official, "not sent by the official of the manifest")
    election.acts_for(act, OFFICIAL)


def _enter(election: Election, row: Row) -> None:
    reference = voter_ref(election.setup, row.data("sid", 32))
    class_id = election.class_of(row)
    require(reference not in election.voters, "a voter is entered twice")
    election.voters[reference] = class_id
    election.totals[class_id].eligible += 1
    weights = [one.weight for one in election.manifest.classes]
    sizes = [totals.eligible for totals in election.totals]
    is_sized = not election.manifest.has_rings or max(sizes) <= RING_MAX
    require(is_sized, f"a class of more than {RING_MAX} voters has no ring")
    votes = sum(size * weight for size, weight in zip(sizes, weights, strict=True))
    require(votes <= _VOTES_MAX, f"{votes} weighted votes are more than can be counted")
