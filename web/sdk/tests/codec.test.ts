/** The encoding: one byte form a value; everything else is refused by its stable code. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { CannotEncode, decode, encode, Refused } from "../src/index.ts";
import type { Limits, RefusalCode, Value } from "../src/index.ts";
import { hex, published, type Shown, some, unhex, valueOf } from "./vectors.ts";

const WIDE: Limits = { bytesMax: 64 * 1024 };

interface Encodings {
  readonly canonical: unknown;
  readonly refused: unknown;
}

interface Canonical {
  readonly value: Shown;
  readonly bytes: string;
}

interface Hazard {
  readonly why: string;
  readonly bytes: string;
}

/** `depth` arrays, one in the other, the innermost empty. */
function nested(depth: number): Uint8Array {
  return new Uint8Array(depth).fill(0x91, 0, depth - 1).fill(0x90, depth - 1);
}

function refusalOf(data: Uint8Array, limits: Limits = WIDE): RefusalCode | undefined {
  try {
    decode(data, limits);
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return undefined;
}

const encodings = published("encoding") as Encodings;
const receipts = published("receipts") as { accepted: unknown };

test("values encode to the published bytes, and these decode to the values", () => {
  for (const row of some<Canonical>(encodings.canonical)) {
    assert.equal(hex(encode(valueOf(row.value))), row.bytes);
    assert.deepEqual(decode(unhex(row.bytes), WIDE), valueOf(row.value));
  }
});

test("published bytes that are not canonical are refused", () => {
  for (const row of some<Hazard>(encodings.refused)) {
    assert.equal(refusalOf(unhex(row.bytes)), "NOT_CANONICAL", row.why);
  }
});

test("every published document reads back to its own bytes", () => {
  const documents = [
    ...some<{ block: string }>(published("blocks")).map((row) => row.block),
    ...some<{ raw: string }>(published("transactions")).map((row) => row.raw),
    ...some<{ receipt: string }>(receipts.accepted).map((row) => row.receipt),
    (published("certificates") as { certificate: string }).certificate,
    (published("genesis") as { hashed: string }).hashed,
    (published("restarts") as { signed: string }).signed,
  ];

  for (const document of documents) {
    const limits = { ...WIDE, itemsMax: WIDE.bytesMax };
    assert.equal(hex(encode(decode(unhex(document), limits))), document);
  }
});

test("an integer is a number while that is exact, then a bigint", () => {
  const edge = Number.MAX_SAFE_INTEGER;

  assert.equal(decode(encode(BigInt(edge)), WIDE), edge);
  assert.equal(decode(encode(BigInt(edge) + 1n), WIDE), BigInt(edge) + 1n);
  assert.equal(decode(encode(-BigInt(edge) - 1n), WIDE), -BigInt(edge) - 1n);
  assert.deepEqual(encode(5n), encode(5));
  assert.deepEqual(encode(-0), encode(0));
});

test("a mark of the byte order is text like other text", () => {
  assert.equal(decode(encode("\ufeffa"), WIDE), "\ufeffa");
});

test("what was decoded does not change with the bytes it came from", () => {
  const data = Buffer.from(encode(new Uint8Array([1, 2])));
  const value = decode(data, WIDE);
  data.fill(0);

  assert.deepEqual(value, new Uint8Array([1, 2]));
});

test("bytes are counted before anything is read", () => {
  const data = encode(new Uint8Array(100));

  assert.deepEqual(decode(data, { bytesMax: data.length }), new Uint8Array(100));
  assert.equal(refusalOf(data, { bytesMax: data.length - 1 }), "TOO_LARGE");
});

test("arrays may be nested to the limit and no deeper", () => {
  assert.deepEqual(encode(decode(nested(16), WIDE)), nested(16));
  for (const depth of [17, 18, 500, 1_100, 60_000]) {
    assert.equal(refusalOf(nested(depth)), "TOO_DEEP");
  }
});

test("items of all arrays count together", () => {
  const value: Value = [
    [0, 0, 0, 0],
    [0, 0, 0, 0],
  ]; // 1 + 2 + 8 values

  assert.deepEqual(decode(encode(value), { ...WIDE, itemsMax: 11 }), value);
  assert.equal(refusalOf(encode(value), { ...WIDE, itemsMax: 10 }), "TOO_MANY_ITEMS");
});

test("ten thousand values are allowed and one more is not", () => {
  const allowed: Value = new Array<Value>(9_999).fill(0);

  assert.deepEqual(decode(encode(allowed), WIDE), allowed);
  assert.equal(refusalOf(encode([...allowed, 0])), "TOO_MANY_ITEMS");
});

test("an array said to hold four billion items is refused before it is read", () => {
  assert.equal(refusalOf(unhex("ddffffffff")), "TOO_MANY_ITEMS");
});

test("the caller cannot encode what has no form", () => {
  const endless: Value[] = [];
  endless.push(endless);
  const formless = [2n ** 64n, -(2n ** 63n) - 1n, 2 ** 53, 0.5, Number.NaN, "\ud800", endless];

  for (const value of [...formless, {} as Value, undefined as unknown as Value]) {
    assert.throws(() => encode(value), CannotEncode);
  }
});
