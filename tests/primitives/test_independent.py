"""A second implementation, from docs/protocol.md and other libraries alone, agrees on the vectors.

It imports nothing of ours but the path of the vectors: what it needs and cannot find in the
document would be missing from the document.
"""

import base64
import hashlib
import json

import msgpack
import pytest
from nacl.signing import SigningKey, VerifyKey

from tests.meta.sources import ROOT


def vectors(name):
    return json.loads((ROOT / "tests" / "vectors" / f"{name}.json").read_text(encoding="utf-8"))


def unhex(text):
    return bytes.fromhex(text)


def tagged_hash(tag, data):
    return hashlib.sha256(b"sapha/" + tag.encode() + b"/v1\x00" + data).digest()


def value_of(shown):
    match shown:
        case {"bytes": text}:
            return unhex(text)
        case {"int": text}:
            return int(text)
        case [*items]:
            return [value_of(item) for item in items]
    return shown


def key_of(signer):
    return b"\x01" + bytes(signer.verify_key)


@pytest.mark.parametrize("row", vectors("encoding")["canonical"], ids=lambda row: row["bytes"][:16])
def test_values_encode_alike(row):
    assert msgpack.packb(value_of(row["value"])).hex() == row["bytes"]


@pytest.mark.parametrize("row", vectors("addresses"), ids=lambda row: row["shown"])
def test_keys_give_the_same_addresses(row):
    public_key = key_of(SigningKey(unhex(row["seed"])))

    assert public_key.hex() == row["public_key"]
    assert tagged_hash("address", public_key)[:20].hex() == row["address"]


@pytest.mark.parametrize("row", vectors("transactions"), ids=lambda row: row["method"])
def test_transactions_have_the_same_bytes_and_ids(row):
    fields = [1, row["chain_id"], unhex(row["sender"]), int(row["nonce"]), row["expires_at_ms"]]
    body = msgpack.packb([*fields, row["contract"], row["method"], value_of(row["args"])])
    pairs = [[unhex(key), unhex(signature)] for key, signature in row["signatures"]]

    assert msgpack.packb([body, pairs]).hex() == row["raw"]
    assert tagged_hash("txid", body).hex() == row["transaction_id"]
    for public_key, signature in pairs:
        VerifyKey(public_key[1:]).verify(tagged_hash("tx", body), signature)


@pytest.mark.parametrize("row", vectors("blocks"), ids=lambda row: str(row["header"]["height"]))
def test_headers_have_the_same_bytes_and_hashes(row):
    numbers = {"height", "time_ms", "app_version", "chain_id"}
    fields = [value if name in numbers else unhex(value) for name, value in row["header"].items()]
    header = msgpack.packb([2, *fields])
    last = row["last_certificate"] and unhex(row["last_certificate"])
    parts = {n: [unhex(raw) for raw in row[n]] for n in ("transactions", "evidence", "restarts")}

    assert tagged_hash("block", header).hex() == row["block_hash"]
    block = [header, parts["transactions"], parts["evidence"], last, parts["restarts"]]
    assert msgpack.packb(block).hex() == row["block"]
    named = tagged_hash("certificate", last) if last else bytes(32)
    assert named.hex() == row["header"]["last_certificate_hash"]


def root_from_path(item, index, count, path):
    node, width, rest = tagged_hash("merkle-leaf", item), count, list(path)
    while width > 1:
        if index ^ 1 < width:
            sibling = rest.pop(0)
            pair = sibling + node if index % 2 else node + sibling
            node = tagged_hash("merkle-node", pair)
        index, width = index // 2, (width + 1) // 2
    assert rest == []
    return node


def breaks_the_rule(receipt):
    """Whether docs/protocol.md#receipts forbids the decoded value."""
    match receipt:
        case [bytes(transaction_id), str(code), str(), str(message), [*details], [*events]]:
            names = [pair[0] for pair in details if len(pair) == 2 and isinstance(pair[0], str)]
            kinds = {type(pair[1]) for pair in details if len(pair) == 2}
            return not (
                len(transaction_id) == 32
                and 1 <= len(code) <= 64
                and all(" " <= letter <= "~" for letter in code)
                and len(details) == len(names) <= 64
                and kinds <= {int, str}
                and names == sorted(set(names))
                and not (code == "OK" and (message or details))
                and (code == "OK" or not events)
                and all(list(map(type, event)) == [str, str, list] for event in events)
            )
    return True


@pytest.mark.parametrize("kind", ["accepted", "refused"])
def test_receipts_are_taken_and_refused_alike(kind):
    for row in vectors("receipts")[kind]:
        receipt = msgpack.unpackb(unhex(row["receipt"]))

        assert breaks_the_rule(receipt) is (kind == "refused"), row
        assert msgpack.packb(receipt).hex() == row["receipt"]


@pytest.mark.parametrize("row", vectors("merkle"), ids=lambda row: str(len(row["items"])))
def test_audit_paths_lead_to_the_same_root(row):
    items, root = [unhex(item) for item in row["items"]], unhex(row["root"])
    paths = [[unhex(part) for part in path] for path in row["paths"]]

    roots = [root_from_path(items[i], i, len(items), path) for i, path in enumerate(paths)]

    assert set(roots) == ({root} if items else set())
    assert items or root == tagged_hash("merkle-empty", b"")


def test_the_certificate_holds():
    row = vectors("certificates")
    members = [[unhex(key), name] for key, name in row["validators"]]
    height, view, block_hash, bits, seals = msgpack.unpackb(unhex(row["certificate"]))
    signed = msgpack.packb([row["chain_id"], unhex(row["restart"]), height, view, block_hash])
    signers = [key for i, (key, _) in enumerate(members) if bits[i // 8] >> i % 8 & 1]

    assert signed.hex() == row["seal_bytes"]
    assert len(bits) == (len(members) + 7) // 8
    for public_key, seal in zip(signers, seals, strict=True):
        VerifyKey(public_key[1:]).verify(tagged_hash("seal", signed), seal)
    assert len(signers) >= (len(members) + (len(members) - 1) // 3) // 2 + 1 == row["quorum"]
    assert tagged_hash("validators", msgpack.packb(members)).hex() == row["validators_hash"]
    assert tagged_hash("certificate", unhex(row["certificate"])).hex() == row["certificate_hash"]


def test_the_restart_statement_is_signed_by_all_its_keys():
    row = vectors("restarts")
    hashes = [unhex(row[name]) for name in ("block_hash", "validators")]
    place = [1, row["chain_id"], unhex(row["previous"]), row["height"], *hashes]
    statement = msgpack.packb([*place, row["reason"], row["not_after_ms"], row["suspended"]])
    digest = tagged_hash("restart", statement)
    approvals = []
    for agency, seeds in row["seeds"].items():
        keys = sorted(map(SigningKey, map(unhex, seeds)), key=key_of)
        pairs = [[key_of(key), key.sign(digest).signature] for key in keys]
        approvals.append([agency, pairs])

    assert statement.hex() == row["statement"]
    assert digest.hex() == row["digest"]
    assert msgpack.packb([statement, sorted(approvals)]).hex() == row["signed"]


EMPTY_LEAF = tagged_hash("state-leaf", b"")


def first_bits(kh, count):
    return f"{int.from_bytes(kh, 'big'):0256b}"[:count]


def content_of(value):
    if len(value) <= 32:
        return bytes([len(value)]) + value
    return b"\xff" + tagged_hash("state-value", value)


def siblings_of(mask, joined):
    assert 0 <= mask <= 7
    assert len(joined) == 32 * f"{mask:b}".count("1")
    parts = [joined[at : at + 32] for at in range(0, len(joined), 32)]
    assert EMPTY_LEAF not in parts
    return [parts.pop(0) if mask >> place & 1 else EMPTY_LEAF for place in range(3)]


def state_root_of(count, node, bits, rows):
    """Return the root above a node that the bits name."""
    assert len(bits) == 2 * len(rows) <= 128
    assert 0 <= count < 2**64
    for mask, joined in rows:
        children = siblings_of(mask, joined)
        children.insert(int(bits[-2:], 2), node)
        node, bits = tagged_hash("state-inner", b"".join(children)), bits[:-2]
    return tagged_hash("state-root", b"\x02\x02\x10" + count.to_bytes(8, "big") + node)


def state_proof_holds(row):
    """Whether docs/protocol.md#state-proofs takes the row's proof."""
    try:
        data, kh = unhex(row["proof"]), tagged_hash("state-key", unhex(row["key"]))
        count, entries, rows = msgpack.unpackb(data)
        assert len(data) <= 8192
        bits = first_bits(kh, 2 * len(rows))
        hashes = [entry[0] for entry in entries]
        assert len(hashes) <= 16
        assert hashes == sorted(set(hashes))
        leaf = b""
        for entry_hash, content in entries:
            assert len(entry_hash) == 32
            assert first_bits(entry_hash, len(bits)) == bits
            assert content[0] == len(content) - 1 <= 32 or (
                content[0] == 255 and len(content) == 33
            )
            leaf += entry_hash + content + bytes(33 - len(content))
        root = state_root_of(count, tagged_hash("state-leaf", leaf), bits, rows)
    except (AssertionError, ValueError, IndexError):
        return False
    expected = None if row["value"] is None else content_of(unhex(row["value"]))
    return root.hex() == row["state_root"] and dict(entries).get(kh) == expected


@pytest.mark.parametrize("row", vectors("state_proofs")["proofs"], ids=lambda row: row["key"][-4:])
def test_state_proofs_hold(row):
    assert state_proof_holds(row)


@pytest.mark.parametrize("row", vectors("state_proofs")["refused"], ids=lambda row: row["why"])
def test_state_proofs_that_break_a_rule_do_not(row):
    assert not state_proof_holds(row)


def node_of(entries, bits):
    """Return the hash of the node that the bits name over sorted (key hash, content) pairs."""
    if len(entries) <= 16 or len(bits) == 128:
        return tagged_hash("state-leaf", b"".join(k + c.ljust(33, b"\0") for k, c in entries))
    children = [
        node_of([e for e in entries if first_bits(e[0], len(bits) + 2) == bits + more], bits + more)
        for more in ("00", "01", "10", "11")
    ]
    return tagged_hash("state-inner", b"".join(children))


def chunk_holds(data, state_root):
    """Whether docs/protocol.md#state-chunks takes a chunk under the root."""
    try:
        count, node, pairs, rows = msgpack.unpackb(data)
        depth = node[0]
        assert depth <= 64
        assert len(node) == 1 + (2 * depth + 7) // 8
        padded = node[1:].ljust(32, b"\0")
        bits = first_bits(padded, 2 * depth)
        assert int(f"{int.from_bytes(padded, 'big'):0256b}"[2 * depth :], 2) == 0
        entries = [(tagged_hash("state-key", key), content_of(value)) for key, value in pairs]
        hashes = [entry[0] for entry in entries]
        assert hashes == sorted(set(hashes))
        assert all(first_bits(kh, 2 * depth) == bits for kh in hashes)
        return state_root_of(count, node_of(entries, bits), bits, rows).hex() == state_root
    except (AssertionError, ValueError, IndexError):
        return False


def test_chunks_of_state_hold_and_those_that_break_a_rule_do_not():
    document = vectors("state_proofs")
    root = document["state_root"]
    everything = [(unhex(key), unhex(value)) for key, value in document["state"]]
    entries = sorted((tagged_hash("state-key", key), content_of(v)) for key, v in everything)

    assert state_root_of(len(entries), node_of(entries, ""), "", []).hex() == root
    assert state_root_of(0, EMPTY_LEAF, "", []).hex() == document["empty_state_root"]
    assert all(chunk_holds(unhex(row["chunk"]), root) for row in document["chunks"])
    for row in document["refused_chunks"]:
        assert not chunk_holds(unhex(row["chunk"]), root), row["why"]


def pairs_of(config):
    match config:
        case {**members}:
            return [[name, pairs_of(members[name])] for name in sorted(members)]
        case [*items]:
            return [pairs_of(item) for item in items]
    return config


def test_genesis_has_the_same_hash():
    row = vectors("genesis")
    document = row["document"]
    members = [
        [
            *(m["name"], unhex(m["public_key"][2:]), base64.b64decode(m["certificate"])),
            *(m["host"], m["port"], m["is_validator"]),
        ]
        for m in document["members"]
    ]
    contracts = [
        [c["name"], c["version"], unhex(c["code_hash"][2:]), pairs_of(c["config"])]
        for c in document["contracts"]
    ]
    head = [2, document["network"], document["kind"], document["time_ms"]]
    names = ("heartbeat_ms", "view_timeout_ms", "view_timeout_cap_ms")
    parameters = [
        document["parameters"][n] for n in (*names, "block_transactions_max", "calendar_rate")
    ]

    hashed = tagged_hash("genesis", msgpack.packb([*head, parameters, members, contracts]))

    assert hashed.hex() == row["genesis_hash"]
    assert row["chain_id"] == f"{document['network']}-{hashed.hex()[:32]}"
    signed = tagged_hash("genesis/member", msgpack.packb(members[0]))
    VerifyKey(members[0][1][1:]).verify(signed, unhex(row["member_signature"]))


def key_part(part, *, is_last):
    match part:
        case bytes():
            return part
        case int():
            return (part + 2**63).to_bytes(8, "big")
    text = part.encode()
    return text if is_last else text.replace(b"\x00", b"\x00\xff") + b"\x00\x01"


@pytest.mark.parametrize("row", vectors("state_keys"), ids=lambda row: row["map"])
def test_state_keys_are_alike(row):
    parts = value_of(row["parts"])
    last = len(parts) - 1
    entry = b"".join(key_part(part, is_last=i == last) for i, part in enumerate(parts))

    assert f"{row['contract']}\0{row['map']}\0".encode() + entry == unhex(row["key"])
