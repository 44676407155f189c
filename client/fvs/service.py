"""Two pictures in, a decision out; the pictures do not survive the call."""

import threading
from dataclasses import dataclass

from client.fvs.errors import SamePicture
from client.fvs.image import wipe
from client.fvs.models import Face, FaceModels, ModelFiles, Pixels
from client.fvs.policy import Decision, FvsPolicy, Reason

EVIDENCE_TYPE = "sapha/fvs/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a comparison came to; holds no picture and no embedding.

    `similarity_ppm` is None when there was nothing to compare.
    """

    decision: Decision
    reason: Reason
    similarity_ppm: int | None


class FvsService:
    """Compares two faces by the operator's models and policy.

    Not claimed: that a living person stood before the camera. That is the capture's matter, and
    `pad_level` in the policy is only what the operator declares of it.
    """

    def __init__(self, files: ModelFiles, policy: FvsPolicy) -> None:
        """Load both models.

        Raises:
            OpenCvMissing, FaceModelMissing, FaceModelUnusable: the service refuses to start.
        """
        self.policy = policy
        self._models = FaceModels(files, policy.face_score_ppm)
        self._lock = threading.Lock()

    def compare(self, reference: bytearray, probe: bytearray) -> Verdict:
        """Compare the face of a document or record with the one seen now.

        Both buffers are overwritten with zeros, whatever happens; so are the decoded pixels and
        the embeddings. Copies that the caller made before are the caller's.

        Raises:
            BadImage: a picture is no PNG or JPEG within the limits.
            SamePicture: both are one picture, which would match by itself.
            FaceModelUnusable: a model fails on this input.
        """
        try:
            with self._lock:
                return self._compare(reference, probe)
        finally:
            wipe(reference)
            wipe(probe)

    def evidence(self, verdict: Verdict, *, subject: bytes, decided_at: int) -> dict[str, object]:
        """Return what the service attests, for the commitment of its attestation.

        `subject` is the subject's id on the ledger, `decided_at` a Unix time in seconds. The
        digests say which models decided.
        """
        policy = self.policy
        return {
            "type": EVIDENCE_TYPE,
            "subject": subject.hex(),
            "decision": verdict.decision.value,
            "reason": verdict.reason.value,
            "similarity_ppm": verdict.similarity_ppm,
            "policy_id": policy.policy_id,
            "match_ppm": policy.match_ppm,
            "no_match_ppm": policy.no_match_ppm,
            "detector_sha256": self._models.detector_sha256.hex(),
            "embedder_sha256": self._models.embedder_sha256.hex(),
            "pad_level": policy.pad_level,
            "decided_at": decided_at,
        }

    def _compare(self, reference: bytearray, probe: bytearray) -> Verdict:
        decoded: list[Pixels] = []
        try:
            for image in (reference, probe):
                decoded.append(self._models.decode(image))
            if self._models.are_same(*decoded):
                raise SamePicture("document and person are one picture; nothing is compared")
            found = [self._face_of_document(decoded[0]), self._only_face(decoded[1])]
            faces = [face for face in found if isinstance(face, Face)]
            reasons = [reason for reason in found if isinstance(reason, Reason)]
            if reasons:
                return _inconclusive(reasons[0])
            return self._judge(decoded, faces)
        finally:
            for pixels in decoded:
                pixels.fill(0)

    def _face_of_document(self, pixels: Pixels) -> Face | Reason:
        """Return the largest face: documents repeat it smaller, as a ghost or in a chip's mark."""
        return self._large_enough(self._models.faces(pixels)[:1])

    def _only_face(self, pixels: Pixels) -> Face | Reason:
        faces = self._models.faces(pixels)
        return Reason.SEVERAL_FACES if len(faces) > 1 else self._large_enough(faces)

    def _large_enough(self, faces: list[Face]) -> Face | Reason:
        """Return the one face, if there is one and the policy takes its size."""
        if not faces:
            return Reason.NO_FACE
        if min(faces[0].width_px, faces[0].height_px) < self.policy.face_px_min:
            return Reason.FACE_TOO_SMALL
        return faces[0]

    def _judge(self, decoded: list[Pixels], faces: list[Face]) -> Verdict:
        vectors = []
        try:
            for pixels, face in zip(decoded, faces, strict=True):
                vectors.append(self._models.embedding(pixels, face))
            similarity = self._models.similarity_ppm(*vectors)
        finally:
            for vector in vectors:
                vector.fill(0)
        if similarity is None:
            return _inconclusive(Reason.NO_FEATURES)
        decision, reason = self.policy.decide(similarity)
        return Verdict(decision=decision, reason=reason, similarity_ppm=similarity)


def _inconclusive(reason: Reason) -> Verdict:
    return Verdict(decision=Decision.INCONCLUSIVE, reason=reason, similarity_ppm=None)
