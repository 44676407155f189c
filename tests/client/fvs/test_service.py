"""The face verification service: real OpenCV over models that the tests make."""

from hashlib import sha256

import pytest

from client.fvs.errors import BadImage, FaceModelMissing, FaceModelUnusable, SamePicture
from client.fvs.models import ModelFiles, check_models
from client.fvs.policy import Decision, FvsPolicy, Reason
from client.fvs.service import FvsService

WHY = "the optional group fvs (opencv-python-headless) or onnx, which makes the models, is missing"
cv2 = pytest.importorskip("cv2", reason=WHY)
pytest.importorskip("onnx", reason=WHY)

from client.identity.errors import NoMatch  # noqa: E402
from contracts.identity.core.messages import PROOFING, MatchUse  # noqa: E402
from primitives.crypto import SigningKey  # noqa: E402
from tests.client.fvs.models import picture, save_detector, save_embedder  # noqa: E402
from tests.client.identity.chain import faces, with_nodes  # noqa: E402
from tests.client.identity.test_key_care import registered  # noqa: E402

POLICY = {
    "policy_id": "counter-2026",
    "match_ppm": 990_000,
    "no_match_ppm": 900_000,
    "face_score_ppm": 900_000,
    "face_px_min": 80,
    "pad_level": 1,
}
ALICE, BOB = 1, 7
USE = MatchUse("first-bank", PROOFING, SigningKey(b"k" * 32).public_key)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    return ModelFiles(
        detector=save_detector(folder / "detector.onnx"),
        embedder=save_embedder(folder / "embedder.onnx"),
    )


def service(files: ModelFiles, **changes: object) -> FvsService:
    return FvsService(files, FvsPolicy(**(POLICY | changes)))


def png(*people: int, **size: int) -> bytearray:
    return bytearray(cv2.imencode(".png", picture(*people, **size))[1].tobytes())


def enlarged(pixels, times: int) -> bytearray:
    """The picture, each pixel so many times as wide and high."""
    large = cv2.resize(pixels, None, fx=times, fy=times, interpolation=cv2.INTER_NEAREST)
    return bytearray(cv2.imencode(".png", large)[1].tobytes())


def jpeg(*people: int) -> bytearray:
    return bytearray(cv2.imencode(".jpg", picture(*people))[1].tobytes())


def test_two_pictures_of_one_person_match(files):
    verdict = service(files).compare(png(ALICE), png(ALICE, width=640))

    assert (verdict.decision, verdict.reason) == (Decision.MATCH, Reason.SIMILARITY)
    assert verdict.similarity_ppm >= 990_000


def test_two_pictures_of_two_people_do_not_match(files):
    verdict = service(files).compare(png(ALICE), png(BOB))

    assert verdict.decision is Decision.NO_MATCH
    assert verdict.similarity_ppm < 900_000


def test_a_similarity_between_the_thresholds_is_inconclusive(files):
    similarity = service(files).compare(png(ALICE), png(BOB)).similarity_ppm

    verdict = service(files, no_match_ppm=similarity).compare(png(ALICE), png(BOB))

    assert verdict.decision is Decision.INCONCLUSIVE
    assert verdict.reason is Reason.BETWEEN_THRESHOLDS
    assert verdict.similarity_ppm == similarity


def test_a_jpeg_is_taken_as_well(files):
    verdict = service(files).compare(jpeg(ALICE), png(ALICE))

    assert verdict.decision is Decision.MATCH


@pytest.mark.parametrize(
    ("people", "changes", "reason"),
    [
        ((), {}, Reason.NO_FACE),
        ((ALICE, BOB), {}, Reason.SEVERAL_FACES),
        ((ALICE,), {"face_px_min": 200}, Reason.FACE_TOO_SMALL),
    ],
)
def test_a_picture_without_one_clear_face_is_inconclusive(files, people, changes, reason):
    verdict = service(files, **changes).compare(png(ALICE), png(*people, width=640))

    assert (verdict.decision, verdict.reason) == (Decision.INCONCLUSIVE, reason)
    assert verdict.similarity_ppm is None


@pytest.mark.parametrize("gain", [0.0, float("nan")])
def test_an_embedding_without_direction_decides_nothing(files, tmp_path, gain):
    blind = save_embedder(tmp_path / "blind.onnx", gain=gain)
    fvs = service(ModelFiles(detector=files.detector, embedder=blind))

    verdict = fvs.compare(png(ALICE), png(ALICE, width=640))

    assert (verdict.decision, verdict.reason) == (Decision.INCONCLUSIVE, Reason.NO_FEATURES)


def test_a_large_picture_is_made_smaller_before_it_is_looked_at(files):
    pixels = service(files)._models.decode(enlarged(picture(ALICE), 3))

    assert pixels.shape == (960, 1_280, 3)


def test_a_face_too_large_for_the_detector_is_found_in_a_smaller_copy(files):
    """The detector of these tests knows faces of 112 pixels alone; this one has 224."""
    models = service(files)._models

    (face,) = models.faces(models.decode(enlarged(picture(ALICE, width=640, height=480), 2)))

    assert 222 <= face.width_px <= 224


def test_a_large_picture_of_a_person_matches_a_small_one(files):
    large = enlarged(picture(ALICE, width=640, height=480), 2)

    assert service(files).compare(large, png(ALICE)).decision is Decision.MATCH


def test_of_a_document_the_largest_face_counts_and_a_ghost_does_not(files):
    document = picture(BOB, ALICE, width=640, height=480)
    ghost = cv2.resize(document, (320, 240), interpolation=cv2.INTER_NEAREST)
    page = cv2.resize(picture(ALICE, width=640, height=480), (1_280, 960), None, 0, 0, 0)
    page[:240, 900:1_220] = ghost[:, :320]
    both = bytearray(cv2.imencode(".png", page)[1].tobytes())

    verdict = service(files).compare(both, png(ALICE))

    assert verdict.decision is Decision.MATCH


@pytest.mark.parametrize("encode", [png, jpeg])
def test_one_picture_given_twice_is_refused(files, encode):
    one, other = encode(ALICE), encode(ALICE)

    with pytest.raises(SamePicture):
        service(files).compare(one, other)

    assert not any(one)
    assert not any(other)


def test_one_picture_encoded_in_another_way_is_the_same(files):
    other = bytearray(cv2.imencode(".png", picture(ALICE), [cv2.IMWRITE_PNG_COMPRESSION, 0])[1])

    with pytest.raises(SamePicture):
        service(files).compare(png(ALICE), other)


def test_each_model_that_loads_is_named_with_its_digest_and_each_that_does_not_with_why(
    files, tmp_path
):
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"this is no model")

    version, (detector, embedder) = check_models(
        ModelFiles(detector=files.detector, embedder=broken)
    )

    assert version == cv2.__version__
    assert (detector.sha256, detector.fault) == (sha256(files.detector.read_bytes()).digest(), "")
    assert embedder.sha256 is None
    assert "broken.onnx: is no ONNX model" in embedder.fault


def test_both_pictures_are_zero_after_a_comparison(files):
    one, other = png(ALICE), png(BOB)
    lengths = len(one), len(other)

    service(files).compare(one, other)

    assert (bytes(one), bytes(other)) == (bytes(lengths[0]), bytes(lengths[1]))


def test_both_pictures_are_zero_after_a_refusal(files):
    one, other = png(ALICE), bytearray(b"GIF89a" + b"x" * 100)

    with pytest.raises(BadImage, match="neither a PNG nor a JPEG"):
        service(files).compare(one, other)

    assert not any(one)
    assert not any(other)


def test_a_picture_that_is_cut_off_inside_is_refused(files):
    broken = png(ALICE)
    broken[60:] = b"\0" * (len(broken) - 60)

    with pytest.raises(BadImage, match="cannot be decoded"):
        service(files).compare(png(ALICE), broken)


def test_the_evidence_names_models_policy_and_declared_pad_level_but_no_picture(files):
    fvs = service(files)
    verdict = fvs.compare(png(ALICE), png(ALICE, width=640))

    evidence = fvs.evidence(verdict, subject=b"\x01" * 32, decided_at=1_800_000_000)

    assert evidence["decision"] == "match"
    assert evidence["similarity_ppm"] == verdict.similarity_ppm
    assert (evidence["policy_id"], evidence["pad_level"]) == ("counter-2026", 1)
    assert {len(evidence[name]) for name in ("detector_sha256", "embedder_sha256")} == {64}
    assert all(isinstance(value, str | int) for value in evidence.values())


async def test_a_match_by_model_is_attested_on_the_ledger(files):
    chain = await with_nodes()
    sid = await registered(chain, "alice")
    fvs = service(files)
    verdict = fvs.compare(png(ALICE), png(ALICE, width=640))
    evidence = fvs.evidence(verdict, subject=sid, decided_at=chain.now)

    message, opening = faces(chain).attest(sid, evidence, USE, chain.now + 600)
    outcome = await faces(chain).office.send(message)

    assert outcome.is_ok
    assert (message.method, message.commit) == ("model", opening.commit)


async def test_two_different_faces_are_not_attested(files):
    chain = await with_nodes()
    fvs = service(files)
    verdict = fvs.compare(png(ALICE), png(BOB))
    evidence = fvs.evidence(verdict, subject=bytes(32), decided_at=chain.now)

    with pytest.raises(NoMatch):
        faces(chain).attest(bytes(32), evidence, USE, chain.now + 600)


def test_a_missing_model_stops_the_service_with_the_path(files, tmp_path):
    absent = ModelFiles(detector=tmp_path / "absent.onnx", embedder=files.embedder)

    with pytest.raises(FaceModelMissing, match=r"absent\.onnx.*no face model is shipped"):
        service(absent)


@pytest.mark.parametrize("content", [b"", b"this is no model"])
@pytest.mark.parametrize("which", ["detector", "embedder"])
def test_a_file_that_is_no_model_stops_the_service(files, tmp_path, which, content):
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    names = {"detector": files.detector, "embedder": files.embedder, which: path}

    with pytest.raises(FaceModelUnusable, match=r"broken\.onnx"):
        service(ModelFiles(**names))


def test_models_in_each_others_place_stop_the_service(files):
    with pytest.raises(FaceModelUnusable, match="is no face detector"):
        service(ModelFiles(detector=files.embedder, embedder=files.embedder))
    with pytest.raises(FaceModelUnusable, match="is no face embedder"):
        service(ModelFiles(detector=files.detector, embedder=files.detector))
