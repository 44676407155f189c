"""`sapha node bundle`: what others need to find out what is wrong, in one file."""

import json
from pathlib import Path

from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from commands.doctor import examine
from commands.nodes import open_operator
from commands.output import emit
from node.checks import check_node

_ANSWERS = ("chain_getStatus", "node_getHealth", "node_getConsensus", "node_getPeers")


async def bundle(file: Path, *, directory: Path, log: list[Path] | None, as_json: bool) -> None:
    """Collect status, doctor, settings, versions, dumps and logs, without any secret."""
    from node.bundling import (  # noqa: PLC0415 - only this command needs the node's code
        local_texts,
        secrets_of,
        without_secrets,
        write_bundle,
    )

    texts = local_texts(directory, log or ())
    checks = check_node(directory)
    lines = [f"{item.name}: {item.problem or 'ok ' + item.note}" for item in checks]
    texts["checks.txt"] = "\n".join(lines) + "\n"
    async with open_operator(directory) as client:
        for method in _ANSWERS:
            texts[f"answers/{method}.json"] = await _answer(client, method)
        diagnosis = await examine(client, checks)
    texts["doctor.json"] = json.dumps(diagnosis.to_json(), indent=1)
    secrets = secrets_of(directory)
    write_bundle(file, {name: without_secrets(text, secrets) for name, text in texts.items()})
    emit(
        {"file": str(file), "files": sorted(texts)},
        f"{len(texts)} files in {file}, without keys, tokens and passwords; read it before you "
        "send it",
        as_json=as_json,
    )


async def _answer(client: RpcClient, method: str) -> str:
    try:
        return json.dumps(await client.call(method), indent=1)
    except (NodeUnreachable, RpcRefused, BadAnswer) as error:
        return json.dumps({"error": str(error)})
