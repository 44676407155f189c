"""The browser's modules: types, their own tests, and the bundles that a page loads."""

import json
import re

from tests.primitives.make_vectors import FOLDER
from tests.web.bundles import DIST, gzip_bytes, page_bytes
from tests.web.conftest import WEB

CORE_GZIP_BYTES_MAX = 20_000  # what every page loads at once
PAGE_GZIP_BYTES_MAX = 60_000
WHOLE_GZIP_BYTES_MAX = 75_000  # in one file, without ballots, tables and labels of contracts
PAGES = ("verify", "pay", "file")  # the examples, bundled with tables and labels that they use


def test_the_sources_pass_the_strict_type_checker(toolchain):
    assert toolchain.script("check") == ""


def test_a_claim_does_not_compile_where_a_proof_is_shown(toolchain):
    source = WEB / "sdk" / "tests" / "refused" / "claims.ts"
    lines = source.read_text(encoding="utf-8").splitlines()
    refused = [at for at, line in enumerate(lines, start=1) if line.endswith("// refused")]

    report = toolchain.run("npm", "run", "--silent", "check:refused", fails=True)

    found = re.findall(r"^sdk/tests/refused/claims\.ts\((\d+),", report, flags=re.M)
    assert len(refused) > 10
    assert sorted({int(at) for at in found}) == refused


def test_the_modules_pass_their_own_tests(toolchain):
    report = toolchain.script("test")

    counts = dict(re.findall(r"^# (tests|pass|fail|skipped) (\d+)$", report, flags=re.M))
    assert int(counts["tests"]) > 50
    assert counts["pass"] == counts["tests"]


def test_the_bundles_are_small_and_compute_the_published_hashes(toolchain):
    row = json.loads((FOLDER / "hashes.json").read_text(encoding="utf-8"))[0]

    toolchain.script("build")
    program = (
        'import { digest } from "./dist/sdk.js";'
        f'const data = Buffer.from("{row["data"]}", "hex");'
        f'console.log(Buffer.from(digest("{row["tag"]}", data)).toString("hex"));'
    )
    computed = toolchain.run("node", "--input-type=module", "--eval", program)

    assert computed.strip() == row["digest"]
    pages = {name: page_bytes(f"pages/{name}/{name}.js") for name in PAGES}
    assert page_bytes("core.js") <= CORE_GZIP_BYTES_MAX
    assert max(pages.values()) <= PAGE_GZIP_BYTES_MAX, pages
    assert page_bytes("core.js") + page_bytes("ballots.js") <= PAGE_GZIP_BYTES_MAX  # a booth
    assert gzip_bytes(DIST / "sdk.js") <= WHOLE_GZIP_BYTES_MAX
