/**
 * Ed25519 as libsodium verifies it, which decides on the ledger what a signature is.
 *
 * The equation has no cofactor, R is compared byte for byte; keys and R of small order, keys that
 * are not canonical and scalars that are not reduced are refused. Source: docs/protocol.md#keys.
 */

import { getPublicKey, hashes, Point, sign } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

import { bigintOf, joined, sameBytes } from "./bytes.ts";

hashes.sha512 = sha512;

const ORDER = Point.CURVE().n;
const HALF = 32;

/** Return whether `signature`, 64 bytes, is by the 32-byte key over the message. Never throws. */
export function isEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.length !== HALF || signature.length !== 2 * HALF) return false;
  const point = pointOf(key);
  const s = bigintOf(signature.slice(HALF).reverse());
  if (point === undefined || s >= ORDER) return false;
  const r = signature.subarray(0, HALF);
  const k = bigintOf(sha512(joined(r, key, message)).reverse()) % ORDER;
  const expected = times(Point.BASE, s).subtract(times(point, k));
  return !expected.isSmallOrder() && sameBytes(expected.toBytes(), r);
}

/** Return the 32-byte key of a 32-byte seed. */
export function ed25519KeyOf(seed: Uint8Array): Uint8Array {
  return getPublicKey(seed);
}

/** Return the signature, 64 bytes, of a seed over the message. */
export function ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(message, seed);
}

/** Return the point of a canonical encoding that has not small order. */
function pointOf(key: Uint8Array): Point | undefined {
  try {
    const point = Point.fromBytes(key, false);
    return point.isSmallOrder() ? undefined : point;
  } catch {
    return undefined; // noble throws for bytes that are no point
  }
}

function times(point: Point, scalar: bigint): Point {
  return scalar === 0n ? Point.ZERO : point.multiply(scalar, false);
}
