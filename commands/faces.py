"""`sapha id compare`, `sapha fvs check`: faces, by models that the operator brings."""

import json
from pathlib import Path

from client.fvs.models import ModelFiles, check_models
from client.fvs.policy import Decision, FvsPolicy
from client.fvs.service import FvsService
from commands.output import UsageFault, emit, lines, say
from genesis.files import read_text

_IMAGE_BYTES_READ_MAX = 16 * 1024 * 1024


_POLICY_FIELDS = ("match_ppm", "no_match_ppm", "face_score_ppm", "face_px_min", "pad_level")


def compare(  # noqa: PLR0913 - each is an option of the command
    reference: Path,
    probe: Path,
    *,
    detector: Path,
    embedder: Path,
    policy: Path,
    keep: bool,
    as_json: bool,
) -> None:
    """Compare two faces by your models; exit 0 only for a match. Says nothing of liveness."""
    service = FvsService(ModelFiles(detector=detector, embedder=embedder), _policy(policy))
    try:
        verdict = service.compare(_picture(reference), _picture(probe))
    finally:
        if not keep:
            reference.unlink(missing_ok=True)
            probe.unlink(missing_ok=True)
    data: dict[str, object] = {
        "decision": verdict.decision.value,
        "reason": verdict.reason.value,
        "similarity_ppm": verdict.similarity_ppm,
    }
    emit(data, lines(data), as_json=as_json)
    if verdict.decision is not Decision.MATCH:
        raise SystemExit(1)


def check(*, detector: Path, embedder: Path, policy: Path | None, as_json: bool) -> None:
    """Say which of your models load here; exit 0 only if both do."""
    version, found = check_models(ModelFiles(detector=detector, embedder=embedder))
    data: dict[str, object] = {"opencv": version}
    for one in found:
        digest = None if one.sha256 is None else one.sha256.hex()
        data |= {one.part: one.fault or "loads", f"{one.part}_sha256": digest}
    if policy is not None:
        declared = _policy(policy).pad_level
        data["pad_level"] = declared
        if declared == 0:
            say("pad_level is 0: no proofing at IAL 2.3 or above may rest on these comparisons")
    emit(data, lines(data), as_json=as_json)
    if any(one.fault for one in found):
        raise SystemExit(1)


def _policy(path: Path) -> FvsPolicy:
    try:
        document = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageFault(f"--policy {path}: is no readable JSON file") from error
    wanted = {"policy_id", *_POLICY_FIELDS}
    if not isinstance(document, dict) or set(document) != wanted:
        raise UsageFault(f"--policy {path}: must have exactly {', '.join(sorted(wanted))}")
    numbers = {name: document[name] for name in _POLICY_FIELDS}
    is_whole = all(type(number) is int for number in numbers.values())
    if not is_whole or not isinstance(document["policy_id"], str):
        raise UsageFault(f"--policy {path}: policy_id is text, the rest whole numbers")
    return FvsPolicy(policy_id=document["policy_id"], **numbers)


def _picture(path: Path) -> bytearray:
    """Read a picture into a buffer that can be overwritten; its copy on disk is not."""
    try:
        with path.open("rb") as file:
            size = min(path.stat().st_size, _IMAGE_BYTES_READ_MAX)
            picture = bytearray(size)
            file.readinto(picture)
    except OSError as error:
        raise UsageFault(f"{path}: {error.strerror or error}") from error
    return picture
