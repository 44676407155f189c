/**
 * Proofs that a key has a value in the state, or is absent, that need no trust in the server.
 *
 *     proof = [count, [[kh, content], ...], [[mask, siblings], ...]]
 *
 * Source: docs/protocol.md#state-proofs.
 */

import { bytesOfBigint, compareBytes, joined, sameBytes } from "./bytes.ts";
import { decode, type Value } from "./codec.ts";
import { digest, DIGEST_BYTES } from "./hash.ts";
import { Refused } from "./refusal.ts";
import { arrayOf, bigUintOf, blobOf, bytesOf, fieldsOf, uintOf } from "./shape.ts";

const BYTES_MAX = 8 * 1024;
const ENTRIES_MAX = 16;
const DEPTH_MAX = 64;
export const PROOF_ITEMS_MAX = 4 + 3 * (ENTRIES_MAX + DEPTH_MAX);
const CONTENT_BYTES = 33;
const SHORT_MAX = 32;
const LONG = 0xff;
const SIBLINGS = 3;
const MASK_MAX = 7;
const FORMAT = Uint8Array.of(2, 2, 16);
const EMPTY = digest("state-leaf", new Uint8Array());

type Entry = readonly [keyHash: Uint8Array, content: Uint8Array];
type Row = readonly [mask: number, siblings: Uint8Array];

/** A key's whole leaf, and the siblings of each node from it to the root. */
export interface StateProof {
  readonly count: bigint;
  readonly entries: readonly Entry[];
  readonly rows: readonly Row[];
}

/** Return the proof that `data` encodes; nothing is checked. Throws Refused. */
export function decodeProof(data: Uint8Array): StateProof {
  return readProof(decode(data, { bytesMax: BYTES_MAX, itemsMax: PROOF_ITEMS_MAX }));
}

/** Return the proof of a decoded [count, entries, rows]. Throws Refused (BAD_SHAPE). */
export function readProof(value: Value | undefined): StateProof {
  const [count, entries, rows] = fieldsOf(value, "proof", 3);
  return {
    count: bigUintOf(count, "count"),
    entries: arrayOf(entries, "entries", ENTRIES_MAX).map((item): Entry => {
      const [hashed, content] = fieldsOf(item, "entry", 2);
      return [bytesOf(hashed, "key hash", DIGEST_BYTES), blobOf(content, "content", CONTENT_BYTES)];
    }),
    rows: arrayOf(rows, "rows", DEPTH_MAX).map((item): Row => {
      const [mask, siblings] = fieldsOf(item, "row", 2);
      const bytes = blobOf(siblings, "siblings", SIBLINGS * DIGEST_BYTES);
      return [uintOf(mask, "mask", MASK_MAX), bytes];
    }),
  };
}

/** Throw Refused (BAD_PROOF) unless `key` holds `value` under the root; null means it is absent. */
export function checkProof(
  proof: StateProof,
  stateRoot: Uint8Array,
  key: Uint8Array,
  value: Uint8Array | null,
): void {
  const hashed = digest("state-key", key);
  checkLeaf(proof, hashed);
  const leaf = joined(...proof.entries.map(([kh, content]) => joined(kh, padded(content))));
  let node = digest("state-leaf", leaf);
  proof.rows.forEach((row, level) => {
    const children = siblingsOf(row);
    children.splice(digitAt(hashed, proof.rows.length - 1 - level), 0, node);
    node = digest("state-inner", joined(...children));
  });
  const counted = bytesOfBigint(proof.count, 8);
  if (!sameBytes(digest("state-root", joined(FORMAT, counted, node)), stateRoot)) {
    throw bad("the proof leads to another state root");
  }
  const found = proof.entries.find(([kh]) => sameBytes(kh, hashed))?.[1];
  const expected = value === null ? undefined : contentOf(value);
  const isRight =
    found === undefined || expected === undefined
      ? found === expected
      : sameBytes(found, expected);
  if (!isRight) {
    throw bad(found === undefined ? "the key is absent" : "the key has another value");
  }
}

/** Refuse what is no leaf of the key hash, however the proof was built. */
function checkLeaf(proof: StateProof, hashed: Uint8Array): void {
  const depth = proof.rows.length;
  if (!proof.entries.every(([, content]) => isContent(content))) {
    throw bad("the content of an entry is that of no value");
  }
  proof.entries.forEach(([kh], index) => {
    const before = proof.entries[index - 1]?.[0];
    if (before !== undefined && compareBytes(before, kh) >= 0) {
      throw bad("the leaf's entries are not sorted and distinct");
    }
    for (let level = 0; level < depth; level++) {
      if (digitAt(kh, level) !== digitAt(hashed, level)) {
        throw bad("an entry belongs to another leaf");
      }
    }
  });
}

/** Return the two bits of a key hash that name the child below depth `level`. */
function digitAt(hashed: Uint8Array, level: number): number {
  return ((hashed[level >> 2] ?? 0) >> (6 - 2 * (level & 3))) & 3;
}

function siblingsOf([mask, bytes]: Row): Uint8Array[] {
  const places = Array.from({ length: SIBLINGS }, (_item, place) => ((mask >> place) & 1) === 1);
  if (bytes.length !== DIGEST_BYTES * places.filter(Boolean).length) {
    throw bad(`a row of mask ${mask} has ${bytes.length} bytes of siblings`);
  }
  let at = 0;
  return places.map((isSpelled) => {
    if (!isSpelled) return EMPTY;
    const sibling = bytes.subarray(at, (at += DIGEST_BYTES));
    if (sameBytes(sibling, EMPTY)) throw bad("an empty sibling is spelled out");
    return sibling;
  });
}

function contentOf(value: Uint8Array): Uint8Array {
  const isShort = value.length <= SHORT_MAX;
  return isShort
    ? joined(Uint8Array.of(value.length), value)
    : joined(Uint8Array.of(LONG), digest("state-value", value));
}

function isContent(content: Uint8Array): boolean {
  const head = content[0];
  if (head === undefined) return false;
  if (head === LONG) return content.length === CONTENT_BYTES;
  return head <= SHORT_MAX && content.length === head + 1;
}

function padded(content: Uint8Array): Uint8Array {
  return joined(content, new Uint8Array(CONTENT_BYTES - content.length));
}

function bad(message: string): Refused {
  return new Refused("BAD_PROOF", message);
}
