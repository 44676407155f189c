/** The published examples that Python's tests read too, and their way to show values in JSON. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import type { Value } from "../src/index.ts";

const FOLDER = new URL("../../../tests/vectors/", import.meta.url);

export type Shown =
  | null
  | boolean
  | number
  | string
  | { readonly bytes: string }
  | { readonly int: string }
  | readonly Shown[];

/** Return what a file of vectors holds. */
export function published(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
}

/** Return `rows` if there is one: a test over nothing proves nothing. */
export function some<Row>(rows: unknown): readonly Row[] {
  assert.ok(Array.isArray(rows) && rows.length > 0, "no rows");
  return rows;
}

/** Return the value that JSON shows: bytes as {"bytes": hex}, large integers as {"int": text}. */
export function valueOf(shown: Shown): Value {
  if (shown === null || typeof shown === "boolean" || typeof shown === "string") return shown;
  if (typeof shown === "number") return Number.isSafeInteger(shown) ? shown : BigInt(shown);
  if ("bytes" in shown) return unhex(shown.bytes);
  if ("int" in shown) return BigInt(shown.int);
  return shown.map(valueOf);
}

/** Return `value` as JSON shows it; the inverse of `valueOf`. */
export function shownOf(value: Value): Shown {
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (typeof value === "bigint") return { int: String(value) };
  if (value === null || typeof value !== "object") return value;
  return value.map(shownOf);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function unhex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
