/** Bytes joined, compared and shown. Owns no format. */

/** Return the parts one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Return a number below, at or above 0 as `one` sorts before, with or after `other`. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const index = one.findIndex((byte, at) => byte !== other[at]);
  if (index === -1) return one.length - other.length;
  return index < other.length ? (one[index] ?? 0) - (other[index] ?? 0) : 1;
}

/** Return whether the bytes are the same. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return compareBytes(one, other) === 0;
}

/** Return the text of lower-case hex digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Return the number that the bytes are, most significant first. */
export function bigintOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${hexOf(bytes)}`);
}

/** Return a number as `length` bytes, most significant first. */
export function bytesOfBigint(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = length - 1, left = value; at >= 0; at--, left >>= 8n) {
    bytes[at] = Number(left & 0xffn);
  }
  return bytes;
}

/** Return the bytes of UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
