"""What strangers send fills no log: one bounded line a kind and minute, without a traceback."""

import asyncio
import logging
from urllib.parse import urlsplit

from gateways.openid.logs import OneLine


def entry(text: str) -> logging.LogRecord:
    return logging.LogRecord("sapha.gateway", logging.INFO, "", 0, text, (), None)


def test_of_one_kind_one_line_a_minute_is_written_with_the_count_of_the_others():
    now = [0.0]
    bound = OneLine(lambda: now[0])
    written = [bound.filter(entry("token refused: invalid_grant")) for _ in range(50)]
    now[0] = 61.0
    later = entry("token refused: invalid_grant")

    assert (sum(written), bound.filter(later)) == (1, True)
    assert later.getMessage() == "token refused: invalid_grant (49 more)"
    assert bound.filter(entry("par refused: invalid_client"))


def test_a_line_is_one_line_of_bounded_length():
    long = entry("x\n" * 1_000)

    assert OneLine().filter(long)
    assert len(long.getMessage()) == 200
    assert "\n" not in long.getMessage()


async def test_malformed_requests_are_one_line_and_no_traceback(world, caplog):
    caplog.set_level(logging.DEBUG, logger="sapha")
    place = urlsplit(world.issuer)
    for _ in range(5):
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(b"GET / HTTP/1.1\r\nbad header\x00: somchai\r\n\r\n")
        assert await reader.read()
        writer.close()
        await writer.wait_closed()

    written = [each for each in caplog.records if each.name == "sapha.gateway.http"]
    assert len(written) == 1
    assert written[0].exc_info is None
    assert "somchai" not in caplog.text
