"""Events and effects as short text for a readable trace. Costs nothing unless asked for."""

from typing import Any

from consensus import effects as out
from consensus import events as to
from consensus.messages import (
    Decided,
    Kind,
    Message,
    Position,
    PositionQuestion,
    PrePrepare,
    Statement,
    StatusMessage,
    ViewChange,
)
from consensus.wire import read_message
from primitives.crypto import PublicKey
from primitives.errors import Rejected
from primitives.validators import ValidatorSet


def show_hash(value: bytes | None) -> str:
    """Return the first letters of a hash."""
    return "-" if value is None else value.hex()[:6]


def show_payload(payload: bytes, validators: ValidatorSet) -> str:
    """Return a consensus message in one line."""
    try:
        message = read_message(payload)
    except Rejected as error:
        return f"unreadable ({error})"
    match message:
        case Statement():
            return _statement(message, validators)
        case PrePrepare(statement, _block, justification):
            heads = [
                f"{validators.name_of(head.sender)}:{_claim(head)}" for head in justification.heads
            ]
            return f"{_statement(statement, validators)} because {heads}"
        case ViewChange(statement, prepares, block):
            return (
                f"{_statement(statement, validators)} with {len(prepares)} prepares, "
                f"{'the block' if block else 'no block'}"
            )
        case Decided(height, block, _certificate):
            return f"DECIDED {height} {'with' if block else 'without'} block"
        case StatusMessage():
            return (
                f"STATUS {message.height}/{message.view} accepted {show_hash(message.accepted)} "
                f"wanted {show_hash(message.wanted)} prepares {message.prepares.hex()} commits "
                f"{[(view, bits.hex()) for view, bits in message.commits]} "
                f"view changes {message.view_changes.hex()}"
            )
        case _:
            return _show_position(message, validators)


def _show_position(message: Message, validators: ValidatorSet) -> str:
    match message:
        case PositionQuestion():
            return f"QUESTION {message.nonce.hex()[:4]}"
        case Position(nonce, height, is_listening, statement):
            shown = "nothing" if statement is None else _statement(statement, validators)
            how = " listening" if is_listening else ""
            return f"POSITION {nonce.hex()[:4]} {height}{how}, has {shown}"
        case _:
            return "EVIDENCE"


def _statement(statement: Statement, validators: ValidatorSet) -> str:
    content = (
        _claim(statement) if statement.kind is Kind.VIEW_CHANGE else show_hash(statement.block_hash)
    )
    name = validators.name_of(statement.sender)
    return f"{statement.kind.name} {statement.height}/{statement.view} {content} of {name}"


def _claim(statement: Statement) -> str:
    claim = statement.claim
    return "nothing" if claim is None else f"{show_hash(claim[1])}@{claim[0]}"


def show_event(event: to.Event, validators: ValidatorSet) -> str:
    """Return an event in one line."""
    match event:
        case to.Received(peer, payload):
            return f"from {validators.name_of(peer)}: {show_payload(payload, validators)}"
        case to.BlockBuilt(height, view, block):
            return f"built {height}/{view} {show_hash(block.hash)}"
        case to.BlockValidated(height, block_hash, difference):
            return f"validated {height} {show_hash(block_hash)}: {difference or 'good'}"
        case to.BlockCommitted(head):
            return f"committed {head.height} {show_hash(head.block_hash)}"
        case to.PeerConnected(peer):
            return f"connected to {validators.name_of(peer)}"
        case _:
            return str(event)


def show_effect(effect: out.Effect, validators: ValidatorSet) -> str:
    """Return an effect in one line."""
    match effect:
        case out.Broadcast(payload=payload):
            return f"broadcast {show_payload(payload, validators)}"
        case out.Send(peer=peer, payload=payload):
            return f"send {_name(peer, validators)}: {show_payload(payload, validators)}"
        case out.ReportFault(peer, reason):
            return f"report {_name(peer, validators)}: {reason}"
        case out.RecordEvidence(validator, _evidence):
            return f"evidence against {_name(validator, validators)}"
        case _:
            return _show_local(effect)


def _show_local(effect: out.Effect) -> str:
    match effect:
        case out.Persist(entry=entry, lock=lock, state=state):
            size = 0 if entry is None else len(entry)
            extra = "" if lock is None else f" and lock {lock.height}/{lock.view}"
            return f"persist {size} bytes{extra}, {state.standing.name} at {_mark(state.mark)}"
        case out.BuildBlock():
            return f"build {effect.height}/{effect.view}"
        case out.ValidateBlock(block=block, view=view):
            return f"validate {block.height}/{view} {show_hash(block.hash)}"
        case out.Decide(block, certificate):
            return f"DECIDE {block.height}/{certificate.view} {show_hash(block.hash)}"
        case out.FetchBlocks():
            return f"fetch blocks up to {effect.height_known}"
        case _:
            return str(effect)


def _name(key: PublicKey, validators: ValidatorSet) -> str:
    return validators.name_of(key)


def _mark(mark: Any) -> str:
    return f"{Kind(mark.kind).name} {mark.height}/{mark.view}"
