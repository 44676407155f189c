"""`sapha devnet up --with`: each service can be tried at once, by its own commands."""

import csv
import json

import pytest

from commands.services.cast import cast_folder, citizens_file
from commands.services.founding import FUNDS_SATANG
from tests.e2e.network import running_network, sapha

pytestmark = pytest.mark.e2e

ALL = ("--with", "identity", "--with", "voting", "--with", "cbdc", "--with", "complaints")


def answer_of(*arguments):
    """The JSON that a command prints, which must succeed."""
    done = sapha(*arguments, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_agencies_officers_and_citizens_are_there_to_try_every_service_with(tmp_path):
    with running_network(tmp_path / "net", *ALL) as network:
        folder, rpc = cast_folder(network.directory), ("--rpc", network.rpc[0])
        with citizens_file(network.directory).open(encoding="utf-8", newline="") as file:
            somchai = next(csv.DictReader(file))

        subject = answer_of("id", "show", "subject", somchai["sid"], *rpc)
        balance = answer_of("cbdc", "balance", somchai["account"], *rpc)
        authority = answer_of("agency", "show", "election-commission", *rpc)
        filed = answer_of(
            "complaint",
            "file",
            *("--template", "city-service", "--category", "road", "--to", "public-works"),
            *("--area", "bkk-bangrak", "--field", "description=หลุมบนถนน"),
            *("--key", folder / "somchai.key", *rpc),
        )

        assert subject["effective_ial"] == 230
        assert balance["satang"] == FUNDS_SATANG
        assert [one["roles"] for one in authority["officers"]] == [["voting"]]
        assert filed["height"] > 0
