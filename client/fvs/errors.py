"""Why a face verification service cannot work, or does not take an image.

SaphaError
├── LocalFault
│   └── FvsFault               the service cannot start here
│       ├── OpenCvMissing      the optional group "fvs" is not installed
│       ├── FaceModelMissing   a model file is not there or cannot be read
│       └── FaceModelUnusable  a file is no model of the kind that is wanted
└── Rejected
    ├── BadImage               the bytes are no picture that the service takes
    ├── SamePicture            both pictures of a comparison are one
    └── BadFvsPolicy           the thresholds contradict each other
"""

from primitives.errors import LocalFault, Rejected


class FvsFault(LocalFault):
    """Face verification cannot run on this machine as it is set up."""


class OpenCvMissing(FvsFault):
    """OpenCV is not installed; it comes with the optional group "fvs"."""


class FaceModelMissing(FvsFault):
    """A model file that the operator named is not there or cannot be read."""


class FaceModelUnusable(FvsFault):
    """A file is not an ONNX model with the inputs and outputs that are wanted."""


class BadImage(Rejected):
    """The bytes are not a PNG or JPEG picture within the limits."""


class SamePicture(Rejected):
    """Both pictures of a comparison have the same pixels: one was made of the other."""


class BadFvsPolicy(Rejected):
    """The thresholds of a face verification policy contradict each other."""
