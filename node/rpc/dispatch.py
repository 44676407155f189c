"""JSON-RPC 2.0: one body in, one body out. Owns batches, order and what an error becomes.

The calls of a batch that belong together (`Method.run_many`) run first, as one; the others one
after the other, each in its turn of the share, but those that wait for something, which wait side
by side. Answers come in the order of the calls. Source: JSON-RPC 2.0 specification.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter

from node.rpc.audit import OK
from node.rpc.errors import (
    AnswerTooLarge,
    BadRequest,
    BatchTooLarge,
    Internal,
    NotPermitted,
    TooBusy,
    UnknownRpcMethod,
    code_of,
    error_object,
    retry_after_s,
)
from node.rpc.method import Caller, Method
from node.rpc.methods import METHODS
from node.rpc.schemas import Params, read_params
from node.rpc.strict_json import bytes_of_text, dump, dump_in_parts, parse
from primitives.errors import LocalFault, Rejected
from primitives.limits import RPC_BATCH_MAX

_REQUEST_MEMBERS = {"jsonrpc", "id", "method", "params"}


@dataclass(slots=True)
class _Call:
    """One request of a body on its way to an answer."""

    request_id: int | str | None = None
    is_notification: bool = False
    method: Method | None = None
    params: Params | None = None
    answer: str = ""
    fault: Rejected | LocalFault | None = None
    asked: str = "(no method)"


@dataclass(slots=True)
class _Budget:
    """How many bytes of answers a body may still get, and why it gets no more turns."""

    bytes_left: int
    shed: TooBusy | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one body, None when there is nothing to say.

    `retry_after_s` is when to come back, where all its calls were shed.
    """

    text: str | None
    retry_after_s: int | None = None


async def answer(caller: Caller, body: bytes) -> Answered:
    """Return the answer to one body, single or batch."""
    try:
        payload = parse(body)
        requests = _requests(payload)
    except Rejected as fault:
        calls = [_Call(asked="(no call)")]
        text = _refused(caller, calls[0], fault)
        _audit(caller, calls)
        return Answered(text)
    calls = await _answer_all(caller, requests)
    _audit(caller, calls)
    seconds = [retry_after_s(call.fault) for call in calls]
    later_s = None if None in seconds else max(second or 0 for second in seconds)
    answers = [call.answer for call in calls if not call.is_notification]
    if not answers:
        return Answered(None, later_s)
    text = f"[{','.join(answers)}]" if isinstance(payload, list) else answers[0]
    return Answered(text, later_s)


def _audit(caller: Caller, calls: Sequence[_Call]) -> None:
    if caller.operator is None:
        return
    for call in calls:
        result = OK if call.fault is None else code_of(call.fault)
        caller.services.audit.record(caller.operator, call.asked, result)


def refusal_body(fault: Rejected) -> str:
    """Return the body that refuses something which is no call at all."""
    return dump({"jsonrpc": "2.0", "id": None, "error": error_object(fault)})


def _requests(payload: object) -> list[object]:
    if not isinstance(payload, list):
        return [payload]
    if not payload:
        raise BadRequest("an empty batch")
    if len(payload) > RPC_BATCH_MAX:
        raise BatchTooLarge(f"{len(payload)} calls in a batch, at most {RPC_BATCH_MAX}")
    return payload


async def _answer_all(caller: Caller, requests: Sequence[object]) -> list[_Call]:
    calls = []
    for request in requests:
        calls.append(_read(caller, request))
        await caller.meter.breathe()
    budget = _Budget(caller.services.answers.bytes_max)
    ready = [call for call in calls if call.method is not None]
    for together in _groups(ready):
        await _run_together(caller, together, budget)
    alone = [call for call in ready if not call.answer]
    waiting = [call for call in alone if call.method is not None and call.method.is_waiting]
    for call in alone:
        if call not in waiting:
            await _run(caller, call, budget)
    if len(waiting) == 1:
        await _run(caller, waiting[0], budget)
    elif waiting:
        await asyncio.gather(*(_run_beside(caller, call, budget) for call in waiting))
    return calls


async def _run_beside(caller: Caller, call: _Call, budget: _Budget) -> None:
    """Run one of several calls at once: each is measured by itself."""
    meter = caller.meter.another()
    await meter.run(_run(replace(caller, meter=meter), call, budget))


def _read(caller: Caller, request: object) -> _Call:
    """Return the call with its method and parameters, or with the answer that refuses it."""
    call = _Call()
    try:
        if not isinstance(request, dict):
            raise BadRequest("a request must be an object")
        _read_envelope(call, request)
        name = request["method"]
        call.asked = name
        method = METHODS.get(name)
        if method is None:
            raise UnknownRpcMethod(f"no method {name[:64]!r}; ask rpc.discover")
        if method.is_operator_only and caller.operator is None:
            raise NotPermitted(f"{name} is for operators, who ask at a door of their own")
        call.params = read_params(method.params, request.get("params"))
        call.method = method
    except Rejected as fault:
        call.answer = _refused(caller, call, fault)
    return call


def _read_envelope(call: _Call, request: dict[str, object]) -> None:
    request_id = request.get("id")
    if not (request_id is None or isinstance(request_id, str) or type(request_id) is int):
        raise BadRequest("id must be an integer, text or null")
    call.request_id = request_id
    if request.get("jsonrpc") != "2.0":
        raise BadRequest('the member jsonrpc must be "2.0"')
    unknown = request.keys() - _REQUEST_MEMBERS
    if unknown:
        raise BadRequest(f"{min(unknown)[:64]!r} is no member of a request")
    if not isinstance(request.get("method"), str):
        raise BadRequest("the member method must be text")
    if not isinstance(request.get("params", {}), dict | list):
        raise BadRequest("the member params must be an object or an array")
    call.is_notification = "id" not in request


def _groups(calls: Sequence[_Call]) -> list[list[_Call]]:
    groups: dict[str, list[_Call]] = {}
    for call in calls:
        if call.method is not None and call.method.run_many is not None:
            groups.setdefault(call.method.name, []).append(call)
    return list(groups.values())


async def _run_together(caller: Caller, calls: list[_Call], budget: _Budget) -> None:
    method = calls[0].method
    if method is None or method.run_many is None:
        return
    params = [call.params for call in calls]
    run = partial(method.run_many, caller, params)
    results = await run_together(caller, method.name, len(calls), run)
    for call, result in zip(calls, results, strict=True):
        await _finish(caller, call, result, budget)


async def run_together(
    caller: Caller, name: str, count: int, run: Callable[[], Awaitable[Sequence[object]]]
) -> Sequence[object]:
    """Run `count` calls of the method `name` in one turn; return a result or a fault of each."""
    metrics, meter = caller.services.metrics, caller.meter
    metrics.rpc_calls.labels(name).inc(count)
    started_s, before_s = perf_counter(), meter.used()
    results: Sequence[object]
    try:
        await meter.turn(meter.share.price_s(name))
        results = await run()
    except (Rejected, LocalFault) as fault:
        results = [fault] * count
        if isinstance(fault, TooBusy):
            metrics.rpc_sheds.labels(name).inc(count)
    except Exception:  # noqa: BLE001 - the boundary: one call's bug must not stop the server
        _note_bug(caller, "method_failed", name)
        results = [Internal()] * count
    metrics.rpc_seconds.labels(name).observe(perf_counter() - started_s)
    meter.share.learn(name, (meter.used() - before_s) / max(1, count))
    return results


async def _run(caller: Caller, call: _Call, budget: _Budget) -> None:
    method = call.method
    if method is None or method.run is None:
        return
    metrics = caller.services.metrics
    metrics.rpc_calls.labels(method.name).inc()
    result: object
    if budget.bytes_left <= 0:
        most = caller.services.answers.bytes_max
        fault = AnswerTooLarge(f"the answers together exceed {most} bytes")
        return await _finish(caller, call, fault, budget)
    if budget.shed is not None:
        metrics.rpc_sheds.labels(method.name).inc()
        return await _finish(caller, call, budget.shed, budget)
    meter = caller.meter
    started_s, before_s = perf_counter(), meter.used()
    try:
        await meter.turn(meter.share.price_s(method.name))
        result = await method.run(caller, call.params)
    except (Rejected, LocalFault) as refusal:
        result = refusal
        if isinstance(refusal, TooBusy):
            metrics.rpc_sheds.labels(method.name).inc()
            budget.shed = refusal  # nor will the rest of this body have a turn in time
    except Exception:  # noqa: BLE001 - the boundary: one call's bug must not stop the server
        _note_bug(caller, "method_failed", method.name)
        result = Internal()
    await _finish(caller, call, result, budget)
    metrics.rpc_seconds.labels(method.name).observe(perf_counter() - started_s)
    meter.share.learn(method.name, meter.used() - before_s)
    return None


def _note_bug(caller: Caller, event: str, method: str) -> None:
    """Log the present error with its traceback, once a minute: clients choose how often it is."""
    caller.services.log.write(logging.ERROR, event, {"method": method}, is_bug=True)


async def _finish(caller: Caller, call: _Call, result: object, budget: _Budget) -> None:
    if not isinstance(result, Rejected | LocalFault):
        try:
            text = await dump_in_parts(result, caller.meter.breathe)
            call.answer = f'{{"jsonrpc":"2.0","id":{dump(call.request_id)},"result":{text}}}'
        except TooBusy as refusal:
            result = refusal
        except (TypeError, ValueError):
            _note_bug(caller, "result_is_no_json", call.asked)
            result = Internal()
    if isinstance(result, Rejected | LocalFault):
        call.answer = _refused(caller, call, result)
    budget.bytes_left -= bytes_of_text(call.answer)


def _refused(caller: Caller, call: _Call, fault: Rejected | LocalFault) -> str:
    call.fault = fault
    caller.services.metrics.rpc_errors.labels(code_of(fault)).inc()
    error = error_object(fault)
    return dump({"jsonrpc": "2.0", "id": call.request_id, "error": error})
