"""Reads from settings and files where clients and operators are served."""

from dataclasses import replace
from ipaddress import ip_network
from ssl import SSLContext

from node.config import NodeConfig
from node.mempool import PoolLimits
from node.rpc import (
    AnswerLimits,
    AuditSettings,
    Auth,
    ConnectionLimits,
    OperatorSettings,
    RpcSettings,
    ShareLimits,
    SocketLimits,
    Tokens,
)
from node.rpc.tls import server_context, shown_certificate
from node.secret_files import check_private, read_secret
from node.settings import OperatorSection, RpcSection
from p2p.renewal import ShownCertificate
from primitives.errors import LocalFault

TOKEN_CHARS_MIN = 32


class BadToken(LocalFault):
    """A file does not hold an operator's token."""


def rpc_settings(config: NodeConfig, port: int | None = None) -> RpcSettings:
    """Return where clients and operators are served; `port` takes the place of node.toml's.

    Raises:
        SecretFault: a file of a token or a key cannot be read, or others can.
        BadToken: a file holds no token.
        BadTlsFile: a certificate and its key cannot be used.
    """
    own, operators = config.rpc, config.operator.sockets_max
    tls = tls_of(config, own.certificate, own.private_key)
    operators_tls = tls_of(config, config.operator.certificate, config.operator.private_key)
    limits = _limits(own)
    return RpcSettings(
        host=own.host,
        port=own.port if port is None else port,
        tls=tls,
        certificates=_certificates(config, tls, operators_tls),
        certificate_check_s=own.certificate_check_s,
        body_s=own.body_s,
        bodies_bytes_max=own.bodies_bytes_max,
        publish_blocks_max=own.publish_blocks_max,
        publish_bytes_max=own.publish_bytes_max,
        answers=AnswerLimits(**own.answers.model_dump()),
        waiting_max=own.waiting_max,
        waiting_per_client_max=own.waiting_per_client_max,
        socket_limits=SocketLimits(
            calls_max=own.socket_calls_max,
            subscriptions_max=own.socket_subscriptions_max,
            unread_bytes_max=own.socket_unread_bytes_max,
            ping_s=own.socket_ping_s,
        ),
        limits=limits,
        auth=Auth(
            origins=frozenset(own.origins),
            hosts=frozenset(
                name.lower() for name in (own.host, config.operator.host, *own.hosts) if name
            ),
            own_networks=tuple(ip_network(name) for name in own.own_networks),
        ),
        share=ShareLimits(part=own.share_percent / 100, **own.share.model_dump()),
        own_share=ShareLimits(part=own.own_share_percent / 100, **own.share.model_dump()),
        operator=OperatorSettings(
            socket=config.operator_socket,
            host=config.operator.host,
            port=config.operator.port,
            tls=operators_tls,
            tokens=tokens_of(config),
            audit=AuditSettings(
                path=config.audit_file,
                bytes_max=config.audit.bytes_max,
                files_max=config.audit.files_max,
            ),
            limits=replace(limits, sockets_max=operators, sockets_per_ip_max=operators),
        ),
    )


def _limits(own: RpcSection) -> ConnectionLimits:
    return ConnectionLimits(
        sockets_max=own.sockets_max,
        sockets_per_ip_max=own.sockets_per_ip_max,
        idle_s=own.idle_s,
        header_s=own.header_s,
        write_s=own.write_s,
        half_open_max=own.half_open_max,
        half_open_per_ip_max=own.half_open_per_ip_max,
    )


def tls_of(config: NodeConfig, certificate: str, private_key: str) -> SSLContext | None:
    """Return how a door shows its certificate, None without one. Raises LocalFault."""
    if not certificate:
        return None
    key = config.path(private_key)
    check_private(key)
    return server_context(config.path(certificate), key)


def _certificates(config: NodeConfig, *doors: SSLContext | None) -> tuple[ShownCertificate, ...]:
    """Return the certificates of the doors of clients and of operators that have one."""
    sections: tuple[RpcSection | OperatorSection, ...] = (config.rpc, config.operator)
    return tuple(
        shown_certificate(
            context, config.path(section.certificate), config.path(section.private_key)
        )
        for context, section in zip(doors, sections, strict=True)
        if context is not None
    )


def tokens_of(config: NodeConfig) -> Tokens:
    """Return the operators' tokens from their files. Raises SecretFault or BadToken."""
    found = {}
    for name, file in config.operator.tokens.items():
        path = config.path(file)
        token = read_secret(path).strip()
        if len(token) < TOKEN_CHARS_MIN or not token.isascii() or not token.isprintable():
            raise BadToken(
                f"{path}: the token of {name} has at least {TOKEN_CHARS_MIN} ASCII characters;"
                " make one with: openssl rand -hex 32"
            )
        found[name] = token
    return Tokens(found)


def pool_limits(config: NodeConfig) -> PoolLimits:
    """Return how much may wait for a block."""
    return PoolLimits(
        transactions_max=config.mempool.transactions_max,
        bytes_max=config.mempool.bytes_max,
        per_sender_max=config.mempool.per_sender_max,
        per_source_max=config.mempool.per_source_max,
        strangers_max=config.mempool.strangers_max,
    )
