/**
 * Transactions: what is signed, and the one byte form of it.
 *
 *     body   = [1, chain_id, sender, nonce, expires_at_ms, contract, method, args]
 *     signed = [body, [[public_key, signature], ...]]
 *
 * Source: docs/protocol.md#transactions.
 */

import { bigintOf, compareBytes } from "./bytes.ts";
import { encode } from "./codec.ts";
import type { Call } from "./contract.ts";
import { digest } from "./hash.ts";
import { Refused } from "./refusal.ts";
import type { Signer } from "./signer.ts";

const VERSION = 1;
const NONCE_BYTES = 8;
export const TRANSACTION_BYTES_MAX = 64 * 1024;
export const EXPIRES_IN_MS_MAX = 600_000;

/** What a transaction asks for, all but the signatures. */
export interface Draft {
  readonly chainId: string;
  /** The account that acts: 20 bytes. */
  readonly sender: Uint8Array;
  readonly nonce: bigint;
  readonly expiresAtMs: number;
  readonly call: Call;
}

/** Signed bytes, and what they are known by; the same bytes take effect at most once. */
export interface SignedTransaction {
  readonly id: Uint8Array;
  /** Until then it may take effect; afterwards it never does. */
  readonly expiresAtMs: number;
  readonly raw: Uint8Array;
}

/** Return the canonical bytes that are signed. Throws Refused, which names the field. */
export function bodyOf({ chainId, sender, nonce, expiresAtMs, call }: Draft): Uint8Array {
  const { contract, method, args, message } = call;
  const written = args.write(message, method);
  return encode([VERSION, chainId, sender, nonce, expiresAtMs, contract, method, written]);
}

/** Return a draft signed by each of `signers`. Throws Refused (TOO_LARGE, or a field's code). */
export async function signed(
  draft: Draft,
  signers: readonly Signer[],
): Promise<SignedTransaction> {
  const body = bodyOf(draft);
  const pairs = await Promise.all(
    signers.map(async (one) => [one.publicKey, await one.sign("tx", body)] as const),
  );
  const raw = encode([body, pairs.toSorted(([one], [other]) => compareBytes(one, other))]);
  if (raw.length > TRANSACTION_BYTES_MAX) {
    throw new Refused("TOO_LARGE", `${raw.length} bytes, at most ${TRANSACTION_BYTES_MAX}`);
  }
  return { id: digest("txid", body), expiresAtMs: draft.expiresAtMs, raw };
}

/** Return a random nonce, 64 bits: it makes otherwise equal transactions different. */
export function newNonce(): bigint {
  return bigintOf(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)));
}
