"""A login by a client in another language: it says where to go, and reads where it came back.

The program gets issuer, client_id, secret and redirect address by its environment. It prints the
address of its authorization request on a line; a line with the address that the browser came back
to is written to it; it prints what it found as JSON on the last line.
"""

import asyncio
import json
import os
from pathlib import Path

from client.identity.assertion import sub_of
from tests.gateways.openid.world import CALLBACK, SECRET, Browser, World

TIMEOUT_S = 60


async def login_by(command: list[str], world: World, folder: Path, **more: str) -> dict:
    """What a client found out of a login that goes well."""
    given = {
        "ISSUER": world.issuer,
        "CLIENT_ID": "revenue.portal",
        "CLIENT_SECRET": SECRET,
        "REDIRECT_URI": CALLBACK,
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=os.environ | given | more,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            place = (await process.stdout.readline()).decode().strip()
            if place:
                back = await Browser().visit(place)
                process.stdin.write(back.encode() + b"\n")
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, err.decode()[-4_000:]
    return json.loads(out.decode().strip().splitlines()[-1])


def check(found: dict, world: World) -> None:
    """It is the first citizen, by the name of the sector, with the claims consented to."""
    wallet = world.citizens[0].wallet
    assert found["sub"] == sub_of("revenue", wallet.pairwise_key("revenue"))
    assert found["given_name"] == "สมชาย"
    assert found["acr"] == "th-ial2.3-aal2.2@v1"
