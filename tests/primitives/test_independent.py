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


@pytest.mark.parametrize("row", vectors("encoding")["canonical"], ids=lambda row: row["bytes"][:16])
def test_values_encode_alike(row):
    assert msgpack.packb(value_of(row["value"])).hex() == row["bytes"]


@pytest.mark.parametrize("row", vectors("addresses"), ids=lambda row: row["shown"])
def test_keys_give_the_same_addresses(row):
    public_key = bytes(SigningKey(unhex(row["seed"])).verify_key)

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
        VerifyKey(public_key).verify(tagged_hash("tx", body), signature)


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
        VerifyKey(public_key).verify(tagged_hash("seal", signed), seal)
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
        keys = sorted(map(SigningKey, map(unhex, seeds)), key=lambda key: bytes(key.verify_key))
        pairs = [[bytes(key.verify_key), key.sign(digest).signature] for key in keys]
        approvals.append([agency, pairs])

    assert statement.hex() == row["statement"]
    assert digest.hex() == row["digest"]
    assert msgpack.packb([statement, sorted(approvals)]).hex() == row["signed"]


def state_root_of(proof, number):
    bits, entries, rows = proof
    node = tagged_hash("state-bucket", b"".join(kh + vh for kh, vh in entries))
    assert len(rows) == bits // 2
    for siblings in rows:
        children = [*siblings]
        children.insert(number % 4, node)
        node = tagged_hash("state-node", b"".join(children))
        number //= 4
    return tagged_hash("state-root", bytes([bits]) + node)


@pytest.mark.parametrize("row", vectors("state_proofs")["proofs"], ids=lambda row: row["key"][-4:])
def test_state_proofs_hold(row):
    document = vectors("state_proofs")
    kh = tagged_hash("state-key", unhex(row["key"]))
    proof = msgpack.unpackb(unhex(row["proof"]))
    number = int.from_bytes(kh, "big") >> (256 - document["bucket_bits"])
    expected = None if row["value"] is None else tagged_hash("state-value", unhex(row["value"]))

    assert state_root_of(proof, number).hex() == document["state_root"]
    assert dict(proof[1]).get(kh) == expected


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
    head = [1, document["network"], document["kind"], document["time_ms"]]
    names = ("bucket_bits", "heartbeat_ms", "view_timeout_ms", "view_timeout_cap_ms")
    parameters = [
        document["parameters"][n] for n in (*names, "block_transactions_max", "calendar_rate")
    ]

    hashed = tagged_hash("genesis", msgpack.packb([*head, parameters, members, contracts]))

    assert hashed.hex() == row["genesis_hash"]
    assert row["chain_id"] == f"{document['network']}-{hashed.hex()[:32]}"
    signed = tagged_hash("genesis/member", msgpack.packb(members[0]))
    VerifyKey(members[0][1]).verify(signed, unhex(row["member_signature"]))


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
