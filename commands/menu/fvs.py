"""The words of `sapha fvs`: what a user can write, and where it is done."""

from commands.framework.places import commands
from commands.menu.words import COMMON, listed

app = listed(
    "A face verification service: what an operator looks at before it works.",
    f"""
local {commands.faces.check}: check --detector --embedder [--policy]
    Say which of your face models load here, and why not; exit 0 only if both do.
    --detector FILE  ONNX face detector (YuNet's form).
    --embedder FILE  ONNX face embedder (SFace's form).
    --policy FILE  JSON of the thresholds; see docs/identity.md.
""",
    words=COMMON,
)
