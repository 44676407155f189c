"""The methods chain_* and contract_*: blocks, validators, genesis and contracts."""

from node.execution.misdeeds import RecordedEvidence
from node.ports import CommittedHead
from node.rpc.contract_schemas import contract_schemas
from node.rpc.document_results import AbiJson, ContractJson, ContractSchemasJson, GenesisJson
from node.rpc.errors import BadParameters, NotFound
from node.rpc.method import Caller, Method
from node.rpc.refusals import PRUNED, UNKNOWN_CONTRACT, check_kept
from node.rpc.render import ShownBlock, certified_header_json
from node.rpc.results import (
    BlockJson,
    CertifiedHeaderJson,
    EvidencePageJson,
    MisdeedJson,
    ParticipationJson,
    RestartProofJson,
    SetChangeJson,
    StatusJson,
    ValidatorJson,
)
from node.rpc.schemas import (
    AboveParams,
    AtParams,
    ContractParams,
    EvidenceParams,
    HeightParams,
    NoParams,
    ParticipationParams,
)
from node.rpc.strict_json import json_integer
from node.rpc.values import hex_of
from primitives.crypto import Digest
from primitives.errors import Rejected, UnknownContract
from primitives.ids import Height

_RESTARTS_MAX = 4  # a proof of many agencies is large
_SET_CHANGES_MAX = 16  # of a hundred validators: 20 KiB each
PARTICIPATION_HEIGHTS = 100
PARTICIPATION_HEIGHTS_MAX = 1_000


async def get_status(caller: Caller, _params: NoParams) -> StatusJson:
    """Return which chain this node is on and how far it is."""
    view = caller.view
    head, facts, signing = view.ledger.head(), view.facts, view.signing()
    consensus = view.consensus()
    return {
        "chain_id": facts.chain_id,
        "genesis_hash": hex_of(facts.genesis_hash),
        "height": head.header.height,
        "first_height": view.ledger.first_height(),
        "block_hash": hex_of(head.block_hash),
        "state_root": hex_of(head.header.state_root),
        "time_ms": json_integer(head.header.time_ms),
        "contract_time_ms": json_integer(_contract_time_ms(caller, head.header.time_ms)),
        "validators": len(head.validators),
        "passed_over": [head.validators.name_of(key) for key in head.passed_over],
        "missing": list(consensus.get("missing", ())),
        "listeners": list(consensus.get("listeners", ())),
        "elsewhere": list(consensus.get("elsewhere", ())),
        "syncing": view.is_syncing(),
        "restart": hex_of(head.restart),
        "signing": {"may_sign": signing.may_sign, "waits_for": signing.waits_for},
        "version": facts.version,
        "node": facts.name,
    }


async def get_block(caller: Caller, params: AtParams) -> BlockJson:
    """Return a block with its transactions, certificate and receipts."""
    return await caller.services.renderer.block(_block(caller, params), caller.meter.breathe)


async def get_header(caller: Caller, params: AtParams) -> CertifiedHeaderJson:
    """Return a block's header with the certificate that proves it."""
    if params.at == "latest":
        head = caller.view.ledger.head()
        return certified_header_json(head.header, head.certificate)
    height = _height(caller, params.at)
    shown = caller.services.headers.items.get(height)
    if shown is None:
        found = caller.view.ledger.header_at(height)
        if found is None:
            raise _not_stored(caller, height)
        shown = certified_header_json(found.header, found.certificate)
        caller.services.headers.put(height, shown)
    return shown


async def get_validators(caller: Caller, params: HeightParams) -> list[ValidatorJson]:
    """Return the validators that decide a height, in order; "latest" is the next block's."""
    ledger = caller.view.ledger
    if params.height == "latest":
        validators = ledger.head().validators
    else:
        known = ledger.validators_at(Height(params.height))
        if known is None:
            check_kept(caller.view.ledger, Height(params.height))
            raise NotFound(f"the validators of height {params.height} are not known here")
        validators = known
    return [
        {"name": member.name, "public_key": hex_of(member.public_key)}
        for member in validators.members
    ]


async def get_restarts(caller: Caller, params: AboveParams) -> list[RestartProofJson]:
    """Return the first blocks above a height that carry restart statements, with the proofs."""
    found = caller.view.ledger.restart_proofs(Height(params.above), _RESTARTS_MAX)
    return [{"height": height, "proof": hex_of(proof)} for height, proof in found]


async def get_validator_changes(caller: Caller, params: AboveParams) -> list[SetChangeJson]:
    """Return the first blocks above a height after which other validators decide, with proofs."""
    found = caller.view.ledger.set_changes(Height(params.above), _SET_CHANGES_MAX)
    return [{"height": height, "proof": hex_of(proof)} for height, proof in found]


async def get_participation(caller: Caller, params: ParticipationParams) -> ParticipationJson:
    """Return who signed the certificates in blocks of a range of heights, of each validator."""
    ledger = caller.view.ledger
    certified = ledger.head().header.height - 1
    last = certified if params.to_height == "latest" else min(params.to_height, certified)
    first = params.from_height or max(1, last - PARTICIPATION_HEIGHTS + 1)
    if last - first >= PARTICIPATION_HEIGHTS_MAX:
        raise BadParameters(
            f"from_height: {first} to {last} are more than {PARTICIPATION_HEIGHTS_MAX} heights",
            parameter="from_height",
        )
    found = ledger.participation(first, last)
    return {
        "from_height": found.first,
        "to_height": found.last,
        "validators": [
            {
                "name": one.name,
                "public_key": hex_of(one.public_key),
                "certificates": one.certificates,
                "signed": one.signed,
                "last_signed": one.last_signed,
            }
            for one in found.validators
        ],
    }


async def get_evidence(caller: Caller, params: EvidenceParams) -> EvidencePageJson:
    """Return recorded evidence against validators, the newest first, and where to go on."""
    ledger = caller.view.ledger
    found = ledger.evidence(after=params.after, limit=params.limit)
    head = ledger.head()
    is_full = len(found) == params.limit
    return {
        "evidence": [_evidence_json(item, head) for item in found],
        "next": hex_of(found[-1].place) if is_full else None,
    }


async def get_genesis(caller: Caller, _params: NoParams) -> GenesisJson:
    """Return the genesis document."""
    return caller.view.facts.genesis_document


async def list_contracts(caller: Caller, _params: NoParams) -> list[ContractJson]:
    """Return the active contracts with their versions and code hashes."""
    return [
        {"name": abi["name"], "version": abi["version"], "code_hash": abi["code_hash"]}
        for abi in caller.view.facts.abis.values()
    ]


async def get_abi(caller: Caller, params: ContractParams) -> AbiJson:
    """Return what a contract's methods, queries, events, state and errors are."""
    return _abi(caller, params)


async def get_schemas(caller: Caller, params: ContractParams) -> ContractSchemasJson:
    """Return JSON Schemas of what a contract takes and gives, made from its ABI."""
    return contract_schemas(_abi(caller, params))


def _abi(caller: Caller, params: ContractParams) -> AbiJson:
    abi = caller.view.facts.abis.get(params.contract)
    if abi is None:
        raise UnknownContract(
            f"no contract {params.contract!r} is active", contract=params.contract
        )
    return abi


def _evidence_json(item: RecordedEvidence, head: CommittedHead) -> MisdeedJson:
    misdeed = item.misdeed
    validators = head.history.at(misdeed.height) or head.validators
    key = misdeed.validator
    return {
        "validator": validators.name_of(key),
        "public_key": hex_of(key),
        "kind": misdeed.kind.name.lower().replace("_", "-"),
        "height": json_integer(misdeed.height),
        "view": misdeed.view,
        "recorded_height": json_integer(item.height),
        "recorded_time_ms": json_integer(item.time_ms),
        "evidence": hex_of(item.evidence),
    }


def _contract_time_ms(caller: Caller, time_ms: int) -> int:
    """Return the time that contracts see: another than the clock's where a network hurries."""
    genesis = caller.view.facts.genesis_document
    start_ms = int(genesis["time_ms"])
    return start_ms + (time_ms - start_ms) * int(genesis["parameters"]["calendar_rate"])


def _block(caller: Caller, params: AtParams) -> ShownBlock:
    """Return a stored block; block 0, which nobody voted for, is without a certificate."""
    ledger, at = caller.view.ledger, params.at
    height = _height(caller, at)
    block, found = ledger.plain_block_at(height), ledger.header_at(height)
    if block is None or found is None:
        raise _not_stored(caller, height)
    return ShownBlock(block, found.certificate, ledger.receipts_at(height))


def _not_stored(caller: Caller, height: Height) -> Rejected:
    check_kept(caller.view.ledger, height)
    last = caller.view.ledger.head().header.height
    return NotFound(f"block {height} is not stored here; the last is {last}")


def _height(caller: Caller, at: int | str | bytes) -> Height:
    ledger = caller.view.ledger
    if isinstance(at, int):
        return Height(at)
    if isinstance(at, str):
        return ledger.head().header.height
    height = ledger.height_of(Digest(at))
    if height is None:
        raise NotFound(f"no block has the hash {hex_of(at)}")
    return height


_NOT_STORED = NotFound("block 99 is not stored here; the last is 42")

METHODS = (
    Method(
        name="chain_getStatus",
        params=NoParams,
        run=get_status,
    ),
    Method(
        name="chain_getBlock",
        params=AtParams,
        errors=(_NOT_STORED, PRUNED),
        run=get_block,
    ),
    Method(
        name="chain_getHeader",
        params=AtParams,
        errors=(_NOT_STORED, PRUNED),
        run=get_header,
    ),
    Method(
        name="chain_getValidators",
        params=HeightParams,
        errors=(_NOT_STORED, PRUNED),
        run=get_validators,
    ),
    Method(
        name="chain_getRestarts",
        params=AboveParams,
        run=get_restarts,
    ),
    Method(
        name="chain_getValidatorChanges",
        params=AboveParams,
        run=get_validator_changes,
    ),
    Method(
        name="chain_getParticipation",
        params=ParticipationParams,
        run=get_participation,
    ),
    Method(
        name="chain_getEvidence",
        params=EvidenceParams,
        run=get_evidence,
    ),
    Method(
        name="chain_getGenesis",
        params=NoParams,
        run=get_genesis,
    ),
    Method(
        name="contract_list",
        params=NoParams,
        run=list_contracts,
    ),
    Method(
        name="contract_getAbi",
        params=ContractParams,
        errors=(UNKNOWN_CONTRACT,),
        run=get_abi,
    ),
    Method(
        name="contract_getSchemas",
        params=ContractParams,
        errors=(UNKNOWN_CONTRACT,),
        run=get_schemas,
    ),
)
