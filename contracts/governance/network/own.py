"""What an agency's administrator changes of its own node, alone and at once."""

from contracts.governance.network.errors import (
    CertificateUnchanged,
    OnlyCertificate,
    SameAddress,
    TwoCertificates,
    UnknownCertificate,
    UnknownNode,
)
from contracts.governance.network.messages import AddCertificate, MoveNode, WithdrawCertificate
from contracts.governance.network.nodes import require_host
from contracts.governance.network.record import change
from contracts.governance.network.state import ADDED, MOVED, WITHDRAWN, nodes
from contracts.sdk import Context, replace, require


def move(ctx: Context, msg: MoveNode) -> int:
    """Give the node another address; return the height from which it counts."""
    node = nodes.load(ctx, msg.node, absent=UnknownNode)
    require_host(msg.host)
    require((node.host, node.port) != (msg.host, msg.port), SameAddress)
    return change(ctx, replace(node, host=msg.host, port=msg.port), MOVED)


def add(ctx: Context, msg: AddCertificate) -> int:
    """Let the node have a second certificate; return the height from which it counts."""
    node = nodes.load(ctx, msg.node, absent=UnknownNode)
    require(node.second_certificate is None, TwoCertificates)
    require(node.certificate != msg.certificate, CertificateUnchanged)
    return change(ctx, replace(node, second_certificate=msg.certificate), ADDED)


def leave_one(ctx: Context, msg: WithdrawCertificate) -> int:
    """Leave the node the other certificate; return the height from which it counts."""
    node = nodes.load(ctx, msg.node, absent=UnknownNode)
    require(node.second_certificate is not None, OnlyCertificate)
    second = node.second_certificate or node.certificate
    require(msg.certificate in (node.certificate, second), UnknownCertificate)
    left = second if msg.certificate == node.certificate else node.certificate
    return change(ctx, replace(node, certificate=left, second_certificate=None), WITHDRAWN)
