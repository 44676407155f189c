"""What an accepted record says: the result, the public numbers, and how much was checked."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from verifier.election import Election
from verifier.manifest import English, Manifest
from verifier.methods import table_of
from verifier.questions import Contest
from verifier.record import Verified
from verifier.seating import has_quorum, seats_of, turnout

_BLANK_TH, _BLANK_EN = "ไม่ประสงค์ลงคะแนน", "blank"
_RESTING = "who acts for which agency, whom identity attests, the order and time of blocks"
_NUMBERS = ("eligible", "requested", "covered", "pseudonyms", "counted")


def document(verified: Verified) -> dict[str, Any]:
    """Return the report as plain data."""
    election, manifest = verified.election, verified.election.manifest
    return {
        "accepted": True,
        "election_id": election.election_id,
        "title_th": manifest.title_th,
        "title_en": manifest.title_en,
        "chain_id": verified.network.chain_id,
        "genesis_hash": "0x" + verified.network.genesis_hash.hex(),
        "height": verified.header.height,
        "stage": stage_of(election, verified.header.time_ms),
        "manifest_hash": "0x" + election.setup.hex(),
        "moved_dates": _moved_dates(election),
        "authority": election.agency,
        "registrars": list(manifest.registrars),
        "trustees": list(manifest.trustees),
        "actors": _actors(election),
        "seating": _seating(election),
        "result": _result(election),
        "overissued": sorted(election.surplus),
        "classes": [
            {"name_th": one.name_th, "name_en": one.name_en, "weight": one.weight}
            | dict(zip(_NUMBERS, totals.chain(), strict=True))
            | {"joins": one.joins, "opened_weight": _opened_weight(election, class_id)}
            | {"signers": _signers(election, class_id)}
            for class_id, (one, totals) in enumerate(
                zip(manifest.classes, election.totals, strict=True)
            )
        ],
        "checked": _checked(verified),
        "requests": len(election.requests),
        "proven_keys": verified.proven_keys,
        "vouched": verified.replayed.vouched,
    }


def text(verified: Verified) -> str:
    """Return the report for people to read."""
    said, manifest = document(verified), verified.election.manifest
    head = f"ACCEPTED: election {said['election_id']}, {said['title_th']} / {said['title_en']}"
    genesis = "  compare this hash with the one that the agencies publish"
    where = f"network {said['chain_id']}\ngenesis {said['genesis_hash']}\n{genesis}"
    where += f"\nmanifest (ctx_0), with its seats, quorum and dates {said['manifest_hash']}"
    lines = [
        head,
        where,
        "",
        *_result_lines(said),
        *_seating_lines(said["seating"]),
        *_surplus_lines(said),
        *_moved_lines(said["moved_dates"]),
        "",
        *_agency_lines(said, manifest),
        "",
        "Of each class, eligible >= requested >= covered, and requested >= pseudonyms >= counted:",
    ]
    for one in said["classes"]:
        numbers = ", ".join(f"{name} {one[name]}" for name in _NUMBERS)
        weight = f"weight {one['weight']}{_opened(one, manifest)}"
        lines.append(f"  {one['name_th']} / {one['name_en']}, {weight}: {numbers}")
        if one["signers"]:
            lines.append(f"    tokens signed by {', '.join(one['signers'])}")
    lines += ["", "Checked, and all of it is right:"]
    lines += [f"  {count} {what}" for what, count in said["checked"].items()]
    validators = verified.network.deciding(verified.header.height)
    seals = f"at least {validators.quorum} of {len(validators)} validators{_since(verified)}"
    lines += ["", f"Resting on the seals of {seals} (see README.md):", f"  {_RESTING}"]
    unproven = said["requests"] - said["proven_keys"]
    if unproven:
        lines.append(
            f"  that the keys of {unproven} requests are their voters': the record carries no"
            " proof of identity for them"
        )
    if said["vouched"]:
        lines.append(
            f"  that the keys of {said['vouched']} entries are those of the sender's account"
        )
    return "\n".join(lines)


def _since(verified: Verified) -> str:
    """Return how those who sealed the record came after the genesis' validators, if others did."""
    count = len(verified.network.sets) - 1
    return f", who follow from the genesis by {count} proven changes," if count else ""


def _opened_weight(election: Election, class_id: int) -> int | None:
    """Return what ballots of a class weigh in the sums, nothing before the count."""
    return None if election.closing is None else election.closing.weights[class_id]


def _opened(one: dict[str, Any], manifest: Manifest) -> str:
    """Return how a class was counted and why, where it is not by its own weight."""
    if one["opened_weight"] in (None, one["weight"]):
        return ""
    few = f"fewer than {manifest.class_size_min} ballots of this weight"
    if one["opened_weight"]:
        return f" ({few}: counted with weight {one['opened_weight']})"
    if one["joins"] is None:
        return f" ({few}: not opened, it joins no other class)"
    joined = manifest.classes[one["joins"]].name_en
    return f" ({few}, too few with {joined} as well: not opened)"


def _signers(election: Election, class_id: int) -> list[str]:
    """Return the names of the registrars that sign for a class, none before it is fixed."""
    signers = election.signers.get(class_id)
    chosen = () if signers is None else signers.registrars
    return [election.manifest.registrars[one - 1] for one in chosen]


def _agency_lines(said: dict[str, Any], manifest: Manifest) -> list[str]:
    """Return who had which part; no agency has two."""
    registrars, trustees = said["registrars"], said["trustees"]
    apart = len(registrars) - manifest.tokens_needed + 1
    right_to_vote = [
        f"The right to vote is confirmed by {', '.join(registrars)}:",
        f"  {manifest.tokens_needed} who sign for a class could together stuff the box,"
        f" {apart} shut a voter out.",
    ]
    if manifest.has_rings:
        right_to_vote = [
            "The right to vote is each voter's own key in the ring of its class; no registrar:",
            "  a ballot is one of its ring's. Who posted a key is public, who voted is not, unless",
            "  all of a ring voted, or those who did not are known.",
        ]
    return [
        f"Founded by {said['authority']}.",
        *right_to_vote,
        f"The box is opened by {', '.join(trustees)}:",
        f"  {manifest.shares_needed} of them together could read ballots.",
        f"Accounts that acted, each for one part alone: {_counted(said['actors'])}.",
    ]


def _counted(actors: dict[str, list[str]]) -> str:
    return ", ".join(f"{part} {len(accounts)}" for part, accounts in actors.items())


def _surplus_lines(said: dict[str, Any]) -> list[str]:
    if not said["overissued"]:
        return []
    lines = []
    for class_id in said["overissued"]:
        one = said["classes"][class_id]
        lines += [
            f"OVERISSUED: class {one['name_en']}: {one['requested']} asked for a token,"
            f" {one['requested'] + 1} or more were shown:",
            "  all who sign for it cheated. If there is a result, authority and official went on,",
            "  and it counts the first ballots, one for each request.",
        ]
    return lines


def _moved_lines(moved: list[dict[str, Any]]) -> list[str]:
    """Return which dates are others than the manifest's."""
    if not moved:
        return []
    rows = [f"  {one['date']}: {_utc(one['was_ms'])} -> {_utc(one['is_ms'])}" for one in moved]
    return ["Dates that authority and official moved together:", *rows]


def _utc(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _moved_dates(election: Election) -> list[dict[str, Any]]:
    before, after = election.manifest.windows, election.windows
    named = zip(fields(before), before.dates(), after.dates(), strict=True)
    return [
        {"date": one.name.removesuffix("_ms"), "was_ms": was, "is_ms": now}
        for one, was, now in named
        if was != now
    ]


def _actors(election: Election) -> dict[str, list[str]]:
    """Return the accounts, keys' too, that acted for each part, by part."""
    found: dict[str, list[str]] = {}
    for account, part in sorted(election.actors.items(), key=lambda each: (each[1], each[0])):
        found.setdefault(part, []).append("0x" + account.hex())
    return found


def _seating(election: Election) -> dict[str, Any]:
    """Return what the manifest says of seats, and whether there is a quorum."""
    seating = election.manifest.seating
    voted, eligible = turnout(election.totals)
    return {
        "seats": list(seating.seats),
        "quorum_percent": seating.quorum_percent,
        "lots_from": seating.lots_from,
        "voted": voted,
        "eligible": eligible,
        "has_quorum": has_quorum(election.totals, seating.quorum_percent),
    }


def _seating_lines(seating: dict[str, Any]) -> list[str]:
    verdict = "reached" if seating["has_quorum"] else "NOT reached"
    return [
        f"Quorum of {seating['quorum_percent']} % of the roll {verdict}:"
        f" {seating['voted']} of {seating['eligible']} voted.",
        f"Lots, where places are tied for a seat, by the manifest from: {seating['lots_from']}",
    ]


def stage_of(election: Election, time_ms: int) -> str:
    """Return where the election stands at a time."""
    windows = election.windows
    if election.cancelled is not None:
        return "cancelled"
    if election.is_annulled:
        return "annulled"
    if election.opening is None:
        return "void" if time_ms >= windows.issue_from_ms else "preparing"
    if time_ms < windows.cast_until_ms:
        return "running"
    return _after_close(election, time_ms)


def _after_close(election: Election, time_ms: int) -> str:
    closing, manifest = election.closing, election.manifest
    if election.result is not None:
        return "tallied"
    if closing is not None and not any(closing.weights):
        return "withheld"
    if election.surplus and not election.is_accepted:
        return "overissued"
    is_late = time_ms >= election.windows.decrypt_until_ms
    if is_late and len(election.shares) < manifest.shares_needed:
        return "unrecoverable"
    return "closed"


def _result(election: Election) -> list[dict[str, Any]] | None:
    result, manifest = election.result, election.manifest
    if result is None:
        return None
    return [
        {
            "title_th": contest.title,
            "title_en": english.title,
            "kind": contest.kind,
            "options": _options(contest, english, counts),
            "blank": counts[-1] if contest.has_blank else None,
            "counts": counts,
            "grades": _grades(contest, counts),
            "before": _before(contest, counts),
            "seats": seats,
        }
        | _elected(contest, counts, seats)
        for contest, english, counts, seats in zip(
            manifest.contests,
            manifest.english,
            result.counts,
            manifest.seating.seats,
            strict=True,
        )
    ]


def _elected(contest: Contest, counts: list[int], seats: int) -> dict[str, list[str]]:
    """Return who has the seats of a contest, and who is tied for those that are left."""
    elected, tied = seats_of(contest.standing(counts).places, seats)
    names = contest.options
    return {"elected": [names[at] for at in elected], "tied": [names[at] for at in tied]}


def _options(contest: Contest, english: English, counts: list[int]) -> list[dict[str, Any]]:
    """Return names, points, places, and with score the median grade, of each option."""
    standing = contest.standing(counts)
    is_graded = contest.kind == "score"
    medians = [contest.grades[one] for one in contest.medians(counts)] if is_graded else None
    return [
        {
            "th": contest.options[at],
            "en": english.options[at],
            "points": standing.points[at],
            "place": standing.places[at],
        }
        | ({} if medians is None else {"median": medians[at]})
        for at in range(len(contest.options))
    ]


def _grades(contest: Contest, counts: list[int]) -> list[dict[str, int]] | None:
    """Return how often each option got each grade, of score only."""
    if contest.kind != "score":
        return None
    return [dict(zip(contest.grades, row, strict=True)) for row in contest.rows(counts)]


def _before(contest: Contest, counts: list[int]) -> list[list[int]] | None:
    """Return how many placed the option of the row before that of the column, of rankings only."""
    if not contest.is_ranked:
        return None
    table, numbers = table_of(len(contest.options), counts), range(len(contest.options))
    return [[table.get((row, column), 0) for column in numbers] for row in numbers]


def _result_lines(said: dict[str, Any]) -> list[str]:
    if said["result"] is None:
        return [f"There is no result: the election is {said['stage']} at block {said['height']}."]
    lines = ["Result:"]
    for contest in said["result"]:
        lines.append(f"  {contest['title_th']} / {contest['title_en']} ({contest['kind']})")
        for at, option in enumerate(contest["options"]):
            said_of = f"{option['points']}{_more(contest, at)}"
            lines.append(f"    {option['place']}. {option['th']} / {option['en']}: {said_of}")
        if contest["blank"] is not None:
            lines.append(f"    {_BLANK_TH} / {_BLANK_EN}: {contest['blank']}")
        lines.append(f"    seats {contest['seats']}: {', '.join(contest['elected']) or 'nobody'}")
        if contest["tied"]:
            lines.append(f"    tied for what is left, lots decide: {', '.join(contest['tied'])}")
    return lines


def _more(contest: dict[str, Any], at: int) -> str:
    """Return what is shown after an option's points: its grades, or its row of the table."""
    if contest["grades"] is not None:
        grades = ", ".join(f"{grade} {count}" for grade, count in contest["grades"][at].items())
        return f" (median {contest['options'][at]['median']}; {grades})"
    if contest["before"] is None:
        return ""
    row = ", ".join("-" if at == one else str(n) for one, n in enumerate(contest["before"][at]))
    return f" (before the others: {row})"


def _checked(verified: Verified) -> dict[str, int]:
    election, replayed = verified.election, verified.replayed
    acts = replayed.acts
    ballots = acts.get("cast_ballot", 0) + acts.get("spoil_ballot", 0)
    shown = ballots + acts.get("commit_ballot", 0)
    contests = election.manifest.contests
    proofs = sum(one.proof_count for one in contests)
    counted = 0 if election.closing is None else election.closing.ballots
    found = {
        "entries, in order and none missing": replayed.entries,
        "signatures of senders": replayed.signatures,
        "voters on the roll, under its root": len(election.voters),
        "keys of registrars, each shown to be its owner's": len(election.keys),
        "parts of the trustees' key, with proof": len(election.dealings),
        "complaints, of which each was answered or put its dealer out": len(election.complaints),
        "requests for a token, each signed by its voter": len(election.requests),
        "one-time keys in rings, each signed by its voter and its owner's": len(election.members),
        "keys of requests, each proven by identity to be the voter's": verified.proven_keys,
        "blind signatures": sum(one.signed.bit_count() for one in election.requests.values()),
        "refusals of registrars": acts.get("refuse_token", 0),
        "tokens on ballots and announcements": shown,
        "ballots announced": acts.get("commit_ballot", 0),
        "ballots cast": acts.get("cast_ballot", 0),
        "ballots superseded by a later one": acts.get("cast_ballot", 0) - len(election.box),
        "ballots spoiled, each opened": acts.get("spoil_ballot", 0),
        "proofs of ballots": ballots * proofs,
        "ballots counted": counted,
        "shares of trustees, with proof": sum(map(len, election.shares.values())),
    }
    return {what: count for what, count in found.items() if count > 0}
