/**
 * Tokens: the right to vote, signed blindly by registrars, so that they cannot find the ballot.
 *
 * A voter sends B = r h1(M) to all registrars, each answers S = x B; 1/r times the sum of the
 * answers is the one signature of M under the sum of their keys. Elements are checked byte by byte
 * before the library multiplies them. Source: docs/voting.md#tokens; RFC 9380.
 */

import { bls12_381 } from "@noble/curves/bls12-381.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { bigintOf, bytesOfBigint, joined, sameBytes, utf8 } from "../bytes.ts";
import { Refused } from "../refusal.ts";
import { hashFields, lp, uint } from "./transcript.ts";

const { G1, G2 } = bls12_381;
type G1Point = InstanceType<typeof G1.Point>;
type G2Point = InstanceType<typeof G2.Point>;

const ORDER = bls12_381.fields.Fr.ORDER;
const G1_BYTES = 48;
const G2_BYTES = 96;
const SCALAR_BYTES = 32;

/** What signatures are for: the tag of hash-to-curve. One purpose's serve no other. */
export const Purpose = {
  token: "SAPHA-VOTE-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_TOKEN_",
  enrol: "SAPHA-ID-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_ENROL_",
  alive: "SAPHA-ID-V02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_ALIVE_",
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

/** Return M of a pseudonym, what registrars sign blindly; `election` is ctx_E. */
export function tokenMessage(
  election: Uint8Array,
  classId: number,
  voterKey: Uint8Array,
): Uint8Array {
  return joined(lp(utf8("sapha/vote/v2/token")), lp(election), lp(uint(classId)), lp(voterKey));
}

/** Return h1(M), 48 bytes: the element that is signed for a message. */
export function hashMessage(purpose: Purpose, message: Uint8Array): Uint8Array {
  return G1.hashToCurve(message, { DST: purpose }).toBytes(true);
}

/** Return HKDF-SHA512(seed, info), 64 bytes, little-endian, modulo the order: a factor. */
export function deriveFactor(seed: Uint8Array, info: Uint8Array): bigint {
  const key = hmac(sha512, new Uint8Array(64), seed);
  const material = hmac(sha512, key, joined(info, Uint8Array.of(1)));
  const factor = bigintOf(material.toReversed()) % ORDER;
  if (factor === 0n) throw new Refused("BAD_SHAPE", "a derived secret is 0: choose another seed");
  return factor;
}

/** Return B = r h1(M), 48 bytes, what every registrar is asked to sign. */
export function blind(hashed: Uint8Array, factor: bigint): Uint8Array {
  return g1Of(hashed).multiply(factor).toBytes(true);
}

/** Return 1/r times the sum of the answers; check it with `isSignature`. Throws Refused. */
export function unblind(answers: readonly Uint8Array[], factor: bigint): Uint8Array {
  const sum = answers.map(g1Of).reduce((all, one) => all.add(one), G1.Point.ZERO);
  if (sum.is0()) throw new Refused("BAD_SHAPE", "the answers cancel");
  return sum.multiply(bls12_381.fields.Fr.inv(factor)).toBytes(true);
}

/** Return the sum of proven keys, 96 bytes. Throws Refused when they cancel. */
export function summedKey(keys: readonly Uint8Array[]): Uint8Array {
  const sum = keys.map(g2Of).reduce((all, one) => all.add(one), G2.Point.ZERO);
  if (sum.is0()) throw new Refused("BAD_SHAPE", "the keys cancel: nobody could sign");
  return sum.toBytes(true);
}

/** Whether e(signature, G2) = e(h1(M), X). Throws Refused for bytes that are no elements. */
export function isSignature(key: Uint8Array, hashed: Uint8Array, signature: Uint8Array): boolean {
  const left = bls12_381.pairing(g1Of(signature), G2.Point.BASE);
  return bls12_381.fields.Fp12.eql(left, bls12_381.pairing(g1Of(hashed), g2Of(key)));
}

/** Whether W and z, 128 bytes, show that the key's owner knows it. Throws Refused. */
export function isKeyProven(labels: readonly Uint8Array[], key: Uint8Array, proof: Uint8Array) {
  const commitment = proof.subarray(0, G2_BYTES);
  const response = scalarOf(proof.subarray(G2_BYTES));
  const hashed = hashFields("sapha/bls/v1/key-pok", [...labels, key, commitment]);
  const part = bigintOf(hashed.toReversed()) % ORDER;
  const expected = g2Of(commitment).add(g2Of(key).multiply(part));
  return G2.Point.BASE.multiply(response).equals(expected);
}

/** Return the scalar of 32 big-endian bytes, from 1 to the order less one. Throws Refused. */
export function scalarOf(data: Uint8Array): bigint {
  const scalar = bigintOf(data);
  if (data.length !== SCALAR_BYTES || scalar === 0n || scalar >= ORDER) {
    throw new Refused("BAD_SHAPE", "no scalar of BLS12-381");
  }
  return scalar;
}

/** Return a scalar as 32 bytes, big-endian. */
export function factorBytes(factor: bigint): Uint8Array {
  return bytesOfBigint(factor, SCALAR_BYTES);
}

/** Return the element of 48 bytes in its one form. Throws Refused. */
export function g1Of(data: Uint8Array): G1Point {
  return checked(data, G1_BYTES, (bytes) => G1.Point.fromBytes(bytes));
}

/** Return the element of 96 bytes in its one form. Throws Refused. */
export function g2Of(data: Uint8Array): G2Point {
  return checked(data, G2_BYTES, (bytes) => G2.Point.fromBytes(bytes));
}

interface Element {
  is0(): boolean;
  isTorsionFree(): boolean;
  toBytes(isCompressed: boolean): Uint8Array;
}

/** Refuse other lengths and forms, the identity, and what is outside the group. */
function checked<E extends Element>(
  data: Uint8Array,
  length: number,
  read: (data: Uint8Array) => E,
): E {
  try {
    const element = data.length === length ? read(data) : undefined;
    const isInGroup = element !== undefined && !element.is0() && element.isTorsionFree();
    if (isInGroup && sameBytes(element.toBytes(true), data)) return element;
  } catch {
    // noble throws for bytes that are no point of the curve
  }
  throw new Refused("BAD_SHAPE", "not the one form of an element of BLS12-381's groups");
}
