/** Made from tests/vectors/abi/accounts.json by `npm run generate`; do not edit. */

import { query } from "../contract.ts";
import { address, bool, bytes, int, list, optional, record, text } from "../fields.ts";

/** What can be asked of the contract accounts; an answer is a claim. */
export const accountsQueries = {
  contract: "accounts",
  queries: {
    account: query({ address: address }, optional(record({ keys: list(bytes(33, 34), 16, 1),
      threshold: int(1, 16) }))),
    is_site_of: query({ key: bytes(33, 34), rp_id_hash: bytes(32), origin: text(1, 255) }, bool),
    keys_of: query({ address: address }, list(bytes(33, 34), 16)),
    passkey: query({ key: bytes(33, 34) }, optional(record({ version: int(1, 2147483648),
      rp_id_hash: bytes(32), origins: list(text(1, 255), 8, 1) }))),
  },
} as const;
