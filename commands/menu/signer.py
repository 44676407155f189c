"""The words of `sapha signer`: what a user can write, and where it is done."""

from commands.framework.kinds import FILE
from commands.framework.places import commands
from commands.framework.words import Word
from commands.menu.words import COMMON, listed

WORDS = {"--dir": Word("The signer's directory.", FILE, name="directory")}

app = listed(
    "Hold a validator's key in a process of its own, in a file or in a PKCS#11 token.",
    f"""
local {commands.signer.init}: init --dir [--host=] [--port=0] [--node-certificate=]
        [--module=] [--token=] [--token-key=sapha-validator] [--pin-file=keys/token.pin]
        [--curve=oid]
    Make a signer's directory with a new key, in a file or in a PKCS#11 token.
    --host  Listen here with mutual TLS; without it, on a Unix socket.
    --port NUMBER low=0 high=65535  Its port.
    --node-certificate  With --host: the node's tls/cert.pem, the only one that may connect.
    --module  The token's library, as /usr/lib/softhsm/libsofthsm2.so.
    --token  Label of the token.
    --token-key  Label of the key that is made in it.
    --pin-file  File of the token's PIN, readable by its owner only.
    --curve  How the token names the curve: oid or printable.
local {commands.signer.take}: take node --dir
    Make a signer of a stopped node's key: it goes there with its sign-state, and from here.
    node FILE name=node_directory  The node's directory.
plain {commands.signer.start}: start --dir
    Run the signer of a directory until Ctrl-C or SIGTERM.
local {commands.signer.join}: join genesis --dir [--joining]
    Install the genesis of the chain that a stopped signer signs for, once.
    genesis FILE name=genesis_file  The genesis.json, verified before.
    --joining FLAG  The signer's node joins later, by vote; the genesis does not name it.
local {commands.signer.check}: check --dir
    Check a stopped signer: its settings, key or token, chain and sign-state.
local {commands.signer.backup}: backup file --dir [--encrypt]
    Write a stopped signer's settings, key file and genesis into one file.
    file FILE  The file to write; it must not exist.
    --encrypt FLAG  Ask for a password.
local {commands.signer.restore}: restore file --dir
    Put a signer's backup into a directory; it signs nothing until it is recovered.
    file FILE  What `sapha signer backup` wrote.
local {commands.signer.recover}: recover --above --dir [--restart]
    Have a stopped signer sign again above a height, after its sign-state was lost.
    --above NUMBER low=0  A height that the whole network has decided.
    --restart  Digest of the restart statement that the network goes on under.
""",
    words=COMMON | WORDS,
)
