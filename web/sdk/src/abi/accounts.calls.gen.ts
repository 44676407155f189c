/** Made from tests/vectors/abi/accounts.json by `npm run generate`; do not edit. */

import { bytes, int, list, record, text } from "../fields.ts";

/** What can be signed for the contract accounts. */
export const accounts = {
  contract: "accounts",
  methods: {
    /** Put the sender's account under these keys and threshold. */
    configure: record({ keys: list(bytes(33, 34), 16, 1), threshold: int(1, 16) }),
    /** Replace one key of the sender's account by another. */
    rotate_key: record({ old_key: bytes(33, 34), new_key: bytes(33, 34) }),
    /** Record where a passkey signs, or replace the record: by the passkey itself, at its home. */
    set_passkey: record({ key: bytes(33, 34), version: int(1, 2147483648), rp_id_hash: bytes(32),
      origins: list(text(1, 255), 8, 1), proof: bytes(64, 1400) }),
  },
} as const;

/** The codes with which its methods refuse. */
export type AccountsCode =
  | "BAD_ORIGIN" | "BAD_PASSKEY_PROOF" | "BAD_PASSKEY_VERSION" | "KEY_ABSENT" | "KEY_PRESENT" |
    "NO_PASSKEY" | "PASSKEY_UNKNOWN" | "REPEATED_KEY" | "THRESHOLD_TOO_HIGH" | "UNUSABLE_KEY"
;
