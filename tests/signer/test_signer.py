"""A signer refuses by itself what would be a second word, whatever a node asks."""

import pytest

from consensus.messages import TAGS, Kind
from node.secret_files import OpenToOthers
from node.setup import DirectoryInUse
from node.signer.faults import BadSignerFrame, SignerFault, SignerMismatch
from node.signer.setup import SignerPlan, check_signer, join_chain, make_signer, recover_signer
from node.signer.wire import (
    Hello,
    Receipt,
    Record,
    Refusal,
    Signed,
    encode_request,
    read_answer,
    read_request,
)
from node.store.faults import StoreLocked
from primitives.blob_documents import ERASED_TAG
from primitives.codec import encode
from primitives.crypto import verify
from primitives.errors import LocalFault
from tests.signer.builders import BLOCK, OTHER, RESTART, genesis_known, new_signer, signer_of, vote


@pytest.fixture
def home(tmp_path):
    directory = tmp_path / "signer"
    new_signer(directory)
    return directory


def refused(answer) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_a_vote_is_signed_over_the_signers_own_chain(home):
    asked = vote()

    with signer_of(home) as signer:
        answer = signer.answer(asked)

    data = asked.signed_bytes(signer.chain_id)
    assert isinstance(answer, Signed)
    assert verify(signer.public_key, TAGS[Kind.PREPARE], data, answer.signature)


def test_the_same_question_again_has_the_same_answer(home):
    with signer_of(home) as signer:
        assert signer.answer(vote()) == signer.answer(vote())


@pytest.mark.parametrize(
    "second",
    [
        vote(content=OTHER),
        vote(kind=Kind.PRE_PREPARE),
        vote(kind=Kind.VIEW_CHANGE, content=None),
    ],
    ids=["other content", "an earlier kind", "a view change of the same view"],
)
def test_a_second_thing_is_refused_also_after_a_restart(home, second):
    with signer_of(home) as signer:
        assert isinstance(signer.answer(vote()), Signed)
        assert refused(signer.answer(second)) == "ALREADY_SIGNED"

    with signer_of(home) as again:
        assert refused(again.answer(second)) == "ALREADY_SIGNED"
        assert isinstance(again.answer(vote(kind=Kind.COMMIT)), Signed)


def test_a_lower_height_is_refused(home):
    with signer_of(home) as signer:
        signer.answer(vote(height=7))

        assert refused(signer.answer(vote(height=6, view=9))) == "ALREADY_SIGNED"


def test_the_signature_is_on_disk_before_it_leaves(home):
    with signer_of(home) as signer:
        answer = signer.answer(vote(height=5))

    with signer_of(home) as again:
        assert again.answer(vote(height=5)) == answer


def test_without_its_sign_state_it_signs_nothing_until_an_operator_gives_a_height(home):
    (home / "sign_state" / "state").unlink()
    with signer_of(home) as signer:
        assert refused(signer.answer(vote(height=10))) == "NO_SIGN_STATE"

    recover_signer(home, above=9, restart=None)

    with signer_of(home) as signer:
        assert refused(signer.answer(vote(height=9, view=100))) == "ALREADY_SIGNED"
        assert isinstance(signer.answer(vote(height=10)), Signed)


def test_the_sign_state_of_another_key_is_none(home, tmp_path):
    new_signer(tmp_path / "other")
    (tmp_path / "other" / "sign_state" / "state").replace(home / "sign_state" / "state")

    with signer_of(home) as signer:
        assert refused(signer.answer(vote())) == "NO_SIGN_STATE"


def test_a_recovery_below_what_was_signed_is_refused(home):
    with signer_of(home) as signer:
        signer.answer(vote(height=20))

    with pytest.raises(SignerFault, match="choose a height of at least 20"):
        recover_signer(home, above=19, restart=None)


def test_only_a_new_restart_statement_lowers_the_mark_and_the_old_one_is_over(home):
    with signer_of(home) as signer:
        signer.answer(vote(height=20))
        assert refused(signer.answer(vote(height=21, restart=RESTART))) == "OTHER_RESTART"

    recover_signer(home, above=18, restart="0x" + RESTART.hex())

    with signer_of(home) as signer:
        assert refused(signer.answer(vote(height=19))) == "OTHER_RESTART"
        assert isinstance(signer.answer(vote(height=19, restart=RESTART)), Signed)


def test_before_it_joins_a_chain_it_signs_its_members_record_alone(tmp_path):
    key = make_signer(tmp_path / "signer", SignerPlan())
    own, foreign = encode(("n", key, b"", "h", 1, True)), encode(("n", b"", b"", "h", 1, True))

    with signer_of(tmp_path / "signer") as signer:
        assert refused(signer.answer(vote())) == "NO_CHAIN"
        assert isinstance(signer.answer(Record(own)), Signed)
        assert refused(signer.answer(Record(foreign))) == "NOT_OWN_RECORD"
        assert refused(signer.answer(Record(b"\xc1"))) == "NOT_OWN_RECORD"


def test_a_receipt_of_erasure_is_of_its_own_chain(home):
    asked = Receipt(content=BLOCK, node="dopa", erased_at_ms=5)

    with signer_of(home) as signer:
        answer = signer.answer(asked)

    document = asked.erasure(signer.chain_id).encode()
    assert verify(signer.public_key, ERASED_TAG, document, answer.signature)


def test_a_chain_without_its_key_is_not_joined(tmp_path):
    make_signer(tmp_path / "signer", SignerPlan())
    genesis = tmp_path / "genesis.json"
    from genesis.schema import show_genesis

    genesis.write_text(show_genesis(genesis_known()))

    with pytest.raises(SignerMismatch, match="no member has the signer's key"):
        join_chain(tmp_path / "signer", genesis)

    assert join_chain(tmp_path / "signer", genesis, is_joining=True) == genesis_known().chain_id


def test_one_process_holds_a_signers_sign_state(home):
    with signer_of(home), pytest.raises(StoreLocked):
        check_signer(home)


def test_a_signers_directory_is_made_once(home):
    with pytest.raises(DirectoryInUse):
        make_signer(home, SignerPlan())


def test_a_key_file_that_others_may_read_is_refused(home):
    (home / "keys" / "validator.key").chmod(0o644)

    with pytest.raises(OpenToOthers, match=r"validator\.key"):
        check_signer(home)


@pytest.mark.parametrize("setting", ["[listen]\nport = 1.5", "[listen]\nhost = '127.0.0.1'", "[x]"])
def test_a_setting_that_is_none_is_named(home, setting):
    (home / "signer.toml").write_text(setting)

    with pytest.raises(LocalFault, match=r"signer\.toml: "):
        check_signer(home)


@pytest.mark.parametrize(
    "asked",
    [
        Hello(bytes(16)),
        vote(),
        vote(kind=Kind.VIEW_CHANGE, content=None),
        vote(kind=Kind.VIEW_CHANGE, content=(3, BLOCK)),
        Receipt(content=BLOCK, node="dopa", erased_at_ms=5),
        Record(b"record"),
    ],
    ids=lambda asked: type(asked).__name__,
)
def test_a_question_is_read_as_it_was_written(asked):
    assert read_request(encode_request(asked)) == asked


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xc1",
        encode(()),
        encode((9, b"")),
        encode((0, bytes(15))),
        encode((1, 4, 1, 0, BLOCK, RESTART)),
        encode((1, 2, 1, 0, None, RESTART)),
        encode((1, 2, -1, 0, BLOCK, RESTART)),
        encode((3, bytes(5000))),
    ],
    ids=range(9),
)
def test_a_frame_of_another_form_is_refused(frame):
    with pytest.raises(BadSignerFrame, match=r"^a frame of"):
        read_request(frame)
    with pytest.raises(BadSignerFrame, match=r"^a frame of"):
        read_answer(frame)
