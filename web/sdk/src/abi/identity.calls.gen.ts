/** Made from tests/vectors/abi/identity.json by `npm run generate`; do not edit. */

import { bool, bytes, int, list, optional, record, text } from "../fields.ts";

const r1 = record({ allows_idp: bool, guardians: list(bytes(32), 5) });
const r2 = record({ kind: text(1, 8), period: int(0, 1048576), edition: int(1, 2147483648),
  generation: int(0, 65536) });

/** What can be signed for the contract identity. */
export const identity = {
  contract: "identity",
  methods: {
    /** Complete a confirmed request once all data that it asks for was released. */
    acknowledge_request: record({ agency: text(1, 32), req_id: bytes(32) }),
    /** Add a key, by an IdP of the subject and one of its keys together. */
    add_key: record({ agency: text(1, 32), sid: bytes(32), seq: int(0, 9007199254740992),
      new_key: bytes(33, 34), kind: text(1, 32), aal_cap: int(0, 999), proof: bytes(64, 1400),
      key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Record a source's only release for a service, while consent is granted. */
    as_respond: record({ agency: text(1, 32), req_id: bytes(32), service: text(1, 32),
      data_commit: bytes(32), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Give a sector a place; a place's number tells nobody which sectors a person visits. */
    assign_place: record({ list_id: int(1, 65536), place: int(0, 1023), sector: text(1, 32) }),
    /** Put the next version in force, once no tag in use lacks a new one. */
    begin_tag_version: record({ agency: text(1, 32), namespace: text(1, 32), tag_version: int(1,
      2147483648) }),
    /** Withdraw a request that has no final state. */
    cancel_request: record({ agency: text(1, 32), req_id: bytes(32) }),
    /** Close a completed request. */
    close_request: record({ agency: text(1, 32), req_id: bytes(32) }),
    /** Close a subject for ever: it acts, and is acted for, no more. */
    close_subject: record({ agency: text(1, 32), sid: bytes(32), cause: text(1, 32) }),
    /** Give a subject its right tag; both stay taken, so neither registers anybody again. */
    correct_tag: record({ agency: text(1, 32), sid: bytes(32), uid_tag: bytes(32),
      tag_version: int(1, 2147483648) }),
    /** Register a person once per namespace; the sender is the first IdP. */
    create_subject: record({ agency: text(1, 32), sid: bytes(32), namespace: text(1, 32),
      uid_tag: bytes(32), tag_version: int(1, 2147483648), majority_at: int(0, 68719476736),
      key: bytes(33, 34), aal_cap: int(0, 999), recovery: r1, proof: bytes(64, 1400),
      tag_expires_at: int(0, 68719476736), tag_key: bytes(33, 34), tag_signature: bytes(64,
      1400) }),
    /** Fix a subject's throwaway keys of a year, while no earlier deposit of it stands. */
    deposit_root: record({ sid: bytes(32), seq: int(0, 9007199254740992), year: int(2000, 9999),
      generation: int(0, 65536), root: bytes(64), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Open a dispute; the trail secret proves that the answer was in the citizen's name. */
    dispute: record({ req_id: bytes(32), idp: text(1, 32), sid: bytes(32), trail_secret: bytes(32),
      reason: text(0, 200), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** End a mandate, by the word of either party; one that is not granted yet is never granted. */
    end_mandate: record({ man_id: bytes(32), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** End a pairwise key: nothing that it signed counts from the next transaction on. */
    end_pairwise: record({ key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** End a session of the sender. */
    end_session: record({ agency: text(1, 32), ses_id: bytes(32) }),
    /** Fix a subject's pairwise keys of a list; there is no second root, and so no second key. */
    enrol_root: record({ sid: bytes(32), seq: int(0, 9007199254740992), list_id: int(1, 65536),
      generation: int(0, 65536), root: bytes(64), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Replace all keys by the new one, once the hold is over, if all that bears it holds now. */
    finish_recovery: record({ sid: bytes(32) }),
    /** Record the consent of the citizen who accepted; data may flow from now on. */
    grant_consent: record({ agency: text(1, 32), con_id: bytes(32), req_id: bytes(32),
      handle: bytes(32), scope_commit: bytes(32), services: list(text(1, 32), 16),
      retention_days: int(0, 36600), expires_at: int(0, 68719476736), citizen_key: bytes(33, 34),
      signature: bytes(64, 1400) }),
    /** Record the guardian that minority or a court's order gives. */
    grant_delegation: record({ agency: text(1, 32), del_id: bytes(32), principal: bytes(32),
      delegate: bytes(32), purposes: list(text(1, 32), 16), expires_at: int(0, 68719476736),
      basis: text(1, 32), basis_commit: optional(bytes(32)) }),
    /** Record a mandate that was given and accepted. */
    grant_mandate: record({ agency: text(1, 32), man_id: bytes(32), sector: text(1, 32),
      purposes: list(text(1, 32), 16), expires_at: int(0, 68719476736), principal_key: bytes(33,
      34), delegate_key: bytes(33, 34), principal_signature: bytes(64, 1400),
      delegate_signature: bytes(64, 1400) }),
    /** Record that a citizen allows data of a service repeatedly, by the key of the sector. */
    grant_standing: record({ agency: text(1, 32), con_id: bytes(32), rp: text(1, 32),
      namespace: text(1, 32), service: text(1, 32), sources: list(text(1, 32), 64), ial: int(0,
      999), aal: int(0, 999), scope_commit: bytes(32), times: int(1, 1000), until: int(0,
      68719476736), retention_days: int(0, 36600), citizen_key: bytes(33, 34), signature: bytes(64,
      1400) }),
    /** Record what an issuer of the right kind states; only proofings carry an IAL. */
    issue_attestation: record({ agency: text(1, 32), att_id: bytes(32), sid: bytes(32),
      kind: text(1, 32), ial: int(0, 999), method: text(1, 32), commit: bytes(32),
      expires_at: int(0, 68719476736), evidence: optional(bytes(32)), pad_level: int(0, 2),
      match_for: optional(record({ idp: text(1, 32), purpose: text(1, 32), key: bytes(33, 34) })),
      key: optional(bytes(33, 34)), signature: optional(bytes(64, 1400)) }),
    /** Fix who stands in order for an epoch, by the ledger, so that all vouchers answer alike. */
    judge_depositors: record({ epoch: int(0, 1048576), first: int(0, 4294967296), rows: int(1,
      8) }),
    /** Put a reported key in force again: at the registry, or by an older key of the subject. */
    lift_report: record({ agency: text(1, 32), sid: bytes(32), seq: int(0, 9007199254740992),
      lost_key: bytes(33, 34), key: optional(bytes(33, 34)), signature: optional(bytes(64,
      1400)) }),
    /** Add the sender to the IdPs that act for the subject; by itself it acts after a rest. */
    link_idp: record({ agency: text(1, 32), sid: bytes(32), seq: int(0, 9007199254740992),
      key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Open a request; its terms never change, and it expires by itself. */
    open_request: record({ agency: text(1, 32), req_id: bytes(32), namespace: text(1, 32),
      min_ial: int(0, 999), min_aal: int(0, 999), max_age_s: int(0, 2592000), purpose: text(1, 32),
      scope_commit: bytes(32), msg_hash: bytes(32), idps: list(text(1, 32), 50, 1), min_idp: int(0,
      50), services: list(record({ service: text(1, 32), min_as: int(1, 8), sources: list(text(1,
      32), 16) }), 16), retention_days: int(0, 36600), mode: text(1, 32), ttl_s: int(30, 86400),
      on_behalf_of: optional(bytes(33, 34)) }),
    /** Begin a round of the last edition, and fix which classes an epoch has. */
    open_round: record({ agency: text(1, 32), asked: r2 }),
    /** Keep a sign-on for reuse in a sector, as the IdP states it and the citizen's key signs. */
    open_session: record({ agency: text(1, 32), ses_id: bytes(32), sector: text(1, 32), ial: int(0,
      999), aal: int(0, 999), auth_time: int(0, 68719476736), expires_at: int(0, 68719476736),
      citizen_key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Take keys of a voucher in order; none serves twice, in whatever round. */
    post_keys: record({ agency: text(1, 32), asked: r2, first: int(0, 1023),
      keys: list(record({ key: bytes(96), proof: bytes(128) }), 64, 1) }),
    /** Remove what is over for the legal period, and state the digest of each record. */
    prune: record({ requests: list(bytes(32), 64), standings: list(bytes(32), 64) }),
    /** Record why a source releases nothing; the request fails when too few are left. */
    refuse_data: record({ agency: text(1, 32), req_id: bytes(32), service: text(1, 32),
      error: text(1, 32) }),
    /** Make an agency of governance a node, pending. */
    register_node: record({ agency: text(1, 32), sector: text(1, 32), max_ial: int(0, 999),
      max_aal: int(0, 999), namespaces: list(text(1, 32), 16), keys: list(bytes(33, 34), 4, 1) }),
    /** Record the next release under a standing consent, by a source of its service. */
    release_again: record({ agency: text(1, 32), con_id: bytes(32), number: int(1, 1000),
      data_commit: bytes(32), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /**
     * Add to the list of new tags; each tag in use gets one, and registration goes on meanwhile.
     */
    renew_tags: record({ agency: text(1, 32), namespace: text(1, 32), tag_version: int(1,
      2147483648), tags: list(record({ old: bytes(32), new: bytes(32) }), 128, 1), key: bytes(33,
      34), signature: bytes(64, 1400) }),
    /** Suspend a key; it is none of the subject's until the report is lifted. */
    report_lost: record({ agency: text(1, 32), sid: bytes(32), lost_key: bytes(33, 34) }),
    /** Set from when on certificates are required; once, and nobody takes it back. */
    require_certificates: record({ epoch: int(0, 1048576) }),
    /** Close a dispute and lift its cap. */
    resolve_dispute: record({ req_id: bytes(32), sid: bytes(32), reason: text(0, 200) }),
    /** Record an IdP's only answer; the citizen has signed an accept or a reject. */
    respond: record({ agency: text(1, 32), req_id: bytes(32), handle: bytes(32), ial: int(0, 999),
      aal: int(0, 999), auth_time: int(0, 68719476736), decision: text(1, 32), error: text(0, 32),
      trail_tag: bytes(32), citizen_key: optional(bytes(33, 34)),
      citizen_signature: optional(bytes(64, 1400)) }),
    /** Count a depositor by its level now, so that classes are folded by what is. */
    restate_level: record({ sid: bytes(32), year: int(2000, 9999) }),
    /** Carry acts of a key again; what it signed before is asked anew. */
    resume_pairwise: record({ agency: text(1, 32), citizen_key: bytes(33, 34) }),
    /** Answer a request by an earlier sign-on, if all four conditions hold now. */
    reuse_session: record({ agency: text(1, 32), ses_id: bytes(32), req_id: bytes(32),
      handle: bytes(32), trail_tag: bytes(32), citizen_key: bytes(33, 34), signature: bytes(64,
      1400) }),
    /** End a delegation, by who granted it. */
    revoke_delegation: record({ del_id: bytes(32) }),
    /** Take a key away for ever; sessions that rest on it are no longer reused. */
    revoke_key: record({ agency: text(1, 32), sid: bytes(32), seq: int(0, 9007199254740992),
      old_key: bytes(33, 34), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Add a key; keys that are in force end after the overlap; when each ended stays on record. */
    rotate_node_key: record({ agency: text(1, 32), new_key: bytes(33, 34), overlap_s: int(0,
      2147483648), proof: bytes(64, 1400) }),
    /** Change the status, in force for every later transaction of the same block already. */
    set_attestation: record({ agency: text(1, 32), att_id: bytes(32), status: text(1, 32),
      reason: text(0, 200) }),
    /** State an application of a relying party, or change it, from now on. */
    set_client: record({ agency: text(1, 32), name: text(1, 32), client: record({ name_th: text(1,
      80), name_en: text(1, 80), purpose: text(1, 32), claims: list(text(1, 32), 16),
      min_ial: int(0, 999), min_aal: int(0, 999), retention_days: int(0, 36600),
      redirects: list(text(9, 200), 8), logouts: list(text(9, 200), 8), back_channel: text(0, 200),
      secret_digest: optional(bytes(32)), keys: list(bytes(33, 34), 4), profile: text(1, 32),
      is_active: bool }) }),
    /** Add a version of where the node is reached and what it reads; the older ones stay. */
    set_contact: record({ agency: text(1, 32), endpoint: text(9, 200), box_key: bytes(32) }),
    /** Register a code of an error, or end its use; answers that bear it stay. */
    set_error_code: record({ side: text(1, 32), code: text(1, 32), is_in_use: bool }),
    /** Store the next level table; requests opened before keep the least levels they ask for. */
    set_level_table: record({ version: int(1, 2147483648), ials: list(int(0, 999), 16, 1),
      aals: list(int(0, 999), 16, 1), reuse: list(record({ aal: int(0, 999), age_s_max: int(0,
      2592000) }), 16), pads: list(record({ ial: int(0, 999), pad_level_min: int(0, 2) }), 16),
      activates_at: int(0, 68719476736) }),
    /** Define a namespace, or change its authority. */
    set_namespace: record({ namespace: text(1, 32), authority: text(1, 32), is_unique: bool }),
    /** Change limits; attestations above the new highest IAL stop counting at once. */
    set_node_limits: record({ agency: text(1, 32), max_ial: int(0, 999), max_aal: int(0, 999),
      namespaces: list(text(1, 32), 16) }),
    /** Change the status: pending to active, active and suspended in turn, any to retired. */
    set_node_status: record({ agency: text(1, 32), status: text(1, 32), reason: text(0, 200) }),
    /** Define a purpose; payment, voting, key change and guardians' acts stay always fresh. */
    set_purpose: record({ purpose: text(1, 32), is_reusable: bool }),
    /** Change how many attestations a node may issue in a day of block time. */
    set_quota: record({ agency: text(1, 32), a_day: int(0, 10000000) }),
    /** Replace the policy, once it has rested; until then the one that is in force stays. */
    set_recovery_policy: record({ agency: text(1, 32), sid: bytes(32), seq: int(0,
      9007199254740992), recovery: r1, key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Change the legal period; it counts for all that is not yet removed. */
    set_retention: record({ days: int(366, 36600) }),
    /** Define a service, or change its levels and sources. */
    set_service: record({ service: text(1, 32), min_ial: int(0, 999), min_aal: int(0, 999),
      sources: list(text(1, 32), 64) }),
    /** Freeze the subject, or lift the freeze. */
    set_subject_status: record({ sid: bytes(32), status: text(1, 32), reason: text(0, 200) }),
    /** Name the vouchers of the next edition: at least two sign together, none a party of acts. */
    set_vouchers: record({ edition: int(1, 2147483648), agencies: list(text(1, 32), 10, 2),
      needed: int(1, 10), holders_min: int(1, 10000) }),
    /** Replace the list of agencies that the node works with. */
    set_whitelist: record({ agency: text(1, 32), allowed: list(text(1, 32), 64) }),
    /** Let a pairwise key act in its sector until the epoch ends, at the level of its class. */
    show_certificates: record({ enrolled: r2, place: int(0, 1023), enrolment: bytes(48),
      alive_in: r2, class_id: int(0, 15), alive: bytes(48), key: bytes(33, 34), slot_key: bytes(33,
      34), signature: bytes(64, 1400), slot_signature: bytes(64, 1400) }),
    /** End a session by its citizen's word; one that is not open yet is never opened. */
    sign_off: record({ ses_id: bytes(32), citizen_key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Begin the hold, on the word of two guardians whom the subject named. */
    start_guardian_recovery: record({ sid: bytes(32), new_key: bytes(33, 34), until: int(0,
      68719476736), proof: bytes(64, 1400), approvals: list(record({ guardian: bytes(32),
      key: bytes(33, 34), signature: bytes(64, 1400) }), 5) }),
    /** Begin the hold, on the word of an IdP of the subject and a face match of the last day. */
    start_recovery: record({ agency: text(1, 32), sid: bytes(32), new_key: bytes(33, 34),
      aal_cap: int(0, 999), evidence: bytes(32), proof: bytes(64, 1400) }),
    /** Begin a hold of a day, on the word of the registry and one other agency; tell all IdPs. */
    start_recovery_in_person: record({ agency: text(1, 32), sid: bytes(32), new_key: bytes(33, 34),
      aal_cap: int(0, 999), proof: bytes(64, 1400), until: int(0, 68719476736), second: text(1, 32),
      second_key: bytes(33, 34), second_signature: bytes(64, 1400) }),
    /** Keep what a voucher says it answered, once: more keys than that would be a forgery. */
    state_answers: record({ agency: text(1, 32), asked: r2, counts: list(int(0, 9007199254740992),
      16, 1) }),
    /** Stop a recovery that is under way, with a reason; a rest follows, as after a veto. */
    stop_recovery: record({ agency: text(1, 32), sid: bytes(32), reason: text(0, 200) }),
    /** Fix a round's vouchers when its keys are in, and add up their keys of some places. */
    sum_keys: record({ asked: r2, places: list(int(0, 1023), 16, 1) }),
    /** End all that the IdP carried for a key, whose subject reported keys lost or recovered. */
    suspend_pairwise: record({ agency: text(1, 32), citizen_key: bytes(33, 34) }),
    /** Forget sessions whose time is over: the bytes that opened one open it no more. */
    sweep: record({ sessions: list(bytes(32), 64) }),
    /** Forget throwaway keys of a past epoch: their certificates are of no use any more. */
    sweep_slots: record({ epoch: int(0, 1048576), slot_keys: list(bytes(33, 34), 64, 1) }),
    /** Take an IdP from those that act; what it attested counts as before. */
    unlink_idp: record({ sid: bytes(32), seq: int(0, 9007199254740992), idp: text(1, 32),
      key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Stop a policy that rests, by a key that was the subject's before it. */
    veto_policy: record({ sid: bytes(32), key: bytes(33, 34), at: int(0, 68719476736),
      signature: bytes(64, 1400) }),
    /** Stop a recovery before its hold is over, or later while what bears it has fallen. */
    veto_recovery: record({ sid: bytes(32), key: bytes(33, 34), new_key: bytes(33, 34),
      started_at: int(0, 68719476736), signature: bytes(64, 1400) }),
    /** Take a consent back; later transactions of the same block release nothing. */
    withdraw_consent: record({ con_id: bytes(32), citizen_key: bytes(33, 34), signature: bytes(64,
      1400) }),
    /** Take a standing consent back; later transactions of the same block release nothing. */
    withdraw_standing: record({ con_id: bytes(32), citizen_key: bytes(33, 34), signature: bytes(64,
      1400) }),
  },
} as const;

/** The codes with which its methods refuse. */
export type IdentityCode =
  | "ACCEPT_FALLEN" | "ALREADY_LINKED" | "ALWAYS_FRESH" | "AUTH_TIME_IN_FUTURE" |
    "BAD_CITIZEN_SIGNATURE" | "BAD_CLIENT_ADDRESS" | "BAD_CLIENT_PROFILE" | "BAD_ELEMENT" |
    "BAD_ENDPOINT" | "BAD_EXPONENT" | "BAD_LEVEL" | "BAD_LEVEL_TABLE" | "BAD_MIN_IDP" | "BAD_SEQ" |
    "BAD_SLUG" | "BAD_TABLE_VERSION" | "BAD_TAG" | "BAD_TAG_VERSION" | "BAD_TRAIL_SECRET" |
    "BAD_VOUCHERS" | "BARRED" | "BASIS_REQUIRED" | "CHAIN_FORBIDDEN" | "CONSENT_EXISTS" |
    "CONSENT_OVER" | "DATA_MISSING" | "DELEGATION_OVER" | "DIFFERENT_PERSONS" | "DISPUTE_OPEN" |
    "DUPLICATE_ID" | "DUPLICATE_IDENTITY" | "DUPLICATE_IDP" | "DUPLICATE_NODE" | "DUPLICATE_RELEASE"
    | "DUPLICATE_RESPONSE" | "EPOCH_NOT_AHEAD" | "ERROR_UNWANTED" | "EVIDENCE_MISSING" |
    "EVIDENCE_SPENT" | "EXPIRY_OUT_OF_BOUNDS" | "FINAL_STATE" | "FINE_TIME" | "FORGED_CERTIFICATE" |
    "FRESH_REQUIRED" | "HOLD_LENGTHENED" | "HOLD_OPEN" | "IN_HOLD" | "ISSUER_QUOTA" | "KEY_TAKEN" |
    "LAST_KEY" | "LEVELS_OUT_OF_REACH" | "LEVEL_TOO_HIGH" | "LEVEL_TOO_LOW" | "LINK_IN_DOUBT" |
    "MANDATE_EXISTS" | "MATCH_FOR_ANOTHER" | "NODE_INACTIVE" | "NODE_STATUS_OUT_OF_ORDER" |
    "NOT_ACCEPTED" | "NOT_GUARDIAN" | "NOT_LINKED" | "NOT_OWNER" | "NOT_PROOFED" | "NOT_REPORTED" |
    "NOT_SUBJECT_KEY" | "NOT_SUSPENDED" | "NOT_VOUCHED" | "NOT_WHITELISTED" | "NO_CONSENT" |
    "NO_MANDATE" | "NO_PROOF" | "NO_ROUTE" | "NO_SUM" | "OTHER_PAIRWISE_KEY" | "OTHER_SECTOR" |
    "OUTSIDE_YEAR" | "OVERLAP_TOO_LONG" | "PAIRWISE_ENDED" | "PERSONAL_DATA" | "PLACE_ASSIGNED" |
    "PLACE_UNASSIGNED" | "QUOTA" | "RELEASES_USED" | "REPORTED_BEFORE" | "REPORTED_LATELY" |
    "REPORT_STANDS" | "REQUEST_EXPIRED" | "REQUEST_NOT_OPEN" | "REQUIRED_ALREADY" | "ROOT_EXISTS" |
    "ROUND_CLOSED" | "ROUND_OPEN" | "ROUTE_FORBIDDEN" | "SCOPE_MISMATCH" | "SESSION_ENDED" |
    "SESSION_LIVE" | "SLOT_USED" | "SOURCES_OUT_OF_REACH" | "SOURCE_NOT_APPROVED" | "STALE" |
    "STATUS_UNCHANGED" | "STEP_UP_REQUIRED" | "SUBJECT_CLOSED" | "SUBJECT_FROZEN" |
    "TABLE_NOT_AHEAD" | "TAGS_LEFT" | "TAKEN_BACK_BEFORE" | "TOO_FEW_GUARDIANS" | "TOO_FEW_VOUCHERS"
    | "TOO_MANY_ATTESTATIONS" | "TOO_MANY_CONSENTS" | "TOO_MANY_DELEGATIONS" | "TOO_MANY_DISPUTES" |
    "TOO_MANY_IDPS" | "TOO_MANY_KEYS" | "TOO_YOUNG" | "UNKNOWN_AGENCY" | "UNKNOWN_ANSWER" |
    "UNKNOWN_ATTESTATION" | "UNKNOWN_ATTESTATION_KIND" | "UNKNOWN_BASIS" | "UNKNOWN_CAUSE" |
    "UNKNOWN_CONSENT" | "UNKNOWN_DECISION" | "UNKNOWN_DELEGATION" | "UNKNOWN_DEPOSIT" |
    "UNKNOWN_DISPUTE" | "UNKNOWN_ERROR_CODE" | "UNKNOWN_KEY_KIND" | "UNKNOWN_MODE" |
    "UNKNOWN_NAMESPACE" | "UNKNOWN_NODE" | "UNKNOWN_PLACE" | "UNKNOWN_POLICY" | "UNKNOWN_PURPOSE" |
    "UNKNOWN_RECOVERY" | "UNKNOWN_REQUEST" | "UNKNOWN_ROUND" | "UNKNOWN_SERVICE" | "UNKNOWN_SESSION"
    | "UNKNOWN_SIDE" | "UNKNOWN_STATUS" | "UNKNOWN_SUBJECT" | "UNKNOWN_TAG" | "UNKNOWN_VOUCHER" |
    "UNLISTED_IDP" | "UNPROVEN_VOUCHER_KEY" | "UNUSABLE_KEY" | "VETOED" | "VETOED_LATELY" |
    "VETO_LATE" | "VOUCHER_KEY_EXISTS" | "VOUCHER_KEY_REUSED" | "WRONG_EDITION" | "WRONG_EPOCH" |
    "WRONG_GENERATION" | "WRONG_HANDLE" | "WRONG_ROLE"
;
