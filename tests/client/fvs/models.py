"""Small ONNX models that the tests make: of the right form, and wrong in known ways.

The detector sees a face wherever a 32 x 32 cell of the picture is white; the face is then 112
pixels wide around that cell. The embedder gives the mean colours of sixteen fields, so pictures
drawn from one seed are one person.
"""

import math
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

CELL_PX = 32
FACE_PX = 112
STRIDES = (8, 16, 32)
# Where OpenCV's recogniser moves eyes, nose and mouth to in its 112 x 112 pixels.
LANDMARKS = (
    (38.2946, 51.6963),
    (73.5318, 51.5014),
    (56.0252, 71.7366),
    (41.5493, 92.3655),
    (70.7299, 92.2041),
)


def save_detector(path: Path) -> Path:
    """Save a detector with YuNet's twelve outputs."""
    nodes = [helper.make_node("ReduceMean", ["input"], ["grey"], axes=[1], keepdims=1)]
    constants: list = []
    for stride in STRIDES:
        nodes += _detect_at(stride, constants)
    outputs = [
        _value(f"{name}_{stride}", [1, None, width])
        for name, width in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10))
        for stride in STRIDES
    ]
    return _save(path, nodes, (_value("input", [1, 3, "h", "w"]), outputs, constants))


def _detect_at(stride: int, constants: list) -> list:
    def constant(name: str, numbers: object, kind: type = np.float32) -> str:
        constants.append(numpy_helper.from_array(np.array(numbers, kind), f"{name}{stride}"))
        return f"{name}{stride}"

    size = math.log(FACE_PX / stride)
    points = [(place - FACE_PX / 2) / stride + 0.5 for point in LANDMARKS for place in point]
    gain = 1.0 if stride == CELL_PX else 0.0
    node, cells = helper.make_node, f"cells{stride}"
    window = {"kernel_shape": [stride, stride], "strides": [stride, stride]}
    return [
        node("AveragePool", ["grey"], [f"mean{stride}"], **window),
        node("Reshape", [f"mean{stride}", constant("shape", [1, -1, 1], np.int64)], [cells]),
        node("Mul", [cells, constant("gain", [gain])], [f"scaled{stride}"]),
        node("Add", [f"scaled{stride}", constant("bias", [-200.0])], [f"logit{stride}"]),
        node("Sigmoid", [f"logit{stride}"], [f"cls_{stride}"]),
        node("Sigmoid", [f"logit{stride}"], [f"obj_{stride}"]),
        node("Mul", [cells, constant("zero", [0.0])], [f"nothing{stride}"]),
        node(
            "Add",
            [f"nothing{stride}", constant("box", [[[0.5, 0.5, size, size]]])],
            [f"bbox_{stride}"],
        ),
        node("Add", [f"nothing{stride}", constant("points", [[points]])], [f"kps_{stride}"]),
    ]


def save_embedder(path: Path, *, gain: float = 1.0) -> Path:
    """Save an embedder of 48 numbers; gain 0 makes all of them zero, NaN all of them NaN."""
    constants = [
        numpy_helper.from_array(np.array([-64.0], np.float32), "centre"),
        numpy_helper.from_array(np.array([gain], np.float32), "gain"),
    ]
    fields = {"kernel_shape": [28, 28], "strides": [28, 28]}
    nodes = [
        helper.make_node("AveragePool", ["data"], ["fields"], **fields),
        helper.make_node("Add", ["fields", "centre"], ["centred"]),
        helper.make_node("Mul", ["centred", "gain"], ["scaled"]),
        helper.make_node("Flatten", ["scaled"], ["fc1"], axis=1),
    ]
    ends = (_value("data", [1, 3, FACE_PX, FACE_PX]), [_value("fc1", [1, 48])], constants)
    return _save(path, nodes, ends)


def picture(*people: int, width: int = 512, height: int = 384) -> np.ndarray:
    """Return a black picture with one face for each seed, side by side; at most three."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for index, seed in enumerate(people):
        colours = np.random.default_rng(seed).integers(0, 128, (4, 4, 3)).astype(np.uint8)
        face = np.kron(colours, np.ones((28, 28, 1), np.uint8))
        top, left = CELL_PX * 4, CELL_PX * (2 + 4 * index)
        start = top + CELL_PX // 2 - FACE_PX // 2, left + CELL_PX // 2 - FACE_PX // 2
        pixels[start[0] : start[0] + FACE_PX, start[1] : start[1] + FACE_PX] = face
        pixels[top : top + CELL_PX, left : left + CELL_PX] = 255
    return pixels


def _value(name: str, shape: list) -> object:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _save(path: Path, nodes: list, ends: tuple) -> Path:
    given, outputs, constants = ends
    graph = helper.make_graph(nodes, "model", [given], outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    save(model, path)
    return path
