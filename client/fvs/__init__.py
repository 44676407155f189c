"""Face verification for an FVS operator: their models, their thresholds, no pictures kept."""

from client.fvs.errors import (
    BadFvsPolicy,
    BadImage,
    FaceModelMissing,
    FaceModelUnusable,
    FvsFault,
    OpenCvMissing,
)
from client.fvs.models import ModelFiles
from client.fvs.policy import Decision, FvsPolicy, Reason
from client.fvs.service import FvsService, Verdict

__all__ = [
    "BadFvsPolicy",
    "BadImage",
    "Decision",
    "FaceModelMissing",
    "FaceModelUnusable",
    "FvsFault",
    "FvsPolicy",
    "FvsService",
    "ModelFiles",
    "OpenCvMissing",
    "Reason",
    "Verdict",
]
