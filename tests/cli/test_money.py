"""`sapha cbdc`, `tx` and `query`: what is asked, what is shown, which exit code."""

import pytest

from client.keystore import write_secret
from client.wallet import Wallet
from commands.output import UsageFault
from commands.tx import read_fields, read_identifier
from primitives.ids import show_address
from primitives.transaction import decode_transaction
from tests.cli.network import CLOSED, Refusal, json_of, node, sapha

ABI = {
    "name": "cbdc",
    "queries": [],
    "methods": [
        {
            "name": "transfer",
            "fields": [
                {"name": "to", "type": "address"},
                {"name": "amount", "type": "integer", "min": 1, "max": 100},
                {"name": "memo", "type": "text", "chars_min": 0, "chars_max": 10},
            ],
        }
    ],
}
RECEIVER = show_address(Wallet.from_seed(bytes(32)).address)
STATUS = {"chain_id": "devnet-1", "height": 7}


def committed(**receipt):
    found = {"code": "OK", "message": "", "contract": "cbdc", "details": {}, "events": []}

    def wait(transaction_id: str, timeout_ms: int) -> dict:
        assert 1 <= timeout_ms <= 60_000
        return {
            "transaction_id": transaction_id,
            "status": "committed",
            "height": 8,
            "index": 0,
            "receipt": found | receipt,
        }

    return wait


def refuse(code: str):
    def answer(**_params):
        raise Refusal(code)

    return answer


@pytest.fixture
def key(tmp_path):
    path = tmp_path / "payer.key"
    write_secret(path, "22" * 32)
    return path


def bank(**changes):
    table = {
        "contract_getAbi": ABI,
        "chain_getStatus": STATUS,
        "tx_submit": {"transaction_id": "0x", "status": "pending"},
        "tx_wait": committed(),
    }
    return node(**(table | changes))


def pay(url, key, *more, amount="12.50"):
    return sapha("cbdc", "transfer", RECEIVER, amount, "--key", key, "--rpc", url, *more)


def test_a_transfer_is_signed_with_the_amount_in_satang(key):
    with bank() as peer:
        result = pay(peer.url, key, "--json", amount="0.25")

    submitted = next(a for a in peer.asked if a["method"] == "tx_submit")
    transaction = decode_transaction(bytes.fromhex(submitted["params"]["transaction"][2:]))
    transaction.check_signatures()
    assert transaction.body.args[1:] == (25, "")
    assert transaction.body.chain_id == "devnet-1"
    assert result.exit_code == 0
    assert json_of(result)["receipt"]["code"] == "OK"
    assert json_of(result)["transaction_id"] == "0x" + transaction.transaction_id.hex()


def test_a_committed_refusal_exits_1_and_shows_its_code(key):
    with bank(tx_wait=committed(code="INSUFFICIENT_FUNDS", message="too little")) as peer:
        result = pay(peer.url, key, amount="0.01")

    assert result.exit_code == 1
    assert "error: INSUFFICIENT_FUNDS: too little" in result.stdout


def test_a_refused_submission_exits_1_with_the_code_on_standard_error(key):
    with bank(tx_submit=refuse("MEMPOOL_FULL")) as peer:
        result = pay(peer.url, key, "--json", amount="0.01")

    assert result.exit_code == 1
    assert '"MEMPOOL_FULL"' in result.stderr
    assert result.stdout == ""


def test_no_node_exits_3_and_says_what_to_try(key):
    result = pay(CLOSED, key)

    assert result.exit_code == 3
    assert "sapha node doctor" in result.stderr


@pytest.mark.parametrize("amount", ["0", "1.005", "1e3", "๑", "1,00", "NaN"])
def test_a_wrong_amount_is_wrong_usage_and_asks_no_node(key, amount):
    result = pay(CLOSED, key, amount=amount)

    assert result.exit_code == 2
    assert "baht" in result.stderr


def test_satang_are_taken_only_when_asked_for(key):
    with bank() as peer:
        as_satang = pay(peer.url, key, "--satang", amount="25")
        as_both = pay(peer.url, key, "--satang", amount="0.25")

    assert (as_satang.exit_code, as_both.exit_code) == (0, 2)


def test_a_mistyped_receiver_is_wrong_usage(key):
    mistyped = RECEIVER[:-1] + ("q" if RECEIVER[-1] != "q" else "p")
    result = sapha("cbdc", "transfer", mistyped, "1", "--key", key, "--rpc", CLOSED)

    assert result.exit_code == 2
    assert "checksum" in result.stderr


def test_a_missing_key_says_how_to_make_one(tmp_path):
    result = pay(CLOSED, "nobody", "--rpc", CLOSED)

    assert result.exit_code == 1
    assert "sapha keys new nobody" in result.stderr


def test_missing_arguments_are_wrong_usage():
    assert sapha("cbdc", "transfer").exit_code == 2
    assert sapha("nothing").exit_code == 2
    assert sapha("cbdc", "balance", RECEIVER, "--rpc", "ftp://x").exit_code == 2


def test_a_balance_is_shown_in_baht_and_satang():
    with node(state_query={"value": 125_050, "height": 7}) as peer:
        shown = sapha("cbdc", "balance", RECEIVER, "--rpc", peer.url)
        data = json_of(sapha("cbdc", "balance", RECEIVER, "--rpc", peer.url, "--json"))

    assert shown.stdout == "1,250.50 baht\n"
    assert (data["satang"], data["baht"]) == (125_050, "1,250.50")
    assert peer.asked[0]["params"]["args"] == [RECEIVER]


def test_a_balance_that_is_no_number_is_the_nodes_fault():
    with node(state_query={"value": 1.5, "height": 7}) as peer:
        result = sapha("cbdc", "balance", RECEIVER, "--rpc", peer.url)

    assert result.exit_code == 3


def test_the_next_node_is_asked_when_the_first_is_away():
    with node(state_query={"value": 1, "height": 7}) as peer:
        result = sapha("cbdc", "balance", RECEIVER, "--rpc", CLOSED, "--rpc", peer.url)

    assert result.exit_code == 0


def test_any_method_is_sent_by_named_fields(key):
    with bank() as peer:
        result = sapha(
            "tx", "call", "cbdc", "transfer", f"to={RECEIVER}", "amount=5", "memo=hi",
            "--key", key, "--rpc", peer.url, "--json",
        )  # fmt: skip

    assert result.exit_code == 0
    assert json_of(result)["height"] == 8


def test_a_wrong_field_is_named_before_anything_is_sent(key):
    with bank() as peer:
        result = sapha(
            "tx", "call", "cbdc", "transfer", f"to={RECEIVER}", "amount=500", "memo=",
            "--key", key, "--rpc", peer.url,
        )  # fmt: skip

    assert result.exit_code == 1
    assert "amount is 500, must be 1 to 100" in result.stderr
    assert all(asked["method"] != "tx_submit" for asked in peer.asked)


def test_a_simulation_shows_the_receipt_and_exits_by_it(key):
    with bank(tx_simulate={"code": "PAUSED", "message": "stopped"}) as peer:
        result = sapha(
            "tx", "simulate", "cbdc", "transfer", f"to={RECEIVER}", "amount=5", "memo=",
            "--key", key, "--rpc", peer.url, "--json",
        )  # fmt: skip

    assert result.exit_code == 1
    assert json_of(result)["code"] == "PAUSED"


def test_a_simulated_refusal_tells_what_the_contract_gives_with_it(key):
    details = {"amount": 500, "balance": 100}
    receipt = {"code": "SHORT", "message": "too little", "contract": "cbdc", "details": details}
    with bank(tx_simulate=receipt) as peer:
        result = sapha(
            "tx", "simulate", "cbdc", "transfer", f"to={RECEIVER}", "amount=5", "memo=",
            "--key", key, "--rpc", peer.url,
        )  # fmt: skip

    lines = ["error: SHORT: too little", "  amount: 5.00 baht", "  balance: 1.00 baht"]
    assert result.stdout.splitlines() == lines


@pytest.mark.parametrize(
    ("status", "exit_code"), [("committed", 0), ("pending", 4), ("unknown", 4), ("expired", 1)]
)
def test_a_transaction_is_looked_up(status, exit_code):
    answer = {"transaction_id": "0x" + "11" * 32, "status": status}
    if status == "committed":
        answer |= {"height": 3, "receipt": {"code": "OK"}}

    with node(tx_get=answer) as peer:
        result = sapha("tx", "get", "0x" + "11" * 32, "--rpc", peer.url)

    assert result.exit_code == exit_code


def test_a_query_passes_named_arguments():
    with node(state_query={"value": {"a": 1}, "height": 7}) as peer:
        result = sapha("query", "cbdc", "balance", f"address={RECEIVER}", "--rpc", peer.url)

    assert result.exit_code == 0
    assert peer.asked[0]["params"]["args"] == {"address": RECEIVER}


@pytest.mark.parametrize(
    ("items", "fields"),
    [
        ([], {}),
        (["a=1", "b=x=y"], {"a": "1", "b": "x=y"}),
        (["a=[1,2]", "b=true", "c=null"], {"a": [1, 2], "b": True, "c": None}),
        (["a=[not json"], {"a": "[not json"}),
        (['{"a": 1, "b": {"c": []}}'], {"a": 1, "b": {"c": []}}),
    ],
)
def test_fields_are_read_from_the_command_line(items, fields):
    assert read_fields(items) == fields


@pytest.mark.parametrize("items", [["a"], ["=1"], ["a=1", "a=2"], ["{"]])
def test_fields_of_another_form_are_wrong_usage(items):
    with pytest.raises(UsageFault):
        read_fields(items)


@pytest.mark.parametrize("text", ["", "0x", "11" * 31, "zz" * 32, "0x" + "11" * 33])
def test_a_text_that_is_no_transaction_id_is_wrong_usage(text):
    with pytest.raises(UsageFault):
        read_identifier(text)
