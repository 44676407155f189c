"""Why the cryptography of voting refuses; malformed points and scalars are BadPoint, BadScalar."""

from contracts.sdk import ContractError


class BadContest(ContractError):
    """The contest's kind, options, grades and bounds do not make a question."""


class LooksAlike(ContractError):
    """Two labels that stand side by side look the same to people, or one looks empty."""


class BallotTooLarge(ContractError):
    """The contests need more ciphertexts than a ballot may hold."""


class BadBallotShape(ContractError):
    """The ballot's ciphertexts and proofs are not as many as its contests need."""


class RepeatedCiphertext(ContractError):
    """The ballot holds a ciphertext twice."""


class BadBallotSignature(ContractError):
    """The ballot is not signed by its pseudonym."""


class BadBallotProof(ContractError):
    """A proof of the ballot does not hold."""


class BadOpening(ContractError):
    """The openings do not open the ciphertexts to 0 or 1."""
