"""Bytes that are no HTTP cost a bounded line in the log, however many come."""

import logging

import pytest

from node.observe.log import fields_of, text_of
from node.rpc.http_log import OneLine, http_log
from p2p.rates import LogGate
from tests.rpc.test_server import connection, everything

COUNT = 50
MALFORMED = {
    "target": b"GET / " + b"x" * 4_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "header": b"GET /health HTTP/1.1\r\nHost: localhost\r\nbad\x00name: 1\r\n\r\n",
    "huge": b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 40_000 + b"\r\n\r\n",
    "length": b"POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "version": b"GET /health HTTP/9\r\nHost: localhost\r\n\r\n",
}


@pytest.fixture
def fresh():
    """The log's filter as at a start."""
    old = http_log.filters[:]
    http_log.filters[:] = [OneLine(LogGate())]
    yield
    http_log.filters[:] = old


async def send(node, request: bytes) -> bytes:
    async with connection(node) as (reader, writer):
        writer.write(request)
        return await everything(reader)


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("kind", sorted(MALFORMED))
async def test_a_flood_of_malformed_http_is_one_bounded_line_with_a_count(node, caplog, kind):
    caplog.set_level(logging.INFO)

    for _ in range(COUNT):
        assert b" 400 " in await send(node, MALFORMED[kind])

    [record] = [entry for entry in caplog.records if entry.name.startswith("sapha.rpc")]
    assert record.exc_info is None
    assert (record.message, record.client) == ("http_malformed", "127.0.0.1")
    line = text_of(fields_of(record))
    assert len(line) < 1_200
    assert line.isprintable()


def entry_of(error: Exception) -> logging.LogRecord:
    info = (type(error), error, None)
    return logging.LogRecord("http", logging.ERROR, "", 0, "from %s", ("10.0.0.1",), info)


def test_what_was_left_out_is_counted_in_the_next_line(monkeypatch, caplog):
    from aiohttp.http_exceptions import BadHttpMessage

    now = [0.0]
    monkeypatch.setattr("node.rpc.http_log.time.monotonic", lambda: now[0])
    one_line = OneLine(LogGate(every_s=60.0))

    caplog.set_level(logging.INFO)

    for _ in range(10):
        one_line.filter(entry_of(BadHttpMessage("a\nb")))
    now[0] = 61.0
    one_line.filter(entry_of(BadHttpMessage("a\nb")))

    head = "http_malformed kind=BadHttpMessage client=10.0.0.1"
    assert [text_of(fields_of(record)) for record in caplog.records] == [
        rf'{head} left_out=0 reason="a\nb"',
        rf'{head} left_out=9 reason="a\nb"',
    ]


def test_a_bug_of_ours_keeps_its_traceback_and_is_bounded_too():
    one_line = OneLine(LogGate())
    first, second = entry_of(ZeroDivisionError("x")), entry_of(ZeroDivisionError("x"))

    assert one_line.filter(first)
    assert not one_line.filter(second)
    assert first.exc_info is not None
