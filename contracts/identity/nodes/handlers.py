"""Nodes, level tables, namespaces, services and purposes: what supervisors decide."""

from contracts.identity.core.access import (
    by_agency,
    by_node_administrator,
    by_supervisor,
    is_standing,
)
from contracts.identity.core.messages import (
    NODE_ACTIVE,
    NODE_PENDING,
    NODE_RETIRED,
    AgencyId,
    BadLevel,
    BadSlug,
    KeyTaken,
    NodeInactive,
    NoProof,
    SlugOrNothing,
    TagsLeft,
    TooManyKeys,
    UnknownNamespace,
    UnknownNode,
    WrongRole,
)
from contracts.identity.core.rules import (
    ALWAYS_FRESH,
    OVERLAP_S_MAX,
    active_table,
    check_table,
    is_client_address,
    is_https,
    is_known,
    may_node_become,
    now_s,
    require_clean,
    require_clean_names,
    require_slugs,
)
from contracts.identity.core.state import (
    KEYS_MAX,
    LevelTable,
    Namespace,
    Node,
    NodeKey,
    Service,
    contract,
    error_codes,
    key_accounts,
    last_table,
    level_tables,
    namespaces,
    nodes,
    purposes,
    quotas,
    retention,
    services,
    tag_counts,
)
from contracts.identity.nodes.messages import (
    AlwaysFresh,
    BadClientAddress,
    BadClientProfile,
    BadEndpoint,
    BadTableVersion,
    ClientSet,
    ContactSet,
    DuplicateNode,
    ErrorCodeSet,
    LevelTableSet,
    NamespaceSet,
    NodeKeyRotated,
    NodeLimitsSet,
    NodeRegistered,
    NodeStatusOutOfOrder,
    NodeStatusSet,
    OverlapTooLong,
    PurposeSet,
    QuotaSet,
    RegisterNode,
    RetentionSet,
    RotateNodeKey,
    ServiceSet,
    SetClient,
    SetContact,
    SetErrorCode,
    SetLevelTable,
    SetNamespace,
    SetNodeLimits,
    SetNodeStatus,
    SetPurpose,
    SetQuota,
    SetRetention,
    SetService,
    SetWhitelist,
    TableNotAhead,
    UnknownAgency,
    UnknownSide,
    UnusableKey,
    WhitelistSet,
    possession_of_node_key,
)
from contracts.identity.nodes.state import (
    SECTORS_PAGE,
    Contact,
    KeyPeriod,
    NodeSector,
    SectorPage,
    clients,
    contact_versions,
    contacts,
    node_keys,
)
from contracts.sdk import Context, address_of, emit, replace, require
from contracts.sdk.crypto import is_usable_key, verify
from contracts.sdk.roles import is_of_kind
from contracts.sdk.words import is_distinct


@contract.execute(SetLevelTable, allow=by_supervisor)
def set_level_table(ctx: Context, msg: SetLevelTable) -> None:
    """Store the next level table; requests opened before keep the least levels they ask for."""
    last = last_table.get(ctx)
    require(msg.version == last + 1, BadTableVersion, expected=last + 1)
    require(active_table(ctx).version == last, TableNotAhead)
    require(msg.activates_at > now_s(ctx), TableNotAhead, now=now_s(ctx))
    levels = (msg.version, msg.ials, msg.aals, msg.reuse, msg.pads)
    table = LevelTable(*levels, msg.activates_at)
    check_table(table)

    level_tables.save(ctx, last_table.add(ctx, 1), table)
    emit(ctx, LevelTableSet(msg.version, msg.activates_at))


@contract.execute(RegisterNode, allow=by_supervisor)
def register_node(ctx: Context, msg: RegisterNode) -> None:
    """Make an agency of governance a node, pending."""
    require_slugs((msg.sector, *msg.namespaces))
    require(is_known(ctx, msg.agency), UnknownAgency)
    require(not nodes.has(ctx, msg.agency), DuplicateNode)
    _require_limits(ctx, msg)
    require(is_distinct(msg.keys), KeyTaken)
    for key in msg.keys:
        require(not node_keys.has(ctx, key), KeyTaken)
        require(is_usable_key(key), UnusableKey)

    keys = tuple([NodeKey(key, 0) for key in msg.keys])
    limits = (msg.max_ial, msg.max_aal, msg.namespaces)
    nodes.save(ctx, msg.agency, Node(msg.sector, NODE_PENDING, *limits, keys, ()))
    for key in msg.keys:
        node_keys.save(ctx, key, KeyPeriod(msg.agency, now_s(ctx), 0))
        key_accounts.save(ctx, address_of(key), ctx.height)
    emit(ctx, NodeRegistered(msg.agency, msg.max_ial, msg.max_aal))


@contract.execute(SetNodeStatus, allow=by_supervisor)
def set_node_status(ctx: Context, msg: SetNodeStatus) -> None:
    """Change the status: pending to active, active and suspended in turn, any to retired."""
    require_clean((msg.reason, msg.status))
    node = nodes.load(ctx, msg.agency, absent=UnknownNode)
    require(may_node_become(node.status, msg.status), NodeStatusOutOfOrder)

    nodes.save(ctx, msg.agency, replace(node, status=msg.status))
    emit(ctx, NodeStatusSet(msg.agency, msg.status, msg.reason))


@contract.execute(SetNodeLimits, allow=by_supervisor)
def set_node_limits(ctx: Context, msg: SetNodeLimits) -> None:
    """Change limits; attestations above the new highest IAL stop counting at once."""
    require_slugs(msg.namespaces)
    node = nodes.load(ctx, msg.agency, absent=UnknownNode)
    _require_limits(ctx, msg)

    limited = replace(node, max_ial=msg.max_ial, max_aal=msg.max_aal, namespaces=msg.namespaces)
    nodes.save(ctx, msg.agency, limited)
    emit(ctx, NodeLimitsSet(msg.agency, msg.max_ial, msg.max_aal))


@contract.execute(SetQuota, allow=by_supervisor)
def set_quota(ctx: Context, msg: SetQuota) -> None:
    """Change how many attestations a node may issue in a day of block time."""
    require(nodes.has(ctx, msg.agency), UnknownNode)

    quotas.save(ctx, msg.agency, msg.a_day)
    emit(ctx, QuotaSet(msg.agency, msg.a_day))


@contract.execute(SetRetention, allow=by_supervisor)
def set_retention(ctx: Context, msg: SetRetention) -> None:
    """Change the legal period; it counts for all that is not yet removed."""
    retention.save(ctx, msg.days)
    emit(ctx, RetentionSet(msg.days))


@contract.execute(RotateNodeKey, allow=by_node_administrator)
def rotate_node_key(ctx: Context, msg: RotateNodeKey) -> None:
    """Add a key; keys that are in force end after the overlap; when each ended stays on record."""
    node = nodes.load(ctx, msg.agency, absent=UnknownNode)
    require(node.status == NODE_ACTIVE, NodeInactive)
    require(not node_keys.has(ctx, msg.new_key), KeyTaken)
    require(msg.overlap_s <= OVERLAP_S_MAX, OverlapTooLong, most=OVERLAP_S_MAX)
    now = now_s(ctx)
    live = [held for held in node.keys if held.ends_at == 0 or held.ends_at > now]
    require(len(live) < KEYS_MAX, TooManyKeys)

    end = now + msg.overlap_s
    ending = [
        replace(held, ends_at=end if held.ends_at == 0 else min(held.ends_at, end)) for held in live
    ]
    nodes.save(ctx, msg.agency, replace(node, keys=(*ending, NodeKey(msg.new_key, 0))))
    for key in ending:
        period = node_keys.load(ctx, key.key, absent=UnknownNode)
        node_keys.save(ctx, key.key, replace(period, ends_at=key.ends_at))
    node_keys.save(ctx, msg.new_key, KeyPeriod(msg.agency, now, 0))
    key_accounts.save(ctx, address_of(msg.new_key), ctx.height)
    emit(ctx, NodeKeyRotated(msg.agency, msg.new_key, end))


@contract.precheck(RotateNodeKey)
def check_node_key(ctx: Context, msg: RotateNodeKey) -> None:
    """Check the new key's signature."""
    statement = possession_of_node_key(ctx.chain_id, msg)
    require(verify(msg.new_key, *statement, msg.proof), NoProof)


@contract.execute(SetContact, allow=by_node_administrator)
def set_contact(ctx: Context, msg: SetContact) -> None:
    """Add a version of where the node is reached and what it reads; the older ones stay."""
    require_clean_names((msg.endpoint,))
    node = nodes.load(ctx, msg.agency, absent=UnknownNode)
    require(node.status != NODE_RETIRED, NodeInactive)
    require(is_https(msg.endpoint), BadEndpoint)

    version = contact_versions.get(ctx, msg.agency, 0) + 1
    contact_versions.save(ctx, msg.agency, version)
    contact = Contact(version=version, endpoint=msg.endpoint, box_key=msg.box_key, since=now_s(ctx))
    contacts.save(ctx, (msg.agency, version), contact)
    emit(ctx, ContactSet(msg.agency, version))


@contract.execute(SetClient, allow=by_node_administrator)
def set_client(ctx: Context, msg: SetClient) -> None:
    """State an application of a relying party, or change it, from now on."""
    stated = msg.client
    require_slugs((msg.name, stated.purpose))
    require("." not in msg.name, BadSlug)
    require_clean((stated.name_th, stated.name_en, *stated.claims))
    node = nodes.load(ctx, msg.agency, absent=UnknownNode)
    require(node.status != NODE_RETIRED, NodeInactive)
    require(is_of_kind(ctx, msg.agency, "rp"), WrongRole)
    told = () if stated.back_channel == "" else (stated.back_channel,)
    addresses = (*stated.redirects, *stated.logouts, *told)
    require_clean_names(addresses)
    is_reached = len(stated.redirects) > 0 and all([is_client_address(a) for a in addresses])
    require(is_reached, BadClientAddress)
    is_strict = len(stated.keys) > 0 and stated.secret_digest is None
    require(
        stated.profile == "basic" or (stated.profile == "fapi2" and is_strict), BadClientProfile
    )

    clients.save(ctx, (msg.agency, msg.name), stated)
    emit(ctx, ClientSet(msg.agency, msg.name))


@contract.execute(SetWhitelist, allow=by_agency)
def set_whitelist(ctx: Context, msg: SetWhitelist) -> None:
    """Replace the list of agencies that the node works with."""
    require_slugs(msg.allowed)
    node = nodes.load(ctx, msg.agency, absent=UnknownNode)
    require(node.status == NODE_ACTIVE, NodeInactive)

    nodes.save(ctx, msg.agency, replace(node, whitelist=msg.allowed))
    emit(ctx, WhitelistSet(msg.agency))


@contract.execute(SetNamespace, allow=by_supervisor)
def set_namespace(ctx: Context, msg: SetNamespace) -> None:
    """Define a namespace, or change its authority.

    A new authority has another key for tags, so it registers nobody before each tag in use has a
    new one of its own; and none takes over amid the renewal of another.
    """
    require_slugs((msg.namespace,))
    require(nodes.has(ctx, msg.authority), UnknownNode)

    before = namespaces.get(ctx, msg.namespace, None)
    version = 1 if before is None else before.tag_version
    has_tags = before is not None and tag_counts.get(ctx, (msg.namespace, version), 0) > 0
    is_amid = tag_counts.get(ctx, (msg.namespace, version + 1), 0) > 0
    is_new = before is not None and before.authority != msg.authority
    require(not (is_new and is_amid), TagsLeft)
    namespace = Namespace(
        authority=msg.authority,
        is_unique=msg.is_unique,
        tag_version=version,
        tag_authority=before.tag_authority if before is not None and has_tags else msg.authority,
    )
    namespaces.save(ctx, msg.namespace, namespace)
    emit(ctx, NamespaceSet(msg.namespace, msg.authority))


@contract.execute(SetService, allow=by_supervisor)
def set_service(ctx: Context, msg: SetService) -> None:
    """Define a service, or change its levels and sources."""
    require_slugs((msg.service,))
    table = active_table(ctx)
    require(msg.min_ial in table.ials and msg.min_aal in table.aals, BadLevel)
    require(all([nodes.has(ctx, source) for source in msg.sources]), UnknownNode)

    services.save(ctx, msg.service, Service(msg.min_ial, msg.min_aal, msg.sources))
    emit(ctx, ServiceSet(msg.service))


@contract.execute(SetPurpose, allow=by_supervisor)
def set_purpose(ctx: Context, msg: SetPurpose) -> None:
    """Define a purpose; payment, voting, key change and guardians' acts stay always fresh."""
    require_slugs((msg.purpose,))
    require(not (msg.is_reusable and msg.purpose in ALWAYS_FRESH), AlwaysFresh)

    purposes.save(ctx, msg.purpose, msg.is_reusable)
    emit(ctx, PurposeSet(msg.purpose, msg.is_reusable))


@contract.execute(SetErrorCode, allow=by_supervisor)
def set_error_code(ctx: Context, msg: SetErrorCode) -> None:
    """Register a code of an error, or end its use; answers that bear it stay."""
    require_slugs((msg.code,))
    require(msg.side in ("idp", "as"), UnknownSide)

    error_codes.save(ctx, (msg.side, msg.code), msg.is_in_use)
    emit(ctx, ErrorCodeSet(msg.side, msg.code, msg.is_in_use))


def _require_limits(ctx: Context, msg: RegisterNode | SetNodeLimits) -> None:
    """Check a node's levels and namespaces. Rejects: BadLevel, WrongRole, UnknownNamespace."""
    table = active_table(ctx)
    require(msg.max_ial == 0 or msg.max_ial in table.ials, BadLevel, level=msg.max_ial)
    require(msg.max_aal == 0 or msg.max_aal in table.aals, BadLevel, level=msg.max_aal)
    has_levels = msg.max_ial > 0 or msg.max_aal > 0
    require(not has_levels or is_of_kind(ctx, msg.agency, "idp"), WrongRole)
    require(all([namespaces.has(ctx, name) for name in msg.namespaces]), UnknownNamespace)


@contract.query
def level_table(ctx: Context) -> LevelTable:
    """The level table in force."""
    return active_table(ctx)


node_of = contract.expose(
    "node", nodes, ("agency",), "What an agency may do here, nothing when it is no node."
)


contract.expose("namespace", namespaces, ("name",), "Who makes the tags of a namespace.")


service_of = contract.expose("service", services, ("name",), "Levels and sources of a service.")


node_key = contract.expose(
    "node_key", node_keys, ("key",), "Whose key it is or was, and from when until when it signs."
)


contact_version = contract.expose(
    "contact_version", contacts, ("agency", "version"), "A node's contact of one version."
)


@contract.query
def contact(ctx: Context, agency: AgencyId) -> Contact | None:
    """How a node is reached now, nothing while it has not said."""
    return contacts.get(ctx, (agency, contact_versions.get(ctx, agency, 0)), None)


client_of = contract.expose(
    "client", clients, ("agency", "name"), "An application of an agency that signs citizens on."
)


contract.expose(
    "error_code", error_codes, ("side", "code"), "Whether IdPs or sources may say this code."
)


@contract.query
def does_node_act(ctx: Context, agency: AgencyId) -> bool:
    """Whether an agency and its node are active now."""
    return is_standing(ctx, agency)


@contract.query
def sector_page(ctx: Context, after: SlugOrNothing) -> SectorPage:
    """Up to 100 agencies after `after`, each with its sector."""
    page = nodes.page(ctx, after=None if after == "" else after, limit=SECTORS_PAGE)
    return tuple([NodeSector(agency, node.sector) for agency, node in page])
