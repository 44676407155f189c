/**
 * SHA-256 under a tag: hashes for different purposes never meet. The one place that hashes.
 *
 * Source: FIPS 180-4 through noble-hashes; docs/protocol.md#hashes.
 */

import { sha256 } from "@noble/hashes/sha2.js";

export const DIGEST_BYTES = 32;

/** Return what is hashed before the data: "sapha/", the tag, "/v1" and a zero byte. */
export function tagPrefix(tag: string): Uint8Array {
  return new TextEncoder().encode(`sapha/${tag}/v1\0`);
}

/** Return H(tag, data): 32 bytes. */
export function digest(tag: string, data: Uint8Array): Uint8Array {
  return sha256.create().update(tagPrefix(tag)).update(data).digest();
}

/** Return the block hash, 32 bytes: what the validators seal, of a header's canonical bytes. */
export function blockHash(headerBytes: Uint8Array): Uint8Array {
  return digest("block", headerBytes);
}
