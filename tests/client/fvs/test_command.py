"""`sapha id compare` with real models: the decision, the exit code, and the pictures are gone."""

import json

import pytest

from tests.cli.network import json_of
from tests.cli.runner import invoke

WHY = "the optional group fvs (opencv-python-headless) or onnx, which makes the models, is missing"
cv2 = pytest.importorskip("cv2", reason=WHY)
pytest.importorskip("onnx", reason=WHY)

from commands.menu.fvs import app as fvs  # noqa: E402
from commands.menu.identity import app  # noqa: E402
from tests.client.fvs.models import picture, save_detector, save_embedder  # noqa: E402
from tests.client.fvs.test_service import ALICE, BOB, POLICY  # noqa: E402


def compare(folder, one: int, other: int, *more: str):
    (folder / "policy.json").write_text(json.dumps(POLICY))
    for name, person, width in (("document.png", one, 512), ("seen.png", other, 640)):
        cv2.imwrite(str(folder / name), picture(person, width=width))
    models = (save_detector(folder / "d.onnx"), save_embedder(folder / "e.onnx"))
    options = ("--detector", models[0], "--embedder", models[1], "--policy", folder / "policy.json")
    arguments = ("compare", folder / "document.png", folder / "seen.png", *options, *more)
    return invoke(app, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("other", "decision", "exit_code"), [(ALICE, "match", 0), (BOB, "no-match", 1)]
)
def test_the_exit_code_says_whether_they_match(tmp_path, other, decision, exit_code):
    result = compare(tmp_path, ALICE, other, "--json")

    assert json_of(result)["decision"] == decision
    assert result.exit_code == exit_code


def test_the_pictures_are_deleted_unless_they_are_to_be_kept(tmp_path):
    compare(tmp_path, ALICE, ALICE, "--keep")
    kept = (tmp_path / "document.png").exists() and (tmp_path / "seen.png").exists()

    compare(tmp_path, ALICE, ALICE)

    left = (tmp_path / "document.png").exists() or (tmp_path / "seen.png").exists()
    assert (kept, left) == (True, False)


def check(detector, embedder, *more: str):
    options = ("--detector", detector, "--embedder", embedder)
    return invoke(fvs, ["check", *map(str, options), *map(str, more)])


def test_the_check_says_which_models_load(tmp_path):
    detector, embedder = save_detector(tmp_path / "d.onnx"), save_embedder(tmp_path / "e.onnx")

    both, swapped = check(detector, embedder, "--json"), check(embedder, embedder, "--json")

    assert (both.exit_code, swapped.exit_code) == (0, 1)
    assert json_of(both)["detector"] == json_of(both)["embedder"] == "loads"
    assert len(json_of(both)["detector_sha256"]) == 64
    assert "is no face detector" in json_of(swapped)["detector"]
    assert json_of(swapped)["embedder"] == "loads"


def test_the_check_says_that_a_policy_without_pad_bears_no_high_level(tmp_path):
    (tmp_path / "policy.json").write_text(json.dumps(POLICY | {"pad_level": 0}))
    detector, embedder = save_detector(tmp_path / "d.onnx"), save_embedder(tmp_path / "e.onnx")

    result = check(detector, embedder, "--policy", tmp_path / "policy.json", "--json")

    assert "no proofing at IAL 2.3" in result.stderr
    assert json_of(result)["pad_level"] == 0
