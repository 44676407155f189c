"""The words of `sapha tx`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE, NUMBER
from commands.framework.places import commands
from commands.framework.tree import Group
from commands.framework.words import Word
from commands.menu.words import COMMON, asks, local, signs

WORDS = {
    "method": Word("Method, such as transfer."),
    "fields": Word("The message's fields: name=value, or one JSON object."),
    "file": Word("The transaction file, such as --out wrote.", FILE),
    "transaction_id": Word("Transaction id, 0x and 64 hex digits."),
}

app = Group(
    "Send transactions and see what became of them.",
    signs(
        "call",
        commands.tx.call,
        "contract method [fields...]",
        "Sign a call with one or several keys, submit it and wait for its receipt.",
    ),
    asks(
        "make",
        commands.tx.make,
        "contract method [fields...] --account --out",
        "Write a call to a file, unsigned; its keys sign one after another within nine minutes.",
        words={
            "--account": Word("The account that the keys will sign for.", env="SAPHA_ACCOUNT"),
            "--out": Word("The transaction file.", FILE),
        },
    ),
    asks(
        "sign",
        commands.tx.sign,
        "file --key...",
        "Show what a transaction file asks for, and add the signatures of one or several "
        "keys.\n\nA key that is none of the account's is refused, if a node can be asked.",
    ),
    asks(
        "send",
        commands.tx.send,
        "file",
        "Submit a transaction file and wait for its receipt; needs no key.",
    ),
    signs(
        "simulate",
        commands.tx.simulate,
        "contract method [fields...]",
        "Show the receipt that a call would have now; nothing is stored.",
    ),
    asks(
        "get",
        commands.tx.get,
        "transaction_id [--genesis]",
        "Show what is known of a transaction; with --genesis its receipt only if it is proven.",
        words={"--genesis": Word("Prove the receipt against this genesis.json.", FILE)},
    ),
    asks(
        "wait",
        commands.tx.wait,
        "transaction_id [--timeout-ms=60000]",
        "Wait until a transaction is in a block.",
        words={"--timeout-ms": Word("", NUMBER, low=1, high=60000)},
    ),
    asks(
        "resume",
        commands.tx.resume,
        "[transaction_id=]",
        "Send the same bytes of an interrupted command again, which pays nobody twice.",
        words={"transaction_id": Word("Transaction id; without it what is open is listed.")},
    ),
    local(
        "forget",
        commands.tx.forget,
        "transaction_id",
        "Take a transaction out of the outbox: the same command is then a second payment.",
    ),
    words=WORDS | COMMON,
)
