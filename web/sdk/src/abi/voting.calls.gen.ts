/** Made from tests/vectors/abi/voting.json by `npm run generate`; do not edit. */

import { address, big, bool, bytes, int, list, optional, record, text } from "../fields.ts";

const r1 = record({ choices: list(bytes(64), 256, 1), proofs: list(bytes(128, 288), 256, 1),
  sums: list(bytes(64, 4160), 64), blank: bytes(0, 4352) });
const r2 = record({ answers: list(r1, 16, 1), signature: bytes(64, 1400) });
const r3 = record({ roll_until_ms: int(1, 9007199254740992), objections_until_ms: int(1,
  9007199254740992), keys_until_ms: int(1, 9007199254740992), commit_until_ms: int(1,
  9007199254740992), reveal_until_ms: int(1, 9007199254740992), deal_until_ms: int(1,
  9007199254740992), complain_until_ms: int(1, 9007199254740992), answer_until_ms: int(1,
  9007199254740992), issue_from_ms: int(1, 9007199254740992), request_until_ms: int(1,
  9007199254740992), issue_until_ms: int(1, 9007199254740992), cast_from_ms: int(1,
  9007199254740992), cast_until_ms: int(1, 9007199254740992), decrypt_until_ms: int(1,
  9007199254740992) });

/** What can be signed for the contract voting. */
export const voting = {
  contract: "voting",
  methods: {
    /** Let an election with surplus tokens be counted, once both offices say so. */
    accept_overissue: record({ election_id: text(1, 32), reason: text(1, 200) }),
    /** Put persons on the roll whom identity attests as the manifest asks; all of them or none. */
    add_voters: record({ election_id: text(1, 32), voters: list(record({ sid: bytes(32),
      class_id: int(0, 7) }), 100, 1) }),
    /** Put a person on the roll after an objection; identity must attest it all the same. */
    admit_voter: record({ election_id: text(1, 32), sid: bytes(32), class_id: int(0, 7),
      reason: text(1, 200) }),
    /** Annul an open election whose count has not begun, once both offices say so. */
    annul_election: record({ election_id: text(1, 32), reason: text(1, 200) }),
    /** Decide a complaint against the accuser, by the share that the commitments owe it. */
    answer_complaint: record({ election_id: text(1, 32), trustee: int(1, 15), accuser: int(1, 15),
      share: bytes(32) }),
    /** Give an election up for ever, before it opens; afterwards nobody can. */
    cancel_election: record({ election_id: text(1, 32), reason: text(1, 200) }),
    /** Put a ballot in the box; the pseudonym's last one before the close counts. */
    cast_ballot: record({ election_id: text(1, 32), class_id: int(0, 7), voter_key: bytes(33, 34),
      seq: int(1, 2147483648), token: bytes(48, 6464), ballot: r2 }),
    /** Fix who signs for each class that has requests: the k whose answers cover most of them. */
    close_issuing: record({ election_id: text(1, 32) }),
    /** Bind the voter's device to a ballot before it knows whether it will be checked. */
    commit_ballot: record({ election_id: text(1, 32), class_id: int(0, 7), voter_key: bytes(33, 34),
      token: bytes(48, 6464), ballot_hash: bytes(64) }),
    /** Bind a trustee to its part before it sees the others', and take its own encryption key. */
    commit_dealing: record({ election_id: text(1, 32), trustee: int(1, 15), commitment: bytes(64),
      encryption_key: bytes(32) }),
    /** Accuse a dealer of a wrong share; it is out unless it shows a right one in time. */
    complain: record({ election_id: text(1, 32), trustee: int(1, 15), dealer: int(1, 15) }),
    /** Add the next ballots, in order of their pseudonyms; the last call weighs and closes. */
    count_box: record({ election_id: text(1, 32) }),
    /** Found an election under a manifest that is complete and never changes. */
    create_election: record({ election_id: text(1, 32), agency: text(1, 32),
      manifest: record({ title_th: text(1, 200), title_en: text(1, 200),
      suite: big(-9223372036854775808n, 9223372036854775807n),
      token_scheme: big(-9223372036854775808n, 9223372036854775807n),
      contests: list(record({ title: text(1, 200), kind: text(1, 16), options: list(text(1, 200),
      64, 1), low: int(0, 64), high: int(0, 64), grades: list(text(1, 200), 12), has_blank: bool }),
      16, 1), english: list(record({ title: text(1, 200), options: list(text(1, 200), 64),
      grades: list(text(1, 200), 12) }), 16, 1), classes: list(record({ name_th: text(1, 200),
      name_en: text(1, 200), weight: int(1, 10000), joins: optional(int(0, 7)) }), 8, 1),
      class_size_min: int(1, 9007199254740992), eligibility: record({ attestation: text(1, 32),
      min_ial: int(0, 999), namespace: optional(text(1, 32)) }), official: address,
      registrars: record({ agencies: list(text(1, 32), 10), needed: int(0, 10) }),
      trustees: record({ agencies: list(text(1, 32), 15, 1), needed: int(1, 15) }), windows: r3,
      seating: record({ seats: list(int(1, 64), 16, 1), quorum_percent: int(0, 100),
      lots_from: text(1, 200) }) }) }),
    /** Record a dealer's encrypted shares; only their owners can say whether they are right. */
    deal_shares: record({ election_id: text(1, 32), trustee: int(1, 15), sealed: list(bytes(80),
      15) }),
    /** Record a trustee's shares, all valid; never before the close. */
    deliver_shares: record({ election_id: text(1, 32), trustee: int(1, 15),
      shares: list(record({ share: bytes(32), proof: bytes(64) }), 256, 1) }),
    /** Move dates that have not passed to later ones, once both offices want the same dates. */
    extend_election: record({ election_id: text(1, 32), windows: r3, reason: text(1, 200) }),
    /** Put the next FREEZE_PAGE voters, in order of their references, under the root. */
    freeze_roll: record({ election_id: text(1, 32) }),
    /** Record a registrar's blind signatures, also after it refused. */
    issue_tokens: record({ election_id: text(1, 32), registrar: int(1, 15), class_id: int(0, 7),
      answers: list(record({ voter_ref: bytes(64), signature: bytes(48) }), 200, 1) }),
    /** Record a voter's only key, whoever sends it; no key serves twice, in whatever election. */
    join_ring: record({ election_id: text(1, 32), voter_ref: bytes(64), class_id: int(0, 7),
      ring_key: bytes(32), proof: bytes(64), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Fix the election's context and key, once everything of them is there. */
    open_election: record({ election_id: text(1, 32) }),
    /** Record that a registrar refuses, and why, for all to see; it counts as no answer. */
    refuse_token: record({ election_id: text(1, 32), voter_ref: bytes(64), registrar: int(1, 15),
      reason: text(1, 32) }),
    /** Take a registrar's keys, once; no key serves twice, in whatever election. */
    register_keys: record({ election_id: text(1, 32), registrar: int(1, 15),
      keys: list(record({ key: bytes(96), proof: bytes(128) }), 8, 1) }),
    /** Record a voter's only request, whoever sends it. */
    request_token: record({ election_id: text(1, 32), voter_ref: bytes(64), class_id: int(0, 7),
      blinded: bytes(48), key: bytes(33, 34), signature: bytes(64, 1400) }),
    /** Record a trustee's public part, which must be what it committed to. */
    reveal_dealing: record({ election_id: text(1, 32), dealing: record({ trustee: int(1, 64),
      encryption_key: bytes(32), coefficients: list(bytes(32), 64, 1), proof: bytes(64) }) }),
    /** Record that a committed ballot was opened; neither it nor its ciphertexts may be cast. */
    spoil_ballot: record({ election_id: text(1, 32), class_id: int(0, 7), voter_key: bytes(33, 34),
      seq: int(1, 2147483648), token: bytes(48, 6464), ballot: r2, openings: list(list(bytes(32),
      256, 1), 16, 1) }),
    /** Take a person off the roll after an objection. */
    strike_voter: record({ election_id: text(1, 32), sid: bytes(32), reason: text(1, 200) }),
    /** Publish the counts that the box decrypts to, with everything that they rest on. */
    tally: record({ election_id: text(1, 32), trustees: list(int(1, 15), 15, 1),
      counts: list(list(int(0, 9007199254740992), 256), 16, 1) }),
    /** Take back what this office wants and the other one has not agreed to. */
    withdraw_wish: record({ election_id: text(1, 32), decision: text(1, 32), reason: text(1,
      200) }),
  },
} as const;

/** The codes with which its methods refuse. */
export type VotingCode =
  | "ACTS_FOR_ANOTHER" | "ALREADY_ANSWERED" | "ALREADY_CAST" | "ALREADY_COMMITTED" |
    "ALREADY_COMPLAINED" | "ALREADY_COUNTED" | "ALREADY_DEALT" | "ALREADY_DELIVERED" |
    "ALREADY_JOINED" | "ALREADY_OPEN" | "ALREADY_REQUESTED" | "ALREADY_REVEALED" | "ALREADY_SPOILED"
    | "ALREADY_TALLIED" | "ANOTHER_AUTHORITY" | "ANOTHER_SCHEME" | "BAD_BALLOT_PROOF" |
    "BAD_BALLOT_SHAPE" | "BAD_BALLOT_SIGNATURE" | "BAD_BLIND_SIGNATURE" | "BAD_CONTEST" |
    "BAD_DEALING" | "BAD_ELEMENT" | "BAD_EXPONENT" | "BAD_OPENING" | "BAD_POINT" | "BAD_QUORUM" |
    "BAD_SCALAR" | "BAD_SEATS" | "BAD_SHARE" | "BAD_SLUG" | "BAD_TOKEN" | "BAD_VOTER_SIGNATURE" |
    "BAD_WINDOWS" | "BALLOT_TOO_LARGE" | "CIPHERTEXT_REUSED" | "CLASS_TOO_SMALL" | "COUNT_BEGUN" |
    "DATE_OVER" | "DUPLICATE_VOTER" | "EDITION_NOT_OVER" | "ELECTION_ANNULLED" |
    "ELECTION_CANCELLED" | "ELECTION_EXISTS" | "ELECTION_OVER" | "ENCRYPTION_KEY_TAKEN" |
    "GROUPS_TOO_SMALL" | "ISSUING_ALREADY_CLOSED" | "KEY_EXISTS" | "KEY_REUSED" | "LOOKS_ALIKE" |
    "MANIFEST_TOO_LARGE" | "MISSING_REGISTRAR_KEY" | "NOTHING_EXTENDED" | "NOTHING_OVERISSUED" |
    "NOT_COMMITTED" | "NOT_COUNTED" | "NOT_DEALT" | "NOT_ELIGIBLE" | "NOT_OPEN" | "NOT_QUALIFIED" |
    "NOT_SEPARATED" | "NOT_VOTER_KEY" | "NO_COMMITMENT" | "NO_COMPLAINT" | "NO_DEALING" |
    "NO_SIGNING_SET" | "NO_WISH" | "OUTSIDE_WINDOW" | "OVERISSUED" | "REPEATED_CIPHERTEXT" |
    "REPEATED_ID" | "RING_FULL" | "RING_TOO_SMALL" | "ROLL_FROZEN" | "ROLL_FULL" | "ROLL_NOT_FROZEN"
    | "SEQ_NOT_RISING" | "SHARES_MISSING" | "TAG_TAKEN" | "TOO_FEW_BALLOTS" | "TOO_FEW_QUALIFIED" |
    "TOO_FEW_REGISTRARS" | "TOO_MANY_BALLOTS" | "TOO_SOON_AFTER_ISSUING" | "UNKNOWN_CLASS" |
    "UNKNOWN_ELECTION" | "UNKNOWN_REASON" | "UNKNOWN_REGISTRAR" | "UNKNOWN_REQUEST" | "UNKNOWN_RING"
    | "UNKNOWN_SUITE" | "UNKNOWN_TOKEN_SCHEME" | "UNKNOWN_TRUSTEE" | "UNKNOWN_VOTER" |
    "UNPROVEN_KEY" | "UNPROVEN_RING_KEY" | "WRONG_CLASS" | "WRONG_COUNTS" | "WRONG_DEALT_SHARE" |
    "WRONG_KEY_COUNT" | "WRONG_KIND" | "WRONG_REVEAL" | "WRONG_SHARE_COUNT" | "WRONG_TRANSLATION"
;
