"""Loads the operator's face models and runs them; the only module that reaches OpenCV.

The detector is one of the form of YuNet (`FaceDetectorYN`: outputs cls, obj, bbox and kps at
strides 8, 16 and 32), the embedder one of the form of SFace (`FaceRecognizerSF`: 112 x 112 pixels
in, one vector out). No model is shipped: which one, and its error rates, are the operator's.
"""

import hashlib
import importlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from client.fvs.errors import (
    BadImage,
    FaceModelMissing,
    FaceModelUnusable,
    FvsFault,
    OpenCvMissing,
)
from client.fvs.image import check_image
from client.fvs.policy import PPM

MODEL_BYTES_MAX = 512 * 1024 * 1024
COMPARED_SIDE_PX = 1_280  # larger pictures are made smaller before anything is looked at
# A face is looked for at both: what fills the frame is found at the second only.
DETECTION_SIDES_PX = (640, 320)
_PROBE_SIDE_PX = 320
_EMBEDDER_SIDE_PX = 112
_OVERLAP_MAX = 0.3
_FACES_MAX = 50
_LOG_ERRORS = 2
_OPENCV_MIN = (4, 11)  # the first that loads both models from memory
_OPENCV_END = (5, 0)  # from here on SFace as it is published does not run

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


@dataclass(frozen=True, slots=True)
class _Library:
    """OpenCV and numpy, once they are there and of a version that works."""

    cv: OpenCv
    numpy: OpenCv

    def buffers(self, data: bytes) -> tuple[Vector, Vector]:
        """Return a model and the empty configuration as OpenCV takes them.

        From memory, so that what runs is what was hashed even if the file is replaced meanwhile.
        """
        kind = self.numpy.uint8
        return self.numpy.frombuffer(data, dtype=kind), self.numpy.zeros(0, dtype=kind)

    def black(self, side_px: int) -> Pixels:
        """Return a black picture, to try a model on."""
        return self.numpy.zeros((side_px, side_px, 3), dtype=self.numpy.uint8)

    def fitted(self, pixels: Pixels, side_px: int) -> Pixels:
        """Return the picture made smaller to at most this side, or itself when it is."""
        height, width = pixels.shape[:2]
        longest = max(height, width)
        if longest <= side_px:
            return pixels
        size = (max(1, width * side_px // longest), max(1, height * side_px // longest))
        return self.cv.resize(pixels, size, interpolation=self.cv.INTER_AREA)


class _Detector:
    """A face detector that has answered once: a wrong file fails now, not at the first citizen."""

    def __init__(self, library: _Library, path: Path, score: float) -> None:
        data = _read_model(path)
        self.sha256 = hashlib.sha256(data).digest()
        self._library, self._path = library, path
        limits = (score, _OVERLAP_MAX, _FACES_MAX)
        size = (_PROBE_SIDE_PX, _PROBE_SIDE_PX)
        create = library.cv.FaceDetectorYN.create
        try:
            self._network = create("onnx", *library.buffers(data), size, *limits)
        except library.cv.error as error:
            raise _unusable(path, "is no ONNX model", error) from error
        self.faces(library.black(_PROBE_SIDE_PX))

    def faces(self, pixels: Pixels) -> list[Face]:
        """Return the faces of a picture that reach the score, the largest first.

        They are looked for at each of DETECTION_SIDES_PX; what overlaps is one face.
        """
        rows = [row for side in DETECTION_SIDES_PX for row in self._rows_at(pixels, side)]
        boxes = [tuple(map(float, row[:4])) for row in rows]
        scores = [float(row[-1]) for row in rows]
        kept = self._library.cv.dnn.NMSBoxes(boxes, scores, 0.0, _OVERLAP_MAX) if rows else ()
        found = [Face(int(row[2]), int(row[3]), row) for row in (rows[one] for one in kept)]
        return sorted(found, key=lambda face: face.width_px * face.height_px, reverse=True)

    def _rows_at(self, pixels: Pixels, side_px: int) -> list[Vector]:
        """Return what is found in a picture of at most this side, in the picture's own pixels."""
        seen = self._library.fitted(pixels, side_px)
        height, width = seen.shape[:2]
        try:
            self._network.setInputSize((width, height))
            _, rows = self._network.detect(seen)
        except self._library.cv.error as error:
            raise _unusable(self._path, "is no face detector", error) from error
        finally:
            if seen is not pixels:
                seen.fill(0)
        if rows is None:
            return []
        scales = (pixels.shape[1] / width, pixels.shape[0] / height)
        places = self._library.numpy.array(scales * 7, dtype=rows.dtype)  # box, five landmarks
        rows[:, :-1] *= places
        return list(rows)


class _Embedder:
    """A face embedder that has answered once."""

    def __init__(self, library: _Library, path: Path) -> None:
        data = _read_model(path)
        self.sha256 = hashlib.sha256(data).digest()
        self._library, self._path = library, path
        try:
            self._network = library.cv.FaceRecognizerSF.create("onnx", *library.buffers(data))
        except library.cv.error as error:
            raise _unusable(path, "is no ONNX model", error) from error
        self._feature(library.black(_EMBEDDER_SIDE_PX))

    def embedding(self, pixels: Pixels, face: Face) -> Vector:
        """Return the vector of a face. Raises FaceModelUnusable."""
        aligned = self._network.alignCrop(pixels, face.row)
        try:
            return self._feature(aligned)
        finally:
            aligned.fill(0)

    def similarity_ppm(self, one: Vector, other: Vector) -> int | None:
        """Return the cosine similarity in millionths; None where a vector has no direction."""
        cv = self._library.cv
        lengths = [float(cv.norm(vector)) for vector in (one, other)]
        if not all(math.isfinite(length) and length > 0 for length in lengths):
            return None
        similarity = float(self._network.match(one, other, cv.FaceRecognizerSF_FR_COSINE))
        return max(-PPM, min(PPM, round(similarity * PPM)))

    def _feature(self, aligned: Pixels) -> Vector:
        try:
            vector = self._network.feature(aligned).copy()  # OpenCV reuses its buffer
        except self._library.cv.error as error:
            raise _unusable(self._path, "is no face embedder", error) from error
        if vector.ndim != 2 or vector.shape[0] != 1 or vector.shape[1] < 2:
            shape = " x ".join(map(str, vector.shape))
            raise FaceModelUnusable(
                f"{self._path}: is no face embedder (gives {shape} numbers, not 1 x n)"
            )
        return vector


class FaceModels:
    """A detector and an embedder that have each answered once. Use from one thread at a time."""

    def __init__(self, files: ModelFiles, face_score_ppm: int) -> None:
        """Load and try both models.

        Raises:
            OpenCvMissing: the optional group "fvs" is not installed.
            FaceModelMissing, FaceModelUnusable: names the file.
        """
        self._library = _open_cv()
        self._detector = _Detector(self._library, files.detector, face_score_ppm / PPM)
        self._embedder = _Embedder(self._library, files.embedder)
        self.detector_sha256 = self._detector.sha256
        self.embedder_sha256 = self._embedder.sha256
        self.faces = self._detector.faces
        self.embedding = self._embedder.embedding
        self.similarity_ppm = self._embedder.similarity_ppm

    def decode(self, image: bytearray) -> Pixels:
        """Return the picture's pixels, at most COMPARED_SIDE_PX a side. Raises BadImage."""
        check_image(image)
        cv, numpy = self._library.cv, self._library.numpy
        try:
            encoded = numpy.frombuffer(image, dtype=numpy.uint8)
            pixels = cv.imdecode(encoded, cv.IMREAD_COLOR)
        except cv.error as error:
            raise BadImage("the picture cannot be decoded") from error
        if pixels is None:
            raise BadImage("the picture cannot be decoded")
        fitted = self._library.fitted(pixels, COMPARED_SIDE_PX)
        if fitted is not pixels:
            pixels.fill(0)
        return fitted

    def are_same(self, one: Pixels, other: Pixels) -> bool:
        """Return whether two pictures are one: the same pixels, however they were encoded."""
        return one.shape == other.shape and bool((one == other).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """Whether a file loads and answers as what it is for; `fault` says why not, "" if it does."""

    part: str  # detector or embedder
    path: Path
    sha256: bytes | None
    fault: str


def check_models(files: ModelFiles) -> tuple[str, tuple[ModelCheck, ModelCheck]]:
    """Return OpenCV's version, and of each model whether it loads. Raises OpenCvMissing."""
    library = _open_cv()
    detector = _checked("detector", files.detector, lambda path: _Detector(library, path, 0.5))
    embedder = _checked("embedder", files.embedder, lambda path: _Embedder(library, path))
    return str(library.cv.__version__), (detector, embedder)


def _checked(part: str, path: Path, load: Callable[[Path], _Detector | _Embedder]) -> ModelCheck:
    try:
        return ModelCheck(part=part, path=path, sha256=load(path).sha256, fault="")
    except FvsFault as fault:
        return ModelCheck(part=part, path=path, sha256=None, fault=str(fault))


def _open_cv() -> _Library:
    try:
        opencv, numpy = importlib.import_module("cv2"), importlib.import_module("numpy")
    except ImportError as error:
        raise OpenCvMissing(
            f"face verification needs OpenCV ({error}); install it: pip install 'sapha[fvs]'"
        ) from error
    if not _OPENCV_MIN <= _version(opencv) < _OPENCV_END:
        raise OpenCvMissing(
            f"OpenCV {opencv.__version__} does not run the published face models; 4.11 or later"
            " is needed, below 5"
        )
    # Where it is, differs by version; without it OpenCV only says more on standard error.
    quieter = getattr(opencv.utils, "logging", opencv)
    if hasattr(quieter, "setLogLevel"):
        quieter.setLogLevel(_LOG_ERRORS)
    return _Library(opencv, numpy)


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
