/** Made from tests/vectors/abi/accounts.json by `npm run generate`; do not edit. */

import { address, bytes, int, list, record, text } from "../fields.ts";

/** What the contract accounts tells in receipts. */
export const accountsEvents = {
  AccountConfigured: record({ address: address, keys: list(bytes(33, 34), 16, 1), threshold: int(1,
    16) }),
  KeyRotated: record({ address: address, old_key: bytes(33, 34), new_key: bytes(33, 34) }),
  PasskeySet: record({ key: bytes(33, 34), version: int(1, 2147483648), rp_id_hash: bytes(32),
    origins: list(text(1, 255), 8, 1) }),
} as const;
