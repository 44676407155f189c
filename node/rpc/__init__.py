"""JSON-RPC for clients and operators, over HTTP and WebSocket."""

from node.rpc.audit import AuditSettings
from node.rpc.auth import Auth, Tokens
from node.rpc.connections import ConnectionLimits
from node.rpc.doors import CannotListen
from node.rpc.line import ShareLimits
from node.rpc.method import AnswerLimits
from node.rpc.ports import AdmissionPort, NodeFacts, NodeView, PeerView, ReadLedger
from node.rpc.server import OperatorSettings, RpcServer, RpcSettings
from node.rpc.websocket import SocketLimits

__all__ = [
    "AdmissionPort",
    "AnswerLimits",
    "AuditSettings",
    "Auth",
    "CannotListen",
    "ConnectionLimits",
    "NodeFacts",
    "NodeView",
    "OperatorSettings",
    "PeerView",
    "ReadLedger",
    "RpcServer",
    "RpcSettings",
    "ShareLimits",
    "SocketLimits",
    "Tokens",
]
