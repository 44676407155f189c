/** Made from tests/vectors/openrpc.json by `npm run generate`; do not edit. */

/** What a contract's methods, queries, events, state and errors are. */
export interface AbiJson {
  name: string; version: number; code_hash: string | null; methods: MethodJson[];
  queries: QueryJson[]; events: EventTypeJson[]; state: StoredJson[]; errors: ErrorTypeJson[];
}

/** What subscribers to an address are told of a transaction of it, or that names it. */
export interface AddressItemJson {
  height: number; index: number; transaction_id: string; receipt: ReceiptJson;
}

/** A query's answer at a height, of the type that the contract's ABI says. */
export interface AnswerJson {
  height: number; value: unknown;
}

/** One validator over a range of heights: certificates that it could sign, and did. */
export interface AttendanceJson {
  name: string; public_key: string; certificates: number; signed: number;
  last_signed: number | null;
}

/** The bytes of a blob. */
export interface BlobJson {
  data: string;
}

/** What subscribers to blocks are told of each. */
export interface BlockItemJson {
  hash: string; height: number; header: HeaderJson; transaction_ids: string[];
}

/**
 * A block: transactions, evidence and restart statements are in their encoded bytes.
 *
 * `certificate` proves this block, `last_certificate` stands in it and proves its parent.
 */
export interface BlockJson {
  header_bytes: string; certificate: string | null; hash: string; height: number;
  header: HeaderJson; transactions: string[]; evidence: string[]; last_certificate: string | null;
  restarts: string[]; receipts: ReceiptJson[];
}

/** A TLS certificate by its hash, and its last day, such as 2027-01-31; "?" of what is none. */
export interface CertificateFactsJson {
  sha256: string; until: string;
}

/** A header by name and in bytes, with the certificate that proves it. */
export interface CertifiedHeaderJson {
  header_bytes: string; certificate: string | null; hash: string; height: number;
  header: HeaderJson;
}

/** A check: whether it passes, if only with a warning, else what was seen and what mends it. */
export interface CheckJson {
  name: string; ok: boolean; warning?: boolean; seen?: string; fix?: string;
}

/** A block holds the transaction; the receipt's code says whether it took effect. */
export interface CommittedJson {
  transaction_id: string; status: "committed"; height: number; index: number; receipt: ReceiptJson;
  proof?: ReceiptProofJson;
}

/** Where the engine is. A node whose files are inspected has no engine and says less. */
export interface ConsensusJson {
  height: number; view: number; step: string; proposer?: string; passed_over?: string[];
  accepted?: string | null; prepared_view?: number | null; prepares?: VotesJson;
  commits?: VotesJson; missing?: string[]; peer_views?: Record<string, number>;
  is_validator?: boolean; is_listening?: boolean; listeners?: string[];
  listens_until?: number | null; restart?: string; elsewhere?: ElsewhereJson[];
  waits_for?: string | null; halted?: string | null; turns?: TurnsJson[];
  seconds_since_commit?: number; standing?: string | null; mark?: string | null;
}

/** A contract that is active. */
export interface ContractJson {
  name: string; version: number; code_hash: string | null;
}

/** JSON Schemas of what a contract takes and gives, by the names of methods, queries, events. */
export interface ContractSchemasJson {
  name: string; version: number; methods: Record<string, MethodSchemasJson>;
  queries: Record<string, QuerySchemasJson>; events: Record<string, EventSchemaJson>;
}

/** The transaction was dropped before any block; the code says why. */
export interface DroppedJson {
  transaction_id: string; status: "rejected"; code: string;
}

/** A validator whose last message came from under another restart: its first bytes. */
export interface ElsewhereJson {
  validator: string; restart: string;
}

/** This node's receipt that a content is erased, encoded and by its fields. */
export interface ErasureJson {
  receipt: string; node: string; erased_at_ms: number; public_key: string; signature: string;
}

/** Why, for programs: a stable code, the contract that refuses, and details by name. */
export interface ErrorDataJson {
  code: string; contract?: string; details: Record<string, number | string>;
}

/** The error member of an answer. */
export interface ErrorJson {
  code: number; message: string; data: ErrorDataJson;
}

/** A code that a contract refuses with. */
export interface ErrorTypeJson {
  code: string; message: string;
}

/** An event of a contract; its fields are described by the contract's ABI. */
export interface EventJson {
  contract: string; name: string; fields: Record<string, unknown>;
}

/** Events in order; `next_height` is where to go on, null when all is seen. */
export interface EventPageJson {
  events: PlacedEventJson[]; next_height: number | null;
}

/** The fields of an event, as a JSON Schema. */
export interface EventSchemaJson {
  doc: string; fields: Record<string, unknown>;
}

/** A kind of event. */
export interface EventTypeJson {
  name: string; doc: string; fields: FieldJson[];
}

/** A page of evidence, the newest first; `next` is where to go on, null at the end. */
export interface EvidencePageJson {
  evidence: MisdeedJson[]; next: string | null;
}

/** A named field and its type. */
export interface FieldJson {
  type: "integer" | "boolean" | "text" | "bytes" | "address" | "list" | "optional" | "record";
  min?: number; max?: number; chars_min?: number; chars_max?: number; bytes_min?: number;
  bytes_max?: number; items?: TypeJson; count_min?: number; count_max?: number; value?: TypeJson;
  fields?: FieldJson[]; name: string;
}

/** A contract that is active from height 0, and what it starts with. */
export interface GenesisContractJson {
  name: string; version: number; code_hash: string | null; config: Record<string, unknown>;
}

/** The genesis document: docs/protocol.md#genesis. */
export interface GenesisJson {
  format: number; network: string; kind: "development" | "production"; time_ms: number;
  parameters: ParametersJson; members: GenesisMemberJson[]; contracts: GenesisContractJson[];
}

/** A node of the network; its certificate is DER in base64. */
export interface GenesisMemberJson {
  name: string; public_key: string; certificate: string; host: string; port: number;
  is_validator: boolean;
}

/** All fields of a header; what each is: docs/protocol.md#blocks. */
export interface HeaderJson {
  chain_id: string; height: number; time_ms: number | string; parent_hash: string;
  transactions_root: string; receipts_root: string; state_root: string; validators_hash: string;
  next_validators_hash: string; last_certificate_hash: string; app_version: number;
  proposer: string; restart: string;
}

/** Whether the node is well, by its checks. */
export interface HealthJson {
  status: "ok" | "failing"; checks: CheckJson[];
}

/** What the document describes. */
export interface InfoJson {
  title: string; version: string;
}

/** A blob that is on this node's disk, and whether all of its content is. */
export interface KeptBlobJson {
  content: string; index: number; complete: boolean;
}

/** The content whose wraps document is on this node's disk. */
export interface KeptWrapsJson {
  content: string;
}

/** A method of a contract: its arguments, who may call it, and the codes of its refusals. */
export interface MethodJson {
  name: string; doc: string; fields: FieldJson[]; allow: string; errors: string[];
}

/** What a method takes, as a JSON Schema, and the codes of its refusals. */
export interface MethodSchemasJson {
  doc: string; arguments: Record<string, unknown>; errors: string[];
}

/** A validator that said two different things, and the encoded evidence of it. */
export interface MisdeedJson {
  validator: string; public_key: string; kind: string; height: number | string; view: number;
  recorded_height: number | string; recorded_time_ms: number | string; evidence: string;
}

/** A node of the network record, and the first height at which it is as it is. */
export interface NetworkNodeJson {
  name: string; public_key: string; agency_id: string; certificate: CertificateFactsJson;
  second_certificate: CertificateFactsJson | null; host: string; port: number;
  is_validator: boolean; since_height: number;
}

/** The network record at a height. */
export interface NetworkRecordJson {
  height: number; version: number; nodes: NetworkNodeJson[]; waiting: SeatWaitingJson[];
}

/** An OpenRPC document: https://spec.open-rpc.org. */
export interface OpenRpcJson {
  openrpc: string; info: InfoJson; methods: (Record<string, unknown>)[];
  components: Record<string, unknown>;
}

/** Numbers that every node of the network shares. */
export interface ParametersJson {
  heartbeat_ms: number; view_timeout_ms: number; view_timeout_cap_ms: number;
  block_transactions_max: number; calendar_rate: number;
}

/** Who signed the certificates of the heights that were counted. */
export interface ParticipationJson {
  from_height: number; to_height: number; validators: AttendanceJson[];
}

/**
 * Another member, and whether a session with it is ready.
 *
 * `last_reason` says why the last session or attempt ended; `clock_offset_ms` is by the member's
 * own word, against the validators' median.
 */
export interface PeerJson {
  name: string; public_key: string; connected: boolean; host: string; port: number;
  is_validator: boolean; connected_s: number; last_reason: string;
  clock_offset_ms: number | string | null;
}

/** An event and where it happened. */
export interface PlacedEventJson {
  height: number; index: number; transaction_id: string; contract: string; name: string;
  fields: Record<string, unknown>;
}

/** A query's answer with a proof of every key that it read, under one header. */
export interface ProvenAnswerJson {
  height: number; value: unknown; header_bytes: string; certificate: string | null;
  proofs: StateProofJson[];
}

/** A key's value with the proof under the last header. */
export interface ProvenStateJson {
  key: string; value: string | null; proof: string; header_bytes: string;
  certificate: string | null; height: number;
}

/** A query of a contract. */
export interface QueryJson {
  name: string; doc: string; params: FieldJson[]; returns: TypeJson;
}

/** What a query takes and answers, as JSON Schemas. */
export interface QuerySchemasJson {
  doc: string; arguments: Record<string, unknown>; value: Record<string, unknown>;
}

/** What a transaction did: its code is OK, or says why it changed nothing. */
export interface ReceiptJson {
  transaction_id: string; code: string; contract: string; message: string;
  details: Record<string, number | string>; events: EventJson[];
}

/** What proves a receipt: its place under the `receipts_root` of a proven header. */
export interface ReceiptProofJson {
  receipt_bytes: string; index: number; count: number; path: string[]; header_bytes: string;
  certificate: string;
}

/** Whose request it is: an account, one of its keys, and that key's signature. */
export interface RequestParams {
  account: string; public_key: string; expires_at_ms: number; nonce: string; signature: string;
}

/** A block that carries restart statements, and the encoded proof of them. */
export interface RestartProofJson {
  height: number; proof: string;
}

/**
 * A decided change of a seat, or of a node's key, whose turn has not come.
 *
 * With a `new_key` it changes that alone; it comes before all others if a key is stolen.
 */
export interface SeatWaitingJson {
  node: string; is_validator: boolean; is_retired: boolean; is_stolen: boolean;
  new_key: string | null; decided_at_height: number; ready_at_height: number | null;
  lapses_ms: number | string;
}

/** A block after which other validators decide, and the encoded proof of it and of the set. */
export interface SetChangeJson {
  height: number; proof: string;
}

/** Whether this node signs; else what it waits for, in words for its operator. */
export interface SigningJson {
  may_sign: boolean; waits_for: string | null;
}

/** A key of the state, its value (null: absent) and the encoded proof of it. */
export interface StateProofJson {
  key: string; value: string | null; proof: string;
}

/**
 * Which chain a node is on and how far it is; validators are named, `validators` counts them.
 *
 * Blocks below `first_height` are pruned. `missing` are those whose message of the open step this
 * node lacks, `listeners` may not sign.
 */
export interface StatusJson {
  chain_id: string; genesis_hash: string; height: number; first_height: number; block_hash: string;
  state_root: string; time_ms: number | string; contract_time_ms: number | string;
  validators: number; passed_over: string[]; missing: string[]; listeners: string[];
  elsewhere: ElsewhereJson[]; syncing: boolean; restart: string; signing: SigningJson;
  version: string; node: string;
}

/** A part of a contract's state: its keys and values, so that entries can be proven. */
export interface StoredJson {
  name: string; kind: string; key: TypeJson[]; value: TypeJson;
}

/** The transaction waits on this node's disk, or a block holds it already. */
export interface SubmittedJson {
  transaction_id: string; status: "pending" | "committed";
}

/** What of a kind is wanted: an address, or a contract and one of its events. */
export interface SubscriptionFilter {
  address?: string | null; contract?: string | null; event?: string | null;
}

/** An upload that nothing named is gone; nobody needs a receipt of that. */
export interface TakenBackJson {
  receipt: null;
}

/** Who missed turns: how many in a row, charged at which height, passed over until which. */
export interface TurnsJson {
  validator: string; missed: number; charged: number; until: number;
}

/**
 * A type with its bounds: of lists `items` are described, of optional values `value`.
 *
 * Lengths are counted in characters of texts, bytes, and items of lists.
 */
export interface TypeJson {
  type: "integer" | "boolean" | "text" | "bytes" | "address" | "list" | "optional" | "record";
  min?: number; max?: number; chars_min?: number; chars_max?: number; bytes_min?: number;
  bytes_max?: number; items?: TypeJson; count_min?: number; count_max?: number; value?: TypeJson;
  fields?: FieldJson[];
}

/** The transaction waits here, was too old for a block, or was never seen here. */
export interface UncommittedJson {
  transaction_id: string; status: "pending" | "expired" | "unknown";
}

/** A validator. */
export interface ValidatorJson {
  name: string; public_key: string;
}

/** How many votes of a step this node has, and how many it needs. */
export interface VotesJson {
  have: number; need: number;
}

/** Encoded wraps documents. */
export interface WrapsJson {
  documents: string[];
}
