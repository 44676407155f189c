"""Certificates in a wallet: made of the answers of k vouchers, checked, and shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from client.bls_blind import blind, unblind
from client.identity.vouching.errors import AnswersAbsent, WrongAnswer
from client.identity.vouching.seed import VouchingSeed
from contracts.identity.crypto.certificates import (
    Round,
    alive_hash,
    enrolment_hash,
    show_statement,
    use_statement,
)
from contracts.identity.vouching.messages import ShowCertificates
from contracts.sdk.bls import G1, G2, BadElement, decode_g1
from contracts.sdk.bls_blind import is_signature, summed_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the vouchers that sign answered to one blinded key, with their keys of that place.

    Both by voucher. The keys are those that the ledger proves, the same for everybody: a voucher
    that served one wallet another key would sign nothing that verifies.
    """

    keys: Mapping[int, G2]
    answers: Mapping[int, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate, of a place of a list or of a class of an epoch."""

    asked: Round
    place: int
    signature: bytes  # 48 bytes


class CertificateMaker:
    """Makes and shows certificates of one citizen on one chain."""

    def __init__(self, seed: VouchingSeed, chain_id: str) -> None:
        self._seed = seed
        self._chain_id = chain_id

    def enrolment(self, asked: Round, number: int, given: Answers) -> Certificate:
        """Return the certificate of a place of a list. Raises AnswersAbsent, WrongAnswer."""
        place = (asked.period, number)
        hashed = enrolment_hash(self._chain_id, place, self._seed.pairwise(place).public_key)
        factor = self._seed.hides_place(place, asked.generation)
        return Certificate(asked=asked, place=number, signature=combined(hashed, factor, given))

    def alive(self, asked: Round, class_id: int, slot: int, given: Answers) -> Certificate:
        """Return the certificate of a slot of an epoch. Raises AnswersAbsent, WrongAnswer."""
        key = self._seed.slot(asked.period, slot, asked.generation).public_key
        hashed = alive_hash(self._chain_id, asked.period, key)
        factor = self._seed.hides_slot(asked.period, slot, asked.generation)
        return Certificate(asked=asked, place=class_id, signature=combined(hashed, factor, given))

    def show(self, enrolled: Certificate, alive: Certificate, slot: int) -> ShowCertificates:
        """Return what lets the pairwise key of the place act until the epoch ends."""
        place = (enrolled.asked.period, enrolled.place)
        epoch = alive.asked.period
        key = self._seed.pairwise(place)
        slot_key = self._seed.slot(epoch, slot, alive.asked.generation)
        shows = show_statement(self._chain_id, epoch, place, slot_key.public_key)
        uses = use_statement(self._chain_id, epoch, key.public_key)
        return ShowCertificates(
            enrolled=enrolled.asked,
            place=enrolled.place,
            enrolment=enrolled.signature,
            alive_in=alive.asked,
            class_id=alive.place,
            alive=alive.signature,
            key=key.public_key,
            slot_key=slot_key.public_key,
            signature=key.sign(*shows),
            slot_signature=slot_key.sign(*uses),
        )


def combined(hashed: G1, factor: int, given: Answers) -> bytes:
    """Return the signature of `hashed` that the answers give: 48 bytes, checked.

    Raises:
        AnswersAbsent: a voucher that signs has not answered.
        WrongAnswer: names the first voucher whose answer is wrong.
    """
    absent = sorted(given.keys.keys() - given.answers.keys())
    if absent:
        raise AnswersAbsent(f"voucher {absent[0]} has not answered")
    total = summed_key(list(given.keys.values()))
    decoded = {one: _decoded(one, given.answers[one]) for one in given.keys}
    if total is not None:
        signature = _unblinded(list(decoded.values()), factor)
        if signature is not None and is_signature(total, hashed, signature):
            return signature.encoded
    blinded = blind(hashed, factor)
    for one, key in given.keys.items():
        if not is_signature(key, blinded, decoded[one]):
            raise WrongAnswer(f"voucher {one} answered with what is no signature of its key")
    raise WrongAnswer("the vouchers' keys or answers cancel each other")


def _decoded(voucher: int, answer: bytes) -> G1:
    try:
        return decode_g1(answer)
    except BadElement as error:
        raise WrongAnswer(f"voucher {voucher} answered with what is no element") from error


def _unblinded(answers: Sequence[G1], factor: int) -> G1 | None:
    try:
        return unblind(answers, factor)
    except BadElement:
        return None
