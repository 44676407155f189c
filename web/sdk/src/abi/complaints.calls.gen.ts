/** Made from tests/vectors/abi/complaints.json by `npm run generate`; do not edit. */

import { bool, bytes, int, list, optional, record, text } from "../fields.ts";

const r1 = record({ kind: text(1, 32), digest: bytes(32), size: int(1, 16777216),
  commitment: bytes(32) });
const r2 = record({ code: text(1, 32), name_th: text(1, 120), name_en: text(1, 120) });

/** What can be signed for the contract complaints. */
export const complaints = {
  contract: "complaints",
  methods: {
    /** Take the case up; the clock of acceptance stops. */
    accept: record({ case_id: bytes(16) }),
    /** Agree to an invitation; the case's contents are for this agency's hosts too. */
    accept_joint: record({ case_id: bytes(16), agency: text(1, 32) }),
    /** Become the holder of a case, accepted by this if it was not yet; the total clock goes on. */
    accept_transfer: record({ case_id: bytes(16), offer_number: int(1, 9007199254740992) }),
    /** Add a ciphertext; the holder's first that the citizen can read stops the interim clock. */
    add_content: record({ case_id: bytes(16), agency: text(0, 32), item: r1 }),
    /** Invite an agency; it has a part once it agrees. */
    add_joint: record({ case_id: bytes(16), agency: text(1, 32) }),
    /** Answer the holder's question; the clocks run again. */
    answer: record({ case_id: bytes(16), answer: r1 }),
    /** Put a case that was resolved, closed or merged before a supervisor, in time. */
    appeal: record({ case_id: bytes(16), grounds: r1 }),
    /** Wait for the citizen; how often and how long the clocks may stand is the template's. */
    ask_citizen: record({ case_id: bytes(16), question: r1 }),
    /** Give a case to an agency that need not consent. */
    assign: record({ case_id: bytes(16), agency: text(1, 32), to: text(1, 32), reason: text(1,
      32) }),
    /** Take the offer back. */
    cancel_transfer: record({ case_id: bytes(16), offer_number: int(1, 9007199254740992) }),
    /** Close a resolved case without stars. */
    confirm: record({ case_id: bytes(16) }),
    /** Uphold what the holder did, which closes the case; reopen it; or reopen it at `to`. */
    decide: record({ case_id: bytes(16), agency: text(1, 32), decision: text(1, 32), to: text(0,
      32) }),
    /** Order the deletion of the case's contents, and remove its commitments from the state. */
    erase: record({ case_id: bytes(16), agency: text(1, 32), legal_basis: text(1, 32) }),
    /** Make a case; the agency it is filed with is its first holder, and its clocks run. */
    file: record({ case_id: bytes(16), template: text(1, 32), version: int(1, 9007199254740992),
      category: text(1, 32), agency: text(1, 32), area: text(1, 32), commitment: bytes(32),
      fields: list(record({ code: text(1, 32), commitment: bytes(32) }), 24), contents: list(r1, 8),
      owner_pk: optional(bytes(33, 34)), sid: optional(bytes(32)) }),
    /** End the legal hold. */
    lift_hold: record({ case_id: bytes(16), agency: text(1, 32) }),
    /** Close a case in favour of another open one that the same agency holds. */
    merge: record({ case_id: bytes(16), into: bytes(16) }),
    /** Offer the case; nothing but the transfer's own clock changes until the other accepts. */
    offer_transfer: record({ case_id: bytes(16), to: text(1, 32), reason: text(1, 32) }),
    /** Forbid the erasure of a case until the same agency lifts the hold. */
    place_hold: record({ case_id: bytes(16), agency: text(1, 32), legal_basis: text(1, 32) }),
    /** Close a resolved case with stars: once for each result. */
    rate: record({ case_id: bytes(16), stars: int(1, 5) }),
    /** Record that a host signed that it deleted; whose key it is, genesis tells. */
    record_erasure: record({ case_id: bytes(16), agency: text(1, 32), digest: bytes(32),
      host: text(1, 64), host_key: bytes(33, 34), erased_at_ms: int(0, 9007199254740992),
      signature: bytes(64, 1400) }),
    /** Decline; the case has been with its sender all along. */
    reject_transfer: record({ case_id: bytes(16), offer_number: int(1, 9007199254740992),
      reason: text(1, 32) }),
    /** End an agency's part or invitation. */
    remove_joint: record({ case_id: bytes(16), agency: text(1, 32) }),
    /** Open the case again at its holder, who is to accept it again; new clocks run. */
    reopen: record({ case_id: bytes(16), agency: text(0, 32) }),
    /** Ask for erasure; the holder or a supervisor does it, once the case is over. */
    request_erasure: record({ case_id: bytes(16) }),
    /** Give the case its outcome and last stage; the time to appeal begins. */
    resolve: record({ case_id: bytes(16), outcome: text(1, 32), result: r1 }),
    /** Go on without an answer; the clocks run again. */
    resume: record({ case_id: bytes(16) }),
    /** Replace an agency's encryption key and hosts; a supervisor has them for appeals. */
    set_handler: record({ agency: text(1, 32), encryption_key: bytes(32), hosts: list(text(1, 64),
      4, 1) }),
    /** Move the case along an edge of its template; the last stage is reached by resolving only. */
    set_stage: record({ case_id: bytes(16), stage: text(1, 32), note: optional(r1) }),
    /** Put the next version of a template in force for cases that are filed from now on. */
    set_template: record({ template: record({ code: text(1, 32), version: int(1, 9007199254740992),
      name_th: text(1, 120), name_en: text(1, 120), is_sensitive: bool, filers: list(text(1, 32), 4,
      1), min_ial: int(0, 999), limits: record({ accept_s: int(1, 316224000), transfer_s: int(1,
      316224000), interim_s: int(1, 316224000), resolve_s: int(1, 316224000), appeal_s: int(1,
      316224000), pause_s: int(1, 316224000), pauses_max: int(0, 100), hops_max: int(1, 100) }),
      stages: list(record({ code: text(1, 32), name_th: text(1, 120), name_en: text(1, 120),
      following: list(text(1, 32), 12) }), 24, 2), reopen_stage: text(1, 32), categories: list(r2,
      40, 1), outcomes: list(r2, 16, 1), fields: list(record({ code: text(1, 32), name_th: text(1,
      120), name_en: text(1, 120), is_required: bool }), 24) }) }),
    /** Make parts that begin where the case is: its holder, owner, stage and total clock. */
    split: record({ case_id: bytes(16), children: list(record({ case_id: bytes(16),
      category: text(1, 32), commitment: bytes(32) }), 64, 1) }),
    /** End one's own complaint, once its parts have ended; no clock is counted. */
    withdraw: record({ case_id: bytes(16) }),
  },
} as const;

/** The codes with which its methods refuse. */
export type ComplaintsCode =
  | "AGENCY_INACTIVE" | "ALREADY_HELD" | "ALREADY_RECORDED" | "BAD_FIELD" | "BAD_KEY" |
    "BAD_RECEIPT" | "BAD_STAGE" | "BAD_STATE" | "CASE_ERASED" | "CASE_EXISTS" | "CONTENT_EXISTS" |
    "DEADLINE_OVER" | "ERASURE_NOT_WANTED" | "ERASURE_WANTED_BEFORE" | "FILER_NOT_ALLOWED" |
    "JOINT_ALREADY" | "LEGAL_HOLD" | "MERGE_CYCLE" | "NOT_ERASED" | "NOT_HOLDER" | "NOT_JOINT" |
    "NOT_PARTICIPANT" | "NOT_STUCK" | "NOT_VERIFIED" | "OFFER_OPEN" | "PARTS_OPEN" | "RECEIPT_USED"
    | "SAME_HOLDER" | "STALE_OFFER" | "TOO_MANY_AGENCIES" | "TOO_MANY_APPEALS" | "TOO_MANY_CONTENTS"
    | "TOO_MANY_PARTS" | "TOO_MANY_QUESTIONS" | "TOO_MANY_REOPENINGS" | "TOO_MANY_TRANSFERS" |
    "UNKNOWN_CASE" | "UNKNOWN_CATEGORY" | "UNKNOWN_CONTENT" | "UNKNOWN_OUTCOME" | "UNKNOWN_TEMPLATE"
    | "WRONG_VERSION"
;
