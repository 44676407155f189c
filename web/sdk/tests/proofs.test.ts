/** Proofs, receipts, state keys, addresses and signatures equal those that Python publishes. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readAddress, readReceipt, refusalOf, showAddress, stateKey } from "../src/index.ts";
import { checkCertificate } from "../src/certificate.ts";
import { isEd25519 } from "../src/ed25519.ts";
import { digest, encode, type KeyPart } from "../src/index.ts";
import { decodeHeader } from "../src/header.ts";
import { rootFromPath } from "../src/merkle.ts";
import { readRestart } from "../src/restart.ts";
import { checkProof, decodeProof } from "../src/state_proof.ts";
import { readValidatorSet } from "../src/validators.ts";
import { isEs256 } from "../src/verify.ts";
import { hex, published, type Shown, some, unhex, valueOf } from "./vectors.ts";

interface StateVector {
  readonly why?: string;
  readonly state_root: string;
  readonly key: string;
  readonly value: string | null;
  readonly proof: string;
}

const states = published("state_proofs") as { proofs: unknown; refused: unknown };
const receipts = published("receipts") as { accepted: unknown; refused: unknown };

function check(row: StateVector): void {
  const value = row.value === null ? null : unhex(row.value);
  checkProof(decodeProof(unhex(row.proof)), unhex(row.state_root), unhex(row.key), value);
}

test("published proofs of presence and absence hold, and nothing else under their root", () => {
  for (const row of some<StateVector>(states.proofs)) {
    check(row);
    const other = { ...row, value: row.value === null ? "00" : `${row.value}00` };
    assert.equal(refusalOf(() => check(other)), "BAD_PROOF");
  }
});

test("each rule of a state proof refuses its breach", () => {
  for (const row of some<StateVector>(states.refused)) {
    assert.notEqual(refusalOf(() => check(row)), undefined, row.why);
  }
});

test("each audit path leads to the published root, and of no other place", () => {
  interface Tree {
    readonly items: readonly string[];
    readonly root: string;
    readonly paths: readonly (readonly string[])[];
  }
  let count = 0;
  for (const { items, root, paths } of some<Tree>(published("merkle"))) {
    for (const [index, path] of paths.entries()) {
      const item = unhex(items[index] ?? "");
      const place = { index, count: items.length, path: path.map(unhex) };
      assert.equal(hex(rootFromPath(item, place)), root);
      const longer = { ...place, path: [...place.path, new Uint8Array(32)] };
      assert.equal(refusalOf(() => rootFromPath(item, longer)), "BAD_SHAPE");
      count += 1;
    }
  }
  assert.ok(count > 10);
});

test("published receipts are read, and what is none is refused", () => {
  for (const row of some<{ code: string; receipt: string }>(receipts.accepted)) {
    assert.equal(readReceipt(unhex(row.receipt)).code, row.code);
  }
  for (const row of some<{ why: string; receipt: string }>(receipts.refused)) {
    assert.equal(refusalOf(() => readReceipt(unhex(row.receipt))), "BAD_SHAPE", row.why);
  }
});

test("state keys are those that contracts write", () => {
  interface Row {
    readonly contract: string;
    readonly map: string;
    readonly parts: readonly Shown[];
    readonly key: string;
  }
  for (const row of some<Row>(published("state_keys"))) {
    const parts = row.parts.map(valueOf) as KeyPart[];
    assert.equal(hex(stateKey(row.contract, row.map, ...parts)), row.key);
  }
});

test("addresses are shown and read as published, and no typing error passes", () => {
  for (const row of some<{ address: string; shown: string }>(published("addresses"))) {
    assert.equal(showAddress(unhex(row.address)), row.shown);
    assert.equal(hex(readAddress(row.shown)), row.address);
    assert.equal(hex(readAddress(row.shown.toUpperCase())), row.address);
    const other = row.shown[10] === "q" ? "p" : "q";
    const wrong = row.shown.slice(0, 10) + other + row.shown.slice(11);
    for (const bad of [wrong, row.shown.slice(0, -1), `S${row.shown.slice(1)}`, "", "sph1"]) {
      assert.equal(refusalOf(() => readAddress(bad)), "BAD_SHAPE", bad);
    }
  }
});

test("the published certificate proves its block", () => {
  const row = published("certificates") as Record<string, string> & { validators: Shown };
  const pairs = row.validators as readonly (readonly [string, string])[];
  const validators = readValidatorSet(pairs.map(([key, name]) => [unhex(key), name]));
  const [block] = some<{ header_bytes: string }>(published("blocks"));
  const header = {
    ...decodeHeader(unhex(block?.header_bytes ?? "")),
    chainId: row["chain_id"] ?? "",
    height: 5,
    hash: unhex(row["block_hash"] ?? ""),
    restart: unhex(row["restart"] ?? ""),
  };

  const signers = checkCertificate(unhex(row["certificate"] ?? ""), header, validators);

  assert.equal(signers.length, 4);
  assert.equal(validators.quorum, row["quorum"] as unknown);
});

test("the published restart statement is read back to its digest", () => {
  const row = published("restarts") as Record<string, string>;

  const { statement, approvals } = readRestart(unhex(row["signed"] ?? ""));

  assert.equal(hex(statement.digest), row["digest"]);
  assert.equal(statement.reason, row["reason"]);
  assert.ok(approvals.length > 0);
});

test("Ed25519 signatures are judged as libsodium judges them", () => {
  const message = digest("tx", new TextEncoder().encode("abc"));
  interface Row {
    readonly why: string;
    readonly key: string;
    readonly signature: string;
    readonly verifies: boolean;
  }
  for (const row of some<Row>(published("signatures"))) {
    assert.equal(isEd25519(unhex(row.key), message, unhex(row.signature)), row.verifies, row.why);
  }
});

test("P-256 signatures are judged as published, only a low s counts", async () => {
  interface Row {
    readonly why: string;
    readonly public_key: string;
    readonly signature: string;
    readonly verifies: boolean;
  }
  const kinds = published("key_kinds") as { tag: string; data: string; p256: unknown };
  const message = digest(kinds.tag, unhex(kinds.data));
  for (const row of some<Row>(kinds.p256)) {
    const key = unhex(row.public_key).subarray(1);
    assert.equal(await isEs256(key, message, unhex(row.signature)), row.verifies, row.why);
  }
});

test("equal values have one encoding, whatever kind of integer they are given as", () => {
  assert.deepEqual(encode([1n, 2]), encode([1, 2n]));
});
