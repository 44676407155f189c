"""The rules of web/: what its lock may name, and the size of its files."""

import json
import re

from tests.meta.sources import texts
from tests.meta.test_tidy import FILE_LINES_MAX, LINE_CHARS_MAX

NPM = {
    "omit-lockfile-registry-resolved=true",  # else a lock names a registry
    "save-exact=true",
    "ignore-scripts=true",  # no package runs code of its own when it is installed
}

NOT_READ = {  # vector files that are no part of what the SDK does, and who reads them beside Python
    "hpke": "the library of npm, tests/web/test_strangers.py",
    "rankings": "the verifier",
    "state_changes": "bench/peer, in Go",
    "voting_rings": "the verifier",
}


def locked():
    packages = json.loads(texts()["web/package-lock.json"])["packages"]
    return {name: package for name, package in packages.items() if name}


def test_the_lock_of_web_names_hashes_and_no_addresses():
    packages = locked()

    assert {"node_modules/@noble/hashes", "node_modules/esbuild"} <= packages.keys()
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if not package.get("integrity")] == []


def test_npm_writes_no_addresses_and_runs_no_code_of_packages():
    lines = set(texts()["web/.npmrc"].splitlines())

    assert lines >= NPM
    assert [line for line in lines if "registry=" in line.replace(" ", "")] == []


def test_web_pins_what_it_asks_for_to_one_version():
    asked = json.loads(texts()["web/package.json"])
    versions = {**asked["dependencies"], **asked["devDependencies"]}
    pinned = {name: locked()[f"node_modules/{name}"]["version"] for name in versions}

    assert versions == pinned


def test_files_of_web_are_as_short_as_others():
    sources = {name: text for name, text in texts().items() if name.endswith(".ts")}
    lines = [(name, line) for name, text in sources.items() for line in text.splitlines()]

    assert len(sources) > 5
    assert [name for name, text in sources.items() if text.count("\n") > FILE_LINES_MAX] == []
    assert [(name, line) for name, line in lines if len(line) > LINE_CHARS_MAX] == []


def test_every_vector_file_is_read_by_the_sdk_or_named_with_who_reads_it_instead():
    vectors = {name for name in texts() if re.fullmatch(r"tests/vectors/\w+\.json", name)}
    sources = [text for name, text in texts().items() if name.startswith("web/sdk/tests/")]
    read = {name for text in sources for name in re.findall(r'published\("(\w+)"\)', text)}
    files = {name.removeprefix("tests/vectors/").removesuffix(".json") for name in vectors}

    assert len(read) > 15
    assert files - read == NOT_READ.keys()
    assert read <= files
