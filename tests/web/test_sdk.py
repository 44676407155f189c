"""The browser's modules: types, their own tests, and the bundle that a page loads."""

import gzip
import json
import re

from tests.primitives.make_vectors import FOLDER
from tests.web.conftest import WEB

BUNDLE_GZIP_BYTES_MAX = 20_000  # the core of the SDK, as a page loads it


def test_the_sources_pass_the_strict_type_checker(toolchain):
    assert toolchain.script("check") == ""


def test_the_modules_pass_their_own_tests(toolchain):
    report = toolchain.script("test")

    counts = dict(re.findall(r"^# (tests|pass|fail|skipped) (\d+)$", report, flags=re.M))
    assert int(counts["tests"]) > 10
    assert counts["pass"] == counts["tests"]


def test_the_bundle_is_small_and_computes_the_published_hashes(toolchain):
    row = json.loads((FOLDER / "hashes.json").read_text(encoding="utf-8"))[0]

    toolchain.script("build")
    program = (
        'import { digest } from "./dist/sdk.js";'
        f'const data = Buffer.from("{row["data"]}", "hex");'
        f'console.log(Buffer.from(digest("{row["tag"]}", data)).toString("hex"));'
    )
    computed = toolchain.run("node", "--input-type=module", "--eval", program)

    assert computed.strip() == row["digest"]
    bundle = (WEB / "dist" / "sdk.js").read_bytes()
    assert len(gzip.compress(bundle)) <= BUNDLE_GZIP_BYTES_MAX
