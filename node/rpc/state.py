"""The methods state_*: contract queries and proofs of state."""

from collections.abc import Mapping
from typing import Any

from node.rpc.method import Caller, Method
from node.rpc.refusals import OF_QUERIES
from node.rpc.render import proven_json
from node.rpc.results import AnswerJson, ProvenAnswerJson, ProvenStateJson, StateProofJson
from node.rpc.schemas import KeyParams, QueryParams
from node.rpc.values import hex_of, read_arguments, to_json
from primitives.codec import encode
from primitives.errors import UnknownContract, UnknownQuery


async def query(caller: Caller, params: QueryParams) -> AnswerJson | ProvenAnswerJson:
    """Return a contract query's answer at the last block.

    With `prove`, also the value and proof of every state key that the query read. That a list is
    complete is not proved.
    """
    described = _described(caller, params)
    args = read_arguments(params.args, described["params"])
    ledger = caller.view.ledger
    head = ledger.head()
    height = head.header.height
    if not params.prove:
        value = ledger.query(params.contract, params.query, args)
        return {"height": height, "value": to_json(value, described["returns"])}
    value, keys = ledger.query_reads(params.contract, params.query, args)
    return {
        "height": height,
        "value": to_json(value, described["returns"]),
        "proofs": [_proof(caller, key) for key in keys],
        **proven_json(head.header, head.certificate),
    }


async def get_proof(caller: Caller, params: KeyParams) -> ProvenStateJson:
    """Return a key's value, or its absence (null), with the proof under the last header."""
    head = caller.view.ledger.head()
    return {
        **_proof(caller, params.key),
        **proven_json(head.header, head.certificate),
        "height": head.header.height,
    }


def _described(caller: Caller, params: QueryParams) -> Mapping[str, Any]:
    abi = caller.view.facts.abis.get(params.contract)
    if abi is None:
        raise UnknownContract(
            f"no contract {params.contract!r} is active", contract=params.contract
        )
    for described in abi["queries"]:
        if described["name"] == params.query:
            found: Mapping[str, Any] = described
            return found
    raise UnknownQuery(
        f"contract {params.contract} has no query {params.query!r}", query=params.query
    )


def _proof(caller: Caller, key: bytes) -> StateProofJson:
    value, proof = caller.view.ledger.prove(key)
    return {
        "key": hex_of(key),
        "value": None if value is None else hex_of(value),
        "proof": hex_of(encode(proof.to_value())),
    }


METHODS = (
    Method(
        name="state_query",
        params=QueryParams,
        errors=OF_QUERIES,
        run=query,
    ),
    Method(
        name="state_getProof",
        params=KeyParams,
        run=get_proof,
    ),
)
