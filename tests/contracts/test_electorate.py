"""Who must sign a restart statement: two thirds of the agencies, and those of q validators."""

import pytest

from contracts.accounts.messages import Configure
from contracts.electorate import Base, check_restarts, check_signers, count
from contracts.tools.testing import key_of
from primitives.crypto import digest
from primitives.ids import Height, address_of, show_address
from primitives.restart import RESTART_TAG, Approval, RestartRefused, SignedRestart
from primitives.validators import Validator, validator_set
from tests.builders import CHAIN_ID, key, restart_statement
from tests.contracts.governance.ledgers import council, decide, entry, ledger_of, status

SEATS = validator_set(
    Validator(key(number).public_key, name)
    for number, name in enumerate(("bot", "dopa", "etda", "rd"))
)
BASE = Base(
    chain_id=CHAIN_ID,
    restart=digest("test", b"genesis"),
    height=Height(5),
    block_hash=digest("test", b"block 5"),
    validators=SEATS,
)


def statement(**changes):
    return restart_statement(validators=SEATS.hash, **changes)


def signed_by(*agency_ids, **changes):
    """The statement with the signature of each agency's administrator."""
    signed = SignedRestart(statement(**changes))
    for agency_id in agency_ids:
        signed = signed.signed_by(agency_id, [key_of(f"{agency_id}-admin")])
    return signed


def refused(ledger, *restarts, base=BASE):
    with pytest.raises(RestartRefused) as caught:
        check_restarts(restarts, ledger.state, base)
    return caught.value.message


def test_three_of_four_agencies_that_run_the_validators_carry_a_statement():
    check_restarts([signed_by("bot", "dopa", "rd")], council().state, BASE)


def test_two_of_four_agencies_do_not():
    why = refused(council(), signed_by("bot", "dopa"))

    assert why == "2 of 4 agencies have signed, needed are 3"


def test_two_thirds_of_the_agencies_do_not_carry_it_without_those_of_q_validators():
    more = [entry(agency_id, "validator") for agency_id in ("bot", "dopa", "etda", "rd", "nacc")]
    ledger = ledger_of(*more, entry("oag", "validator"))

    why = refused(ledger, signed_by("bot", "dopa", "oag", "nacc"))

    assert why == "agencies of 2 validators have signed, needed are 3"
    check_restarts([signed_by("bot", "dopa", "oag", "rd")], ledger.state, BASE)


def test_those_of_q_validators_do_not_carry_it_without_two_thirds_of_the_agencies():
    ids = ("bot", "dopa", "etda", "rd", "oag", "nacc", "cdg", "bma")
    ledger = ledger_of(*(entry(agency_id, "validator") for agency_id in ids))

    why = refused(ledger, signed_by("bot", "dopa", "etda", "rd"))

    assert why == "4 of 8 agencies have signed, needed are 6"


def test_an_agency_without_a_vote_makes_the_statement_void():
    for stranger, reason in (("kbank", "it has no vote"), ("nobody", "it has no vote")):
        why = refused(council(), signed_by("bot", "dopa", "rd", stranger))

        assert why == f"agency {stranger} does not count: {reason}"


def test_a_suspended_agency_neither_signs_nor_is_counted():
    ledger = council()
    decide(ledger, status("etda", "suspended"))

    counted = count(signed_by("bot", "dopa", "etda"), ledger.state, SEATS)

    assert (counted.agencies, counted.members) == (("bot", "dopa"), 3)
    assert counted.unfit == (("etda", "it has no vote"),)


def test_a_signature_by_another_key_than_the_administrators_does_not_count():
    signed = signed_by("bot", "dopa").signed_by("rd", [key_of("bot-admin")])

    assert "agency rd does not count" in refused(council(), signed)


def test_a_foreign_signature_beside_the_right_one_neither_counts_nor_spoils():
    stranger = key_of("dopa-admin")
    spoiled = signed_by("bot", "dopa", "rd").signed_by("bot", [stranger])

    counted = count(spoiled, council().state, SEATS)

    assert counted.problem is None
    assert counted.signed == signed_by("bot", "dopa", "rd")
    shown = f"0x{stranger.public_key.hex()[:16]}"
    assert counted.foreign == (("bot", f"{shown} is no key of its administrator's account"),)
    assert counted.unfit == ()


def test_a_signature_that_does_not_hold_is_dropped_like_a_foreign_one():
    admin = key_of("bot-admin")
    wrong = Approval("bot", ((admin.public_key, admin.sign(RESTART_TAG, b"another")),))
    signed = SignedRestart(statement(), (wrong,))

    counted = count(signed, council().state, SEATS)

    assert [reason for _agency, reason in counted.foreign] == [
        f"the signature by 0x{admin.public_key.hex()[:16]} is wrong"
    ]
    assert counted.agencies == ()


def test_a_block_carries_no_foreign_signature():
    carried = signed_by("bot", "dopa", "rd")
    admin = key_of("etda-admin")
    wrong = Approval("etda", ((admin.public_key, admin.sign(RESTART_TAG, b"another")),))

    for spoiled in (carried.signed_by("bot", [key_of("dopa-admin")]), carried.joined([wrong])):
        assert "does not count" in refused(council(), spoiled)
    check_restarts([carried], council().state, BASE)


def test_who_is_to_sign_is_told_which_keys_do_belong():
    ledger = council()
    keys = [key_of(f"officer-{number}").public_key for number in range(2)]
    with pytest.raises(RestartRefused) as alone:
        check_signers("rd", keys[:1], ledger.state)
    ledger.as_("rd-admin").execute(Configure(tuple(keys), 2))

    with pytest.raises(RestartRefused) as several:
        check_signers("rd", [keys[0], key_of("bot-admin").public_key], ledger.state)

    own = show_address(address_of(key_of("rd-admin").public_key))
    assert f"0x{keys[0].hex()} does not belong to agency rd" in alone.value.message
    assert own in alone.value.message
    assert f"0x{max(keys).hex()}; 2 of them sign" in several.value.message
    check_signers("rd", keys[:1], ledger.state)


def test_an_agency_without_a_vote_is_not_signed_for():
    with pytest.raises(RestartRefused, match="agency kbank does not count: it has no vote"):
        check_signers("kbank", [key_of("kbank-admin").public_key], council().state)


def test_an_administrator_of_several_keys_signs_with_its_threshold():
    ledger = council()
    keys = [key_of(f"officer-{number}") for number in range(3)]
    ledger.as_("rd-admin").execute(Configure(tuple(key.public_key for key in keys), 2))
    two = signed_by("bot", "dopa")

    why = refused(ledger, two.signed_by("rd", keys[:1]))

    assert "agency rd does not count" in why
    assert "agency rd does not count" in refused(ledger, signed_by("bot", "dopa", "rd"))
    check_restarts([two.signed_by("rd", keys[1:])], ledger.state, BASE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("chain_id", "other-00112233445566778899aabbccddeeff"),
        ("height", Height(4)),
        ("block_hash", bytes(32)),
        ("previous", bytes(32)),
    ],
)
def test_what_names_another_place_in_the_chain_is_refused_by_name(name, value):
    why = refused(council(), signed_by("bot", "dopa", "rd", **{name: value}))

    assert why.startswith(f"the restart statement's {name} is ")


def test_what_names_another_set_of_validators_is_refused():
    signed = SignedRestart(restart_statement(validators=bytes(32)))

    assert "validators" in refused(council(), signed)


def test_a_statement_that_names_one_which_no_block_carries_is_checked_after_it():
    first = signed_by("bot", "dopa", "rd")
    second = signed_by("bot", "etda", "rd", previous=first.digest, reason="once more")

    check_restarts([first, second], council().state, BASE)
    assert "previous" in refused(council(), second)
    assert "2 of 4" in refused(council(), first.only(["bot", "dopa"]), second)
