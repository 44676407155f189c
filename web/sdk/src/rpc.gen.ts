/** Made from tests/vectors/openrpc.json by `npm run generate`; do not edit. */

import type {
  AbiJson, AnswerJson, BlobJson, BlockJson, CertifiedHeaderJson, CommittedJson, ConsensusJson,
  ContractJson, ContractSchemasJson, DroppedJson, ErasureJson, EventPageJson, EvidencePageJson,
  GenesisJson, HealthJson, KeptBlobJson, KeptWrapsJson, NetworkRecordJson, OpenRpcJson,
  ParticipationJson, PeerJson, ProvenAnswerJson, ProvenStateJson, ReceiptJson, RequestParams,
  RestartProofJson, SetChangeJson, StatusJson, SubmittedJson, SubscriptionFilter, TakenBackJson,
  UncommittedJson, ValidatorJson, WrapsJson,
} from "./schemas.gen.ts";

export interface Methods {
  /** Return which chain this node is on and how far it is. */
  "chain_getStatus": {
    params: Record<string, never>;
    result: StatusJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return a block with its transactions, certificate and receipts. */
  "chain_getBlock": {
    params: { at?: number | "latest" | string; };
    result: BlockJson;
    errors: | "NOT_FOUND" | "PRUNED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY"
    | "NOT_READY" | "INTERNAL";
  };
  /** Return a block's header with the certificate that proves it. */
  "chain_getHeader": {
    params: { at?: number | "latest" | string; };
    result: CertifiedHeaderJson;
    errors: | "NOT_FOUND" | "PRUNED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY"
    | "NOT_READY" | "INTERNAL";
  };
  /** Return the validators that decide a height, in order; "latest" is the next block's. */
  "chain_getValidators": {
    params: { height?: number | "latest"; };
    result: ValidatorJson[];
    errors: | "NOT_FOUND" | "PRUNED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY"
    | "NOT_READY" | "INTERNAL";
  };
  /** Return the first blocks above a height that carry restart statements, with the proofs. */
  "chain_getRestarts": {
    params: { above?: number; };
    result: RestartProofJson[];
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return the first blocks above a height after which other validators decide, with proofs. */
  "chain_getValidatorChanges": {
    params: { above?: number; };
    result: SetChangeJson[];
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return who signed the certificates in blocks of a range of heights, of each validator. */
  "chain_getParticipation": {
    params: { from_height?: number | null; to_height?: number | "latest"; };
    result: ParticipationJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return recorded evidence against validators, the newest first, and where to go on. */
  "chain_getEvidence": {
    params: { after?: string | null; limit?: number; };
    result: EvidencePageJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return the genesis document. */
  "chain_getGenesis": {
    params: Record<string, never>;
    result: GenesisJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return the active contracts with their versions and code hashes. */
  "contract_list": {
    params: Record<string, never>;
    result: ContractJson[];
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return what a contract's methods, queries, events, state and errors are. */
  "contract_getAbi": {
    params: { contract: string; };
    result: AbiJson;
    errors: | "UNKNOWN_CONTRACT" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return JSON Schemas of what a contract takes and gives, made from its ABI. */
  "contract_getSchemas": {
    params: { contract: string; };
    result: ContractSchemasJson;
    errors: | "UNKNOWN_CONTRACT" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return who is in the network at the last block, and the changes of seats that wait. */
  "network_getRecord": {
    params: Record<string, never>;
    result: NetworkRecordJson;
    errors: | "UNKNOWN_CONTRACT" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Submit signed transactions. The same bytes again get the same answer. */
  "tx_submit": {
    params: { transaction: string; };
    result: SubmittedJson;
    errors: | "NOT_CANONICAL" | "TOO_LARGE" | "TOO_DEEP" | "TOO_MANY_ITEMS" | "BAD_SHAPE"
    | "BAD_VERSION" | "REPEATED_SIGNATURE" | "WRONG_CHAIN" | "EXPIRED" | "EXPIRY_TOO_FAR"
    | "BAD_SIGNATURE" | "KEY_NOT_IN_ACCOUNT" | "QUOTA_EXCEEDED" | "MISSING_SIGNATURE"
    | "FOREIGN_SIGNATURE" | "UNKNOWN_CONTRACT" | "CONTRACT_MIGRATING" | "UNKNOWN_METHOD"
    | "WRONG_ARGUMENT_COUNT" | "WRONG_ARGUMENT_TYPE" | "ARGUMENT_OUT_OF_BOUNDS" | "BAD_TEXT"
    | "NOT_ALLOWED" | "MEMPOOL_FULL" | "TOO_MANY_STRANGERS" | "TOO_MANY_CHECKS" | "BAD_PARAMETERS"
    | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return a transaction's status and receipt, with a proof of the receipt on demand. */
  "tx_get": {
    params: { transaction_id: string; prove?: boolean; };
    result: CommittedJson | UncommittedJson | DroppedJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return as tx_get does, once a block holds the transaction, it is dropped or time is up. */
  "tx_wait": {
    params: { transaction_id: string; timeout_ms?: number; };
    result: CommittedJson | UncommittedJson | DroppedJson;
    errors: | "TOO_MANY_WAITING" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return the receipt that a transaction would get in the next block; nothing is stored. */
  "tx_simulate": {
    params: { transaction: string; };
    result: ReceiptJson;
    errors: | "NOT_CANONICAL" | "TOO_LARGE" | "TOO_DEEP" | "TOO_MANY_ITEMS" | "BAD_SHAPE"
    | "BAD_VERSION" | "REPEATED_SIGNATURE" | "SIMULATION_TOO_DEAR" | "BAD_PARAMETERS"
    | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return a contract query's answer at the last block. */
  "state_query": {
    params: { contract: string; query: string; args?: unknown[] | Record<string, unknown>;
    prove?: boolean; };
    result: AnswerJson | ProvenAnswerJson;
    errors: | "UNKNOWN_CONTRACT" | "CONTRACT_MIGRATING" | "UNKNOWN_QUERY" | "WRONG_ARGUMENT_COUNT"
    | "WRONG_ARGUMENT_TYPE" | "ARGUMENT_OUT_OF_BOUNDS" | "BAD_TEXT" | "BAD_ADDRESS"
    | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return a key's value, or its absence (null), with the proof under the last header. */
  "state_getProof": {
    params: { key: string; };
    result: ProvenStateJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return the events that match, in order, and the height to go on from (null: all seen). */
  "events_search": {
    params: { contract?: string | null; event?: string | null; address?: string | null;
    from_height?: number; to_height?: number | "latest"; };
    result: EventPageJson;
    errors: | "BAD_ADDRESS" | "PRUNED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY"
    | "NOT_READY" | "INTERNAL";
  };
  /** Keep one blob of a content; it is on this node's disk when it is answered. */
  "blob_put": {
    params: { content: string; index: number; data: string; request: RequestParams; };
    result: KeptBlobJson;
    errors: | "BAD_ADDRESS" | "NO_CONTENTS" | "EXPIRED" | "EXPIRY_TOO_FAR" | "BAD_SIGNATURE"
    | "KEY_NOT_IN_ACCOUNT" | "QUOTA_EXCEEDED" | "REPLAYED" | "BLOB_WRONG_HASH" | "BLOB_TOO_LARGE"
    | "BLOB_HEAD_MISSING" | "BLOB_QUOTA" | "NOT_A_READER" | "CONTENT_ERASED" | "BLOBS_FULL"
    | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return one blob of a content to an account that may read it. */
  "blob_get": {
    params: { content: string; index: number; request: RequestParams; };
    result: BlobJson;
    errors: | "BAD_ADDRESS" | "NO_CONTENTS" | "EXPIRED" | "EXPIRY_TOO_FAR" | "BAD_SIGNATURE"
    | "KEY_NOT_IN_ACCOUNT" | "QUOTA_EXCEEDED" | "REPLAYED" | "NOT_A_READER" | "CONTENT_ERASED"
    | "NOT_FOUND" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Keep a wraps document in place of the same key's older one, and pass it on to the hosts. */
  "blob_put_wraps": {
    params: { content: string; document: string; request: RequestParams; };
    result: KeptWrapsJson;
    errors: | "BAD_ADDRESS" | "NO_CONTENTS" | "EXPIRED" | "EXPIRY_TOO_FAR" | "BAD_SIGNATURE"
    | "KEY_NOT_IN_ACCOUNT" | "QUOTA_EXCEEDED" | "REPLAYED" | "NOT_CANONICAL" | "TOO_LARGE"
    | "TOO_DEEP" | "TOO_MANY_ITEMS" | "BAD_SHAPE" | "BAD_VERSION" | "WRONG_CHAIN" | "STALE_WRAPS"
    | "NOT_A_READER" | "CONTENT_ERASED" | "BLOBS_FULL" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE"
    | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Return the wraps documents of a content that this node holds. */
  "blob_get_wraps": {
    params: { content: string; request: RequestParams; };
    result: WrapsJson;
    errors: | "BAD_ADDRESS" | "NO_CONTENTS" | "EXPIRED" | "EXPIRY_TOO_FAR" | "BAD_SIGNATURE"
    | "KEY_NOT_IN_ACCOUNT" | "QUOTA_EXCEEDED" | "REPLAYED" | "NOT_A_READER" | "CONTENT_ERASED"
    | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** Erase a content that the ledger says is erased; return this node's signed receipt. */
  "blob_erase": {
    params: { content: string; request: RequestParams; };
    result: ErasureJson | TakenBackJson;
    errors: | "BAD_ADDRESS" | "NO_CONTENTS" | "EXPIRED" | "EXPIRY_TOO_FAR" | "BAD_SIGNATURE"
    | "KEY_NOT_IN_ACCOUNT" | "QUOTA_EXCEEDED" | "REPLAYED" | "CONTENT_NOT_ERASED"
    | "CONTENT_UNKNOWN" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return every other member and whether it is connected. */
  "node_getPeers": {
    params: Record<string, never>;
    result: PeerJson[];
    errors: | "NOT_PERMITTED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return which checks pass, and for each that fails what was seen and what mends it. */
  "node_getHealth": {
    params: Record<string, never>;
    result: HealthJson;
    errors: | "NOT_PERMITTED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return where the engine is, whose votes are missing, and who missed turns. */
  "node_getConsensus": {
    params: Record<string, never>;
    result: ConsensusJson;
    errors: | "NOT_PERMITTED" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Begin a subscription to blocks, an address's transactions, or contract events. */
  "events_subscribe": {
    params: { kind: "blocks" | "address" | "events"; filter?: SubscriptionFilter; };
    result: number;
    errors: | "BAD_REQUEST" | "TOO_MANY_SUBSCRIPTIONS" | "BAD_ADDRESS" | "BAD_PARAMETERS"
    | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
  /** End a subscription; false when there is none of this id. */
  "events_unsubscribe": {
    params: { subscription: number; };
    result: boolean;
    errors: | "BAD_REQUEST" | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY"
    | "INTERNAL";
  };
  /** Return the OpenRPC document of this server. */
  "rpc.discover": {
    params: Record<string, never>;
    result: OpenRpcJson;
    errors: | "BAD_PARAMETERS" | "ANSWER_TOO_LARGE" | "TOO_BUSY" | "NOT_READY" | "INTERNAL";
  };
}
