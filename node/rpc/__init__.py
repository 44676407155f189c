"""JSON-RPC for clients and operators, over HTTP and WebSocket."""

from node.rpc.auth import Auth
from node.rpc.connections import ConnectionLimits
from node.rpc.ports import AdmissionPort, NodeFacts, NodeView, PeerView, ReadLedger
from node.rpc.server import CannotListen, RpcServer, RpcSettings
from node.rpc.share import ShareLimits

__all__ = [
    "AdmissionPort",
    "Auth",
    "CannotListen",
    "ConnectionLimits",
    "NodeFacts",
    "NodeView",
    "PeerView",
    "ReadLedger",
    "RpcServer",
    "RpcSettings",
    "ShareLimits",
]
