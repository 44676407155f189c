/** Keys, addresses and assertions equal those that Python publishes; WebCrypto verifies them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  addressOf,
  BadKey,
  challengeOf,
  checkedKey,
  decodeAssertion,
  encodeAssertion,
  fromDer,
  KeyKind,
  publicKey,
  withLowS,
} from "../src/index.ts";
import { hex, published, some, unhex } from "./vectors.ts";

interface Vectors {
  readonly tag: string;
  readonly data: string;
  readonly challenge: string;
  readonly keys: readonly { kind: number; public_key: string; address: string; signature: string }[];
  readonly p256: readonly { why: string; signature: string; verifies: boolean }[];
  readonly assertions: readonly { public_key: string; signature: string; origin: string }[];
}

const vectors = published("key_kinds") as Vectors;
const challenge = challengeOf(vectors.tag, unhex(vectors.data));
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };

test("a key of each kind has the published address", () => {
  const kinds = new Set<number>();
  for (const row of some<Vectors["keys"][number]>(vectors.keys)) {
    assert.equal(hex(addressOf(unhex(row.public_key))), row.address);
    kinds.add(row.kind);
  }
  assert.deepEqual([...kinds], [1, 2, 3, 4]);
});

test("keys of another kind or length are refused", () => {
  const right = unhex(vectors.keys[0]?.public_key ?? "");
  const wrong = ["", "00".repeat(33), `05${hex(right.subarray(1))}`, `02${"02".repeat(32)}`];
  for (const text of [...wrong, `02${"05".repeat(33)}`]) {
    assert.throws(() => checkedKey(unhex(text)), BadKey);
  }
});

test("the challenge of a passkey is the hash under the tag", () => {
  assert.equal(hex(challenge), vectors.challenge);
});

test("of two signatures that are one the low one is made", () => {
  const rows = some<Vectors["p256"][number]>(vectors.p256);
  const low = rows.find((row) => row.verifies);
  const high = rows.find((row) => row.why.includes("high"));
  assert.ok(low && high);

  assert.equal(hex(withLowS(unhex(high.signature))), low.signature);
  assert.equal(hex(withLowS(unhex(low.signature))), low.signature);
});

test("what WebCrypto signs with a key of its own is a signature in the ledger's form", async () => {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const message = new Uint8Array(challenge);
  const signed = new Uint8Array(await crypto.subtle.sign(ES256, pair.privateKey, message));
  const key = publicKey(KeyKind.p256, raw);

  assert.equal(key.length, 34);
  assert.equal(hex(key.subarray(2)), hex(raw.subarray(1, 33)));
  const low = new Uint8Array(withLowS(signed));
  assert.ok(await crypto.subtle.verify(ES256, pair.publicKey, low, message));
});

test("a DER signature becomes the raw one, whatever the length of its integers", () => {
  const r = "80".padEnd(64, "1");
  const der = `3045022100${r}0220${"01".padStart(64, "0")}`;

  assert.equal(hex(fromDer(unhex(der))), r + "01".padStart(64, "0"));
  for (const bad of ["", "3000", `${der}00`, `31${der.slice(2)}`, "3006020101030101"]) {
    assert.throws(() => fromDer(unhex(bad)), BadKey);
  }
});

test("an assertion reads and writes as it was published, and names its challenge", () => {
  const text = Buffer.from(challenge).toString("base64url");
  for (const row of some<Vectors["assertions"][number]>(vectors.assertions)) {
    const read = decodeAssertion(unhex(row.signature));
    const client = Buffer.from(read.clientData).toString("utf8");

    assert.equal(hex(encodeAssertion(read)), row.signature);
    assert.ok(client.startsWith(`{"type":"webauthn.get","challenge":"${text}","origin":`));
    assert.equal((JSON.parse(client) as { origin: string }).origin, row.origin);
  }
});

test("what is no array of three byte strings is no assertion", () => {
  for (const text of ["90", "93c0c0c0", `93c400c400c403010203`]) {
    assert.throws(() => decodeAssertion(unhex(text)), BadKey);
  }
});
