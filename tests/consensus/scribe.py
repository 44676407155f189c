"""What effects and messages look like in a transcript."""

from consensus import (
    Broadcast,
    BuildBlock,
    CancelTimer,
    Decide,
    Effect,
    FetchBlocks,
    Halt,
    Persist,
    RecordEvidence,
    ReportFault,
    Send,
    StartTimer,
    ValidateBlock,
)
from consensus.messages import (
    Decided,
    EvidenceMessage,
    Position,
    PositionQuestion,
    PrePrepare,
    Statement,
    StatusMessage,
    ViewChange,
)
from consensus.recall import is_prepared_entry, read_prepared_entry
from consensus.wire import read_message
from tests.consensus.builders import NAMES

_KINDS = {"PREPARE": "Prepare", "COMMIT": "Commit"}


class Scribe:
    """Writes effects as text. Blocks are called b1, b2 ... in the order they appear."""

    def __init__(self) -> None:
        self.blocks: dict[bytes, str] = {}

    def name(self, index: int) -> str:
        return NAMES[index]

    def block(self, block_hash: bytes) -> str:
        return self.blocks.setdefault(block_hash, f"b{len(self.blocks) + 1}")

    def kind_of(self, payload: bytes) -> str:
        return self.message(payload).split()[0]

    def message(self, payload: bytes) -> str:
        match read_message(payload):
            case PrePrepare(statement=said, justification=why):
                by = f" justified by {len(why.heads)}" if why.heads else ""
                return f"PrePrepare {said.height}/{said.view} {self.block(said.block_hash)}{by}"
            case ViewChange(statement=said):
                claim = said.claim
                prepared = f" prepared {self.block(claim[1])} in view {claim[0]}" if claim else ""
                return f"ViewChange {said.height}/{said.view}{prepared}"
            case Statement() as said:
                place = f"{said.height}/{said.view}"
                return f"{_KINDS[said.kind.name]} {place} {self.block(said.block_hash)}"
            case Decided() as decided:
                has = "with" if decided.block else "without"
                return f"Decided {decided.height} {has} block"
            case StatusMessage() as status:
                return f"Status {status.height}/{status.view}"
            case EvidenceMessage():
                return "Evidence"
            case PositionQuestion():
                return "PositionQuestion"
            case Position() as position:
                return f"Position {position.height}"

    def show(self, effect: Effect) -> str:
        match effect:
            case Persist(entry=None, state=state):
                return f"persist {state.standing.name.lower()}"
            case Persist(entry=entry):
                is_prepared = is_prepared_entry(entry)
                payload = read_prepared_entry(entry).commit if is_prepared else entry
                return f"persist {self.message(payload)}{' and block' if is_prepared else ''}"
            case Broadcast(payload=payload):
                return f"broadcast {self.message(payload)}"
            case Send(peer=peer, payload=payload):
                return f"send {self.name(peer[-1] - 1)} {self.message(payload)}"
            case Decide(block, certificate):
                return f"decide {self.block(block.hash)} in view {certificate.view}"
            case ValidateBlock(block=block, is_fresh=is_fresh):
                return f"validate {self.block(block.hash)}{' fresh' if is_fresh else ''}"
            case BuildBlock(height=height, view=view, evidence=evidence):
                extra = f" with {len(evidence)} evidence" if evidence else ""
                return f"build {height}/{view}{extra}"
            case _:
                return self.show_other(effect)

    def show_other(self, effect: Effect) -> str:
        match effect:
            case StartTimer(name, _token, delay_ms):
                return f"start {name} timer {delay_ms} ms"
            case CancelTimer(name):
                return f"cancel {name} timer"
            case FetchBlocks(height_known=height, peers=peers):
                names = " ".join(self.name(peer[-1] - 1) for peer in peers)
                return f"fetch up to {height} from {names}"
            case ReportFault(peer, reason):
                return f"fault of {self.name(peer[-1] - 1)}: {reason}"
            case RecordEvidence(validator, _evidence):
                return f"evidence against {self.name(validator[-1] - 1)}"
            case Halt(reason):
                return f"halt: {reason}"
            case _:
                raise AssertionError(effect)
