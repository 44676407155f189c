"""A number that a node shows its operators at /metrics."""

from pathlib import Path

from client.access import UNIX_SCHEME, RpcSettings
from client.errors import BadAnswer
from client.transport import Transport


async def metric_of(door: Path, name: str) -> float:
    """Return a metric without labels from the operators' door, a socket on this machine.

    Raises:
        NodeUnreachable: nobody answers there.
        BadAnswer: there is no such number; names the metric.
    """
    url = f"{UNIX_SCHEME}{door}"
    transport = Transport([url], RpcSettings())
    try:
        page = await transport.get(url, "/metrics")
    finally:
        await transport.close()
    for line in page.decode("utf-8", "replace").splitlines():
        shown, _, value = line.partition(" ")
        if shown == name:
            return float(value)
    raise BadAnswer(f"{door}: shows no metric {name}")
