/**
 * State keys as a client builds them itself, so that a server cannot prove another key.
 *
 *     key = contract || 00 || map || 00 || entry
 *
 * Source: docs/protocol.md#state.
 */

import { bytesOfBigint, joined, utf8 } from "./bytes.ts";
import { Refused } from "./refusal.ts";

const OFFSET = 2n ** 63n;
const ZERO = Uint8Array.of(0);
const ESCAPE = [0x00, 0xff];
const END = [0x00, 0x01];

/** Bytes whose length may vary, such as a public key's: as a part they are ended as text is. */
export class Ended {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** A part of a map's key; bytes are of a fixed length. */
export type KeyPart = number | bigint | string | Uint8Array | Ended;

/** Return the key of the entry `parts` of a contract's map. Throws Refused (BAD_SHAPE). */
export function stateKey(
  contract: string,
  map: string,
  ...parts: readonly KeyPart[]
): Uint8Array {
  const entry = parts.map((part, index) => (index < parts.length - 1 ? inner(part) : last(part)));
  return joined(utf8(contract), ZERO, utf8(map), ZERO, ...entry);
}

function inner(part: KeyPart): Uint8Array {
  if (typeof part !== "string" && !(part instanceof Ended)) return last(part);
  const escaped = Array.from(last(part)).flatMap((byte) => (byte === 0 ? ESCAPE : [byte]));
  return Uint8Array.from([...escaped, ...END]);
}

function last(part: KeyPart): Uint8Array {
  if (typeof part === "string") return utf8(part);
  if (part instanceof Ended) return part.bytes;
  if (part instanceof Uint8Array) return part;
  const value = BigInt(part) + OFFSET;
  if (value < 0n || value >= 2n * OFFSET) {
    throw new Refused("BAD_SHAPE", `${part} does not fit a key's 64 bits`);
  }
  return bytesOfBigint(value, 8);
}
