"""Two days of Bangkok: each complaint is filed, worked and rated in its order and with its gaps."""

from collections.abc import Sequence
from dataclasses import dataclass

from client.complaints.citizen import Citizen
from client.complaints.citizen import Complaint as Written
from client.complaints.content import commitment_of
from client.complaints.receipt_key import ComplaintReceipt
from client.outcome import Outcome
from client.wallet import Wallet
from contracts.complaints.cases.messages import File
from contracts.complaints.core.messages import PUBLIC, FieldCommit
from contracts.complaints.reviews.messages import Rate, Reopen
from contracts.complaints.templates.first_templates import CITY
from contracts.complaints.transfers.messages import AcceptTransfer, OfferTransfer
from contracts.complaints.work.messages import Accept, SetStage
from primitives.crypto import Digest
from scenes.complaints.bangkok import DONE, FORWARDED, WAITING, WORKED, Complaint
from scenes.complaints.cast import City, salt
from scenes.complaints.texts import RESULT, words_of
from scenes.kit.calls import must

OUTCOME = "fixed"


@dataclass(frozen=True, slots=True)
class Step:
    """What is done next: by an agency, or "" for the citizen; no message for giving the result."""

    by: str
    message: object | None


@dataclass(frozen=True, slots=True)
class Filer:
    """Whose complaint it is; with a receipt, the text is kept encrypted at the nodes."""

    wallet: Wallet
    receipt: ComplaintReceipt | None

    @classmethod
    def new(cls, *, has_content: bool) -> "Filer":
        """Return somebody with fresh keys."""
        if not has_content:
            return cls(Wallet.generate(), None)
        receipt = ComplaintReceipt.generate()
        return cls(Wallet([receipt.signing_key]), receipt)


async def live(city: City, complaint: Complaint, filer: Filer) -> None:
    """Take a complaint as far as it came in the data. Raises CheckFailed."""
    await file(city, complaint, filer)
    await follow(city, complaint, filer, steps_of(complaint))


async def file(city: City, complaint: Complaint, filer: Filer) -> None:
    """File a complaint when it was filed: its text encrypted at the nodes, or committed to only."""
    await city.days.until(complaint.filed_s)
    text = words_of(complaint)
    act = f"filing {complaint.number}"
    if filer.receipt is not None:
        await must(act, _file_text(city.citizen(filer.receipt), complaint, text))
        return
    message = bare_filing(
        complaint.case_id,
        commitment_of(salt(), text.encode()),
        agency=complaint.agency,
        area=complaint.area,
        category=complaint.category,
    )
    await city.post.must(act, filer.wallet, message)


def bare_filing(
    case_id: bytes, commitment: Digest, *, agency: str, area: str, category: str
) -> File:
    """Return an account's filing of a city's case that is committed to and kept nowhere."""
    return File(
        case_id=case_id,
        template=CITY.code,
        version=CITY.version,
        category=category,
        agency=agency,
        area=area,
        commitment=commitment,
        fields=(FieldCommit("description", commitment),),
        contents=(),
        owner_pk=None,
        sid=None,
    )


async def follow(city: City, complaint: Complaint, filer: Filer, steps: Sequence[Step]) -> None:
    """Take steps spread evenly until the last activity of the data. Raises CheckFailed."""
    lasted_s = complaint.last_s - complaint.filed_s
    for number, step in enumerate(steps, start=1):
        await city.days.until(complaint.filed_s + lasted_s * number / len(steps))
        act = f"step {number} of complaint {complaint.number}"
        if step.message is None:
            officer = city.officer(step.by)
            await must(act, officer.resolve(complaint.case_id, OUTCOME, RESULT, PUBLIC))
        else:
            wallet = city.wallet(step.by) if step.by else filer.wallet
            await city.post.must(act, wallet, step.message)


def steps_of(complaint: Complaint) -> list[Step]:
    """Return how a complaint came to where it was in the data."""
    if complaint.stage == WAITING and not complaint.reopened:
        return []
    steps = _worked(complaint)
    if complaint.has_result:
        steps.append(Step(complaint.agency, None))
    if complaint.stars:
        steps.append(Step("", Rate(complaint.case_id, complaint.stars)))
    for left in reversed(range(complaint.reopened)):
        steps.append(Step("", Reopen(complaint.case_id, "")))
        if left > 0 or complaint.stage != WAITING:
            steps.append(Step(complaint.agency, Accept(complaint.case_id)))
        if left > 0:
            steps.append(Step(complaint.agency, None))
    return steps


async def _file_text(citizen: Citizen, complaint: Complaint, text: str) -> Outcome:
    written = Written(
        template=CITY.code,
        category=complaint.category,
        agency=complaint.agency,
        area=complaint.area,
        fields={"description": text},
        case_id=complaint.case_id,
    )
    return (await citizen.file(written)).outcome


def _worked(complaint: Complaint) -> list[Step]:
    case_id, holder = complaint.case_id, complaint.agency
    steps = [Step(holder, Accept(case_id))]
    if complaint.stage == FORWARDED:
        to = complaint.bureau
        return [
            *steps,
            Step(holder, SetStage(case_id, "forwarded", None)),
            Step(holder, OfferTransfer(case_id, to, "competence")),
            Step(to, AcceptTransfer(case_id, 1)),
            Step(to, SetStage(case_id, FORWARDED, None)),
        ]
    steps.append(Step(holder, SetStage(case_id, WORKED, None)))
    if complaint.stage not in {WORKED, DONE, WAITING}:
        steps.append(Step(holder, SetStage(case_id, complaint.stage, None)))
    return steps
