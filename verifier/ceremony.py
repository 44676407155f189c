"""The trustees' key and the registrars' keys, and the opening, which ties everything together.

Source: docs/voting.md, trustees, tokens and transcripts.
"""

from verifier.election import Act, Dealing, Election, Opening
from verifier.group import ORDER, ZERO, base, point, scalar, times, total_of
from verifier.proofs import is_known
from verifier.refusal import Refused, require
from verifier.rings import close_rings
from verifier.tokens import KEY_BYTES, PROOF_BYTES, check_key
from verifier.transcript import hashed, listed, number

_SEALED_BYTES = 80
_COEFFICIENTS_MAX = 64


def register_keys(election: Election, act: Act) -> None:
    """Take a registrar's own keys, one for each class."""
    row = act.row(3, election)
    windows, manifest = election.windows, election.manifest
    election.preparing(act, (windows.objections_until_ms, windows.keys_until_ms))
    registrar = election.registrar_of(row)
    election.acts_for_registrar(act, registrar)
    count = len(manifest.classes)
    roll = election.roll_context
    if roll is None:
        raise Refused("the roll is not frozen")
    require((registrar, 0) not in election.keys, "the registrar has posted its keys")
    agency = manifest.registrars[registrar - 1].encode()
    for class_id, each in enumerate(row.rows("keys", count, count, 2)):
        key, proof = each.data("key", KEY_BYTES), each.data("proof", PROOF_BYTES)
        require(key not in election.keys.values(), "the key serves twice")
        labels = (roll, number(class_id), number(registrar), agency)
        act.check_later(check_key, labels, key, proof, f"key of class {class_id}")
        election.keys[registrar, class_id] = key


def commit_dealing(election: Election, act: Act) -> None:
    """Take the hash of a trustee's part, and its own encryption key."""
    row = act.row(4, election)
    election.preparing(act, (0, election.windows.commit_until_ms))
    trustee = election.trustee_of(row)
    election.acts_for_trustee(act, trustee)
    require(trustee not in election.commitments, "the trustee has committed")
    commitment, key = row.data("commitment", 64), row.data("encryption_key", 32)
    taken = [key for _, key in election.commitments.values()]
    require(key not in taken, "the encryption key is another trustee's")
    election.commitments[trustee] = (commitment, key)


def reveal_dealing(election: Election, act: Act) -> None:
    """Take a trustee's part, which must be what it committed to."""
    row = act.row(2, election).row("dealing", 4)
    manifest = election.manifest
    election.preparing(act, (election.windows.commit_until_ms, election.windows.reveal_until_ms))
    trustee, key = election.trustee_of(row), row.data("encryption_key", 32)
    coefficients = row.datas("coefficients", 1, _COEFFICIENTS_MAX, 32)
    proof = row.data("proof", 64)
    require(trustee in election.commitments, "the trustee has not committed")
    require(trustee not in election.dealings, "the trustee has revealed")
    election.acts_for_trustee(act, trustee)
    commitment, posted = election.commitments[trustee]
    require(key == posted, "not the encryption key that the trustee posted")
    require(len(coefficients) == manifest.shares_needed, "another number of coefficients")
    fields = (election.setup, number(trustee))
    opened = hashed("dkg-commit", *fields, listed(list(coefficients)))
    require(opened == commitment, "not what the trustee committed to")
    for coefficient in coefficients:
        point(coefficient, "coefficient")
    first = coefficients[0]
    proves = is_known("dkg-pok", (*fields, key, first), first, proof)
    require(proves, "the proof of knowledge does not hold")
    election.dealings[trustee] = Dealing(trustee, key, coefficients)


def deal_shares(election: Election, act: Act) -> None:
    """Take note that a dealer has sent its encrypted shares."""
    row = act.row(3, election)
    windows = election.windows
    election.preparing(act, (windows.reveal_until_ms, windows.deal_until_ms))
    trustee, count = election.trustee_of(row), len(election.dealings)
    election.acts_for_trustee(act, trustee)
    require(trustee in election.dealings, "the dealer has not revealed")
    require(trustee not in election.dealt, "the dealer has dealt")
    row.datas("sealed", count, count, _SEALED_BYTES)
    election.dealt.add(trustee)


def complain(election: Election, act: Act) -> None:
    """Take note that a trustee accuses a dealer."""
    row = act.row(3, election)
    windows = election.windows
    election.preparing(act, (windows.deal_until_ms, windows.complain_until_ms))
    accuser, dealer = election.trustee_of(row), election.trustee_of(row, "dealer")
    election.acts_for_trustee(act, accuser)
    require(dealer in election.dealt, "the accused has not dealt")
    require((dealer, accuser) not in election.complaints, "the complaint stands already")
    election.complaints[dealer, accuser] = False


def answer_complaint(election: Election, act: Act) -> None:
    """Decide a complaint by the share that the dealer shows."""
    row = act.row(4, election)
    windows = election.windows
    election.preparing(act, (windows.complain_until_ms, windows.answer_until_ms))
    dealer, accuser = election.trustee_of(row), row.agency("accuser")
    election.acts_for_trustee(act, dealer)
    shown = scalar(row.data("share", 32), "share")
    is_open = election.complaints.get((dealer, accuser)) is False
    require(is_open, "there is no open complaint of this")
    owed = share_point(election.dealings[dealer].coefficients, accuser)
    require(base(shown) == owed, "the shown share is not the one that is owed")
    election.complaints[dealer, accuser] = True


def open_election(election: Election, act: Act) -> None:
    """Make the election's context of roll, keys and trustees."""
    act.row(1, election)
    manifest, windows = election.manifest, election.windows
    first = max(windows.keys_until_ms, windows.answer_until_ms)
    election.preparing(act, (first, windows.issue_from_ms))
    require(election.roll_root is not None, "the roll is not frozen")
    numbers = range(1, len(manifest.registrars) + 1)
    registrars = [one for one in numbers if (one, 0) in election.keys]
    needed = manifest.tokens_needed
    require(len(registrars) >= needed, f"{len(registrars)} registrars have keys, {needed} sign")
    dealings = qualified(election)
    enough = len(dealings) >= manifest.shares_needed
    require(enough, f"{len(dealings)} trustees came through, {manifest.shares_needed} are needed")
    election.opening = _opening(election, act.height, dealings, registrars)


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


def _opening(
    election: Election, height: int, parts: list[Dealing], registrars: list[int]
) -> Opening:
    manifest = election.manifest
    columns = zip(*[part.coefficients for part in parts], strict=True)
    summed = tuple(total_of(list(column)) for column in columns)
    verification = {part.trustee: share_point(summed, part.trustee) for part in parts}
    require(ZERO not in (summed[0], *verification.values()), "a key is the identity")
    dealt = [
        listed([number(part.trustee), part.encryption_key, *part.coefficients]) for part in parts
    ]
    ceremony = hashed("dkg", election.setup, listed(dealt))
    context = hashed(
        "election",
        election.roll_context or b"",
        listed([listed(row) for row in _rows(election, registrars)]),
        number(manifest.tokens_needed),
        number(len(manifest.registrars)),
        listed([number(trustee) + key for trustee, key in verification.items()]),
        number(manifest.shares_needed),
        ceremony,
        summed[0],
    )
    return Opening(
        context=context,
        key=summed[0],
        qualified=verification,
        registrars=registrars,
        roll_root=election.roll_root or b"",
        ceremony=ceremony,
        height=height,
    )


def _rows(election: Election, registrars: list[int]) -> list[list[bytes]]:
    """Return what the context holds of each class: registrars' keys, or its ring."""
    if election.manifest.has_rings:
        return close_rings(election)
    classes = range(len(election.manifest.classes))
    return [[number(one) + election.keys[one, each] for one in registrars] for each in classes]
