"""The words of `sapha tx`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {
    "method": Word("Method, such as transfer."),
    "fields": Word("The message's fields: name=value, or one JSON object."),
    "file": Word("The transaction file, such as --out wrote.", FILE),
    "transaction_id": Word("Transaction id, 0x and 64 hex digits."),
}

app = listed(
    "Send transactions and see what became of them.",
    f"""
signs {commands.tx.call}: call contract method [fields...]
    Sign a call with one or several keys, submit it and wait for its receipt.
asks {commands.tx.make}: make contract method [fields...] --account --out
    Write a call to a file, unsigned; its keys sign one after another within nine minutes.
    --account env=SAPHA_ACCOUNT  The account that the keys will sign for.
    --out FILE  The transaction file.
asks {commands.tx.sign}: sign file --key...
    Show what a transaction file asks for, and add the signatures of one or several keys.
    | A key that is none of the account's is refused, if a node can be asked.
asks {commands.tx.send}: send file
    Submit a transaction file and wait for its receipt; needs no key.
signs {commands.tx.simulate}: simulate contract method [fields...]
    Show the receipt that a call would have now; nothing is stored.
asks {commands.tx.get}: get transaction_id [--genesis]
    Show what is known of a transaction; with --genesis its receipt only if it is proven.
    --genesis FILE  Prove the receipt against this genesis.json.
asks {commands.tx.wait}: wait transaction_id [--timeout-ms=60000]
    Wait until a transaction is in a block.
    --timeout-ms NUMBER low=1 high=60000  For how long.
asks {commands.tx.resume}: resume [transaction_id=]
    Send the same bytes of an interrupted command again, which pays nobody twice.
    transaction_id  Transaction id; without it what is open is listed.
local {commands.tx.forget}: forget transaction_id
    Take a transaction out of the outbox: the same command is then a second payment.
""",
    words=WORDS | COMMON,
)
