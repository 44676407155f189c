/** Made from tests/vectors/abi/accounts.json by `npm run generate`; do not edit. */

import { ended, map } from "../contract.ts";
import { address, bytes, int, list, record, text } from "../fields.ts";

/** What the contract accounts remembers: each entry can be proven. */
export const accountsState = {
  accounts: map("accounts", [address], record({ keys: list(bytes(33, 34), 16, 1), threshold: int(1,
    16) })),
  passkeys: map("passkeys", [ended(bytes(33, 34))], record({ version: int(1, 2147483648),
    rp_id_hash: bytes(32), origins: list(text(1, 255), 8, 1) })),
} as const;
