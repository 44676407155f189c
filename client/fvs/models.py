"""Loads the operator's face models and runs them; the only module that reaches OpenCV.

The detector is one of the form of YuNet (`FaceDetectorYN`: outputs cls, obj, bbox and kps at
strides 8, 16 and 32), the embedder one of the form of SFace (`FaceRecognizerSF`: 112 x 112 pixels
in, one vector out). No model is shipped: which one, and its error rates, are the operator's.
"""

import hashlib
import importlib
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from client.fvs.errors import BadImage, FaceModelMissing, FaceModelUnusable, OpenCvMissing
from client.fvs.image import check_image
from client.fvs.policy import PPM

MODEL_BYTES_MAX = 512 * 1024 * 1024
DETECTION_SIDE_PX = 1_280  # larger pictures are made smaller for detection and comparison
_PROBE_SIDE_PX = 320
_EMBEDDER_SIDE_PX = 112
_OVERLAP_MAX = 0.3
_FACES_MAX = 50
_LOG_ERRORS = 2
_OPENCV_MIN = (4, 11)  # the first that loads both models from memory

# OpenCV is optional, so its types are not there to name: modules, arrays, networks.
OpenCv: TypeAlias = Any
Pixels: TypeAlias = Any
Vector: TypeAlias = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """The two ONNX files that the operator supplies."""

    detector: Path
    embedder: Path


@dataclass(frozen=True, slots=True)
class Face:
    """One face found; `row` is OpenCV's: box, five landmarks, score."""

    width_px: int
    height_px: int
    row: Vector


class FaceModels:
    """A detector and an embedder that have each answered once. Use from one thread at a time."""

    def __init__(self, files: ModelFiles, face_score_ppm: int) -> None:
        """Load and try both models.

        Raises:
            OpenCvMissing: the optional group "fvs" is not installed.
            FaceModelMissing, FaceModelUnusable: names the file.
        """
        self._cv, self._numpy = _open_cv()
        detector, embedder = _read_model(files.detector), _read_model(files.embedder)
        self.detector_sha256 = hashlib.sha256(detector).digest()
        self.embedder_sha256 = hashlib.sha256(embedder).digest()
        self._files = files
        self._detector = self._load_detector(detector, face_score_ppm / PPM)
        self._embedder = self._load_embedder(embedder)
        self._try()

    def decode(self, image: bytearray) -> Pixels:
        """Return the picture's pixels, at most DETECTION_SIDE_PX a side. Raises BadImage."""
        check_image(image)
        try:
            encoded = self._numpy.frombuffer(image, dtype=self._numpy.uint8)
            pixels = self._cv.imdecode(encoded, self._cv.IMREAD_COLOR)
        except self._cv.error as error:
            raise BadImage("the picture cannot be decoded") from error
        if pixels is None:
            raise BadImage("the picture cannot be decoded")
        return self._fitted(pixels)

    def faces(self, pixels: Pixels) -> list[Face]:
        """Return the faces of a picture that reach the score."""
        height, width = pixels.shape[:2]
        try:
            self._detector.setInputSize((width, height))
            _, rows = self._detector.detect(pixels)
        except self._cv.error as error:
            raise _unusable(self._files.detector, "is no face detector", error) from error
        return [Face(int(row[2]), int(row[3]), row) for row in ([] if rows is None else rows)]

    def embedding(self, pixels: Pixels, face: Face) -> Vector:
        """Return the embedder's vector of a face. Raises FaceModelUnusable."""
        aligned = self._embedder.alignCrop(pixels, face.row)
        try:
            return self._feature(aligned)
        finally:
            aligned.fill(0)

    def similarity_ppm(self, one: Vector, other: Vector) -> int | None:
        """Return the cosine similarity in millionths; None where a vector has no direction."""
        lengths = [float(self._cv.norm(vector)) for vector in (one, other)]
        if not all(math.isfinite(length) and length > 0 for length in lengths):
            return None
        kind = self._cv.FaceRecognizerSF_FR_COSINE
        similarity = float(self._embedder.match(one, other, kind))
        return max(-PPM, min(PPM, round(similarity * PPM)))

    def _load_detector(self, data: bytes, score: float) -> OpenCv:
        size = (_PROBE_SIDE_PX, _PROBE_SIDE_PX)
        limits = (score, _OVERLAP_MAX, _FACES_MAX)
        try:
            return self._cv.FaceDetectorYN.create("onnx", *self._buffers(data), size, *limits)
        except self._cv.error as error:
            raise _unusable(self._files.detector, "is no ONNX model", error) from error

    def _load_embedder(self, data: bytes) -> OpenCv:
        try:
            return self._cv.FaceRecognizerSF.create("onnx", *self._buffers(data))
        except self._cv.error as error:
            raise _unusable(self._files.embedder, "is no ONNX model", error) from error

    def _buffers(self, data: bytes) -> tuple[Vector, Vector]:
        """Return the model and the empty configuration as OpenCV takes them.

        From memory, so that what runs is what was hashed even if the file is replaced meanwhile.
        """
        kind = self._numpy.uint8
        return self._numpy.frombuffer(data, dtype=kind), self._numpy.zeros(0, dtype=kind)

    def _try(self) -> None:
        """Run both models on black pixels: a wrong file fails now, not at the first citizen."""
        black = self._numpy.zeros((_PROBE_SIDE_PX, _PROBE_SIDE_PX, 3), dtype=self._numpy.uint8)
        self.faces(black)
        self._feature(black[:_EMBEDDER_SIDE_PX, :_EMBEDDER_SIDE_PX].copy())

    def _feature(self, aligned: Pixels) -> Vector:
        try:
            vector = self._embedder.feature(aligned).copy()  # OpenCV reuses its buffer
        except self._cv.error as error:
            raise _unusable(self._files.embedder, "is no face embedder", error) from error
        if vector.ndim != 2 or vector.shape[0] != 1 or vector.shape[1] < 2:
            shape = " x ".join(map(str, vector.shape))
            raise FaceModelUnusable(
                f"{self._files.embedder}: is no face embedder (gives {shape} numbers, not 1 x n)"
            )
        return vector

    def _fitted(self, pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        longest = max(height, width)
        if longest <= DETECTION_SIDE_PX:
            return pixels
        size = (max(1, width * DETECTION_SIDE_PX // longest),
                max(1, height * DETECTION_SIDE_PX // longest))  # fmt: skip
        smaller = self._cv.resize(pixels, size, interpolation=self._cv.INTER_AREA)
        pixels.fill(0)
        return smaller


def _open_cv() -> tuple[OpenCv, OpenCv]:
    try:
        opencv, numpy = importlib.import_module("cv2"), importlib.import_module("numpy")
    except ImportError as error:
        raise OpenCvMissing(
            f"face verification needs OpenCV ({error}); install it: pip install 'sapha[fvs]'"
        ) from error
    if _version(opencv) < _OPENCV_MIN:
        raise OpenCvMissing(f"OpenCV {opencv.__version__} is too old; 4.11 or later is needed")
    # Where it is, differs by version; without it OpenCV only says more on standard error.
    quieter = getattr(opencv.utils, "logging", opencv)
    if hasattr(quieter, "setLogLevel"):
        quieter.setLogLevel(_LOG_ERRORS)
    return opencv, numpy


def _version(opencv: OpenCv) -> tuple[int, ...]:
    numbers = re.match(r"(\d+)\.(\d+)", str(opencv.__version__))
    return tuple(map(int, numbers.groups())) if numbers else (0, 0)


def _read_model(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not 0 < size <= MODEL_BYTES_MAX:
            raise FaceModelUnusable(f"{path}: {size} bytes, must have 1 to {MODEL_BYTES_MAX}")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise FaceModelMissing(
            f"{path}: {reason}; no face model is shipped, give the path of yours"
        ) from error


def _unusable(path: Path, what: str, error: Exception) -> FaceModelUnusable:
    said = str(getattr(error, "err", "") or error).strip().splitlines()
    return FaceModelUnusable(f"{path}: {what} ({said[0] if said else 'no reason given'})")
