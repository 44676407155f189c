"""What needs no OpenCV: thresholds, picture headers, and the refusal without it."""

import importlib
from types import SimpleNamespace

import pytest

from client.fvs.errors import BadFvsPolicy, BadImage, OpenCvMissing
from client.fvs.image import IMAGE_BYTES_MAX, check_image
from client.fvs.models import ModelFiles
from client.fvs.policy import Decision, FvsPolicy
from client.fvs.service import FvsService

POLICY = {
    "policy_id": "p1",
    "match_ppm": 400_000,
    "no_match_ppm": 300_000,
    "face_score_ppm": 900_000,
    "face_px_min": 80,
    "pad_level": 0,
}


def png(width: int, height: int) -> bytes:
    sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + b"IHDR" + sides


def jpeg(width: int, height: int, before: bytes = b"") -> bytes:
    frame = b"\xff\xc0\x00\x11\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return b"\xff\xd8" + (before or b"\xff\xe0\x00\x04ab") + frame


@pytest.mark.parametrize(
    ("similarity", "decision"),
    [
        (1_000_000, Decision.MATCH),
        (400_000, Decision.MATCH),
        (399_999, Decision.INCONCLUSIVE),
        (300_000, Decision.INCONCLUSIVE),
        (299_999, Decision.NO_MATCH),
        (-1_000_000, Decision.NO_MATCH),
    ],
)
def test_the_thresholds_belong_to_the_upper_side(similarity, decision):
    assert FvsPolicy(**POLICY).decide(similarity)[0] is decision


@pytest.mark.parametrize(
    "wrong",
    [
        {"policy_id": ""},
        {"policy_id": "x" * 33},
        {"match_ppm": 299_999},
        {"match_ppm": 1_000_001},
        {"no_match_ppm": -1_000_001},
        {"face_score_ppm": 0},
        {"face_score_ppm": 1_000_000},
        {"face_px_min": 0},
        {"pad_level": 3},
    ],
)
def test_thresholds_that_contradict_each_other_are_refused(wrong):
    with pytest.raises(BadFvsPolicy):
        FvsPolicy(**(POLICY | wrong))


@pytest.mark.parametrize(
    "data",
    [png(640, 480), jpeg(640, 480), jpeg(640, 480, before=b"\xff\xff\xe1\x00\x06abcd\xff\xff")],
)
def test_the_size_is_read_from_the_header(data):
    assert check_image(data) == (640, 480)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "neither"),
        (b"GIF89a", "neither"),
        (b"\x89PNG\r\n\x1a\n", "without its header"),
        (b"\xff\xd8\xff", "without its frame header"),
        (b"\xff\xd8\xff\xe0\xff\xff" + bytes(40), "without its frame header"),
        (b"\xff\xd8" + b"\xff" * 3_000, "without its frame header"),
        (png(6_001, 480), "6001 x 480"),
        (png(640, 63), "640 x 63"),
        (png(2**31, 2**31), "must have 64 to 6000"),
        (jpeg(65_535, 65_535), "must have 64 to 6000"),
        (bytes(IMAGE_BYTES_MAX + 1), "at most"),
    ],
)
def test_what_is_no_picture_within_the_limits_is_refused(data, said):
    with pytest.raises(BadImage, match=said):
        check_image(data)


def test_without_opencv_the_service_says_what_to_install(monkeypatch, tmp_path):
    def absent(name: str) -> object:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", absent)

    with pytest.raises(OpenCvMissing, match=r"pip install 'sapha\[fvs\]'"):
        FvsService(
            ModelFiles(detector=tmp_path / "d", embedder=tmp_path / "e"), FvsPolicy(**POLICY)
        )


@pytest.mark.parametrize("version", ["4.10.0", "5.0.0"])
def test_an_opencv_that_does_not_run_the_published_models_is_refused(
    monkeypatch, tmp_path, version
):
    monkeypatch.setattr(
        importlib, "import_module", lambda _name: SimpleNamespace(__version__=version)
    )

    with pytest.raises(OpenCvMissing, match=rf"OpenCV {version} does not run.*4\.11 or later"):
        FvsService(
            ModelFiles(detector=tmp_path / "d", embedder=tmp_path / "e"), FvsPolicy(**POLICY)
        )
