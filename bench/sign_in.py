"""What a login at the gateway costs: logins a second, latency, processor time of each side.

    sapha devnet up --with identity          in another terminal
    python -m bench.sign_in [--dir devnet] [--logins 60] [--at-once 4] [--scope openid]

A login is what a browser and an application do: the authorization request, the page, the form, the
IdP's answer by its wallets, the code, the tokens. The gateway lets one application open 60 requests
at once and 9 a second after that; the ledger takes 600 a minute of a relying party. Gateway and IdP
of a development network are one process.
"""

import argparse
import asyncio
import os
import re
import secrets
import sys
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import aiohttp

from client.identity.jose import to_base64url
from commands.devnet_files import load_devnet
from commands.output import CheckFailed
from commands.processes import GATEWAY, pid_of, run_dir_of
from commands.services.sign_in import RETURNS, TEST_CITIZENS, sign_in_data

_FOLLOWED_MAX = 10
_FORM = re.compile(r'name="form_key" value="([^"]+)".*name="idp" value="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """An application as a development network printed it."""

    issuer: str
    client_id: str
    secret: str
    scope: str

    async def login(self, number: int) -> float:
        """Sign a test citizen in, whole; return how many seconds it took."""
        verifier, began = secrets.token_urlsafe(48), time.monotonic()
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as http:
            code = await self._code(http, self._place(verifier, number))
            form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
            basic = b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
            async with http.post(
                f"{self.issuer}/token",
                data=form | {"redirect_uri": RETURNS[0]},
                headers={"Authorization": f"Basic {basic}"},
            ) as answer:
                if answer.status != 200:
                    raise CheckFailed(f"no token: {await answer.text()}")
        return time.monotonic() - began

    def _place(self, verifier: str, number: int) -> str:
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": RETURNS[0],
            "scope": self.scope,
            "nonce": secrets.token_hex(8),
            "login_hint": TEST_CITIZENS[number % len(TEST_CITIZENS)],
            "code_challenge": to_base64url(sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        return f"{self.issuer}/authorize?{urlencode(asked)}"

    async def _code(self, http: aiohttp.ClientSession, place: str) -> str:
        """Follow a login as a browser that agrees; return the code. Raises CheckFailed."""
        form: Mapping[str, str] | None = None
        for _ in range(_FOLLOWED_MAX):
            if place.startswith(RETURNS[0]):
                found = parse_qs(urlsplit(place).query)
                if "code" not in found:
                    raise CheckFailed(f"no code: {found}")
                return found["code"][0]
            method = "GET" if form is None else "POST"
            async with http.request(method, place, data=form, allow_redirects=False) as answer:
                text, form = await answer.text(), None
                if "Location" in answer.headers:
                    place = urljoin(place, answer.headers["Location"])
                elif match := _FORM.search(text):
                    form = {"act": "agree", "form_key": match[1], "idp": match[2]}
        raise CheckFailed("the login comes to no end")


def _processor_s(pids: list[int]) -> float:
    """Return the processor time that processes have used."""
    ticks = 0
    for pid in pids:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        fields = text.rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


async def _measure(portal: Portal, logins: int, at_once: int) -> tuple[list[float], float]:
    """Return the seconds of each login, and of all."""
    turns, began = asyncio.Semaphore(at_once), time.monotonic()

    async def one(number: int) -> float:
        async with turns:
            return await portal.login(number)

    times = await asyncio.gather(*(one(number) for number in range(logins)))
    return sorted(times), time.monotonic() - began


def main(arguments: list[str]) -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description="Measure logins at a development gateway.")
    parser.add_argument("--dir", type=Path, default=Path("devnet"))
    parser.add_argument("--logins", type=int, default=60)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--scope", default="openid")
    given = parser.parse_args(arguments)
    devnet = load_devnet(given.dir.resolve())
    sign_in = sign_in_data(devnet)
    if sign_in is None:
        raise SystemExit(f"{given.dir} was founded without identity")
    portal = Portal(
        issuer=str(sign_in["issuer"]),
        client_id=str(sign_in["client_id"]),
        secret=str(sign_in["client_secret"]),
        scope=given.scope,
    )
    run_dir = run_dir_of(devnet)
    names = [GATEWAY], [node.name for node in devnet.validators]
    pids = [[pid for name in each if (pid := pid_of(name, run_dir))] for each in names]
    before = [_processor_s(each) for each in pids]
    times, whole = asyncio.run(_measure(portal, given.logins, given.at_once))
    spent = [_processor_s(each) - was for each, was in zip(pids, before, strict=True)]
    print(f"{len(times)} logins, {given.at_once} at once, scope {given.scope}")
    print(f"logins a second        {len(times) / whole:8.1f}")
    print(f"p50                    {times[len(times) // 2]:8.2f} s")
    print(f"p99                    {times[min(len(times) - 1, len(times) * 99 // 100)]:8.2f} s")
    print(f"gateway and IdP        {spent[0] / len(times) * 1_000:8.0f} ms of processor a login")
    print(f"all validators         {spent[1] / len(times) * 1_000:8.0f} ms of processor a login")


if __name__ == "__main__":
    main(sys.argv[1:])
