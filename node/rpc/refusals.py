"""The refusals that methods document, one example each: error objects as a caller would get them.

What a contract refuses of its own is in its ABI. How a refusal becomes an error object is
node.rpc.errors.
"""

from typing import Protocol

from contracts.sdk.errors import ContractMigrating
from node.blobs.errors import (
    BlobHeadMissing,
    BlobQuota,
    BlobsFull,
    BlobTooLarge,
    BlobWrongHash,
    ContentErased,
    ContentNotErased,
    ContentUnknown,
    NoContents,
    NotAReader,
    StaleWraps,
)
from node.execution.executor import SimulationTooDear
from node.execution.precheck_line import TooManyChecks
from node.mempool.strangers import TooManyStrangers
from node.rpc.errors import (
    AnswerTooLarge,
    BadNumber,
    BadParameters,
    BadRequest,
    BatchTooLarge,
    BodyTooLarge,
    BodyTooSlow,
    DuplicateKey,
    HostUnknown,
    Internal,
    MalformedJson,
    NestedTooDeep,
    NotPermitted,
    NotReady,
    TooBusy,
    TooManyBytes,
    TooManySockets,
    TooManyValues,
    UnknownRpcMethod,
)
from node.store.chain_store import pruned
from primitives.errors import (
    ArgumentOutOfBounds,
    BadAddress,
    BadShape,
    BadSignature,
    BadText,
    BadVersion,
    Expired,
    ExpiryTooFar,
    ForeignSignature,
    KeyNotInAccount,
    MempoolFull,
    MissingSignature,
    NotAllowed,
    NotCanonical,
    QuotaExceeded,
    Rejected,
    RepeatedSignature,
    Replayed,
    TooDeep,
    TooLarge,
    TooManyItems,
    UnknownContract,
    UnknownMethod,
    UnknownQuery,
    WrongArgumentCount,
    WrongArgumentType,
    WrongChain,
)
from primitives.ids import Height

_KEY = "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29"
_CONTENT = "5f1d3c9b2a7e4d60"

Refusals = tuple[Rejected, ...]

# Before a method is known.
OF_REQUESTS: Refusals = (
    MalformedJson("not JSON: Expecting value at character 0"),
    DuplicateKey("the member 'id' is there twice"),
    BadNumber("1.5 is not an integer; amounts are integers or decimal strings"),
    NestedTooDeep("nested deeper than 32"),
    TooManyValues("more than 100000 values"),
    BadRequest('the member jsonrpc must be "2.0"'),
    UnknownRpcMethod("no method 'chain_getStats'; ask rpc.discover"),
    BatchTooLarge("101 calls in a batch, at most 100"),
    BodyTooLarge("the body has more than 1048576 bytes"),
    BodyTooSlow("the body did not arrive within 10 s"),
    TooManySockets("1000 connections are open, the most of this node"),
    TooManyBytes("requests hold 67108864 bytes, the most of this node"),
    HostUnknown("the Host header 'evil.example' names no host that this node is"),
)
# Of any method.
OF_CALLS: Refusals = (
    BadParameters("at: Field required", parameter="at"),
    AnswerTooLarge("the answers together exceed 33554432 bytes"),
    TooBusy("no turn within 2 s: clients use up their share", retry_after_s=1),
    NotReady("this node takes no transactions now: the disk is full"),
    Internal(),
)
NOT_PERMITTED = NotPermitted("node_getPeers is for operators, who ask at a door of their own")

OF_BYTES: Refusals = (
    NotCanonical("not canonical msgpack: ExtraData"),
    TooLarge("70000 bytes, at most 65536"),
    TooDeep("nested deeper than 8"),
    TooManyItems("more than 4096 items"),
    BadShape("nonce must be an integer from 0 to 18446744073709551615", field="nonce"),
    BadVersion("transaction version 2, known is 1"),
)
OF_TRANSACTIONS: Refusals = (
    *OF_BYTES,
    RepeatedSignature(f"key {_KEY} is repeated or out of order"),
)
UNKNOWN_CONTRACT = UnknownContract("no contract 'lottery' is active", contract="lottery")
PRUNED = pruned(7, 1_200)
_MIGRATING = ContractMigrating("cbdc is moving to version 2")
_OF_VALUES: Refusals = (
    WrongArgumentCount("1 arguments, must be 3: to, amount, memo"),
    WrongArgumentType("amount must be an integer", field="amount"),
    ArgumentOutOfBounds("amount is 0, must be 1 to 1000000000000000", field="amount"),
    BadText("memo holds the character U+0007", field="memo"),
)
_WRONG_CHAIN = WrongChain("signed for chain 'other-00', this is 'sapha-11'")
# Of what an account signs: a transaction, or a request for contents.
_OF_SIGNATURES: Refusals = (
    Expired("expired at 1774000000000 ms, 120 ms before the block's time"),
    ExpiryTooFar("expires 660000 ms after the block's time, at most 600000"),
    BadSignature(f"the signature by key {_KEY} does not verify"),
    KeyNotInAccount("no signing key belongs to the sender's account"),
    QuotaExceeded("64 transactions of one sender wait already"),
)
OF_ADMISSION: Refusals = (
    _WRONG_CHAIN,
    *_OF_SIGNATURES,
    MissingSignature(have=0, need=1),
    ForeignSignature(f"key {_KEY} is not the account's"),
    UNKNOWN_CONTRACT,
    _MIGRATING,
    UnknownMethod("contract cbdc has no method 'steal'", method="steal"),
    *_OF_VALUES,
    NotAllowed("cbdc.issue: Only the central bank may call.", method="issue"),
    MempoolFull("20000 wait, at most 20000"),
    TooManyStrangers(
        "100 transactions of senders that no contract knows wait, at most 100", retry_after_s=5
    ),
    TooManyChecks("too many costly checks wait", retry_after_s=1),
)
OF_TRIALS: Refusals = (SimulationTooDear("cbdc.pay_many: one call may use at most 50 writes"),)
OF_ADDRESSES: Refusals = (BadAddress("'sph1x' is not an address: checksum or prefix is wrong"),)
OF_QUERIES: Refusals = (
    UNKNOWN_CONTRACT,
    _MIGRATING,
    UnknownQuery("contract cbdc has no query 'balances'", query="balances"),
    *_OF_VALUES,
    *OF_ADDRESSES,
)

OF_BLOB_REQUESTS: Refusals = (
    *OF_ADDRESSES,
    NoContents("no contract of this network names contents"),
    *_OF_SIGNATURES,
    Replayed("this request was here before; sign a fresh one"),
)
NOT_A_READER = NotAReader("this account may not read the content")
CONTENT_ERASED = ContentErased(f"content {_CONTENT} was erased")
BLOBS_FULL = BlobsFull("the disk of this node is nearly full; try another node")
OF_BLOBS: Refusals = (
    BlobWrongHash("blob 1 of 1000 bytes does not have the digest that names it"),
    BlobTooLarge("a blob of 524289 bytes, at most 524288"),
    BlobHeadMissing(f"blob 1 of content {_CONTENT} before its head"),
    BlobQuota("16777216 bytes wait for their transaction, the most of strangers", retry_after_s=5),
)
OF_WRAPS: Refusals = (
    *OF_BYTES,
    _WRONG_CHAIN,
    StaleWraps("version 1, held is 2"),
)
OF_ERASURE: Refusals = (
    ContentNotErased(f"the ledger does not say that {_CONTENT} is erased"),
    ContentUnknown(f"content {_CONTENT} is not known here"),
)


class Keeping(Protocol):
    """Who keeps blocks from a height on."""

    def first_height(self) -> Height:
        """Return the first height of which the block is kept."""


def check_kept(ledger: Keeping, height: Height) -> None:
    """Raise Pruned for a height below the first that is kept."""
    first = ledger.first_height()
    if height < first:
        raise pruned(height, first)
