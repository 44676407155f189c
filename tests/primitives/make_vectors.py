"""Builds tests/vectors/: fixed examples of every format, for this and other implementations.

`python -m tests.primitives.make_vectors` writes the files. A difference in a file that is already
published is a change of the protocol: new format version, docs/protocol.md and a changelog line.
"""

import json
from pathlib import Path

from client.state_keys import state_key
from genesis.schema import (
    MEMBER_TAG,
    Genesis,
    GenesisContract,
    GenesisMember,
    Parameters,
    genesis_document,
)
from primitives.block import Block, Header
from primitives.certificate import seal_bytes
from primitives.codec import Value, encode
from primitives.crypto import digest
from primitives.ids import address_of, show_address
from primitives.merkle import path_of, root_of
from primitives.restart import SignedRestart
from tests.builders import (
    CHAIN_ID,
    RESTART,
    TIME_MS,
    block,
    certificate,
    key,
    keys,
    restart_statement,
    transaction,
    unchecked,
    validators,
)
from tests.primitives.key_vectors import key_kinds
from tests.primitives.receipt_vectors import receipts
from tests.primitives.state_vectors import state_proofs
from tests.primitives.test_codec import HAZARDS

FOLDER = Path(__file__).parent.parent / "vectors"
TAGS = (
    *("address", "tx", "txid", "block", "seal", "certificate", "validators", "genesis", "restart"),
    *("merkle-empty", "merkle-leaf", "merkle-node"),
    *("state-key", "state-value", "state-leaf", "state-inner", "state-root"),
)
VALUES: tuple[Value, ...] = (
    *(None, False, True, 0, 1, 127, 128, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**64 - 1),
    *(-1, -32, -33, -128, -129, -32_768, -32_769, -(2**31), -(2**31) - 1, -(2**63)),
    *("", "a", "สภา", "a" * 31, "a" * 32, "a" * 256),
    *(b"", b"\x00", bytes(255), bytes(256)),
    *((), (1, "a", b"b", None, True), ((), ((),)), (0,) * 15, (0,) * 16),
)


def shown(value: object) -> object:
    """Return `value` for JSON: bytes as {"bytes": hex}, integers from 2**53 on as {"int": text}."""
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, tuple | list):
        return [shown(item) for item in value]
    if isinstance(value, int) and abs(value) >= 2**53:
        return {"int": str(value)}
    return value


def encoding() -> object:
    return {
        "canonical": [{"value": shown(value), "bytes": encode(value).hex()} for value in VALUES],
        "refused": [{"why": why, "bytes": data.hex()} for why, data in HAZARDS.items()],
    }


def hashes() -> object:
    return [{"tag": tag, "data": b"abc".hex(), "digest": digest(tag, b"abc").hex()} for tag in TAGS]


def addresses() -> object:
    return [
        {
            "seed": signer.seed.hex(),
            "public_key": signer.public_key.hex(),
            "address": address_of(signer.public_key).hex(),
            "shown": show_address(address_of(signer.public_key)),
        }
        for signer in map(key, range(4))
    ]


def transactions() -> object:
    examples = [
        transaction(key(0)),
        transaction(*keys(3), contract="accounts", method="rotate", args=((b"\x01" * 32,), 1)),
        transaction(key(2), nonce=2**64 - 1, args=(None, True, -1, "สภา", b"", ((), (1,)))),
    ]
    return [
        {
            "chain_id": signed.body.chain_id,
            "sender": signed.body.sender.hex(),
            "nonce": str(signed.body.nonce),
            "expires_at_ms": signed.body.expires_at_ms,
            "contract": signed.body.contract,
            "method": signed.body.method,
            "args": shown(signed.body.args),
            "body": signed.body_bytes.hex(),
            "digest_signed": digest("tx", signed.body_bytes).hex(),
            "signatures": [[k.hex(), s.hex()] for k, s in signed.signatures],
            "raw": signed.raw.hex(),
            "transaction_id": signed.transaction_id.hex(),
        }
        for signed in examples
    ]


def header_fields(header: Header) -> dict[str, object]:
    fields = {name: getattr(header, name) for name in Header.__dataclass_fields__}
    return {n: value.hex() if isinstance(value, bytes) else value for n, value in fields.items()}


def blocks() -> object:
    raws = [transaction().raw, transaction(key(1)).raw]
    last = unchecked(block(4), keys(4)[:3])
    examples = [block(1), block(5, raws, [b"evidence"], last=last, restarts=[b"statement"])]
    return [
        {
            "header": header_fields(example.header),
            "header_bytes": example.header.encode().hex(),
            "transactions": [raw.hex() for raw in example.transactions],
            "evidence": [raw.hex() for raw in example.evidence],
            "last_certificate": _certificate_hex(example),
            "restarts": [raw.hex() for raw in example.restarts],
            "block": example.encode().hex(),
            "block_hash": example.hash.hex(),
        }
        for example in examples
    ]


def _certificate_hex(example: Block) -> str | None:
    last = example.last_certificate
    return None if last is None else last.encode().hex()


def certificates() -> object:
    sealed, members = block(5), validators(4)
    made = certificate(sealed, keys(4), view=2)
    return {
        "chain_id": CHAIN_ID,
        "validators": [[m.public_key.hex(), m.name] for m in members.members],
        "validators_hash": members.hash.hex(),
        "quorum": members.quorum,
        "block_hash": sealed.hash.hex(),
        "restart": RESTART.hex(),
        "seal_bytes": seal_bytes(CHAIN_ID, RESTART, made.height, made.view, sealed.hash).hex(),
        "certificate": made.encode().hex(),
        "certificate_hash": made.hash.hex(),
    }


def restarts() -> object:
    signed = SignedRestart(restart_statement())
    signed = signed.signed_by("dopa", [key(1)]).signed_by("bot", [key(2), key(3)])
    statement = signed.statement
    return {
        "chain_id": statement.chain_id,
        "previous": statement.previous.hex(),
        "height": statement.height,
        "block_hash": statement.block_hash.hex(),
        "validators": statement.validators.hex(),
        "reason": statement.reason,
        "not_after_ms": statement.not_after_ms,
        "suspended": list(statement.suspended),
        "statement": statement.encode().hex(),
        "digest": signed.digest.hex(),
        "seeds": {"bot": [key(2).seed.hex(), key(3).seed.hex()], "dopa": [key(1).seed.hex()]},
        "signed": signed.encode().hex(),
    }


def merkle() -> object:
    return [
        {
            "items": [item.hex() for item in items],
            "root": root_of(items).hex(),
            "paths": [[part.hex() for part in path_of(items, i)] for i in range(len(items))],
        }
        for items in ([b"item %d" % i for i in range(count)] for count in (0, 1, 2, 3, 5, 8, 11))
    ]


def state_keys() -> object:
    holder = address_of(key(1).public_key)
    entries: list[tuple[str, str, tuple[int | str | bytes, ...]]] = [
        ("cbdc", "issued", ()),
        ("cbdc", "balances", (holder,)),
        ("cbdc", "redeem_references", (holder, "invoice-7")),
        ("demo", "by_number", (-1,)),
        ("demo", "by_text_and_number", ("a\0b", 2**63 - 1)),
        ("system", "validators", ()),
    ]
    return [
        {"contract": c, "map": m, "parts": shown(parts), "key": state_key(c, m, *parts).hex()}
        for c, m, parts in entries
    ]


def genesis() -> object:
    members = tuple(
        GenesisMember(
            name=f"agency-{number}",
            public_key=signer.public_key,
            certificate_der=b"certificate %d" % number,  # any bytes; only hashed here
            host="127.0.0.1",
            port=26_600 + number,
            is_validator=True,
        )
        for number, signer in enumerate(keys(4))
    )
    config = {
        "central_bank": show_address(address_of(key(0).public_key)),
        "a": [1, {"c": 2, "b": 3}],
    }
    contract = GenesisContract(
        name="cbdc", version=1, code_hash=digest("contract-code", b""), config=config
    )
    document = Genesis(
        network="testnet",
        kind="development",
        time_ms=TIME_MS,
        parameters=Parameters(),
        members=members,
        contracts=(contract,),
    )
    return {
        "document": genesis_document(document),
        "hashed": encode(document.to_value()).hex(),
        "genesis_hash": document.hash.hex(),
        "chain_id": document.chain_id,
        "validators_hash": document.validators.hash.hex(),
        "member_signature": keys(4)[0].sign(MEMBER_TAG, encode(members[0].to_value())).hex(),
    }


MAKERS = (
    encoding,
    hashes,
    addresses,
    key_kinds,
    transactions,
    blocks,
    certificates,
    restarts,
    receipts,
    merkle,
    state_keys,
    genesis,
    state_proofs,
)


def texts() -> dict[str, str]:
    """Return every vector file's text by its name."""
    return {
        f"{maker.__name__}.json": json.dumps(maker(), ensure_ascii=False, indent=1) + "\n"
        for maker in MAKERS
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
