"""The trustees' key and the registrars' keys, and the opening, which ties everything together.

Source: docs/voting.md, trustees, tokens and transcripts.
"""

from verifier.election import Act, Dealing, Election, Opening
from verifier.group import ORDER, ZERO, base, point, scalar, times, total_of
from verifier.proofs import is_known
from verifier.refusal import require
from verifier.tokens import MODULUS_BYTES, check_key
from verifier.transcript import hashed, listed, number

_SEALED_BYTES = 80
_COEFFICIENTS_MAX = 64


def register_key(election: Election, act: Act) -> None:
    """Take a registrar's key for one class."""
    row = act.row(5, election)
    election.preparing(act, (0, election.manifest.windows.issue_from))
    place = (election.registrar_of(row), election.class_of(row))
    modulus = row.data("modulus", MODULUS_BYTES)
    roots = row.items("proof", 8, 8)
    require(place not in election.keys, "the registrar has a key for this class")
    require(modulus not in election.keys.values(), "the key serves twice")
    act.check_later(check_key, modulus, roots, "key")
    election.keys[place] = modulus


def commit_dealing(election: Election, act: Act) -> None:
    """Take the hash of a trustee's part."""
    row = act.row(3, election)
    election.preparing(act, (0, election.manifest.windows.commit_until))
    trustee = election.trustee_of(row)
    require(trustee not in election.commitments, "the trustee has committed")
    election.commitments[trustee] = row.data("commitment", 64)


def reveal_dealing(election: Election, act: Act) -> None:
    """Take a trustee's part, which must be what it committed to."""
    row = act.row(2, election).row("dealing", 4)
    manifest = election.manifest
    election.preparing(act, (manifest.windows.commit_until, manifest.windows.reveal_until))
    trustee, key = election.trustee_of(row), row.data("encryption_key", 32)
    coefficients = row.datas("coefficients", 1, _COEFFICIENTS_MAX, 32)
    proof = row.data("proof", 64)
    require(trustee in election.commitments, "the trustee has not committed")
    require(trustee not in election.dealings, "the trustee has revealed")
    require(key == manifest.encryption_keys[trustee - 1], "not the manifest's encryption key")
    require(len(coefficients) == manifest.shares_needed, "another number of coefficients")
    fields = (election.setup, number(trustee))
    opened = hashed("dkg-commit", *fields, listed(list(coefficients)))
    require(opened == election.commitments[trustee], "not what the trustee committed to")
    for coefficient in coefficients:
        point(coefficient, "coefficient")
    first = coefficients[0]
    proves = is_known("dkg-pok", (*fields, key, first), first, proof)
    require(proves, "the proof of knowledge does not hold")
    election.dealings[trustee] = Dealing(trustee, key, coefficients)


def deal_shares(election: Election, act: Act) -> None:
    """Take note that a dealer has sent its encrypted shares."""
    row = act.row(3, election)
    windows = election.manifest.windows
    election.preparing(act, (windows.reveal_until, windows.deal_until))
    trustee, count = election.trustee_of(row), len(election.manifest.trustees)
    require(trustee in election.dealings, "the dealer has not revealed")
    require(trustee not in election.dealt, "the dealer has dealt")
    row.datas("sealed", count, count, _SEALED_BYTES)
    election.dealt.add(trustee)


def complain(election: Election, act: Act) -> None:
    """Take note that a trustee accuses a dealer."""
    row = act.row(3, election)
    windows = election.manifest.windows
    election.preparing(act, (windows.deal_until, windows.complain_until))
    accuser, dealer = election.trustee_of(row), election.trustee_of(row, "dealer")
    require(dealer in election.dealt, "the accused has not dealt")
    require((dealer, accuser) not in election.complaints, "the complaint stands already")
    election.complaints[dealer, accuser] = False


def answer_complaint(election: Election, act: Act) -> None:
    """Decide a complaint by the share that the dealer shows."""
    row = act.row(4, election)
    windows = election.manifest.windows
    election.preparing(act, (windows.complain_until, windows.answer_until))
    dealer, accuser = election.trustee_of(row), row.agency("accuser")
    shown = scalar(row.data("share", 32), "share")
    is_open = election.complaints.get((dealer, accuser)) is False
    require(is_open, "there is no open complaint of this")
    owed = share_point(election.dealings[dealer].coefficients, accuser)
    require(base(shown) == owed, "the shown share is not the one that is owed")
    election.complaints[dealer, accuser] = True


def open_election(election: Election, act: Act) -> None:
    """Make the election's context of roll, keys and trustees."""
    act.row(1, election)
    manifest, windows = election.manifest, election.manifest.windows
    first = max(windows.objections_until, windows.answer_until)
    election.preparing(act, (first, windows.issue_from))
    require(election.roll_root is not None, "the roll is not frozen")
    places = range(1, len(manifest.registrars) + 1)
    classes = range(len(manifest.classes))
    wanted = [(registrar, class_id) for registrar in places for class_id in classes]
    require(all(place in election.keys for place in wanted), "a registrar lacks a key")
    dealings = qualified(election)
    enough = len(dealings) >= manifest.shares_needed
    require(enough, f"{len(dealings)} trustees came through, {manifest.shares_needed} are needed")
    election.opening = _opening(election, act.height, dealings, [election.keys[p] for p in wanted])


def qualified(election: Election) -> list[Dealing]:
    """Return the parts of those who revealed and dealt and owe no answer, by number."""
    accused = {
        dealer for (dealer, _), is_answered in election.complaints.items() if not is_answered
    }
    numbers = sorted(election.dealt - accused)
    return [election.dealings[one] for one in numbers]


def share_point(coefficients: tuple[bytes, ...], trustee: int) -> bytes:
    """Return f(trustee) * G, the sum of trustee^k F_k."""
    return total_of([times(pow(trustee, k, ORDER), each) for k, each in enumerate(coefficients)])


def lagrange(trustees: list[int], trustee: int) -> int:
    """Return the weight of a trustee's share among those of `trustees`."""
    weight = 1
    for other in trustees:
        if other != trustee:
            weight = weight * other * pow(other - trustee, -1, ORDER) % ORDER
    return weight


def _opening(election: Election, height: int, parts: list[Dealing], moduli: list[bytes]) -> Opening:
    manifest = election.manifest
    columns = zip(*[part.coefficients for part in parts], strict=True)
    summed = tuple(total_of(list(column)) for column in columns)
    verification = {part.trustee: share_point(summed, part.trustee) for part in parts}
    require(ZERO not in (summed[0], *verification.values()), "a key is the identity")
    dealt = [
        listed([number(part.trustee), part.encryption_key, *part.coefficients]) for part in parts
    ]
    ceremony = hashed("dkg", election.setup, listed(dealt))
    root = election.roll_root or b""
    context = hashed(
        "election",
        election.chain_id.encode(),
        number(manifest.suite),
        election.manifest_bytes,
        root,
        listed(moduli),
        number(manifest.tokens_needed),
        number(len(manifest.registrars)),
        listed([number(trustee) + key for trustee, key in verification.items()]),
        number(manifest.shares_needed),
        ceremony,
        summed[0],
    )
    return Opening(context, summed[0], verification, root, ceremony, height)
