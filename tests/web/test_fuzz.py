"""What one language writes the other reads, both ways: arguments, signatures, proofs, contents."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from client.complaints.content import seal_content
from client.complaints.wraps import ReadingKey, open_wrapped, wrap_key
from client.words import secret_of, words_of
from contracts.sdk.text import check_text
from primitives.blob_documents import Wraps, read_wraps
from primitives.codec import encode
from primitives.crypto import SigningKey
from primitives.errors import Rejected
from primitives.ids import Address, address_of, read_address, show_address
from primitives.keys import P256Key, verify_raw
from primitives.receipt import read_receipt
from primitives.state_proof import check_proof, decode_proof
from primitives.transaction import decode_transaction
from tests.builders import CHAIN_ID, TIME_MS
from tests.client.builders import State
from tests.primitives.make_vectors import FOLDER
from tests.primitives.strategies import damaged
from tests.web.abi_values import abi_of, calls

DOCUMENTS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (FOLDER / "abi").iterdir()
}
ABIS = {name: abi_of(document) for name, document in DOCUMENTS.items()}
MANY = settings(max_examples=1_000)
SOME = settings(max_examples=100)

seeds = st.binary(min_size=1, max_size=32).map(lambda seed: seed.rjust(32, b"\1"))
nonces = st.integers(0, 2**64 - 1)
KINDS = {1: SigningKey, 2: P256Key}


def texts_in(value):
    """All texts of a value; a client's ABI does not look at what contracts refuse in them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_in(item)


def written(contract, method, args):
    """The canonical arguments as Python writes them, or nothing if they are refused."""
    try:
        found = ABIS[contract].arguments(method, args)
        for text in texts_in(found):
            check_text(text, "text")
    except Rejected:
        return None
    return found


@MANY
@given(call=calls(DOCUMENTS))
def test_both_write_the_same_arguments_or_both_refuse_them_and_read_them_back(peer, call):
    contract, method, args = call
    expected = written(contract, method, args)

    answer = peer.ask(act="write", contract=contract, method=method, args=args)

    if expected is None:
        assert "refused" in answer
        return
    assert answer == {"bytes": encode(expected).hex()}
    read = peer.ask(act="read", contract=contract, method=method, bytes=answer["bytes"])
    assert ABIS[contract].arguments(method, read["args"]) == expected


@SOME
@given(call=calls(DOCUMENTS), seed=seeds, kind=st.sampled_from(sorted(KINDS)), nonce=nonces)
def test_python_takes_every_transaction_that_the_sdk_signs(peer, call, seed, kind, nonce):
    contract, method, args = call
    expected = written(contract, method, args)
    key = KINDS[kind](seed)
    sender = address_of(key.public_key)

    answer = peer.ask(
        act="sign",
        kind=kind,
        seed=seed.hex(),
        chain_id=CHAIN_ID,
        sender=sender.hex(),
        nonce=str(nonce),
        expires_at_ms=TIME_MS,
        contract=contract,
        method=method,
        args=args,
    )

    if expected is None:
        assert "refused" in answer
        return
    found = decode_transaction(bytes.fromhex(answer["raw"]))
    found.check_signatures()
    assert found.transaction_id.hex() == answer["id"]
    assert (found.body.contract, found.body.method) == (contract, method)
    assert (found.body.sender, found.body.nonce) == (sender, nonce)
    assert found.body.args == expected
    assert [public_key for public_key, _signature in found.signatures] == [key.public_key]


@SOME
@given(data=st.data(), seed=seeds, kind=st.sampled_from(sorted(KINDS)), message=st.binary())
def test_both_judge_signatures_alike(peer, data, seed, kind, message):
    key = KINDS[kind](seed)
    signature = key.sign("tx", message)
    bad = data.draw(damaged(signature))

    for given_signature in (signature, bad):
        asked = {"key": key.public_key.hex(), "data": message.hex(), "tag": "tx"}
        answer = peer.ask(act="verify", signature=given_signature.hex(), **asked)
        holds = verify_raw(key.public_key, "tx", message, given_signature)
        assert answer == {"holds": holds}


@SOME
@given(
    data=st.data(),
    values=st.dictionaries(st.binary(max_size=4), st.binary(max_size=40), max_size=60),
    wanted=st.binary(max_size=2),
)
def test_both_judge_proofs_of_state_alike(peer, data, values, wanted):
    state = State(values)
    proof = encode(state.proof(wanted).to_value())
    value = values.get(wanted)
    asked = {"root": state.root.hex(), "key": wanted.hex()}
    shown = None if value is None else value.hex()

    answer = peer.ask(act="state", value=shown, proof=proof.hex(), **asked)

    assert answer == {"holds": True}
    bad = data.draw(damaged(proof))
    try:
        check_proof(decode_proof(bad), state_root=state.root, key=wanted, value=value)
    except Rejected:
        assert "refused" in peer.ask(act="state", value=shown, proof=bad.hex(), **asked)


@SOME
@given(data=st.data())
def test_both_read_receipts_alike(peer, data):
    rows = json.loads((FOLDER / "receipts.json").read_text(encoding="utf-8"))["accepted"]
    row = data.draw(st.sampled_from(rows))
    receipt = data.draw(damaged(bytes.fromhex(row["receipt"])))

    answer = peer.ask(act="receipt", bytes=receipt.hex())

    try:
        found = read_receipt(receipt)
    except Rejected:
        assert "refused" in answer
    else:
        counted = {"code": found.code, "message": found.message, "events": len(found.events)}
        assert answer == counted


@SOME
@given(data=st.data(), address=st.binary(min_size=20, max_size=20))
def test_both_show_and_read_addresses_alike(peer, data, address):
    shown = show_address(Address(address))
    place = data.draw(st.integers(0, len(shown) - 1))
    letter = data.draw(st.sampled_from("qpzryQ1b "))
    wrong = shown[:place] + letter + shown[place + 1 :]

    assert peer.ask(act="show_address", address=address.hex()) == {"text": shown}
    for text in (shown, shown.upper(), wrong):
        answer = peer.ask(act="read_address", text=text)
        try:
            assert answer == {"address": read_address(text).hex()}
        except Rejected:
            assert "refused" in answer


@SOME
@given(secret=st.binary(min_size=16, max_size=16) | seeds, language=st.sampled_from(("en", "th")))
def test_both_write_a_secret_in_the_same_words(peer, secret, language):
    words = words_of(secret, language)
    count = len(words.split())
    turned = " ".join(reversed(words.split()))

    assert peer.ask(act="words", secret=secret.hex(), language=language) == {"text": words}
    assert peer.ask(act="secret", text=words, count=count) == {"secret": secret.hex()}
    answer = peer.ask(act="secret", text=turned, count=count)
    try:
        assert answer == {"secret": secret_of(turned, count).hex()}
    except Rejected:
        assert answer == {"refused": "BadWords"}


@SOME
@given(content=st.binary(max_size=2_000), context=st.binary(max_size=32), seed=seeds)
def test_what_the_sdk_seals_python_opens_and_what_python_seals_the_sdk_opens(
    peer, content, context, seed
):
    reader, signer = ReadingKey(seed), SigningKey(seed)
    author = address_of(signer.public_key)
    readers = [reader.public, ReadingKey(b"\7" * 32).public]
    asked = {"chain_id": CHAIN_ID, "context": context.hex()}

    made = peer.ask(
        act="seal",
        content=content.hex(),
        seed=seed.hex(),
        author=author.hex(),
        readers=[one.hex() for one in readers],
        **asked,
    )
    blobs = [bytes.fromhex(blob) for blob in made["blobs"]]
    document = read_wraps(bytes.fromhex(made["wraps"]), chain_id=CHAIN_ID)
    opened, _key = open_wrapped(reader, blobs, [document], context)
    assert opened.content == content
    assert opened.commitment.hex() == made["commitment"]

    sealed = seal_content(content, context)
    wraps = Wraps(
        chain_id=CHAIN_ID,
        content=sealed.digest,
        author=author,
        version=1,
        wraps=wrap_key(sealed.key, sealed.digest, readers),
    )
    answer = peer.ask(
        act="open",
        reader=seed.hex(),
        wraps=wraps.sign(signer).encode().hex(),
        blobs=[blob.hex() for blob in sealed.blobs],
        **asked,
    )
    assert answer == {"content": content.hex(), "commitment": sealed.commitment.hex()}
