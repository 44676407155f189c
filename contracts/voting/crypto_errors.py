"""Why the cryptography of voting refuses; malformed points and scalars are BadPoint, BadScalar."""

from contracts.sdk import ContractError


class BadContest(ContractError):
    """The contest's kind, options, grades and bounds do not make a question."""

    code = "BAD_CONTEST"


class BallotTooLarge(ContractError):
    """The contests need more ciphertexts than a ballot may hold."""

    code = "BALLOT_TOO_LARGE"


class BadBallotShape(ContractError):
    """The ballot's ciphertexts and proofs are not as many as its contests need."""

    code = "BAD_BALLOT_SHAPE"


class RepeatedCiphertext(ContractError):
    """The ballot holds a ciphertext twice."""

    code = "REPEATED_CIPHERTEXT"


class BadBallotSignature(ContractError):
    """The ballot is not signed by its pseudonym."""

    code = "BAD_BALLOT_SIGNATURE"


class BadProof(ContractError):
    """A proof of the ballot does not hold."""

    code = "BAD_PROOF"


class BadOpening(ContractError):
    """The openings do not open the ciphertexts to 0 or 1."""

    code = "BAD_OPENING"
