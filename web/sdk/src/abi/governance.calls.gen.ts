/** Made from tests/vectors/abi/governance.json by `npm run generate`; do not edit. */

import { address, big, bool, bytes, int, list, optional, record, text } from "../fields.ts";

/** What can be signed for the contract governance. */
export const governance = {
  contract: "governance",
  methods: {
    /** Let a node show another TLS certificate too, until one of the two is withdrawn. */
    add_certificate: record({ node: text(1, 64), certificate: bytes(1, 4096) }),
    /** Make an account an officer of the agency, active from now on. */
    add_officer: record({ agency_id: text(1, 32), officer: address, roles: list(text(1, 32), 16,
      1) }),
    /** Say that a node has the code of a version that waits for its time. */
    carries: record({ node: text(1, 64), contract: text(1, 64), version: int(1, 4294967295),
      code_hash: bytes(32) }),
    /** Hand the agency over to another account; officers and votes stay. */
    change_administrator: record({ agency_id: text(1, 32), administrator: address }),
    /** Do what a proposal asks, when two thirds of those who are members now say yes. */
    execute: record({ proposal: int(1, 9007199254740992) }),
    /** Say where other nodes find a node from now on. */
    move_node: record({ node: text(1, 64), host: text(1, 253), port: int(1, 65535) }),
    /** Number a proposal of the sender's agency and open it for votes. */
    propose: record({ change: record({ admission: optional(record({ agency_id: text(1, 32),
      name_th: text(1, 120), name_en: text(1, 120), kinds: list(text(1, 32), 14, 1),
      administrator: address })), status: optional(record({ agency_id: text(1, 32), status: text(1,
      32) })), kinds: optional(record({ agency_id: text(1, 32), kinds: list(text(1, 32), 14, 1) })),
      parameter: optional(record({ name: text(1, 32), value: big(-9223372036854775808n,
      9223372036854775807n) })), administrator: optional(record({ agency_id: text(1, 32),
      administrator: address })), seat: optional(record({ node: text(1, 64), is_validator: bool })),
      node: optional(record({ name: text(1, 64), agency_id: text(1, 64), public_key: bytes(33),
      certificate: bytes(1, 4096), host: text(1, 253), port: int(1, 65535), is_validator: bool,
      signature: bytes(64) })), retirement: optional(record({ node: text(1, 64) })),
      stolen: optional(record({ node: text(1, 64), public_key: bytes(33), height: int(0,
      9007199254740992), proof: bytes(64) })), upgrade: optional(record({ contract: text(1, 64),
      version: int(1, 4294967295), code_hash: bytes(32), release: text(1, 32),
      activate_at_ms: int(1, 9007199254740992), void_at_ms: int(1, 9007199254740992) })) }),
      execute_at_ms: int(1, 9007199254740992), expires_at_ms: int(1, 9007199254740992) }),
    /** Note that a node which is to get a seat has the chain. */
    ready: record({ node: text(1, 64), height: int(0, 9007199254740992), block_hash: bytes(32) }),
    /** End an officer's work for the agency; it may be added again. */
    remove_officer: record({ agency_id: text(1, 32), officer: address }),
    /** Give a node whose key is stolen another one, before all that waits. */
    report_stolen: record({ node: text(1, 64), public_key: bytes(33), height: int(0,
      9007199254740992), proof: bytes(64) }),
    /** Give a node another key, when its turn has come. */
    rotate_key: record({ node: text(1, 64), public_key: bytes(33), height: int(0, 9007199254740992),
      proof: bytes(64) }),
    /** Suspend an officer, or let it act again; its roles stay. */
    set_officer_status: record({ agency_id: text(1, 32), officer: address, status: text(1, 32) }),
    /** Give an officer these roles instead of those it has; its status stays. */
    set_roles: record({ agency_id: text(1, 32), officer: address, roles: list(text(1, 32), 16,
      1) }),
    /** Record the vote of the sender's agency; it cannot be changed. */
    vote: record({ proposal: int(1, 9007199254740992), is_yes: bool }),
    /** Take a proposal back; it can no longer be voted on or executed. */
    withdraw: record({ proposal: int(1, 9007199254740992) }),
    /** Take one of a node's two certificates away. */
    withdraw_certificate: record({ node: text(1, 64), certificate: bytes(1, 4096) }),
  },
} as const;

/** The codes with which its methods refuse. */
export type GovernanceCode =
  | "ADMINISTRATOR_TAKEN" | "AGENCY_EXISTS" | "AGENCY_SUSPENDED" | "ALREADY_VOTED" | "BAD_HOST" |
    "BAD_NODE_KEY" | "BAD_NODE_NAME" | "BAD_SLUG" | "BEFORE_ITS_TIME" | "CARRIED_ALREADY" |
    "CERTIFICATE_UNCHANGED" | "CONTRACT_NOT_RUNNING" | "ENDS_BEFORE_IT_BEGINS" |
    "EXECUTION_TOO_SOON" | "EXPIRY_OUT_OF_BOUNDS" | "KEY_CHANGE_WAITS" | "LAST_MEMBER" |
    "NEW_KEY_UNPROVEN" | "NODE_EXISTS" | "NODE_KEY_USED" | "NOTICE_TOO_SHORT" | "NOT_ADMINISTRATOR"
    | "NOT_AWAITED" | "NOT_ENOUGH_VOTES" | "NOT_MEMBER" | "NOT_OF_NODES_AGENCY" | "NOT_PROPOSER" |
    "NOT_SIGNED_BY_NODE" | "NOT_THAT_BLOCK" | "NO_SUCH_UPGRADE" | "OFFICER_EXISTS" |
    "ONE_CHANGE_WANTED" | "ONLY_CERTIFICATE" | "PARAMETER_OUT_OF_BOUNDS" | "PROOF_TOO_OLD" |
    "PROPOSAL_CLOSED" | "PROPOSAL_EXPIRED" | "REPEATED_KIND" | "REPEATED_ROLE" | "SAME_ADDRESS" |
    "SEAT_UNCHANGED" | "TOO_FEW_VALIDATORS" | "TOO_MANY_CHANGES" | "TOO_MANY_MEMBERS" |
    "TOO_MANY_NODES" | "TOO_MANY_OFFICERS" | "TOO_MANY_VALIDATORS" | "TWO_CERTIFICATES" |
    "UNCHANGED" | "UNKNOWN_AGENCY" | "UNKNOWN_CERTIFICATE" | "UNKNOWN_KIND" | "UNKNOWN_NODE" |
    "UNKNOWN_OFFICER" | "UNKNOWN_PARAMETER" | "UNKNOWN_PROPOSAL" | "UNKNOWN_STATUS" |
    "VERSION_NOT_ABOVE"
;
