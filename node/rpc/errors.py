"""Every way in which a call fails, with its two codes.

JSON-RPC code  our code                          when
-32700         MALFORMED_JSON DUPLICATE_KEY      the body is no JSON, or no JSON that we accept
               BAD_NUMBER NESTED_TOO_DEEP
-32600         BAD_REQUEST                       not a JSON-RPC 2.0 request
-32601         UNKNOWN_RPC_METHOD
-32602         BAD_PARAMETERS
-32603         INTERNAL                          our bug; the log says more
-32000         the code of the refusal           the ledger, a contract or the mempool refuses
-32001         NOT_FOUND                         no such block, contract ...
-32002         BATCH_TOO_LARGE BODY_TOO_LARGE    a limit of this server
               ANSWER_TOO_LARGE BODY_TOO_SLOW
               TOO_MANY_WAITING TOO_MANY_SOCKETS
               TOO_MANY_SUBSCRIPTIONS TOO_MANY_BYTES
-32003         NOT_READY                         the node is stopped or its disk refuses
-32004         NOT_PERMITTED                     an operator's method, without the right to it
               HOST_UNKNOWN                      the Host header names another host
-32005         TOO_BUSY                          the share of strangers is used up; try again later
"""

from typing import ClassVar, NotRequired

from typing_extensions import TypedDict

from primitives.errors import LocalFault, Rejected

REFUSED = -32000
NOT_READY = -32003


class ErrorDataJson(TypedDict):
    """Why, for programs: a stable code, the contract that refuses, and details by name."""

    code: str
    contract: NotRequired[str]
    details: dict[str, int | str]


class ErrorJson(TypedDict):
    """The error member of an answer."""

    code: int
    message: str
    data: ErrorDataJson


class RpcFault(Rejected):
    """The call is refused before or beside the ledger."""

    rpc_code: ClassVar[int] = -32603
    http_status: ClassVar[int] = 200


class MalformedJson(RpcFault):
    """The body is not JSON in UTF-8."""

    rpc_code = -32700


class DuplicateKey(RpcFault):
    """An object names a member twice."""

    rpc_code = -32700


class BadNumber(RpcFault):
    """A number is not an integer of at most 80 characters."""

    rpc_code = -32700


class NestedTooDeep(RpcFault):
    """The JSON is nested too deep."""

    rpc_code = -32700


class TooManyValues(RpcFault):
    """The JSON holds more values, names and containers than any call needs."""

    rpc_code = -32700


class BadRequest(RpcFault):
    """Not a JSON-RPC 2.0 request."""

    rpc_code = -32600


class UnknownRpcMethod(RpcFault):
    """The server has no method of this name; "rpc.discover" lists them."""

    rpc_code = -32601


class BadParameters(RpcFault):
    """A parameter is missing, unknown, or of another type or form."""

    rpc_code = -32602


class Internal(RpcFault):
    """The node failed to answer; its log says why."""


class NotFound(RpcFault):
    """There is no such thing."""

    rpc_code = -32001


class BatchTooLarge(RpcFault):
    """The batch holds more calls than allowed."""

    rpc_code = -32002


class BodyTooLarge(RpcFault):
    """The body has more bytes than allowed."""

    rpc_code = -32002
    http_status = 413


class BodyTooSlow(RpcFault):
    """The body did not arrive in time."""

    rpc_code = -32002
    http_status = 408


class AnswerTooLarge(RpcFault):
    """The answers to the batch are too large together; ask for less."""

    rpc_code = -32002


class TooManyWaiting(RpcFault):
    """Too many calls wait for transactions on this node."""

    rpc_code = -32002
    http_status = 429


class TooManySockets(RpcFault):
    """Too many connections are open."""

    rpc_code = -32002
    http_status = 503


class TooManyBytes(RpcFault):
    """The requests of all clients together hold too many bytes."""

    rpc_code = -32002
    http_status = 503


class TooManySubscriptions(RpcFault):
    """Too many subscriptions on one socket."""

    rpc_code = -32002


class NotReady(RpcFault):
    """The node takes no transactions now."""

    rpc_code = NOT_READY


class NotPermitted(RpcFault):
    """What is asked is the operators', or no web page of this origin may ask."""

    rpc_code = -32004
    http_status = 403


class HostUnknown(RpcFault):
    """The Host header names no host that this node is."""

    rpc_code = -32004
    http_status = 421


class TooBusy(RpcFault):
    """Clients use up their share of this node; try again in `retry_after_s` seconds."""

    rpc_code = -32005
    http_status = 429


def retry_after_s(fault: Rejected | LocalFault | None) -> int | None:
    """Return in how many seconds the same call may pass, None when it is refused for good."""
    if not isinstance(fault, Rejected):
        return None
    seconds = dict(fault.details).get("retry_after_s")
    return seconds if isinstance(seconds, int) else None


def code_of(fault: Rejected | LocalFault) -> str:
    """Return the stable code of a refusal."""
    return NotReady.code if isinstance(fault, LocalFault) else fault.code


def error_object(fault: Rejected | LocalFault) -> ErrorJson:
    """Return the member "error" of an answer."""
    if isinstance(fault, LocalFault):
        why: ErrorDataJson = {"code": NotReady.code, "details": {}}
        return {"code": NOT_READY, "message": str(fault), "data": why}
    details = dict(fault.details)
    data: ErrorDataJson = {"code": fault.code, "details": details}
    if "contract" in details:
        data["contract"] = str(details["contract"])
    rpc_code = fault.rpc_code if isinstance(fault, RpcFault) else REFUSED
    return {"code": rpc_code, "message": fault.message, "data": data}
