/** The validators of a height: order, quorum, hash. Source: docs/protocol.md#certificates. */

import { compareBytes } from "./bytes.ts";
import { encode, type Value } from "./codec.ts";
import { digest } from "./hash.ts";
import { Refused } from "./refusal.ts";
import { arrayOf, asciiOf, checkAscending, fieldsOf } from "./shape.ts";

export const VALIDATORS_MAX = 100;
export const NAME_CHARS_MAX = 64;
const KEY_BYTES = 33;
const ED25519 = 1;

/** One member that votes: its Ed25519 key with the kind byte, and its short name. */
export interface Validator {
  readonly publicKey: Uint8Array;
  readonly name: string;
}

/** The validators of one height in ascending order of their keys, of equal weight. */
export interface ValidatorSet {
  readonly members: readonly Validator[];
  /** Seals that decide: two such quorums share an honest member. */
  readonly quorum: number;
  readonly hash: Uint8Array;
}

/** Return the set of members in ascending order of keys. Throws Refused (BAD_SHAPE). */
export function validatorSet(members: readonly Validator[]): ValidatorSet {
  const count = members.length;
  if (count < 1 || count > VALIDATORS_MAX) {
    throw new Refused("BAD_SHAPE", `${count} validators, allowed are 1 to ${VALIDATORS_MAX}`);
  }
  checkAscending(members, "validators", (a, b) => compareBytes(a.publicKey, b.publicKey));
  const faults = Math.floor((count - 1) / 3);
  return {
    members,
    quorum: Math.floor((count + faults) / 2) + 1,
    hash: digest("validators", encode(members.map((one) => [one.publicKey, one.name]))),
  };
}

/** Return the set of a decoded [[public_key, name], ...]. Throws Refused (BAD_SHAPE). */
export function readValidatorSet(value: Value | undefined): ValidatorSet {
  const members = arrayOf(value, "validators", VALIDATORS_MAX).map((item) => {
    const [key, name] = fieldsOf(item, "validator", 2);
    return { publicKey: nodeKeyOf(key), name: asciiOf(name, "name", NAME_CHARS_MAX) };
  });
  return validatorSet(members);
}

/** Return `value` as an Ed25519 key with its kind byte, which nodes have. */
function nodeKeyOf(value: Value | undefined): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== KEY_BYTES || value[0] !== ED25519) {
    throw new Refused("BAD_SHAPE", "public_key must be the byte 01 and an Ed25519 key, 32 bytes");
  }
  return value;
}
