"""A node and its signer over a Unix socket: proof, restart, refusals, bounds."""

import asyncio
import ssl
import stat
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from shutil import copytree, rmtree

import pytest

from consensus import RequestSignature
from consensus.messages import Kind
from node.signer.client import Session, SignerIdentity, SignerLink, SignerPlace, sign_state_of
from node.signer.faults import SignerAway, SignerMismatch
from node.signer.server import SignerServer
from node.signer.settings import load_signer_config
from node.signer.wire import FRAME_BYTES_MAX, Refusal, read_answer
from p2p.tls import make_certificate
from primitives.blob_documents import Erasure
from tests.signer.builders import BLOCK, OTHER, START, new_signer, signer_of


@pytest.fixture
def home(tmp_path):
    directory = tmp_path / "s"
    new_signer(directory)
    return directory


@asynccontextmanager
async def serving(home):
    with signer_of(home) as signer:
        server = SignerServer(load_signer_config(home), signer, lambda: None)
        at = await server.start()
        try:
            yield signer, at
        finally:
            await server.stop()


def place_at(home, **more) -> SignerPlace:
    return SignerPlace(socket=home / "signer.sock", answer_s_max=20.0, retry_s=0.01, **more)


def asked(height=1, view=0, content=BLOCK) -> RequestSignature:
    return RequestSignature(
        kind=Kind.PREPARE, height=height, view=view, content=content, restart=START, lock=None
    )


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - of another thread's work
            await asyncio.sleep(0.01)


async def test_the_socket_is_its_owners_alone(home):
    async with serving(home):
        assert stat.S_IMODE((home / "signer.sock").stat().st_mode) == 0o600


async def test_the_signer_of_another_key_or_chain_serves_nobody(home, tmp_path):
    other = new_signer(tmp_path / "o")

    async with serving(home) as (signer, _at):
        with pytest.raises(SignerMismatch, match="holds key"):
            await Session.open(place_at(home), SignerIdentity(other, signer.chain_id))
        with pytest.raises(SignerMismatch, match="signs for chain"):
            await Session.open(place_at(home), SignerIdentity(signer.public_key, "other-chain"))


async def test_who_is_no_signer_is_away(home):
    with pytest.raises(SignerAway, match=str(home)):
        await Session.open(place_at(home), SignerIdentity(None, None))


async def test_a_vote_asked_for_while_the_signer_is_away_is_signed_when_it_is_back(home):
    answers = []
    async with serving(home) as (signer, _at):
        identity = SignerIdentity(signer.public_key, signer.chain_id)
    link = SignerLink(place_at(home), identity)
    link.on_signature = answers.append
    running = asyncio.create_task(link.run())

    await until(lambda: link.fault is not None)
    link.request(asked(height=1))
    link.request(asked(height=2))
    async with serving(home):
        await until(lambda: answers)

    assert [answer.mark.height for answer in answers] == [2]  # the view of the first has passed
    running.cancel()


async def test_a_refusal_is_no_answer_and_the_next_question_is_asked(home):
    answers = []
    async with serving(home) as (signer, _at):
        link = SignerLink(place_at(home), SignerIdentity(signer.public_key, signer.chain_id))
        link.on_signature = answers.append
        running = asyncio.create_task(link.run())

        for content in (BLOCK, OTHER):
            link.request(asked(content=content))
        link.request(replace(asked(), kind=Kind.COMMIT))
        await until(lambda: len(answers) == 2)
        running.cancel()

    assert [answer.mark.kind for answer in answers] == [Kind.PREPARE, Kind.COMMIT]


@asynccontextmanager
async def linked(home, **more):
    """Run a link to the signer of a directory, whether it is served or not."""
    with signer_of(home) as signer:
        identity = SignerIdentity(signer.public_key, signer.chain_id)
    link = SignerLink(place_at(home), identity, **more)
    running = asyncio.create_task(link.run())
    try:
        yield link
    finally:
        running.cancel()


async def test_a_refusal_is_the_links_fault_until_the_next_signature(home):
    answers, codes = [], []
    async with linked(home) as link, serving(home):
        link.on_signature, link.on_refusal = answers.append, codes.append

        link.request(asked(content=BLOCK))
        link.request(asked(content=OTHER))
        await until(lambda: codes)
        fault = link.fault
        link.request(replace(asked(), kind=Kind.COMMIT))
        await until(lambda: len(answers) == 2)

        assert codes == ["ALREADY_SIGNED"]
        assert "refuses: ALREADY_SIGNED: asked to sign another content" in fault
        assert link.fault is None


async def test_a_signer_that_was_put_back_older_is_noticed_and_asked_nothing(home, tmp_path):
    answers = []
    older = tmp_path / "older"
    copytree(home / "sign_state", older)
    async with linked(home) as link:
        link.on_signature = answers.append
        async with serving(home):
            link.request(asked(height=7))
            await until(lambda: answers)
        rmtree(home / "sign_state")
        older.rename(home / "sign_state")
        async with serving(home):
            link.request(asked(height=8))
            await until(lambda: "was put back" in str(link.fault))

        assert len(answers) == 1


async def test_a_node_knows_after_its_own_restart_what_its_signer_signed(home):
    async with linked(home, last=asked(height=7).mark) as link, serving(home):
        await until(lambda: "was put back" in str(link.fault))


async def test_a_signer_without_its_sign_state_is_named_as_the_fault(home):
    async with linked(home) as link:
        (home / "sign_state" / "state").unlink()
        async with serving(home):
            await until(lambda: "has no sign-state; sapha signer recover" in str(link.fault))


async def test_receipts_of_erasure_are_signed_too(home):
    async with serving(home) as (signer, _at):
        link = SignerLink(place_at(home), SignerIdentity(signer.public_key, signer.chain_id))
        running = asyncio.create_task(link.run())
        erasure = Erasure(chain_id=signer.chain_id, content=BLOCK, node="dopa", erased_at_ms=1)

        receipt = await link.receipt(erasure, signer.public_key)
        running.cancel()

    assert receipt.body == erasure


async def test_the_signer_shows_its_sign_state(home):
    async with serving(home) as (signer, _at):
        session, welcome = await Session.open(place_at(home), SignerIdentity(None, None))
        session.close()

    assert sign_state_of(place_at(home), welcome).key == signer.public_key


async def test_a_frame_that_is_too_long_is_refused_before_it_is_read(home):
    async with serving(home):
        reader, writer = await asyncio.open_unix_connection(home / "signer.sock")
        writer.write((FRAME_BYTES_MAX + 1).to_bytes(4, "big"))
        length = int.from_bytes(await reader.readexactly(4), "big")
        answer = read_answer(await reader.readexactly(length))
        rest = await reader.read()
        writer.close()

    assert isinstance(answer, Refusal)
    assert answer.code == "BAD_FRAME"
    assert rest == b""


async def test_connections_are_bounded(home):
    (home / "signer.toml").write_text("[listen]\nconnections_max = 1\n")
    async with serving(home):
        session, _welcome = await Session.open(place_at(home), SignerIdentity(None, None))
        with pytest.raises(SignerAway):
            await Session.open(place_at(home), SignerIdentity(None, None))
        session.close()


def certificate_in(folder):
    folder.mkdir(mode=0o700)
    certificate, key = make_certificate("node")
    (folder / "cert.pem").write_bytes(certificate)
    (folder / "key.pem").touch(mode=0o600)
    (folder / "key.pem").write_bytes(key)
    return folder


async def test_over_an_address_only_the_nodes_certificate_is_served(tmp_path):
    node, stranger = certificate_in(tmp_path / "node"), certificate_in(tmp_path / "stranger")
    home = tmp_path / "s"
    new_signer(home, host="127.0.0.1", port=0, node_certificate=str(node / "cert.pem"))

    async with serving(home) as (signer, at):
        identity = SignerIdentity(signer.public_key, signer.chain_id)

        def place(own):
            return SignerPlace(
                socket=None,
                host="127.0.0.1",
                port=int(at.rpartition(":")[2]),
                certificate=home / "tls" / "cert.pem",
                own_certificate=own / "cert.pem",
                own_key=own / "key.pem",
                answer_s_max=20.0,
            )

        session, _welcome = await Session.open(place(node), identity)
        session.close()
        with pytest.raises(SignerAway):
            await Session.open(place(stranger), identity)
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
        reader, writer = await asyncio.open_connection("127.0.0.1", place(node).port, ssl=bare)
        with suppress(ssl.SSLError, OSError):
            assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
