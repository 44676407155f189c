/**
 * What every hash of voting covers, byte by byte, and the group that its proofs are in.
 *
 * Fields are bytes, each after its length in 8 bytes; integers are 8 bytes, big-endian. The group
 * is Ed25519's of prime order. Source: docs/voting.md#transcripts, #group.
 */

import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

import { bigintOf, bytesOfBigint, joined, utf8 } from "../bytes.ts";
import { Refused } from "../refusal.ts";

const PREFIX = "sapha/vote/v2/";
const TRIES_MAX = 512;
const SCALAR_BYTES = 32;

export const ORDER = Point.CURVE().n;
export const BASE = Point.BASE;
export { Point };

/** Return a field after its length. */
export function lp(field: Uint8Array): Uint8Array {
  return joined(uint(field.length), field);
}

/** Return a number from 0 as 8 bytes, big-endian. */
export function uint(number: number): Uint8Array {
  return bytesOfBigint(BigInt(number), 8);
}

/** Return SHA-512 over a whole tag and fields, 64 bytes. */
export function hashFields(tag: string, fields: readonly Uint8Array[]): Uint8Array {
  return sha512(joined(lp(utf8(tag)), ...fields.map(lp)));
}

/** Return H(tag, fields) of voting, 64 bytes. */
export function hashOf(tag: string, fields: readonly Uint8Array[]): Uint8Array {
  return hashFields(PREFIX + tag, fields);
}

/** Return Hs(tag, fields): H, little-endian, modulo the group's order. */
export function challenge(tag: string, fields: readonly Uint8Array[]): bigint {
  return bigintOf(hashOf(tag, fields).toReversed()) % ORDER;
}

/** Return a uniform number from 1 to the order less one. */
export function randomScalar(): bigint {
  for (;;) {
    const drawn = bigintOf(crypto.getRandomValues(new Uint8Array(64))) % ORDER;
    if (drawn !== 0n) return drawn;
  }
}

/** Return a number modulo the order as 32 bytes, little-endian. */
export function scalarBytes(scalar: bigint): Uint8Array {
  return bytesOfBigint(modulo(scalar), SCALAR_BYTES).toReversed();
}

/** Return a number from 0 to the order less one. */
export function modulo(scalar: bigint): bigint {
  return ((scalar % ORDER) + ORDER) % ORDER;
}

/** Return scalar * point; nothing is the identity. */
export function times(scalar: bigint, point: Point): Point {
  const reduced = modulo(scalar);
  return reduced === 0n || point.is0() ? Point.ZERO : point.multiply(reduced);
}

/** Return the point of 32 canonical bytes, in the group, not the identity. Throws Refused. */
export function pointOf(data: Uint8Array): Point {
  try {
    const point = Point.fromBytes(data, false);
    if (point.isTorsionFree() && !point.is0()) return point;
  } catch {
    // noble throws for bytes that are no point
  }
  throw new Refused("BAD_SHAPE", "no canonical point of the group of prime order");
}

/** Return H2 of an election, whose logarithm nobody knows. */
export function secondGenerator(election: Uint8Array): Point {
  for (let number = 0; number < TRIES_MAX; number++) {
    const data = hashOf("quad-gen", [election, uint(number)]).subarray(0, 32);
    try {
      const point = Point.fromBytes(data, false).clearCofactor();
      if (!point.is0()) return point;
    } catch {
      // about half of the hashes are no point
    }
  }
  throw new Refused("BAD_SHAPE", "no second generator");
}
