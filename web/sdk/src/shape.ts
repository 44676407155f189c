/** Checks that decoded values have the shape a format says; each names the field and the limit. */

import type { Value } from "./codec.ts";
import { Refused } from "./refusal.ts";

const UINT64_MAX = 2n ** 64n - 1n;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

function bad(message: string): Refused {
  return new Refused("BAD_SHAPE", message);
}

/** Return `value` as an array of exactly `count` items. */
export function fieldsOf(value: Value | undefined, name: string, count: number): readonly Value[] {
  if (!Array.isArray(value) || value.length !== count) {
    throw bad(`${name} must be an array of ${count} fields`);
  }
  return value as readonly Value[];
}

/** Return `value` as an array of at most `countMax` items. */
export function arrayOf(
  value: Value | undefined,
  name: string,
  countMax: number,
): readonly Value[] {
  if (!Array.isArray(value) || value.length > countMax) {
    throw bad(`${name} must be an array of at most ${countMax} items`);
  }
  return value as readonly Value[];
}

/** Return `value` as an integer from 0 to `max`. */
export function bigUintOf(value: Value | undefined, name: string, max = UINT64_MAX): bigint {
  const isInteger = typeof value === "number" || typeof value === "bigint";
  if (!isInteger || value < 0 || value > max) {
    throw bad(`${name} must be an integer from 0 to ${max}`);
  }
  return BigInt(value);
}

/** Return `value` as an integer from 0 to `max`, which JavaScript holds exactly. */
export function uintOf(
  value: Value | undefined,
  name: string,
  max = Number.MAX_SAFE_INTEGER,
): number {
  return Number(bigUintOf(value, name, BigInt(max)));
}

/** Return `value` as exactly `length` bytes. */
export function bytesOf(value: Value | undefined, name: string, length: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) {
    throw bad(`${name} must be ${length} bytes`);
  }
  return value;
}

/** Return `value` as at most `lengthMax` bytes. */
export function blobOf(value: Value | undefined, name: string, lengthMax: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length > lengthMax) {
    throw bad(`${name} must be at most ${lengthMax} bytes`);
  }
  return value;
}

/** Return `value` as printable ASCII text of 1 to `charsMax` characters. */
export function asciiOf(value: Value | undefined, name: string, charsMax: number): string {
  if (typeof value !== "string" || value.length < 1 || value.length > charsMax) {
    throw bad(`${name} must be text of 1 to ${charsMax} characters`);
  }
  if (!PRINTABLE_ASCII.test(value)) throw bad(`${name} must be printable ASCII`);
  return value;
}

/** Return `value` as text. */
export function textOf(value: Value | undefined, name: string): string {
  if (typeof value !== "string") throw bad(`${name} must be text`);
  return value;
}

/** Throw unless each item is above the one before it, by `compare`. */
export function checkAscending<Item>(
  items: readonly Item[],
  name: string,
  compare: (one: Item, other: Item) => number,
): void {
  const isUnordered = items.some((item, index) => {
    const before = items[index - 1];
    return before !== undefined && compare(before, item) >= 0;
  });
  if (isUnordered) throw bad(`${name} repeat or are out of order`);
}

/** Compare texts by code points, as Python does. */
export function compareText(one: string, other: string): number {
  const [left, right] = [Array.from(one), Array.from(other)];
  for (const [index, character] of left.entries()) {
    const against = right[index];
    if (against === undefined) return 1;
    const order = (character.codePointAt(0) ?? 0) - (against.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
