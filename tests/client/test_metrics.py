"""A metric is read by its whole name from the operators' door."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from client.errors import BadAnswer, NodeUnreachable
from client.metrics import metric_of

PAGE = """# HELP sapha_signatures_checked_total Signatures.
sapha_signatures_checked_total 12.0
sapha_signatures 7.0
"""


@asynccontextmanager
async def door(tmp_path, status=200):
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=PAGE, status=status)

    app = web.Application()
    app.add_routes([web.get("/metrics", page)])
    runner = web.AppRunner(app)
    await runner.setup()
    path = tmp_path / "operator.sock"
    await web.UnixSite(runner, str(path)).start()
    yield path
    await runner.cleanup()


async def test_a_metric_is_the_number_after_its_name(tmp_path):
    async with door(tmp_path) as path:
        assert await metric_of(path, "sapha_signatures_checked_total") == 12.0
        assert await metric_of(path, "sapha_signatures") == 7.0


async def test_a_metric_that_is_not_shown_is_named(tmp_path):
    async with door(tmp_path) as path:
        with pytest.raises(BadAnswer, match="shows no metric sapha_other"):
            await metric_of(path, "sapha_other")


async def test_a_door_that_refuses_says_its_status(tmp_path):
    async with door(tmp_path, status=403) as path:
        with pytest.raises(BadAnswer, match="HTTP 403"):
            await metric_of(path, "sapha_signatures")


async def test_where_nobody_answers_the_node_is_unreachable(tmp_path):
    with pytest.raises(NodeUnreachable):
        await metric_of(tmp_path / "nobody.sock", "sapha_signatures")
