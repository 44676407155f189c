"""Every setting of a node, by section of node.toml: default, what is allowed, what it means.

The limits of protocol.md are no settings: all nodes have the same ones. docs/settings.md is made
from this file.
"""

import tomllib
from ipaddress import ip_address, ip_network
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from primitives.errors import LocalFault

_KIB = 1024
_MIB = 1024 * _KIB


class BadConfig(LocalFault):
    """The configuration cannot be used; the message names the file, the place and the mend."""


class Section(BaseModel):
    """A table of node.toml."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _text(default: str, meaning: str) -> Any:  # noqa: ANN401 - a field of any type, as pydantic's
    return Field(default=default, description=meaning)


COUNT_MAX = 2**48  # bytes of no machine; beside it a count is a mistake
AMOUNT_MAX = 1e9  # seconds of thirty years


def _count(default: int, meaning: str, *, ge: int = 1, le: int | None = None) -> Any:  # noqa: ANN401
    return Field(default=default, ge=ge, le=COUNT_MAX if le is None else le, description=meaning)


def _amount(default: float, meaning: str) -> Any:  # noqa: ANN401
    return Field(default=default, gt=0, le=AMOUNT_MAX, allow_inf_nan=False, description=meaning)


def _port(meaning: str) -> Any:  # noqa: ANN401
    return Field(ge=0, le=65535, description=meaning)


class NodeSection(Section):
    """Who this node is among the members of the genesis document."""

    name: str = Field(min_length=1, max_length=64, description="this member's name in the genesis")
    key: str = _text("keys/validator.key", "32-byte seed in hex; readable by its owner only")
    data: str = _text("data", "database, WAL, journal, contents (`blobs`)")
    genesis: str = _text("genesis.json", "the genesis document")
    signature_processes: int = _count(
        0,
        "processes that check signatures on further cores, 30 MB each; 0 checks them on the "
        "event loop",
        ge=0,
        le=64,
    )
    precheck_threads: int = _count(
        1, "threads that do prechecks (ballots, blind signatures)", ge=1, le=64
    )


class StoreSection(Section):
    """What of the state stays in memory, and what room the disk must have."""

    values_max: int = _count(20_000, "values in memory")
    leaf_bytes_max: int = _count(96 * _MIB, "of the state tree's leaves in memory", ge=_MIB)
    wal_bytes_min: int = _count(
        16 * _MIB, "a WAL of so many gives back those of heights that are over", ge=_KIB
    )
    block_cache_bytes: int = _count(64 * _MIB, "of the database's blocks in memory", ge=_MIB)
    write_buffer_bytes: int = _count(
        16 * _MIB, "written to the database before it is sorted into a file", ge=_MIB
    )
    disk_free_bytes_min: int = _count(256 * _MIB, "below it `/health` fails")


class SessionSection(Section):
    """Bounds of a session with a member."""

    ping_s: float = _amount(5.0, "ping when nothing was received for this long")
    silence_s_max: float = _amount(15.0, "end a session when nothing was received for this long")
    write_stall_s_max: float = _amount(10.0, "evict a member that takes no bytes for this long")
    frames_per_s_max: float = _amount(20_000.0, "above it a member is read more slowly")
    bytes_per_s_max: float = _amount(256.0 * _MIB, "likewise")
    write_buffer_bytes: int = _count(
        64 * _KIB, "in the buffer of a socket; more stays in queues where priority holds"
    )
    shutdown_s_max: float = _amount(1.0, "for the end of TLS")


class BackoffSection(Section):
    """How long to wait before a member is dialled again."""

    first_s: float = _amount(0.1, "after the first failure")
    factor: float = Field(default=1.6, ge=1, le=10, description="of each wait to the one before")
    max_s: float = _amount(10.0, "the longest wait")
    stable_s: float = _amount(5.0, "a session of at least this length starts the waits afresh")


class P2pSection(Section):
    """Where this node listens for other members."""

    host: str = _text("127.0.0.1", "address to listen on for members")
    port: int = _port("port for members")
    certificate: str = _text("tls/cert.pem", "the one in the genesis, or a renewal of it")
    private_key: str = _text("tls/key.pem", "its key; readable by its owner only")
    peers: dict[str, str] = Field(
        default={},
        description='table of member name to "host:port", where a member moved since genesis',
    )
    handshake_s_max: float = _amount(5.0, "TCP, TLS and hello together")
    half_open_max: int = _count(256, "sockets that have not finished the handshake")
    half_open_per_ip_max: int = _count(64, "of them, from one address")
    accepts_per_s_max: float = _amount(50.0, "from one address, after a burst")
    accepts_burst: float = _amount(100.0, "that burst")
    handshakes_per_s_max: float = _amount(50.0, "of all addresses that no member came from")
    handshakes_burst: float = _amount(100.0, "that burst")
    certificate_check_s: float = _amount(10.0, "how often the certificate's file is looked at")
    session: SessionSection = SessionSection()
    backoff: BackoffSection = BackoffSection()


class ShareSection(Section):
    """How long clients wait for their share of the loop."""

    burst_s: float = _amount(0.05, "processor time that may be used at once after a quiet time")
    line_max: int = _count(2_000, "calls that may wait for their turn")
    line_per_address_max: int = _count(500, "of them, of one address")
    wait_s_max: float = _amount(2.0, "a call waits no longer; then it gets 429")
    request_wait_s_max: float = _amount(10.0, "nor do all calls of a request together")


class AnswersSection(Section):
    """Bounds of an answer to clients and operators."""

    bytes_max: int = _count(32 * _MIB, "of the answers to one body", ge=_KIB)
    receipts_max: int = _count(4_000, "that a search of events looks through in one go")
    blocks_max: int = _count(1_000, "likewise")
    events_max: int = _count(1_000, "found; an answer ends with the block that reaches it")


def _check_pair(certificate: str, private_key: str) -> None:
    if bool(certificate) != bool(private_key):
        raise ValueError("certificate and private_key are given together")


class RpcSection(Section):
    """Where clients reach this node."""

    host: str = _text("127.0.0.1", "address to listen on for clients")
    port: int = _port("port for clients; 0 takes a free one")
    certificate: str = _text(
        "",
        "PEM file, with its chain: clients are served over TLS 1.2 or 1.3 and nothing else. "
        "A renewal is taken without a restart",
    )
    private_key: str = _text("", "its key; readable by its owner only")
    certificate_check_s: float = _amount(
        10.0, "how often the files of certificates are looked at, those of operators too"
    )
    origins: list[str] = Field(
        default=[], description='web pages that may call, as `["https://portal.example"]`'
    )
    hosts: list[str] = Field(
        default=[],
        description="names that the node is called by in the Host header, as "
        '`["sapha.dopa.example"]`, beside the loopback\'s, `host`, and the address that a '
        "connection came in at; other names are refused (DNS rebinding)",
    )
    sockets_max: int = _count(1_000, "client connections in total")
    sockets_per_ip_max: int = _count(
        250,
        "from one address; where there is no room, the idle socket used least lately is closed "
        "for a new one",
    )
    idle_s: float = _amount(10.0, "a socket used since makes no room for others of its address")
    header_s: float = _amount(10.0, "for the headers of a request, and for a TLS handshake")
    body_s: float = _amount(10.0, "for the body of a request")
    write_s: float = _amount(20.0, "for a client to take what it was sent")
    bodies_bytes_max: int = _count(64 * _MIB, "of requests held at once, of all clients", ge=_MIB)
    half_open_max: int = _count(256, "connections in the handshake of TLS")
    half_open_per_ip_max: int = _count(64, "of them, from one address")
    publish_blocks_max: int = _count(64, "blocks that wait to be told to subscribers")
    publish_bytes_max: int = _count(32 * _MIB, "of them together", ge=_MIB)
    waiting_max: int = _count(20_000, "calls of `tx_wait` at once")
    waiting_per_client_max: int = _count(2_000, "of them, of one client")
    socket_calls_max: int = _count(32, "calls at once on one WebSocket")
    socket_subscriptions_max: int = _count(32, "subscriptions of one WebSocket")
    socket_unread_bytes_max: int = _count(
        4 * _MIB, "that wait for a WebSocket's client before it is cut", ge=_KIB
    )
    socket_ping_s: float = _amount(30.0, "a WebSocket is pinged so often")
    share_percent: int = _count(
        25,
        "of the event loop's time, for all clients together; over it they wait in turn, then get "
        "429 with `Retry-After`",
        le=90,
    )
    own_share_percent: int = _count(25, "the same for operators and for `own_networks`", le=90)
    own_networks: list[str] = Field(
        default=[],
        description='networks of your own agency, as `["10.1.0.0/16"]`: they do not wait behind '
        "strangers",
    )
    share: ShareSection = ShareSection()
    answers: AnswersSection = AnswersSection()

    @field_validator("own_networks")
    @classmethod
    def _are_networks(cls, names: list[str]) -> list[str]:
        for name in names:
            ip_network(name)
        return names

    @field_validator("hosts")
    @classmethod
    def _are_hosts(cls, names: list[str]) -> list[str]:
        for name in names:
            if not name or "*" in name or urlsplit(f"//{name}").hostname != name.lower():
                raise ValueError(f"{name!r} is no host: a name or an address, without port")
        return names

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, names: list[str]) -> list[str]:
        for name in names:
            parts = urlsplit(name)
            if f"{parts.scheme}://{parts.netloc}" != name or not parts.netloc:
                raise ValueError(f"{name!r} is no origin: scheme://host, with :port if need be")
        return names

    @model_validator(mode="after")
    def _has_pair(self) -> "RpcSection":
        _check_pair(self.certificate, self.private_key)
        return self


class OperatorSection(Section):
    """Where operators reach this node, apart from clients: a Unix socket, and an address."""

    socket: str = _text(
        "",
        "the Unix socket of operators, for the node's own user; empty is `operator.sock` in "
        "`[node] data`. A name has at most 107 bytes",
    )
    host: str = _text("", "address to listen on for operators too, who show a token there")
    port: int = _count(0, "its port", ge=0, le=65535)
    certificate: str = _text("", "as in `[rpc]`; without it, `host` is a loopback address")
    private_key: str = _text("", "its key; readable by its owner only")
    tokens: dict[str, str] = Field(
        default={},
        description="table of who holds a token to the file that it is in, as "
        '`monitoring = "keys/monitoring.token"`; readable by its owner only',
    )
    sockets_max: int = _count(100, "connections of operators")

    @model_validator(mode="after")
    def _is_safe(self) -> "OperatorSection":
        _check_pair(self.certificate, self.private_key)
        if self.host and not self.tokens:
            raise ValueError("an address for operators needs tokens: name a file in tokens")
        if self.host and not self.certificate and not ip_address(self.host).is_loopback:
            raise ValueError("without a certificate, host must be a loopback address")
        return self


class AuditSection(Section):
    """Who asked what at the operators' doors."""

    file: str = _text("", "a line of JSON an entry; empty is `audit.log` in `[node] data`")
    bytes_max: int = _count(8 * _MIB, "of the file; then it is set aside under a number", ge=4096)
    files_max: int = _count(8, "files, the current one among them; the oldest is removed", le=1_000)


class GossipSection(Section):
    """How transactions are passed on to other members."""

    batch_bytes: int = _count(100_000, "of a batch; then it is sent", ge=1_000, le=100_000)
    batch_delay_s: float = _amount(0.003, "a batch that is not full is sent after so long")
    offer_again_s: float = _amount(2.0, "what is in no block after so long is offered again")
    offer_again_max: int = _count(500, "of them at a time", le=5_000)


class MempoolSection(Section):
    """How many transactions may wait."""

    transactions_max: int = _count(50_000, "transactions that may wait")
    bytes_max: int = _count(64 * _MIB, "of them together", ge=65_536)
    per_sender_max: int = _count(5_000, "of one account")
    per_source_max: int = _count(50_000, "from one member")
    strangers_max: int = _count(
        2_000,
        "waiting of senders that no contract knows; a block takes a tenth of itself from them",
    )
    strangers_per_second: int = _count(
        10,
        "taken from such senders, after five times as many at once; twice that from each member",
    )
    strangers_bytes_per_second: int = _count(
        500,
        "the same in bytes: what bounds the growth of the disk by strangers. Devnets set both "
        "higher",
    )
    journal_bytes_min: int = _count(
        4 * _MIB, "a journal smaller than that is not made smaller", ge=65_536
    )
    gossip: GossipSection = GossipSection()


class BlobsSection(Section):
    """Bounds of the contents kept beside the ledger."""

    bytes_max: int = _count(16 * _KIB * _MIB, "of all contents")
    contents_max: int = _count(250_000, "in number")
    free_bytes_min: int = _count(512 * _MIB, "of the disk, left for the ledger")
    documents_max: int = _count(32, "wraps documents of one content", le=32)
    pending_s_max: float = _amount(3_600.0, "how long a content waits to be named by the ledger")
    pending_bytes_max: int = _count(_KIB * _MIB, "of contents that wait so")
    pending_contents_max: int = _count(50_000, "in number")
    account_bytes_max: int = _count(128 * _MIB, "of them, of one account")
    account_contents_max: int = _count(1_000, "in number")
    account_percent: int = _count(
        5, "of the room for them that is still free, one account may hold so much", le=100
    )
    agencies_percent: int = _count(
        25, "of that room is kept for administrators and officers of agencies", ge=0, le=90
    )
    strangers_s_max: float = _amount(600.0, "how long those of accounts wait that nobody knows")
    strangers_bytes_max: int = _count(128 * _MIB, "of theirs together")
    strangers_bytes_per_minute: int = _count(600 * _KIB, "taken from them")
    strangers_bytes_at_once: int = _count(
        16 * _MIB, "taken from them beyond that, once: room for a content of the largest size"
    )
    strangers_contents_max: int = _count(5_000, "in number")
    relay_s_max: float = _amount(86_400.0, "kept by a node that is no host, until one fetched it")
    answer_s_max: float = _amount(20.0, "for one content from a member")
    fetches_max: int = _count(2, "contents fetched at the same time")
    retry_first_s: float = _amount(0.5, "before a content is asked for again")
    retry_max_s: float = _amount(600.0, "the longest such wait")
    wanted_max: int = _count(20_000, "contents wanted at once")
    asides_s: float = _amount(30.0, "how long a member that failed is asked last")
    served_bytes_per_s: float = _amount(32.0 * _MIB, "to all members together")
    requests_per_s_max: float = _amount(5_000.0, "from one member")
    waiting_max: int = _count(8, "requests of one member")
    sweep_s: float = _amount(5.0, "between two looks for what is to be removed")
    page: int = _count(100, "contents asked of the ledger at a time")
    nonces_max: int = _count(200_000, "requests remembered, so that each passes once")


class SyncSection(Section):
    """Bounds of fetching blocks from members, and of serving them."""

    blocks_per_request: int = _count(64, "asked for at once", le=64)
    answer_s_max: float = _amount(10.0, "for an answer; who takes longer is passed over")
    answer_bytes_max: int = _count(2 * _MIB, "of an answer", ge=_KIB, le=2 * _MIB)
    served_bytes_per_s: float = _amount(32.0 * _MIB, "to all members together")
    requests_per_s_max: float = _amount(100.0, "from one member")


class SignStateSection(Section):
    """Where it is kept what this key has signed."""

    dir: str = _text(
        "",
        "the sign-state and the lock file; empty is `sign_state` in `[node] data`. Best on a disk "
        "of its own that no snapshot of the machine contains",
    )


class LogSection(Section):
    """What goes to standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="entries below it are not written"
    )
    form: Literal["text", "json"] = Field(
        default="text", description="a line for people, or one of JSON for programs"
    )


def parse_toml(text: str) -> dict[str, Any]:
    """Return the document of a TOML text. Raises ValueError for whatever cannot be read."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
